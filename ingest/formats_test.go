package ingest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sampleFiles are the files of testdata/formats, whose README says how each
// was made.
func sampleFiles(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("testdata/formats/*.*")
	if err != nil || len(names) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	files := map[string][]byte{}
	for _, name := range names {
		if strings.HasSuffix(name, ".golden") || strings.HasSuffix(name, ".md") {
			continue
		}
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = raw
	}
	return files
}

// TestFormatsGolden compares what Parse makes of a real file of each format
// with testdata/formats/*.golden.
func TestFormatsGolden(t *testing.T) {
	for name, raw := range sampleFiles(t) {
		t.Run(name, func(t *testing.T) {
			p, err := Parse(name, raw)
			if err != nil {
				t.Fatal(err)
			}
			checkParsed(t, name, raw, p)
			got := render(p)
			path := filepath.Join("testdata", "formats", name+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs from %s (go test -run Golden -update writes it anew):\n%s", name, path, firstDifference(got, string(want)))
			}
		})
	}
}

func TestUnreadableFilesSayWhatToDo(t *testing.T) {
	for _, c := range []struct{ name, raw, want string }{
		{"notice.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .docx"},
		{"notice.html", "%PDF-1.7", "a name that ends in .pdf"},
		{"notice.txt", "PK\x03\x04", "unpack it"},
		{"notice.html", "<p></p>", "check that it is the right file"},
	} {
		_, err := Parse(c.name, []byte(c.raw))
		if !errors.Is(err, ErrNotText) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	for ext, does := range advice {
		if supported("a" + ext) {
			t.Errorf("%s is read, and refused as %s", ext, does)
		}
		if got := unsupported("一.附件" + strings.ToUpper(ext)); got != "it is "+does {
			t.Errorf("%s: %s", ext, got)
		}
	}
}
