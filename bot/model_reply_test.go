package bot_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"policybot/bot"
	"policybot/internal/openaitest"
	"policybot/prompts"
)

// shape is the schema of a request, or "".
func shape(r *openaitest.Request) string { return string(r.Raw["response_format"]) }

const chatter = "您好,很高兴为您服务。"

// TestModelWriterShapes: a model that chats is held to the format, from then on
// at once; one that keeps to it is never; where that does not help, or the server
// refuses, it is tried once.
func TestModelWriterShapes(t *testing.T) {
	inShape := `{"claims":[` + strings.TrimSpace(well) + `]}`
	refuses := func(_ *http.Request, r *openaitest.Request) (int, string) {
		if shape(r) == "" {
			return 0, ""
		}
		return 400, `{"error":{"message":"This response_format type is unavailable now","type":"invalid_request_error"}}`
	}
	for name, test := range map[string]struct {
		plain, shaped string // how it writes without and with a schema
		refuse        func(*http.Request, *openaitest.Request) (int, string)
		claims        int
		shapes        string // which of the requests of two answers have one
	}{
		"keeps to the format":  {well, "", nil, 1, "--"},
		"needs a schema":       {chatter, inShape, nil, 1, "-ss"},
		"fenced in its schema": {chatter, "```json\n" + inShape + "\n```", nil, 1, "-ss"},
		"ignores the schema":   {chatter, chatter, nil, 0, "-s-"},
		"refuses the schema":   {chatter, "", refuses, 0, "---"},
		"half of it":           {chatter, inShape[:len(inShape)-30], nil, 0, "-ss"},
		"refuses the question": {chatter, `{"claims":[{"refuse":"没有"}]}`, nil, 0, "-ss"},
	} {
		t.Run(name, func(t *testing.T) {
			s := openaitest.Start(t)
			s.Refuse = test.refuse
			s.Write(func(r *openaitest.Request) string {
				if shape(r) != "" {
					return test.shaped
				}
				return test.plain
			})
			w := modelWriter(t, s, 0)
			for round := range 2 {
				got := collect(w.Write(t.Context(), request(2)))
				if len(got.claims) != test.claims || (got.err == nil) != (test.claims > 0) {
					t.Errorf("round %d: %d claims, %v", round, len(got.claims), got.err)
				}
			}
			asked := ""
			for _, r := range s.Requests() {
				mark := "-"
				if shape(r) != "" {
					mark = "s"
				}
				asked += mark
			}
			if asked != test.shapes {
				t.Errorf("asked %s, want %s", asked, test.shapes)
			}
		})
	}
}

// A repair of quotes that stand nowhere is held to the sources' sentences; one
// of figures is not.
func TestModelWriterShapesRepairs(t *testing.T) {
	for check, want := range map[string]bool{"quote": true, "source": true, "figure": false} {
		s := openaitest.Start(t)
		s.Write(func(*openaitest.Request) string { return well })
		failed := []bot.Dropped{{Claim: prompts.Claim{Text: told}, Verdict: prompts.Verdict{Check: check}}}
		if got := collect(modelWriter(t, s, 0).Repair(t.Context(), request(2), failed)); len(got.claims) != 1 {
			t.Errorf("%s: got %+v", check, got)
		}
		sent := shape(s.Requests()[0])
		if (sent != "") != want || want && !strings.Contains(sent, "数字经济核心产业增加值突破1000亿元") {
			t.Errorf("%s: sent %q", check, sent)
		}
	}
}

// The repair round shows the sources that the first round showed, where there is
// room for the claims that failed, so that the messages begin alike.
func TestModelWriterRepairsOverTheSameSources(t *testing.T) {
	s := openaitest.Start(t)
	s.Write(func(*openaitest.Request) string { return well })
	w := modelWriter(t, s, 2500)
	collect(w.Write(t.Context(), request(30)))
	failed := []bot.Dropped{{Claim: prompts.Claim{Text: told}, Verdict: prompts.Verdict{Check: "figure", Reason: "no"}}}
	collect(w.Repair(t.Context(), request(30), failed))
	first, again := s.Requests()[0], s.Requests()[1]
	if a, b := len(openaitest.Passages(first)), len(openaitest.Passages(again)); a != b || a < 3 || a == 30 {
		t.Errorf("%d and %d passages", a, b)
	}
	same, _, _ := strings.Cut(first.Text("user"), "</question")
	if !strings.HasPrefix(again.Text("user"), same) {
		t.Error("the messages begin otherwise")
	}
}

// TestModelWriterLoops: a model that repeats itself is stopped long before its
// end; a text that only has its repetitions is not.
func TestModelWriterLoops(t *testing.T) {
	for name, test := range map[string]struct {
		reply string
		loops bool
	}{
		"a claim":           {strings.Repeat(well, 2000), true},
		"a word":            {well + strings.Repeat("加快", 200_000), true},
		"inside a claim":    {well + `{"text":"` + strings.Repeat("数字经济、产业升级、", 20_000), true},
		"blanks":            {well + strings.Repeat("\n", 500_000), true},
		"a table's columns": {well + strings.Repeat("|---", 100), false},
		"three alike":       {strings.Repeat(well, 3), false},
		"many that differ":  {many(200), false},
	} {
		t.Run(name, func(t *testing.T) {
			noLeak(t)
			s := openaitest.Start(t)
			s.Script(openaitest.Text(test.reply))
			got := collect(modelWriter(t, s, 0).Write(t.Context(), request(2)))
			if len(got.claims) == 0 || isCut(got.err) != test.loops || test.loops && !strings.Contains(got.err.Error(), "repeats itself") {
				t.Errorf("%d claims, %v", len(got.claims), got.err)
			}
		})
	}
}

// many claims that say alike things of other things.
func many(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(openaitest.Claim(fmt.Sprintf("第%d条要求托位数达到4.5个。", i+1), i+1, fmt.Sprintf("第%d条 每千人拥有婴幼儿照护设施托位数达到4.5个", i+1)))
	}
	return b.String()
}

// TestUnprovenFallsBack: where nothing that a model wrote holds, the documents'
// own words answer, with a word about it; where they do not either, it is a
// refusal as any other.
func TestUnprovenFallsBack(t *testing.T) {
	x := indexOf(t, "滨海市海洋规划", "到2030年建成深水泊位12个。", "修复岸线50公里。")
	wrong := openaitest.Claim("到2030年建成深水泊位99个。", 1, "到2030年建成深水泊位12个")
	for name, test := range map[string]struct {
		reply, question, note, writer string
	}{
		"wrong":               {wrong, "到2030年建成多少个深水泊位?", bot.NoteUnproven, "extractive"},
		"no format":           {chatter, "到2030年建成多少个深水泊位?", bot.NoteUnproven, "extractive"},
		"no answer":           {wrong, "滨海市2019年的房价是多少?", "", "extractive"},
		"the model's refusal": {`{"refuse":"没有"}`, "到2030年建成多少个深水泊位?", "", openaitest.ChatModel},
		"half of it holds":    {wrong + openaitest.Claim("修复岸线50公里。", 2, "修复岸线50公里。"), "到2030年建成多少个深水泊位?", "", openaitest.ChatModel},
	} {
		t.Run(name, func(t *testing.T) {
			s := openaitest.Start(t)
			s.Write(func(*openaitest.Request) string { return test.reply })
			var shown []string
			ans, err := bot.New(bot.Config{Search: x, View: x, Writer: modelWriter(t, s, 0), Fallback: bot.NewExtractive(x)}).
				Answer(t.Context(), bot.Question{Text: test.question}, func(c prompts.Claim) { shown = append(shown, c.Text) })
			if err != nil {
				t.Fatal(err)
			}
			if ans.Note != test.note || ans.Writer != test.writer || len(shown) != len(ans.Claims) || (test.note != "") != (len(shown) > 0 && ans.Writer == "extractive") {
				t.Errorf("%q by %s: %q", ans.Note, ans.Writer, shown)
			}
		})
	}
	s := openaitest.Start(t)
	s.Write(func(*openaitest.Request) string { return wrong })
	ans, err := bot.New(bot.Config{Search: x, View: x, Writer: modelWriter(t, s, 0)}).Answer(t.Context(), bot.Question{Text: "到2030年建成多少个深水泊位?"}, nil)
	if err != nil || ans.Refusal == nil {
		t.Errorf("without one to fall back on: %+v, %v", ans, err)
	}
}

// A judge is held to its format where the server can, and is as before where not.
func TestJudgeIsShaped(t *testing.T) {
	s := openaitest.Start(t)
	s.Script(openaitest.Text(`{ "supported": true }`), openaitest.Text("Yes."))
	c := client(t, s)
	j := bot.NewModelJudge(c.Chat())
	claim := prompts.Claim{Text: "Fifty kilometres.", Cites: []prompts.Cite{{Quote: "修复岸线50公里。"}}}
	if ok, err := j.Judge(t.Context(), claim); !ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
	if ok, err := j.Judge(t.Context(), claim); ok || err == nil {
		t.Errorf("chatter: %v, %v", ok, err)
	}
	if sent := shape(s.Requests()[0]); !strings.Contains(sent, `"supported":{"type":"boolean"}`) {
		t.Errorf("sent %q", sent)
	}
}
