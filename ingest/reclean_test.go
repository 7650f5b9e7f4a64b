package ingest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"policybot/ingest"
	"policybot/retrieval"
)

// A page with a menu, injected spam inside a sentence, and a disclaimer.
const spoiled = `首页
关于电梯加装补贴的通知
为方便群众出行，既有住宅加装电梯的，每台给予补贴20万元，bet365体育投注_官网投注平台由区住建局负责发放，资金纳入年度预算。
申请人应当向所在街道提交书面申请，街道在十个工作日内完成初审，并报区住建局备案。
免责声明：本网站转载的文章版权归原作者所有，如有侵权请联系本站删除。
`

func recleanLibrary(t *testing.T) (*retrieval.Library, string, func() ingest.Report) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "docs")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "lift.txt"), []byte(spoiled), 0o644); err != nil {
		t.Fatal(err)
	}
	lib, _ := openLibrary(t, filepath.Join(t.TempDir(), "lib.db"))
	sync := func() ingest.Report {
		t.Helper()
		r, err := ingest.Sync(t.Context(), lib, nothing{}, ingest.Options{Paths: []string{dir}})
		if err != nil || r.Count(ingest.Failed) > 0 {
			t.Fatal(r.Files, err)
		}
		return r
	}
	sync()
	return lib, dir, sync
}

func text(t *testing.T, lib *retrieval.Library) string {
	t.Helper()
	d, err := lib.Document(t.Context(), "lift.txt")
	if err != nil {
		t.Fatal(err)
	}
	return d.Text
}

func TestRecleanTakesBackWhatCleaningTook(t *testing.T) {
	lib, dir, sync := recleanLibrary(t)
	clean := text(t, lib)
	if strings.Contains(clean, "投注") || strings.Contains(clean, "免责声明") || !strings.Contains(clean, "[…]") {
		t.Fatalf("it was cleaned to %q", clean)
	}
	set := func(keep ingest.Keep, dry bool) ingest.Recleaned {
		t.Helper()
		r, err := ingest.Reclean(t.Context(), lib, nothing{}, "lift.txt", keep, dry)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, c := range []struct {
		keep            ingest.Keep
		spam, disclaims bool
	}{
		{ingest.Keep{Spam: true}, true, false},
		{ingest.Keep{Boilerplate: true}, false, true},
		{ingest.Keep{Spam: true, Boilerplate: true}, true, true},
	} {
		before := text(t, lib)
		if r := set(c.keep, true); r.After != r.Before || len(r.Diff.Passages) == 0 || text(t, lib) != before {
			t.Errorf("%s: a dry run says %+v", c.keep, r)
		}
		r := set(c.keep, false)
		now := text(t, lib)
		if strings.Contains(now, "投注") != c.spam || strings.Contains(now, "免责声明") != c.disclaims || r.After == r.Before || len(r.Back) == 0 {
			t.Errorf("%s: %+v and the text %q", c.keep, r, now)
		}
		// It survives the next ingest, and one of a file that changed.
		if r := sync(); r.After != r.Before {
			t.Errorf("%s: an ingest of the same file publishes %v", c.keep, r.Files)
		}
		if err := os.WriteFile(filepath.Join(dir, "lift.txt"), []byte(spoiled+"本通知自发布之日起施行，由区住建局负责解释，此前规定与本通知不一致的，以本通知为准。\n"+c.keep.String()+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		if r := sync(); r.Count(ingest.Changed) != 1 || strings.Contains(text(t, lib), "投注") != c.spam {
			t.Errorf("%s: after a change %v and the text %q", c.keep, r.Files, text(t, lib))
		}
		if err := os.WriteFile(filepath.Join(dir, "lift.txt"), []byte(spoiled), 0o644); err != nil {
			t.Fatal(err)
		}
		if sync(); text(t, lib) != now {
			t.Errorf("%s: the file came back as %q", c.keep, text(t, lib))
		}
	}
	// What is known of the document is as it was all along, and all is undone.
	d, err := lib.Document(t.Context(), "lift.txt")
	if err != nil || d.Meta.Title.Value != "关于电梯加装补贴的通知" {
		t.Errorf("the title is %q, %v", d.Meta.Title.Value, err)
	}
	if r := set(ingest.Keep{}, false); text(t, lib) != clean || len(r.Gone) == 0 || r.Was != (ingest.Keep{Spam: true, Boilerplate: true}) {
		t.Errorf("undone: %+v and the text %q", r, text(t, lib))
	}
	if r := sync(); r.After != r.Before || text(t, lib) != clean {
		t.Errorf("after that an ingest publishes %v", r.Files)
	}
	if r := set(ingest.Keep{}, false); r.After != r.Before {
		t.Errorf("once more publishes version %d", r.After.Version)
	}
	if _, err := ingest.Reclean(t.Context(), lib, nothing{}, "absent.txt", ingest.Keep{}, false); err == nil {
		t.Error("a document that is not there was cleaned")
	}
}

// A sidecar says it for its file; an admin's word counts more, the text's own
// nothing.
func TestFilesSayWhatCleaningKeeps(t *testing.T) {
	lib, dir, sync := recleanLibrary(t)
	side := filepath.Join(dir, "lift.txt.meta.yaml")
	if err := os.WriteFile(side, []byte("clean: keep spam\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if sync(); !strings.Contains(text(t, lib), "投注") || strings.Contains(text(t, lib), "免责声明") {
		t.Errorf("with a sidecar the text is %q", text(t, lib))
	}
	if _, err := ingest.Reclean(t.Context(), lib, nothing{}, "lift.txt", ingest.Keep{Boilerplate: true}, false); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if strings.Contains(text(t, lib), "投注") || !strings.Contains(text(t, lib), "免责声明") {
			t.Errorf("an admin's word made the text %q", text(t, lib))
		}
		sync()
	}
	if _, err := ingest.Reclean(t.Context(), lib, nothing{}, "lift.txt", ingest.Keep{}, false); err != nil || !strings.Contains(text(t, lib), "投注") {
		t.Errorf("taken back, the sidecar does not count: %q, %v", text(t, lib), err)
	}
	if err := os.Remove(side); err != nil {
		t.Fatal(err)
	}
	// A text that was scraped must not switch off its own cleaning.
	if err := os.WriteFile(filepath.Join(dir, "lift.txt"), []byte("---\nclean: off\n---\n"+spoiled), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := ingest.Sync(t.Context(), lib, nothing{}, ingest.Options{Paths: []string{dir}})
	if err != nil || r.Count(ingest.Failed) != 1 || !strings.Contains(r.Files[0].Reason, "NAME.meta.yaml") {
		t.Errorf("front matter that switches cleaning off: %+v, %v", r.Files, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "lift.txt"), []byte(spoiled), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(side, []byte("clean: perhaps\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err = ingest.Sync(t.Context(), lib, nothing{}, ingest.Options{Paths: []string{dir}})
	if err != nil || r.Count(ingest.Failed) == 0 || !strings.Contains(r.Files[0].Reason, "keep spam") {
		t.Errorf("a word that is none: %+v, %v", r.Files, err)
	}
}
