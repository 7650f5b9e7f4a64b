package retrieval

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"github.com/philippgille/chromem-go"
)

// A block is the vectors of a segment, numbered from 0, all of one length.
// chromem-go stores them, from when it is first asked for them; they are views
// into one slab. Beside it stand codes of eight bits a number, which are read
// four times as fast. It never changes.
type block struct {
	n, dim int
	store  func() (*chromem.Collection, error)
	slab   []float32

	// Vector i is scales[i] times its code, width numbers of codes, within a
	// distance of off times scales[i]; longest is what no vector's length, nor
	// that of its code, is above.
	codes   []int8
	width   int // see codeWidth
	scales  []float32
	off     float64
	longest float64
}

// newBlock copies the vectors.
func newBlock(vs [][]float32) *block {
	b := &block{n: len(vs)}
	if len(vs) == 0 || len(vs[0]) == 0 {
		return b
	}
	b.dim = len(vs[0])
	b.slab = make([]float32, 0, b.n*b.dim)
	inLargePages(columnOf[float32]{&b.slab}.room())
	for _, v := range vs {
		b.slab = append(b.slab, v...)
	}
	if coded {
		b.encode()
	}
	b.store = sync.OnceValues(b.collection)
	return b
}

// collection is the vectors as chromem-go stores them. The collection's own
// embedding function is never called: everything arrives with its vector, and
// chromem-go's default would send text to a foreign server.
func (b *block) collection() (*chromem.Collection, error) {
	refuse := func(context.Context, string) ([]float32, error) {
		return nil, errors.New("retrieval: passages arrive with their vectors")
	}
	c, err := chromem.NewDB().CreateCollection("passages", nil, refuse)
	if err != nil {
		return nil, fmt.Errorf("creating the vector collection: %w", err)
	}
	for i := range b.n {
		if err := c.AddDocument(context.Background(), chromem.Document{ID: strconv.Itoa(i), Embedding: b.vector(i)}); err != nil {
			return nil, fmt.Errorf("adding a vector: %w", err)
		}
	}
	return c, nil
}

// vector is vector i, as a view that ends where it ends.
func (b *block) vector(i int) []float32 { return b.slab[i*b.dim : (i+1)*b.dim : (i+1)*b.dim] }

func (b *block) encode() {
	b.width = codeWidth(b.dim)
	b.codes, b.scales = make([]int8, b.n*b.width), make([]float32, b.n)
	inLargePages(columnOf[int8]{&b.codes}.room())
	for i := range b.n {
		v := b.vector(i)
		scale := codeScale(v)
		off, length := encode(v, scale, b.codes[i*b.width:(i+1)*b.width])
		b.scales[i] = scale
		b.off, b.longest = max(b.off, off/float64(scale)), max(b.longest, length+off)
	}
}

// nearest asks chromem-go for the k nearest and everything as near as the last
// of them but for rounding, as it returns ties in random order and adds in
// another one: it asks for more until the worst of the answer is worse.
func (b *block) nearest(ctx context.Context, query []float32, k int) ([]int, error) {
	store, err := b.store()
	if err != nil {
		return nil, err
	}
	for n := k + 8; ; n *= 4 {
		n = min(n, b.n)
		found, err := store.QueryEmbedding(ctx, query, n, nil, nil)
		if err != nil {
			return nil, fmt.Errorf("searching the vectors: %w", err)
		}
		if n < b.n && found[len(found)-1].Similarity >= found[min(k, len(found))-1].Similarity-2*float32(rounding(b.dim)) {
			continue
		}
		items := make([]int, len(found))
		for i, r := range found {
			if items[i], err = strconv.Atoi(r.ID); err != nil {
				return nil, fmt.Errorf("chromem-go returned the unknown id %q", r.ID)
			}
		}
		return items, nil
	}
}
