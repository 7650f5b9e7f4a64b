package main

import "math"

// rounds is how often the directions are turned towards those in which the
// vectors differ the most; more change nothing that is left after rounding.
const rounds = 60

// reduce centres vectors, turns them so that the directions in which they
// differ the most come first, cuts them to dim numbers and gives them length 1.
// It is principal component analysis by orthogonal iteration.
func reduce(vectors [][]float32, dim int) [][]float64 {
	rows := centred(vectors)
	axes := principal(covariance(rows), dim)
	out := make([][]float64, len(rows))
	for i, row := range rows {
		out[i] = make([]float64, dim)
		for k, axis := range axes {
			out[i][k] = dot(row, axis)
		}
		scale(out[i], 1/max(length(out[i]), 1e-12))
	}
	return out
}

func centred(vectors [][]float32) [][]float64 {
	mean := make([]float64, len(vectors[0]))
	for _, v := range vectors {
		for j, x := range v {
			mean[j] += float64(x) / float64(len(vectors))
		}
	}
	rows := make([][]float64, len(vectors))
	for i, v := range vectors {
		rows[i] = make([]float64, len(v))
		for j, x := range v {
			rows[i][j] = float64(x) - mean[j]
		}
	}
	return rows
}

func covariance(rows [][]float64) [][]float64 {
	n := len(rows[0])
	c := make([][]float64, n)
	for i := range c {
		c[i] = make([]float64, n)
	}
	for _, row := range rows {
		for i, x := range row {
			for j, y := range row[:i+1] {
				c[i][j] += x * y
			}
		}
	}
	for i := range c {
		for j := range i {
			c[j][i] = c[i][j]
		}
	}
	return c
}

// principal are the first dim axes of a symmetric matrix, orthogonal, each of
// length 1.
func principal(c [][]float64, dim int) [][]float64 {
	axes := make([][]float64, dim)
	for k := range axes {
		axes[k] = make([]float64, len(c))
		axes[k][k*len(c)/dim] = 1
	}
	for range rounds {
		next := make([][]float64, dim)
		for k, axis := range axes {
			next[k] = make([]float64, len(c))
			for i, row := range c {
				next[k][i] = dot(row, axis)
			}
			for _, before := range next[:k] {
				along := dot(next[k], before)
				for i, x := range before {
					next[k][i] -= along * x
				}
			}
			scale(next[k], 1/max(length(next[k]), 1e-12))
		}
		axes = next
	}
	return axes
}

// small writes a vector of length 1 as signed bytes in which a length of 1 is
// scale.
func small(v []float64, scale float64) []byte {
	out := make([]byte, len(v))
	for i, x := range v {
		out[i] = byte(int8(math.Round(max(-127, min(127, x*scale)))))
	}
	return out
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}

func length(v []float64) float64 { return math.Sqrt(dot(v, v)) }

func scale(v []float64, by float64) {
	for i := range v {
		v[i] *= by
	}
}
