package retrieval

import (
	"os"
	"path/filepath"
	"testing"
)

// The counts are those of cl100k_base.
func TestTokensAreNearTheTrueCount(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
		off  float64
	}{
		{"", 0, 0},
		{"The municipal government will provide subsidies of 500 yuan per month to small and medium-sized enterprises that maintain employment through 2025.", 26, 0.4},
	} {
		if got := float64(Tokens(c.text)); got < float64(c.want)/(1+c.off) || got > float64(c.want)*(1+c.off) {
			t.Errorf("%q: %v, want some %d", c.text, got, c.want)
		}
	}
	raw, err := os.ReadFile(filepath.Join("..", "seeds", "002_f839e5d669d2ab7d.txt"))
	if err != nil {
		t.Fatal(err)
	}
	const counted = 14651
	if got := float64(Tokens(string(raw))) / counted; got < 0.9 || got > 1.1 {
		t.Errorf("%.2f of the tokens of a plan", got)
	}
}
