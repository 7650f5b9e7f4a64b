package main

import (
	"path/filepath"
	"testing"

	"policybot/bot"
	"policybot/ingest"
)

// Every example is answered, of the seeds as of other documents; a library
// without figures has none.
func TestExamples(t *testing.T) {
	figures := filepath.Join(t.TempDir(), "docs")
	writeDoc(t, figures, "a.txt", "关于城市绿化的通知\n发布日期：2024-05-06  来源：宁波市园林局\n到2027年,全市绿化覆盖率达到45%。人均公园绿地面积超过15平方米。\n")
	plain := filepath.Join(t.TempDir(), "docs")
	writeDoc(t, plain, "b.txt", "关于公园开放的通知\n发布日期：2024-05-07  来源：市园林局\n全市公园免费开放。\n")
	for folder, least := range map[string]int{filepath.Join("..", "..", "seeds"): 3, figures: 1, plain: 0} {
		p := newProgram(t)
		if _, err := p.sync(t.Context(), ingest.Options{Paths: []string{folder}}); err != nil {
			t.Fatal(err)
		}
		l, err := p.openReady(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		show := &showcase{l: l}
		got := show.in(t.Context(), "zh-hant")
		if show.in(t.Context(), "en") != nil {
			t.Error("an English interface shows Chinese examples")
		}
		t.Logf("%s: %q", folder, got)
		if len(got) < least || least == 0 && len(got) != 0 {
			t.Errorf("%s: %d examples: %q", folder, len(got), got)
		}
		a := bot.New(bot.Config{Search: l.index, View: l.index, Writer: bot.NewExtractive(l.index)})
		for _, q := range got {
			if ans, err := a.Answer(t.Context(), bot.Question{Text: q}, nil); err != nil || ans.Refusal != nil {
				t.Errorf("%s is not answered: %v", q, err)
			}
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
