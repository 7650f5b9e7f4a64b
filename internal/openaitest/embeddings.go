package openaitest

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"net/http"
)

// An Item is one embedding of a response.
type Item struct {
	Index  int
	Vector []float32
}

// Vector is the server's embedding of a text: hashed character bigrams, so
// that texts that share words are near each other. It is not of unit length.
func Vector(text string, dim int) []float32 {
	v := make([]float32, dim)
	runes := []rune(text)
	for i := range runes {
		h := fnv.New32a()
		_, _ = h.Write([]byte(string(runes[i:min(i+2, len(runes))])))
		v[h.Sum32()%uint32(dim)] += 1.5
	}
	return v
}

// Embeddings answers an embeddings request with what change makes of the right
// items: another order, a wrong count, a NaN, another length.
func (s *Server) Embeddings(change func([]Item) []Item) Reply {
	return func(w http.ResponseWriter, r *Request) { writeItems(w, r, change(s.items(r))) }
}

func (s *Server) embeddings(w http.ResponseWriter, r *Request) {
	if s.MaxBatch > 0 && len(r.Inputs) > s.MaxBatch {
		refuse(w, 400, "InvalidParameter", fmt.Sprintf(
			"<400> InternalError.Algo.InvalidParameter: Value error, batch size is invalid, it should not be larger than %d.: input.contents", s.MaxBatch))
		return
	}
	writeItems(w, r, s.items(r))
}

func (s *Server) items(r *Request) []Item {
	dim := s.Dim
	if r.Dimensions > 0 {
		dim = r.Dimensions
	}
	items := make([]Item, len(r.Inputs))
	for i, text := range r.Inputs {
		items[i] = Item{i, Vector(text, dim)}
	}
	return items
}

func writeItems(w http.ResponseWriter, r *Request, items []Item) {
	data := make([]map[string]any, len(items))
	for i, item := range items {
		data[i] = map[string]any{"object": "embedding", "index": item.Index, "embedding": encode(item.Vector, r.Encoding)}
	}
	writeJSON(w, 200, map[string]any{
		"object": "list", "model": r.Model, "data": data,
		"usage": map[string]int{"prompt_tokens": 1, "total_tokens": 1},
	})
}

// encode is a vector as JSON has it; a NaN, for which JSON has no number,
// becomes null, as servers written in Python and Rust send it.
func encode(v []float32, encoding string) any {
	if encoding == "base64" {
		b := make([]byte, 0, 4*len(v))
		for _, x := range v {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
		}
		return base64.StdEncoding.EncodeToString(b)
	}
	out := make([]any, len(v))
	for i, x := range v {
		if !math.IsNaN(float64(x)) && !math.IsInf(float64(x), 0) {
			out[i] = x
		}
	}
	return out
}
