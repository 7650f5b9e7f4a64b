package telegram

import (
	"strings"
	"testing"

	"policybot/bot"
)

// TestStatsTellTheModel tells what the model took, once it was asked.
func TestStatsTellTheModel(t *testing.T) {
	quiet := statistics{}
	busy := statistics{
		Week: bot.Totals{Model: bot.ModelUse{Calls: 2, In: 300, Out: 12}},
		All:  bot.Totals{Model: bot.ModelUse{Calls: 3, In: 400, Out: 20}},
	}
	for _, w := range languages {
		if got := w.Stats(quiet); strings.Contains(got, "%!") || strings.Contains(got, "token") {
			t.Errorf("%s: without a model: %s", w.Name, got)
		}
		got := w.Stats(busy)
		for _, n := range []string{"312", "420"} {
			if !strings.Contains(got, n) || strings.Contains(got, "%!") {
				t.Errorf("%s: %s lacks %s", w.Name, got, n)
			}
		}
	}
}
