package ingest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"policybot/retrieval"
)

// passagesOf makes a passage of each line.
func passagesOf(text string) (ps []retrieval.Passage) {
	at := 0
	for l := range strings.Lines(text) {
		s := strings.TrimSuffix(l, "\n")
		ps = append(ps, retrieval.Passage{Start: at, End: at + len(s), Text: s})
		at += len(l)
	}
	return ps
}

// shown are the figure changes, "was → now" each.
func shown(d *Diff) (out []string) {
	for _, f := range d.Figures {
		out = append(out, f.Was+" → "+f.Now)
	}
	return out
}

func TestDiffFindsChangedFigures(t *testing.T) {
	for _, c := range []struct {
		name, was, now string
		figures        []string
		passages       int
	}{
		{"nothing", "今年新增公租房6000套。", "今年新增公租房6000套。", nil, 0},
		{"a figure", "今年新增公租房6000套。", "今年新增公租房8000套。", []string{"6000套 → 8000套"}, 1},
		{"the same figure in other words", "投入2万亿元。", "投入20,000亿元。", nil, 1},
		{"its unit", "补贴500元。", "补贴500万元。", []string{"500元 → 500万元"}, 1},
		{"its bound", "补贴不超过500元。", "补贴不低于500元。", []string{"500元 → 500元"}, 1},
		{"a date", "自2024年6月1日起受理。", "自2024年7月1日起受理。", []string{"2024年6月1日 → 2024年7月1日"}, 1},
		{"words only", "各区负责组织实施，补贴15万元。", "各县负责认真组织实施，补贴15万元。", nil, 1},
		{"two figures trade places in their words", "甲类补贴500元，乙类补贴800元。", "甲类补贴800元，乙类补贴500元。",
			[]string{"500元 → 800元", "800元 → 500元"}, 1},
		{"one is put between", "甲类补贴500元，丙类补贴800元。", "甲类补贴500元，乙类补贴600元，丙类补贴800元。", []string{" → 600元"}, 1},
		{"a passage is put before", "补贴500元，按季发放。", "总则如下，请遵照执行。\n补贴500元，按季发放。", nil, 1},
		{"a passage is gone", "总共安排300万元资金。\n补贴500元，按季发放。", "补贴500元，按季发放。", []string{"300万元 → "}, 1},
		{"a passage moves", "总共安排300万元资金用于改造。\n补贴500元，按季发放到人。", "补贴500元，按季发放到人。\n总共安排300万元资金用于改造。", nil, 2},
		{"everything", "", "新的一段，共有3家。", []string{" → 3家"}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := compareTexts(passagesOf(c.was), passagesOf(c.now))
			if got := shown(d); !slices.Equal(got, c.figures) {
				t.Errorf("figures %q, want %q", got, c.figures)
			}
			if len(d.Passages) != c.passages {
				t.Errorf("%d passages, want %d: %+v", len(d.Passages), c.passages, d.Passages)
			}
		})
	}
}

// A diff tells all: from the old passages and the diff the new ones follow.
func TestDiffIsComplete(t *testing.T) {
	lines := rapid.SliceOfN(rapid.SampledFrom([]string{
		"今年新增公租房6000套", "今年新增公租房8000套", "补贴500元", "补贴500元，按季发放", "总则", "附则", "2024年6月1日起施行", "",
	}), 0, 12)
	rapid.Check(t, func(t *rapid.T) {
		was, now := lines.Draw(t, "was"), lines.Draw(t, "now")
		d := compareTexts(passagesOf(strings.Join(was, "\n")), passagesOf(strings.Join(now, "\n")))
		count := map[string]int{}
		for _, p := range passagesOf(strings.Join(was, "\n")) {
			count[p.Text]++
		}
		for _, c := range d.Passages {
			count[c.Was]--
			count[c.Now]++
		}
		for _, p := range passagesOf(strings.Join(now, "\n")) {
			count[p.Text]--
		}
		for text, n := range count {
			if n != 0 && text != "" {
				t.Fatalf("%q is off by %d in %+v", text, n, d.Passages)
			}
		}
	})
}

// Texts made to be slow to compare are compared in a moment.
func TestDiffIsBounded(t *testing.T) {
	var was, now strings.Builder
	for range 5000 {
		was.WriteString("补贴1元。\n")
		now.WriteString("补贴2元。\n")
	}
	long := strings.Repeat("补贴3元", 20000)
	var old, changed strings.Builder
	for i := range 400 { // every passage changes
		line := strings.Repeat(string(rune('一'+i)), 3) + strings.Repeat("各级各部门要高度重视，认真抓好落实", 25)
		old.WriteString(line + "。\n")
		changed.WriteString("新" + line + "。\n")
	}
	start := time.Now()
	if d := compareTexts(passagesOf(old.String()), passagesOf(changed.String())); len(d.Passages) != 400 {
		t.Errorf("%d passages change, want 400", len(d.Passages))
	}
	compareTexts(passagesOf(was.String()+long), passagesOf(now.String()+long+"4元"))
	if took := time.Since(start); took > time.Minute {
		t.Errorf("comparing took %v", took)
	}
}
