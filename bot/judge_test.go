package bot

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"policybot/prompts"
)

// A replying generator replies to the judge's messages.
type replying struct {
	reply string
	fail  error
	saw   string
}

func (g *replying) Model() string { return "judge" }

func (g *replying) Stream(_ context.Context, _, user string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		g.saw = user
		if g.fail != nil {
			yield("", g.fail)
			return
		}
		yield(g.reply, nil)
	}
}

// A judge decides on what the checks cannot, is not asked about what they
// refute, and leaves its decision on the receipt; without one nothing passes.
func TestJudgeDecides(t *testing.T) {
	x := library(t, paper{name: "plan", date: "2021-01-01", passages: []string{"支持渔业合作社购置冷链设备，单个主体补助不超过50万元。另有一句不相干的话。"}})
	quote := "支持渔业合作社购置冷链设备，单个主体补助不超过50万元"
	foreign := claim("Fishery cooperatives are supported in buying cold-chain equipment.", 1, quote)
	wrong := claim("渔业合作社购置冷链设备的，单个主体补助不少于50万元。", 1, quote)
	for name, tt := range map[string]struct {
		judge *replying
		kept  int
		want  []Judgement
	}{
		"yes":     {&replying{reply: `{"supported":true}`}, 1, []Judgement{{Check: "language", Model: "judge", Supported: true}}},
		"no":      {&replying{reply: `{"supported":false}`}, 0, []Judgement{{Check: "language", Model: "judge"}}},
		"chatter": {&replying{reply: `Sure! {"supported":true}`}, 0, []Judgement{{Check: "language", Model: "judge", Failed: true}}},
		"broken":  {&replying{fail: errors.New("broken")}, 0, []Judgement{{Check: "language", Model: "judge", Failed: true}}},
		"none":    {nil, 0, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c := Config{Search: x, View: x, Writer: &scripted{claims: []prompts.Claim{foreign, wrong}}}
			if tt.judge != nil {
				c.Judge = NewModelJudge(tt.judge)
			}
			a, err := New(c).Answer(t.Context(), Question{Text: "What support do fishery cooperatives get?"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Claims) != tt.kept || !slices.Equal(a.Judged, tt.want) {
				t.Errorf("%d claims kept, judged %+v; want %d and %+v", len(a.Claims), a.Judged, tt.kept, tt.want)
			}
			if tt.judge != nil && (!strings.Contains(tt.judge.saw, quote) || strings.Contains(tt.judge.saw, "不相干")) {
				t.Errorf("the judge saw\n%s", tt.judge.saw)
			}
		})
	}
}
