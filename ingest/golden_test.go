package ingest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden compares what Parse makes of each seed document with
// testdata/*.golden: what is known of it, what was removed, its passages.
func TestGolden(t *testing.T) {
	for name, raw := range seedFiles(t) {
		t.Run(name, func(t *testing.T) {
			p, err := Parse(name, raw)
			if err != nil {
				t.Fatal(err)
			}
			got := render(p)
			path := filepath.Join("testdata", strings.TrimSuffix(name, ".txt")+".golden")
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

func render(p *Parsed) string {
	var b strings.Builder
	fmt.Fprintf(&b, "charset %s\n", p.Charset)
	for name, f := range p.Meta.Fields() {
		fmt.Fprintf(&b, "%s %q from %q\n", name, f.Value, f.From)
	}
	for _, f := range p.Meta.Replaces {
		fmt.Fprintf(&b, "replaces %q from %q\n", f.Value, f.From)
	}
	for _, r := range p.Removed {
		fmt.Fprintf(&b, "removed [%d:%d] %s %q\n", r.Start, r.End, r.Reason, r.Text)
	}
	for _, q := range p.Passages {
		fmt.Fprintf(&b, "\npassage [%d:%d] of %d under %q\n%s\n", q.Start, q.End, inkLength(q.Text), q.Heading, q.Text)
	}
	return b.String()
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			wanted := "the end"
			if i < len(w) {
				wanted = w[i]
			}
			return fmt.Sprintf("line %d\n got %s\nwant %s", i+1, g[i], wanted)
		}
	}
	return "it ends early"
}
