package retrieval

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

// similarity is the cosine of query and vector i.
func (s *vectors) similarity(query []float32, i int) float64 {
	return float64(dot(s.vector(i), query))
}

// TestVectorsAreExact holds chromem-go's answers, as we order them, and those
// of the scan against a plain one: the same numbers in the same order, ties
// included.
func TestVectorsAreExact(t *testing.T) {
	can := coded
	defer func() { coded = can }()
	rapid.Check(t, func(t *rapid.T) {
		coded = rapid.Bool().Draw(t, "coded")
		dim := rapid.SampledFrom([]int{2, 3, 6, 32, 33}).Draw(t, "dimension")
		vector := func(name string) []float32 {
			v := make([]float32, dim)
			for i := range v[:min(dim, 7)] {
				v[dim-1-i] = float32(rapid.IntRange(-2, 2).Draw(t, name))
			}
			return unit(v)
		}
		var blocks []*block
		for range rapid.IntRange(1, 4).Draw(t, "blocks") {
			var vs [][]float32
			for range rapid.IntRange(1, 40).Draw(t, "vectors") {
				vs = append(vs, vector("vector"))
			}
			blocks = append(blocks, newBlock(vs))
		}
		s := newVectors(blocks)
		s.kernel = rapid.SampledFrom(kernels).Draw(t, "kernel")
		q, k := vector("query"), rapid.IntRange(1, 90).Draw(t, "k")
		for _, keep := range []func(int) bool{nil, func(i int) bool { return i%3 != 1 }} {
			var want []ranked
			for i := range s.n {
				if keep == nil || keep(i) {
					want = append(want, ranked{i, s.similarity(q, i)})
				}
			}
			want = first(want, k)
			for _, s.from = range []int{0, scanFrom} {
				got, err := s.best(context.Background(), q, k, runsOf(s.n, keep))
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(got, want) {
					t.Fatalf("from %d, best(%d) = %v, want %v", s.from, k, got, want)
				}
			}
		}
	})
}

// runsOf are those of n items that keep lets through, if there is one, in order.
func runsOf(n int, keep func(item int) bool) (rs []run) {
	for i := range n {
		if keep == nil || keep(i) {
			if last := len(rs) - 1; last >= 0 && rs[last].to == i {
				rs[last].to++
			} else {
				rs = append(rs, run{i, i + 1})
			}
		}
	}
	return rs
}

// scattered are unit vectors in all directions.
func scattered(n, dim int) [][]float32 {
	dice := rand.New(rand.NewPCG(3, 4))
	vs := make([][]float32, n)
	for i := range vs {
		vs[i] = make([]float32, dim)
		for j := range vs[i] {
			vs[i][j] = float32(dice.NormFloat64())
		}
		unit(vs[i])
	}
	return vs
}

// TestScanIsExact has many callers share scans of vectors that are no round
// numbers, some of whom do not wait, in each way to multiply codes.
func TestScanIsExact(t *testing.T) {
	defer goleak.VerifyNone(t)
	const n, dim, k = scanAlone + 1000, 100, 20
	vs := scattered(n+40, dim)
	for _, kernel := range kernels {
		s := newVectors([]*block{newBlock(vs[:n/3]), newBlock(vs[n/3 : n])})
		s.kernel = kernel
		t.Run(kernel.name, func(t *testing.T) { scanAtOnce(t, s, vs[n:], k) })
	}
}

// scanAtOnce holds the k nearest to each query against a plain search.
func scanAtOnce(t *testing.T, s *vectors, queries [][]float32, k int) {
	n := s.n
	var group sync.WaitGroup
	for i, q := range queries {
		group.Go(func() {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if i%5 == 0 {
				cancel()
			}
			got, err := s.best(ctx, q, k, []run{{0, n}})
			if errors.Is(err, context.Canceled) && i%5 == 0 {
				return
			}
			if err != nil {
				t.Error(err)
			}
			var want []ranked
			for j := range n {
				want = append(want, ranked{j, s.similarity(q, j)})
			}
			if !slices.Equal(got, first(want, k)) {
				t.Errorf("query %d: %v, want %v", i, got, want[:k])
			}
		})
	}
	group.Wait()
	if got := len(s.queue.waiting); got > 0 || s.queue.busy {
		t.Errorf("%d queries wait when all are done, busy: %v", got, s.queue.busy)
	}
}

// TestScanKnowsItsError holds the bounds of a scan against the similarities.
// The code of a vector along an axis is exact: of two such only the other errs.
func TestScanKnowsItsError(t *testing.T) {
	can := coded
	defer func() { coded = can }()
	const dim = 48
	axes := make([][]float32, dim)
	for i := range axes {
		axes[i] = make([]float32, dim)
		axes[i][i] = 1
	}
	vs := scattered(200, dim)
	for _, coded = range []bool{true, false} {
		s := newVectors([]*block{newBlock(axes), newBlock(vs[:100])})
		for _, query := range slices.Concat(axes, vs[100:]) {
			q := s.newScan(query, s.n, []run{{0, s.n}})
			s.scan([]*scan{q})
			if len(q.list.items) != s.n {
				t.Fatalf("%d items are listed, want all %d", len(q.list.items), s.n)
			}
			for _, x := range q.list.items {
				if is := float32(s.similarity(query, x.item)); is < binFrom(x.bin) || is > x.high {
					t.Errorf("coded %v: the similarity is %v, said to be between %v and %v", coded, is, binFrom(x.bin), x.high)
				}
			}
		}
	}
}

// TestDotHasTheSameBits holds the machine's dot product against the plain one.
func TestDotHasTheSameBits(t *testing.T) {
	if !dotsQuickly {
		t.Skip("this machine has the plain one alone")
	}
	rapid.Check(t, func(t *rapid.T) {
		n := dotLanes * rapid.IntRange(1, 6).Draw(t, "blocks")
		a := rapid.SliceOfN(rapid.Float32Range(-1, 1), n, n).Draw(t, "a")
		b := rapid.SliceOfN(rapid.Float32Range(-1, 1), n, n).Draw(t, "b")
		if got, want := dotQuickly(a, b, b), dotSimply(a, b); math.Float32bits(got) != math.Float32bits(want) {
			t.Fatalf("dotQuickly = %v, want %v", got, want)
		}
	})
	vs := scattered(2, 512) // numbers whose sums are rounded everywhere
	for n := dotLanes; n <= 512; n += dotLanes {
		if got, want := dotQuickly(vs[0][:n], vs[1][:n], vs[0]), dotSimply(vs[0][:n], vs[1][:n]); math.Float32bits(got) != math.Float32bits(want) {
			t.Errorf("dotQuickly of %d numbers = %v, want %v", n, got, want)
		}
	}
}

// TestDotAddsAll holds the plain dot product, of lengths around its lanes,
// against exact sums.
func TestDotAddsAll(t *testing.T) {
	for n := range 3*dotLanes + 2 {
		a, b, want := make([]float32, n), make([]float32, n), 0
		for i := range n {
			a[i], b[i] = float32(i+1), float32(n-2*i)
			want += (i + 1) * (n - 2*i)
		}
		if got := dot(a, b); got != float32(want) {
			t.Errorf("dot of %d numbers = %v, want %v", n, got, want)
		}
	}
}

// TestKernelsMultiplyAlike holds all ways to multiply codes that the machine
// has against the plain one, which is held against what it says.
func TestKernelsMultiplyAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width, n := 64*rapid.IntRange(1, 5).Draw(t, "width"), rapid.IntRange(0, 19).Draw(t, "codes")
		number := rapid.OneOf(rapid.Int8Range(-127, 127), rapid.SampledFrom([]int8{-127, 127}))
		codes := rapid.SliceOfN(number, n*width, n*width).Draw(t, "code")
		queries := rapid.SliceOfN(rapid.SliceOfN(number, width, width), 1, codedTogether).Draw(t, "queries")
		var want codeSums
		for i, q := range queries {
			for j := range n {
				for at, c := range codes[j*width : (j+1)*width] {
					want[i][j] += int32(c) * int32(q[at])
				}
			}
		}
		for _, k := range kernels {
			var got codeSums
			k.multiply(codes, codeQueries(queries), n, 8, &got)
			for i := range queries {
				if !slices.Equal(got[i][:n], want[i][:n]) {
					t.Fatalf("%s gives %v for query %d, want %v", k.name, got[i][:n], i, want[i][:n])
				}
			}
		}
	})
}

func TestVectorsRefuseAnotherLength(t *testing.T) {
	doc := &Document{ID: "a"}
	_, err := newView(Corpus{}, func(yield func(Entry, error) bool) {
		_ = yield(Entry{Doc: doc, Vector: []float32{1, 0}}, nil) && yield(Entry{Doc: doc, Vector: []float32{1}}, nil)
	})
	if err == nil {
		t.Error("vectors of two lengths were accepted")
	}
	if _, err := newVectors([]*block{newBlock([][]float32{{1, 0}})}).best(t.Context(), []float32{1, 0, 0}, 1, []run{{0, 1}}); err == nil {
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
