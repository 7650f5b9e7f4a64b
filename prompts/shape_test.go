package prompts

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"policybot/retrieval"
)

func asking(texts ...string) Request {
	r := Request{Question: "补助多少?"}
	for _, text := range texts {
		r.Sources = append(r.Sources, Source{Passage: retrieval.Passage{Text: text, End: len(text)}})
	}
	return r
}

// TestShape: what a shape allows is read by Parse, its quotes stand in their
// sources, and it is a schema in which every object is closed and complete.
func TestShape(t *testing.T) {
	r := asking("2.扶持渔业合作社购置设备\n渔业合作社购置冷链设备补助50万元。第二年减半。\n渔业合作社购置冷链设备补助50万元。", "未列明的设备不予补助。")
	var top map[string]any
	if err := json.Unmarshal(Shape(r), &top); err != nil {
		t.Fatal(err)
	}
	closedObjects(t, top)
	got := string(Shape(r))
	if n := strings.Count(got, "渔业合作社购置冷链设备补助50万元。"); n != 1 {
		t.Errorf("a sentence that stands twice is offered %d times", n)
	}
	if strings.Contains(got, "扶持") {
		t.Errorf("a heading is offered: %s", got)
	}
	for _, in := range []string{"第二年减半。", "未列明的设备不予补助。", `"enum":[1]`, `"enum":[2]`} {
		if !strings.Contains(got, in) {
			t.Errorf("no %s in %s", in, got)
		}
	}
	if text, cites := strings.Index(got, `"text":`), strings.Index(got, `"cites":`); text < 0 || cites < text {
		t.Errorf("the properties are in another order: %s", got)
	}
	if got := string(Shape(asking("短句。"))); strings.Contains(got, "cites") {
		t.Errorf("a source without a sentence to quote: %s", got)
	}
	for reply, want := range map[string]string{
		"{\"claims\": [\n    {\n      \"text\": \"第二年减半。\",\n      \"cites\": [\n        {\n          \"source\": 1,\n          \"quote\": \"第二年减半。\"\n        }\n      ]\n    }\n  ]}": `{"cites":[{"source":1,"quote":"第二年减半。"}],"text":"第二年减半。"}` + "\n",
		`{"claims":[{"refuse":"没有写明"}]}`: "end: *prompts.Refusal: refused: 没有写明\n",
	} {
		if got := parse(pieces(reply, nil, nil)); got != want {
			t.Errorf("%s is read as\n%s", reply, got)
		}
	}
}

// A shape offers a bounded number of sentences, the first sources' first.
func TestShapeIsBounded(t *testing.T) {
	var long strings.Builder
	for i := range 2 * mostQuotable {
		long.WriteString("第" + strings.Repeat("条", i%7+6) + strings.Repeat("款", i/7) + "。")
	}
	got := string(Shape(asking(long.String(), "未列明的设备不予补助。")))
	if n := strings.Count(got, "。"); n != mostQuotable || strings.Contains(got, "不予补助") {
		t.Errorf("%d sentences", n)
	}
}

func closedObjects(t *testing.T, v any) {
	switch v := v.(type) {
	case []any:
		for _, in := range v {
			closedObjects(t, in)
		}
	case map[string]any:
		if properties, ok := v["properties"].(map[string]any); ok && (v["additionalProperties"] != false || len(v["required"].([]any)) != len(properties)) {
			t.Errorf("an open object: %v", v)
		}
		for _, in := range v {
			closedObjects(t, in)
		}
	}
}

func TestPlaceQuotes(t *testing.T) {
	r := asking("渔业合作社购置“冷链”设备补助50万元。来源:海岸日报。", "未列明的设备不予补助1.5万元；未列明的设备,不予补助。")
	r.Sources[0].Heading = []string{"三、扶持渔业合作社", "1.购置设备"}
	for name, tt := range map[string]struct{ cite, want Cite }{
		"stands":            {Cite{Source: 1, Quote: "设备补助50万元"}, Cite{Source: 1, Quote: "设备补助50万元"}},
		"another number":    {Cite{Source: 1, Quote: "未列明的设备,不予补助"}, Cite{Source: 2, Quote: "未列明的设备,不予补助"}},
		"no number":         {Cite{Quote: "未列明的设备,不予补助"}, Cite{Source: 2, Quote: "未列明的设备,不予补助"}},
		"a number too high": {Cite{Source: 9, Quote: "未列明的设备,不予补助"}, Cite{Source: 9, Quote: "未列明的设备,不予补助"}},
		"other marks":       {Cite{Source: 1, Quote: "渔业合作社购置‘冷链’设备，补助５０万元"}, Cite{Source: 1, Quote: "渔业合作社购置“冷链”设备补助50万元"}},
		"both":              {Cite{Source: 2, Quote: "合作社购置'冷链'设备补助"}, Cite{Source: 1, Quote: "合作社购置“冷链”设备补助"}},
		"a lost point":      {Cite{Source: 2, Quote: "设备不予补助15万元"}, Cite{Source: 2, Quote: "设备不予补助1.5万元"}}, // for the claim to stand or fall by
		"another figure":    {Cite{Source: 1, Quote: "冷链设备补助80万元"}, Cite{Source: 1, Quote: "冷链设备补助80万元"}},
		"a word left out":   {Cite{Source: 1, Quote: "渔业合作社冷链设备补助"}, Cite{Source: 1, Quote: "渔业合作社冷链设备补助"}},
		"the heading":       {Cite{Source: 1, Quote: "三、扶持渔业合作社 › 1.购置设备"}, Cite{Source: 1}},
		"its source":        {Cite{Quote: "三、扶持渔业合作社"}, Cite{Source: 1}},
		"another's heading": {Cite{Source: 2, Quote: "三、扶持渔业合作社"}, Cite{Source: 2, Quote: "三、扶持渔业合作社"}},
		"a label":           {Cite{Source: 1, Quote: "正文"}, Cite{Source: 1}},
		"short, of no head": {Cite{Source: 1, Quote: "海岸日报"}, Cite{Source: 1, Quote: "海岸日报"}},
	} {
		c := Claim{Text: "补助50万元。", Cites: []Cite{tt.cite}}
		if got := PlaceQuotes(c, r.Sources); got.Cites[0] != tt.want || c.Cites[0] != tt.cite || got.Text != c.Text {
			t.Errorf("%s: %+v", name, got.Cites[0])
		}
	}
}

// The same words under two numbers are one cite.
func TestPlaceQuotesOnce(t *testing.T) {
	r := asking("渔业合作社购置冷链设备补助50万元。", "未列明的设备不予补助。")
	c := Claim{Text: "补助50万元。", Cites: []Cite{{Source: 1, Quote: "冷链设备补助50万元"}, {Source: 2, Quote: "冷链设备补助50万元"}, {Source: 2, Quote: "未列明的设备不予补助"}}}
	if got := PlaceQuotes(c, r.Sources); !slices.Equal(got.Cites, []Cite{c.Cites[0], c.Cites[2]}) {
		t.Errorf("%+v", got.Cites)
	}
}

// What is placed stands in its source, letter for letter, wherever it was found.
func TestPlacedQuotesStand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("补助设备1２5.%，,。“”‘’\n a\u200bＡ")), 0, 60, -1).Draw(t, "text")
		r := asking(text, rapid.StringOfN(rapid.RuneFrom([]rune("补助设备15.,“a")), 0, 60, -1).Draw(t, "other"))
		cite := Cite{Source: rapid.IntRange(0, 3).Draw(t, "source"), Quote: rapid.StringOfN(rapid.RuneFrom([]rune("补助设备125.,‘'a")), 0, 20, -1).Draw(t, "quote")}
		got := PlaceQuotes(Claim{Cites: []Cite{cite}}, r.Sources).Cites[0]
		if got != cite && got.Quote != "" && holder(got.Quote, r.Sources[got.Source-1:got.Source]) == 0 {
			t.Fatalf("%+v became %+v", cite, got)
		}
	})
}

// A repair round begins with what the server has read already.
func TestRepairSharesItsBeginning(t *testing.T) {
	r := asking("渔业合作社购置冷链设备补助50万元。", "未列明的设备不予补助。")
	first := Render(r)
	word := first.User[strings.Index(first.User, "编号 ")+len("编号 "):][:16]
	for _, said := range []string{"补助80万元。", "补助" + word} {
		again := RenderRepair(r, []Failed{{Claim{Text: said}, Verdict{Check: "figure", Reason: "no"}}})
		sources, _, _ := strings.Cut(first.User, "</question")
		if same := strings.HasPrefix(again.User, sources); first.System != again.System || same != !strings.Contains(said, word) {
			t.Errorf("%s: the same beginning: %v", said, same)
		}
	}
}
