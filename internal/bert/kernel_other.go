//go:build !amd64

package bert

// assembled reports whether this machine has the instructions of the assembly.
var assembled = false

func tile(k int, a []float32, lda int, panel, start, c []float32, ldc int) {
	tileSimply(k, a, lda, panel, start, c, ldc)
}

func expSum(x []float32, shift float32) float32 { return expSumSimply(x, shift) }

func largest(x []float32) float32 { return largestSimply(x) }

func gelu(x []float32) { geluSimply(x) }
