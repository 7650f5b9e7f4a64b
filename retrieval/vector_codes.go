package retrieval

import (
	"iter"
	"math"
	"math/bits"
)

// codedTogether is how many queries at most are multiplied with a code while it
// is in the processor.
const codedTogether = 4

// Coded queries are up to codedTogether queries as codes.
type codedQueries struct {
	n, width int
	codes    []int8               // codedTogether of them, one after the other; zeros behind the n-th
	sizes    []int8               // the same without signs
	shift    [codedTogether]int32 // 128 times the sum of a code's numbers
}

// codeSums are the dot products of each query with some codes.
type codeSums [codedTogether][scanStep]int32

// codeQueries joins codes of one width.
func codeQueries(codes [][]int8) *codedQueries {
	width := len(codes[0])
	q := &codedQueries{n: len(codes), width: width, codes: make([]int8, codedTogether*width), sizes: make([]int8, codedTogether*width)}
	for i, code := range codes {
		copy(q.codes[i*width:], code)
		for j, c := range code {
			q.sizes[i*width+j] = max(c, -c)
			q.shift[i] += 128 * int32(c)
		}
	}
	return q
}

// A kernel is a way to multiply codes.
type kernel struct {
	name string
	// multiply sets out[i][j] to the dot product of query i and the j-th of n
	// codes, which stand one after the other. No number of a code is -128, and
	// their width is a multiple of 64. Wanted soon is what is next codes farther on.
	multiply func(codes []int8, q *codedQueries, n, next int, out *codeSums)
	// mark marks each i for which scales[i] * (sums[i] + more), each step rounded,
	// is least or more.
	mark func(sums []int32, scales []float32, more, least float32, marks *scanMarks)
}

// kernels are those that this machine has, the fastest last. They give the same
// numbers.
var kernels = append([]kernel{{"plain", multiplySimply, markSimply}}, machineKernels()...)

// coded reports whether this machine multiplies codes faster than numbers.
var coded = len(kernels) > 1

func multiplySimply(codes []int8, q *codedQueries, n, _ int, out *codeSums) {
	for i := range q.n {
		query := q.codes[i*q.width : (i+1)*q.width]
		for j := range n {
			var sum int32
			for at, c := range codes[j*q.width : (j+1)*q.width] {
				sum += int32(c) * int32(query[at])
			}
			out[i][j] = sum
		}
	}
}

// scanMarks are a bit for each item of a step.
type scanMarks [scanStep / 64]uint64

// each yields the marked ones of the first n items.
func (m *scanMarks) each(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for at, word := range m[:(n+63)/64] {
			for ; word != 0; word &= word - 1 {
				if !yield(64*at + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

func markSimply(sums []int32, scales []float32, more, least float32, marks *scanMarks) {
	clear(marks[:])
	markFrom(0, sums, scales, more, least, marks)
}

// markFrom is markSimply from an item on.
func markFrom(first int, sums []int32, scales []float32, more, least float32, marks *scanMarks) {
	for i := first; i < len(sums); i++ {
		if scales[i]*(float32(sums[i])+more) >= least {
			marks[i/64] |= 1 << (i % 64)
		}
	}
}

// encode sets code to the numbers of v, of which scale is one. off is how far
// it is from v, length is the length of v.
func encode(v []float32, scale float32, code []int8) (off, length float64) {
	for j, x := range v {
		c := math.Round(float64(x) / float64(scale))
		code[j] = int8(c)
		d := float64(x) - c*float64(scale)
		off += d * d
		length += float64(x) * float64(x)
	}
	return math.Sqrt(off), math.Sqrt(length)
}

// codeWidth is how many numbers a code of a vector has: zeros fill it up.
func codeWidth(dim int) int { return (dim + 63) / 64 * 64 }

// codeScale is what a code's one stands for, so that the greatest number is 127.
func codeScale(v []float32) float32 {
	var most float32
	for _, x := range v {
		most = max(most, x, -x)
	}
	if s := most / 127; s > 0 && !math.IsInf(float64(s), 0) {
		return s
	}
	return 1
}
