package retrieval

import "golang.org/x/sys/cpu"

func machineKernels() (ks []kernel) {
	if cpu.X86.HasAVX2 {
		ks = append(ks, kernel{"AVX2", multiplyAVX2, markAVX2})
	}
	if cpu.X86.HasAVX2 && cpu.X86.HasAVX512F && cpu.X86.HasAVX512VL && cpu.X86.HasAVX512VNNI {
		ks = append(ks, kernel{"AVX-512 VNNI", multiplyVNNI, markAVX2})
	}
	return ks
}

//go:noescape
func dotCodesAVX2(codes, query, size *int8, width int, out *int32, n int)

func multiplyAVX2(codes []int8, q *codedQueries, n, _ int, out *codeSums) {
	if n == 0 {
		return
	}
	_, _ = codes[n*q.width-1], out[0][n-1]
	for i := range q.n {
		dotCodesAVX2(&codes[0], &q.codes[i*q.width], &q.sizes[i*q.width], q.width, &out[i][0], n)
	}
}

//go:noescape
func dotCodesVNNI(codes, query *int8, width int, shift int32, out *int32, n int, ahead int)

//go:noescape
func dotCodesTogetherVNNI(codes, queries *int8, width int, shift *[codedTogether]int32, out *codeSums, n int)

func multiplyVNNI(codes []int8, q *codedQueries, n, next int, out *codeSums) {
	if n == 0 {
		return
	}
	_, _ = codes[n*q.width-1], out[0][n-1]
	done := 0
	if q.n > 1 {
		done = n &^ 3
		dotCodesTogetherVNNI(&codes[0], &q.codes[0], q.width, &q.shift, out, done)
	}
	if done == n {
		return
	}
	for i := range q.n {
		dotCodesVNNI(&codes[done*q.width], &q.codes[i*q.width], q.width, q.shift[i], &out[i][done], n-done, next*q.width)
	}
}

//go:noescape
func markCodesAVX2(sums *int32, scales *float32, n int, more, least float32, marks *scanMarks)

func markAVX2(sums []int32, scales []float32, more, least float32, marks *scanMarks) {
	clear(marks[:])
	done := len(sums) &^ 7
	if done > 0 {
		_, _ = scales[done-1], marks[(done-1)/64]
		markCodesAVX2(&sums[0], &scales[0], done, more, least, marks)
	}
	markFrom(done, sums, scales, more, least, marks)
}
