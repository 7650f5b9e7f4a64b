package retrieval

import (
	"context"
	"math"
)

// hashedDim is the length of a hashed vector.
const hashedDim = 512

// Hashed is the embedder for a machine without a model. It hashes the terms
// of a text into a vector of 512 numbers with signs (Weinberger et al.,
// Feature Hashing for Large Scale Multitask Learning, 2009), damped by the
// logarithm of their count. It is deterministic and it is lexical: it finds
// what shares words, not what shares meaning.
type Hashed struct{}

// NewHashed returns the hashed embedder.
func NewHashed() Hashed { return Hashed{} }

// Model names the embedder and the form of its vectors.
func (Hashed) Model() string { return "hashed-512-v1" }

// Embed never fails.
func (h Hashed) Embed(_ context.Context, texts []string) ([][]float32, error) {
	out := make([][]float32, len(texts))
	for i, t := range texts {
		out[i] = h.vector(t)
	}
	return out, nil
}

// EmbedQuery never fails.
func (h Hashed) EmbedQuery(_ context.Context, question string) ([]float32, error) {
	return h.vector(Asked(question)), nil
}

func (Hashed) vector(text string) []float32 {
	counts := map[term]int{}
	var order []term // sums in one order give the same bits on every run
	eachTerm(text, func(t term) {
		if t.single() {
			return
		}
		if counts[t] == 0 {
			order = append(order, t)
		}
		counts[t]++
	})
	v := make([]float32, hashedDim)
	for _, t := range order {
		h := mix(uint64(t))
		w := float32(1 + math.Log(float64(counts[t])))
		if h>>63 == 1 {
			w = -w
		}
		v[h%hashedDim] += w
	}
	return unit(v)
}

// mix spreads the bits of x (the finalizer of SplitMix64).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// unit scales v to length 1, in place. A vector of zeros, as of a text of
// punctuation alone, becomes the first unit vector: every stored vector has a
// direction.
func unit(v []float32) []float32 {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if sum == 0 {
		v[0] = 1
		return v
	}
	n := float32(1 / math.Sqrt(sum))
	for i := range v {
		v[i] *= n
	}
	return v
}
