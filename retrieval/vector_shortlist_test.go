package retrieval

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestShortlistKeepsTheNearest tells a list between what similarities lie, but
// for those of which it needs no word: it has the k nearest, of which k reach
// what it says.
func TestShortlistKeepsTheNearest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 20).Draw(t, "k")
		// Beyond 1, as vectors that are no unit vectors have them, too.
		similarity := rapid.OneOf(rapid.Float32Range(-1.5, 1.5), rapid.Float32Range(.3, .31), rapid.SampledFrom([]float32{-1, 0, .5, 1}))
		similarities := rapid.SliceOfN(similarity, 1, 100).Draw(t, "similarities")
		const off = 0.01
		l := borrowShortlist(k)
		defer l.release()
		for at := 0; at < len(similarities); {
			var told []bounded
			least := l.below()
			for range rapid.IntRange(1, 30).Draw(t, "told together") {
				if at == len(similarities) {
					break
				}
				// The true similarity lies anywhere between the bounds.
				near := similarities[at] + off*rapid.Float32Range(-.9, .9).Draw(t, "error")
				if near+off >= least {
					told = append(told, bounded{at, binOf(near - off), near + off})
				}
				at++
			}
			l.add(told)
		}
		last := slices.Sorted(slices.Values(similarities))[max(0, len(similarities)-k)]
		reach := 0
		for i, s := range similarities {
			at := slices.IndexFunc(l.items, func(x bounded) bool { return x.item == i })
			if at < 0 && s >= last {
				t.Fatalf("%v is among the %d nearest, from %v on, and not listed", s, k, last)
			}
			if at >= 0 && l.items[at].bin >= l.reach {
				reach++
				if s < binFrom(l.reach) {
					t.Errorf("%v reaches %v", s, binFrom(l.reach))
				}
			}
		}
		if reach < min(k, len(similarities)) {
			t.Errorf("%d of %d reach %v, want %d", reach, len(similarities), binFrom(l.reach), k)
		}
	})
}

func TestBins(t *testing.T) {
	for _, s := range []float32{-2, -1, -.9995, -.5, 0, .1, .3, .9999, 1, 2, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN())} {
		bin := binOf(s)
		if bin < 0 || bin >= shortlistBins || s == s && s < binFrom(bin) || bin+1 < shortlistBins && s >= binFrom(bin+1) {
			t.Errorf("bin of %v = %d, from %v", s, bin, binFrom(bin))
		}
	}
}

func TestKernelsMarkAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 150).Draw(t, "items")
		sums := rapid.SliceOfN(rapid.Int32Range(-9, 9), n, n).Draw(t, "sums")
		scales := rapid.SliceOfN(rapid.SampledFrom([]float32{.1, .3, 1}), n, n).Draw(t, "scales")
		more, least := rapid.Float32Range(0, 3).Draw(t, "more"), rapid.SampledFrom([]float32{float32(math.Inf(-1)), -1, 0, .7, 3}).Draw(t, "least")
		var want []int
		for i := range n {
			if float32(scales[i]*float32(float32(sums[i])+more)) >= least {
				want = append(want, i)
			}
		}
		for _, k := range kernels {
			var marks scanMarks
			for i := range marks {
				marks[i] = rapid.Uint64().Draw(t, "of before")
			}
			k.mark(sums, scales, more, least, &marks)
			if got := slices.Collect(marks.each(n)); !slices.Equal(got, want) {
				t.Fatalf("%s marks %v, want %v", k.name, got, want)
			}
		}
	})
}
