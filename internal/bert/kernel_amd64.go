package bert

import "golang.org/x/sys/cpu"

// assembled reports whether this machine has the instructions of the assembly.
var assembled = cpu.X86.HasAVX2 && cpu.X86.HasFMA

//go:noescape
func tileAVX2(k int, a *float32, lda int, panel, start, c *float32, ldc int)

//go:noescape
func expSumAVX2(x *float32, n int, shift float32) float32

//go:noescape
func largestAVX2(x *float32, n int) float32

//go:noescape
func geluAVX2(x *float32, n int)

// tile sets the tileRows by panelWidth numbers of c, ldc apart, to start plus
// the product of a, whose rows stand lda apart, and a panel of k rows.
func tile(k int, a []float32, lda int, panel, start, c []float32, ldc int) {
	if !assembled || k == 0 {
		tileSimply(k, a, lda, panel, start, c, ldc)
		return
	}
	_, _, _, _ = a[(tileRows-1)*lda+k-1], panel[k*panelWidth-1], start[panelWidth-1], c[(tileRows-1)*ldc+panelWidth-1]
	tileAVX2(k, &a[0], lda, &panel[0], &start[0], &c[0], ldc)
}

// expSum sets x, a multiple of 8 numbers, to the exponentials of x minus
// shift, which is not below any of them, and returns their sum.
func expSum(x []float32, shift float32) float32 {
	if !assembled || len(x) == 0 {
		return expSumSimply(x, shift)
	}
	return expSumAVX2(&x[0], len(x), shift)
}

// largest is the largest of a positive multiple of 8 numbers.
func largest(x []float32) float32 {
	if !assembled || len(x) == 0 {
		return largestSimply(x)
	}
	return largestAVX2(&x[0], len(x))
}

// gelu sets x, a multiple of 8 numbers, to its Gaussian error linear units.
func gelu(x []float32) {
	if !assembled || len(x) == 0 {
		geluSimply(x)
		return
	}
	geluAVX2(&x[0], len(x))
}
