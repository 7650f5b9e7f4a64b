package bert

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func randoms(seed uint64, n int, spread float32) []float32 {
	r := rand.New(rand.NewPCG(seed, 1))
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64()) * spread
	}
	return x
}

func near(t *testing.T, what string, got, want []float32, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range got {
		if d := math.Abs(float64(got[i] - want[i])); !(d <= tolerance) {
			t.Fatalf("%s: number %d is %g, want %g", what, i, got[i], want[i])
		}
	}
}

// simply runs f without assembly.
func simply(f func()) {
	was := assembled
	assembled = false
	defer func() { assembled = was }()
	f()
}

func TestMultiply(t *testing.T) {
	for _, s := range [][3]int{{1, 1, 1}, {6, 16, 16}, {7, 5, 17}, {13, 64, 33}, {97, 130, 48}, {200, 3, 16}} {
		rows, k, n := s[0], s[1], s[2]
		a := randoms(1, tall6(rows)*k, 1)
		b := randoms(2, k*n, 1)
		m := newMatrix(k, n)
		m.setRows(b, n, 0, n)
		copy(m.start, randoms(3, n, 1))
		turned := newMatrix(k, n)
		copy(turned.start, m.start)
		columns := make([]float32, k*n)
		for l := range k {
			for j := range n {
				columns[j*k+l] = b[l*n+j]
			}
		}
		turned.setColumns(columns, k, 0, n)
		near(t, "panels of columns", turned.panels, m.panels, 0)

		want := make([]float32, tall6(rows)*wide16(n))
		for i := range tall6(rows) {
			for j := range n {
				sum := float64(m.start[j])
				for l := range k {
					sum += float64(a[i*k+l]) * float64(b[l*n+j])
				}
				want[i*wide16(n)+j] = float32(sum)
			}
		}
		got := make([]float32, len(want))
		m.multiply(got, wide16(n), a, k, rows, 0, wide16(n))
		near(t, fmt.Sprint("the product of size ", s), got, want, 1e-4)
		clear(got)
		simply(func() { m.multiply(got, wide16(n), a, k, rows, 0, wide16(n)) })
		near(t, fmt.Sprint("the product without assembly of size ", s), got, want, 1e-4)
	}
}

func TestElementwise(t *testing.T) {
	x := append(randoms(4, 4096, 3), 0, -1, 1, -5, 5, -20, 20, -88, 88, -1000, 1000, 1e-30, -1e-30, 30, -30, lowest)
	top := largest(x)
	if want := largestSimply(x); top != want || top != 1000 {
		t.Errorf("largest = %g, want %g", top, want)
	}
	for i := 0; i+8 <= len(x); i += 8 {
		if got, want := largest(x[i:i+8]), largestSimply(x[i:i+8]); got != want {
			t.Errorf("largest of %v = %g", x[i:i+8], got)
		}
	}
	for _, shift := range []float32{1000, 1003} {
		got, want := append([]float32{}, x...), append([]float32{}, x...)
		a, b := expSum(got, shift), expSumSimply(want, shift)
		near(t, "exponentials", got, want, 3e-7)
		near(t, "their sum", []float32{a}, []float32{b}, 1e-5)
	}
	y := randoms(5, 4096, 2)
	shift := largest(y)
	got, want := append([]float32{}, y...), append([]float32{}, y...)
	a, b := expSum(got, shift), expSumSimply(want, shift)
	near(t, "exponentials", got, want, 3e-7)
	near(t, "their sum", []float32{a / b}, []float32{1}, 1e-6)

	got, want = append([]float32{}, x[:len(x)-1]...), append([]float32{}, x[:len(x)-1]...)
	got, want = got[:len(got)/8*8], want[:len(got)/8*8]
	gelu(got)
	geluSimply(want)
	for i := range got {
		near(t, fmt.Sprintf("gelu of %g", x[i]), got[i:i+1], want[i:i+1], 1e-6*math.Max(1, math.Abs(float64(x[i]))))
	}
}
