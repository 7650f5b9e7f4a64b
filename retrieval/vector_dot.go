package retrieval

// dotLanes is how many sums a dot product is added up in, side by side, before
// they are added to each other.
const dotLanes = 32

// dot is the dot product of two vectors of one length. It has the same bits on
// every machine: see dotSimply.
func dot(a, b []float32) float32 { return dotAsking(a, b, a) }

// dotAsking is dot, and has the memory asked meanwhile for next, which is as
// long: of vectors here and there most of the time is waiting for them.
func dotAsking(a, b, next []float32) float32 {
	b, next = b[:len(a)], next[:len(a)]
	if len(a) == 0 || len(a)%dotLanes != 0 || !dotsQuickly {
		return dotSimply(a, b)
	}
	return dotQuickly(a, b, next)
}

// dotSimply is what dot gives: the terms j, j+32, j+64 and so on are added up in
// lane j, each product and each sum rounded, then the upper half of the lanes
// is added to the lower one until one lane is left.
func dotSimply(a, b []float32) float32 {
	var lanes [dotLanes]float32
	whole := len(a) / dotLanes * dotLanes
	for at := 0; at < dotLanes; at += 8 { // lanes at a time, which have registers
		var s0, s1, s2, s3, s4, s5, s6, s7 float32
		for i := at; i < whole; i += dotLanes {
			x, y := (*[8]float32)(a[i:]), (*[8]float32)(b[i:])
			s0 += float32(x[0] * y[0])
			s1 += float32(x[1] * y[1])
			s2 += float32(x[2] * y[2])
			s3 += float32(x[3] * y[3])
			s4 += float32(x[4] * y[4])
			s5 += float32(x[5] * y[5])
			s6 += float32(x[6] * y[6])
			s7 += float32(x[7] * y[7])
		}
		*(*[8]float32)(lanes[at:]) = [8]float32{s0, s1, s2, s3, s4, s5, s6, s7}
	}
	for j, x := range a[whole:] {
		lanes[j] += float32(x * b[whole+j])
	}
	for half := dotLanes / 2; half > 0; half /= 2 {
		for j := range half {
			lanes[j] += lanes[j+half]
		}
	}
	return lanes[0]
}
