package retrieval

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestVectorsAreExact holds chromem-go's answers, as we order them, against a
// plain scan: the same numbers in the same order, ties included.
func TestVectorsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dim := rapid.IntRange(2, 6).Draw(t, "dimension")
		vector := func(name string) []float32 {
			v := make([]float32, dim)
			for i := range v {
				v[i] = float32(rapid.IntRange(-2, 2).Draw(t, name))
			}
			return unit(v)
		}
		var vs [][]float32
		for range rapid.IntRange(1, 80).Draw(t, "vectors") {
			vs = append(vs, vector("vector"))
		}
		s, err := newVectors(context.Background(), vs)
		if err != nil {
			t.Fatal(err)
		}
		q, k := vector("query"), rapid.IntRange(1, 90).Draw(t, "k")
		var want []ranked
		for i := range vs {
			want = append(want, ranked{i, s.similarity(q, i)})
		}
		want = first(want, k)
		for _, keep := range []func(int) bool{nil, func(int) bool { return true }} {
			got, err := s.best(context.Background(), q, k, keep)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, want) {
				t.Fatalf("best(%d) = %v, want %v", k, got, want)
			}
		}
	})
}

func TestVectorsRefuseAnotherLength(t *testing.T) {
	if _, err := newVectors(t.Context(), [][]float32{{1, 0}, {1}}); err == nil {
		t.Error("vectors of two lengths were accepted")
	}
	s, err := newVectors(t.Context(), [][]float32{{1, 0}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.best(t.Context(), []float32{1, 0, 0}, 1, nil); err == nil {
		t.Error("a query of another length was accepted")
	}
}

func TestTerms(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []term
	}{
		{"", nil},
		{"住房", []term{'住', '房', pair('住', '房')}},
		{"住\n房", []term{'住', '房', pair('住', '房')}}, // a line break inside a sentence
		{"住，房", []term{'住', '房'}},
		{"數據", []term{'数', '据', pair('数', '据')}},
		{"5G网", []term{word([]rune("5")), word([]rune("g")), '网'}},
		{"４.３%", []term{word([]rune("4.3"))}},
		{"open data", []term{word([]rune("open")), word([]rune("data"))}},
	} {
		var got []term
		eachTerm(tt.text, func(x term) { got = append(got, x) })
		if len(got) == len(tt.want) {
			slices.Sort(got)
			slices.Sort(tt.want)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("terms of %q = %v, want %v", tt.text, got, tt.want)
		}
	}
}

func FuzzTerms(f *testing.F) {
	for _, s := range []string{"住房 6,000套", "\xff\xfe", "e\u0301", "㎡%℃", "R&D", "1.", ".5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := 0
		eachTerm(s, func(term) { n++ })
		if n > 4*len(s)+4 {
			t.Errorf("%d terms of %d bytes", n, len(s))
		}
		queryTerms(s, 1)
	})
}
