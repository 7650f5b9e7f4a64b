package bot

import (
	"testing"

	"policybot/internal/han"
	"policybot/prompts"
	"policybot/retrieval"
)

// sections is a view of one document.
type sections struct {
	View
	passages []retrieval.Passage
}

func (s sections) Passages(string) []retrieval.Passage { return s.passages }

// TestUnderYears: a year that a question asks for may stand in what opens a section, and another year
// that a sentence tells itself is its own.
func TestUnderYears(t *testing.T) {
	doc := &retrieval.Document{ID: "d"}
	doc.Meta.Title.Value, doc.Meta.Date.Value = "甲区实施方案", "2021-07-01"
	passage := func(at int, text string, heading ...string) retrieval.Passage {
		return retrieval.Passage{DocID: "d", Start: at, Text: text, Heading: heading}
	}
	v := sections{passages: []retrieval.Passage{
		passage(0, "一、主要目标\n到2025年,服务体系更加完善。具体如下。", "一、主要目标"),
		passage(1, "经济更好,生产总值突破2000亿元。人均预期寿命84.7岁。", "一、主要目标"),
		passage(2, "到2022年底,系统高效运行。托位4.5个。", "一、主要目标", "(一)照护"),
		passage(3, "到2023年,建成10个站。道路更宽。", "二、重点任务"),
		passage(4, "绿道更长。", "二、重点任务"),
	}}
	for _, c := range []struct {
		question string
		passage  int
		sentence string
		want     bool
	}{
		{"2025年人均预期寿命目标是多少?", 1, "人均预期寿命84.7岁。", true},
		{"2024年人均预期寿命目标是多少?", 1, "人均预期寿命84.7岁。", false},
		{"2025年托位有多少个?", 2, "托位4.5个。", false}, // behind another year
		{"2022年底托位有多少个?", 2, "托位4.5个。", true},
		{"2023年道路怎样?", 3, "道路更宽。", true},
		{"2025年道路怎样?", 3, "道路更宽。", false},
		{"2023年绿道怎样?", 4, "绿道更长。", true},
		{"2025年绿道怎样?", 4, "绿道更长。", false},          // another section's
		{"2021年建成几个站?", 3, "到2023年,建成10个站。", true}, // the document's own
	} {
		p := v.passages[c.passage]
		src := &prompts.Source{Passage: p, Doc: doc}
		for _, span := range han.Sentences(p.Text) {
			if span.In(p.Text) != c.sentence {
				continue
			}
			one := piece{src: src, span: span, text: c.sentence}
			if got := underYears(readQuestion(c.question), one, func() string { return openings(v, src) }); got != c.want {
				t.Errorf("%s under %q: %v", c.sentence, c.question, got)
			}
		}
	}
	// The year of a passage is not that of a sentence with a year of its own.
	src := &prompts.Source{Passage: passage(9, "到2021年底,平台建成。到2022年底,5个系统运行。"), Doc: &retrieval.Document{ID: "d"}}
	for text, want := range map[string]bool{"到2021年底,平台建成。": true, "到2022年底,5个系统运行。": false} {
		if got := inYears(readQuestion("2021年底有几个系统?"), piece{src: src, text: text}); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
