package retrieval

// dot is the dot product of two vectors of one length, in four sums that the
// processor adds side by side.
func dot(a, b []float32) float32 {
	var s0, s1, s2, s3 float32
	b = b[:len(a)]
	for len(a) >= 4 && len(b) >= 4 {
		s0 += float32(a[0] * b[0])
		s1 += float32(a[1] * b[1])
		s2 += float32(a[2] * b[2])
		s3 += float32(a[3] * b[3])
		a, b = a[4:], b[4:]
	}
	for i, x := range a {
		s0 += float32(x * b[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// dotCodesSimply sets out[i] to the dot product of the i-th code and query,
// for codes as long as query, one after the other.
func dotCodesSimply(codes, query []int8, out []int32) {
	for i := range out {
		var sum int32
		for j, c := range codes[i*len(query) : (i+1)*len(query)] {
			sum += int32(c) * int32(query[j])
		}
		out[i] = sum
	}
}
