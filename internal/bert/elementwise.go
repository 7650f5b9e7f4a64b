package bert

import "math"

// lowest is a score that leaves no weight to what has it.
const lowest = -1e30

// expSumSimply sets x to the exponentials of x minus shift and returns their
// sum.
func expSumSimply(x []float32, shift float32) float32 {
	var sum float64
	for i, v := range x {
		e := math.Exp(float64(v - shift))
		x[i] = float32(e)
		sum += e
	}
	return float32(sum)
}

func largestSimply(x []float32) float32 {
	top := x[0]
	for _, v := range x {
		top = max(top, v)
	}
	return top
}

// geluSimply sets x to its Gaussian error linear units (Hendrycks and Gimpel,
// 2016): x/2 (1 + erf(x/√2)).
func geluSimply(x []float32) {
	for i, v := range x {
		x[i] = v / 2 * float32(1+math.Erf(float64(v)/math.Sqrt2))
	}
}

// normalize gives x the mean 0 and the variance 1, then scales and shifts it.
func normalize(x, scale, shift []float32, epsilon float32) {
	var sum float32
	for _, v := range x {
		sum += v
	}
	mean := sum / float32(len(x))
	var squares float32
	for _, v := range x {
		squares += (v - mean) * (v - mean)
	}
	factor := float32(1 / math.Sqrt(float64(squares/float32(len(x))+epsilon)))
	scale, shift = scale[:len(x)], shift[:len(x)]
	for i, v := range x {
		x[i] = (v-mean)*factor*scale[i] + shift[i]
	}
}
