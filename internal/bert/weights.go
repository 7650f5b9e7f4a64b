package bert

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// Limits of the sizes that weights may have.
const (
	maxLayers = 128
	maxDim    = 1 << 13
	maxHidden = 1 << 15
	maxLength = 1 << 13 // tokens of a text
)

// A block is one layer of an encoder.
type block struct {
	qkv           *matrix // queries, keys and values side by side; queries divided by √(width of a head)
	out, up, down *matrix
	after, last   scaling
}

// A scaling is what follows a normalization.
type scaling struct{ scale, shift []float32 }

// An encoder is the weights of a model.
type encoder struct {
	dim, heads, hidden int
	length             int       // positions that there are
	words              tensor    // a row for each piece of a word, read when it is used
	positions          []float32 // with the first token type, which all tokens have
	first              scaling
	blocks             []block
	epsilon            float32
}

// parseWeights reads what weights a file has, whose first bytes tell its form: a
// safetensors header begins with the brace of its JSON.
func parseWeights(file io.ReaderAt, size int64) (tensors, error) {
	start := make([]byte, 9)
	if _, err := file.ReadAt(start, 0); err == nil && start[8] == '{' {
		return readSafetensors(file, size)
	}
	return readONNX(file, size)
}

// A builder takes an encoder's weights out of a file. The first error stays.
type builder struct {
	all    tensors
	prefix string // of all names
	err    error

	numbers []float32 // of the tensor that passes
	bytes   []byte    // the same as the file has them
}

func (b *builder) fail(format string, args ...any) {
	if b.err == nil {
		b.err = fmt.Errorf(format, args...)
	}
}

// vector is a tensor of n numbers.
func (b *builder) vector(name string, n int) []float32 { return slices.Clone(b.passing(name, n)) }

// passing is a tensor of n numbers, in memory that the next one uses again.
func (b *builder) passing(name string, n int) []float32 {
	t, ok := b.all[b.prefix+name]
	if !ok {
		b.fail("the weights lack %q", name)
	}
	if t.count() != n {
		b.fail("the weights have %q in the shape %v, not %d numbers", name, t.dims, n)
	}
	b.numbers = room(b.numbers, n)
	if b.err != nil {
		return b.numbers
	}
	var err error
	if b.bytes, err = t.read(b.numbers, 0, b.bytes); err != nil {
		b.fail("%w", err)
	}
	b.finite(name, b.numbers)
	return b.numbers
}

func (b *builder) finite(name string, v []float32) {
	for _, x := range v {
		if math.Float32bits(x)&0x7f800000 == 0x7f800000 {
			b.fail("the weights have a number in %q that is not finite", name)
			return
		}
	}
}

// shaped reports whether the weights have a linear map of in to out numbers.
// Only then is memory taken for it: a file of a few bytes may claim any size.
func (b *builder) shaped(name string, in, out int) bool {
	weight := b.prefix + name + ".weight"
	t, ok := b.all[weight+byColumn]
	want := []int{in, out}
	if !ok {
		t, ok = b.all[weight]
		want = []int{out, in}
	}
	switch {
	case !ok:
		b.fail("the weights lack %q", weight)
	case !slices.Equal(t.dims, want):
		b.fail("the weights have %q in the shape %v, not %v", weight, t.dims, want)
	}
	return b.err == nil
}

// linear puts a linear map that is shaped so into the columns of m from column
// on.
func (b *builder) linear(m *matrix, name string, out, column int) {
	copy(m.start[column:], b.vector(name+".bias", out))
	weight := name + ".weight"
	if _, turned := b.all[b.prefix+weight+byColumn]; turned {
		m.setRows(b.passing(weight+byColumn, m.k*out), out, column, out)
	} else {
		m.setColumns(b.passing(weight, m.k*out), m.k, column, out)
	}
}

func (b *builder) scaling(name string, n int) scaling {
	return scaling{b.vector(name+".weight", n), b.vector(name+".bias", n)}
}

// rows is how many rows of width numbers a tensor has.
func (b *builder) rows(name string, width int) int {
	t, ok := b.all[b.prefix+name]
	if !ok || len(t.dims) != 2 || t.dims[1] != width || t.dims[0] == 0 {
		b.fail("the weights have %q in the shape %v, not rows of %d", name, t.dims, width)
		return 1
	}
	return t.dims[0]
}

// The names of BERT's tensors.
const (
	wordRows     = "embeddings.word_embeddings.weight"
	positionRows = "embeddings.position_embeddings.weight"
	typeRows     = "embeddings.token_type_embeddings.weight"
)

// newEncoder builds an encoder; its sizes are those of the tensors.
func newEncoder(all tensors, heads int, epsilon float32) (*encoder, error) {
	b := &builder{all: all}
	for name := range all {
		if p, ok := strings.CutSuffix(name, wordRows); ok && (b.prefix == "" || len(p) < len(b.prefix)) {
			b.prefix = p
		}
	}
	words, ok := all[b.prefix+wordRows]
	if !ok || len(words.dims) != 2 || words.dims[0] == 0 {
		return nil, fmt.Errorf("the weights lack %q: they are not of a BERT model", wordRows)
	}
	// Of many rows few are used: only that they can be read is tried here. A number
	// in them that is not finite shows in the vector.
	e := &encoder{dim: words.dims[1], heads: heads, epsilon: epsilon, words: words}
	if e.dim == 0 || e.dim > maxDim || e.dim%panelWidth != 0 || heads <= 0 || e.dim%heads != 0 {
		return nil, fmt.Errorf("a model of %d numbers a token in %d heads cannot be used", e.dim, heads)
	}
	if _, err := words.read(make([]float32, e.dim), 0, nil); err != nil {
		return nil, err
	}
	e.length = b.rows(positionRows, e.dim)
	if e.length > maxLength {
		return nil, fmt.Errorf("a model of %d positions cannot be used", e.length)
	}
	e.positions = b.vector(positionRows, e.length*e.dim)
	types := b.vector(typeRows, b.rows(typeRows, e.dim)*e.dim)
	if b.err != nil {
		return nil, b.err
	}
	for i := range e.positions {
		e.positions[i] += types[i%e.dim]
	}
	e.first = b.scaling("embeddings.LayerNorm", e.dim)
	b.blocks(e)
	return e, b.err
}

func (b *builder) blocks(e *encoder) {
	for n := 0; b.err == nil; n++ {
		at := fmt.Sprintf("encoder.layer.%d.", n)
		bias, ok := b.all[b.prefix+at+"intermediate.dense.bias"]
		if !ok {
			break
		}
		if n == maxLayers {
			b.fail("the weights have more than %d layers", maxLayers)
		}
		e.hidden = bias.count()
		if e.hidden == 0 || e.hidden > maxHidden || e.hidden%panelWidth != 0 {
			b.fail("a model of %d numbers in its middle layers cannot be used", e.hidden)
			return
		}
		e.blocks = append(e.blocks, b.block(e, at))
	}
	if len(e.blocks) == 0 && b.err == nil {
		b.err = errors.New("the weights have no layers")
	}
}

func (b *builder) block(e *encoder, at string) block {
	query, key, value := at+"attention.self.query", at+"attention.self.key", at+"attention.self.value"
	out, up, down := at+"attention.output.dense", at+"intermediate.dense", at+"output.dense"
	if !b.shaped(query, e.dim, e.dim) || !b.shaped(key, e.dim, e.dim) || !b.shaped(value, e.dim, e.dim) ||
		!b.shaped(out, e.dim, e.dim) || !b.shaped(up, e.dim, e.hidden) || !b.shaped(down, e.hidden, e.dim) {
		return block{}
	}
	l := block{
		qkv: newMatrix(e.dim, 3*e.dim), out: newMatrix(e.dim, e.dim),
		up: newMatrix(e.dim, e.hidden), down: newMatrix(e.hidden, e.dim),
	}
	for i, name := range []string{query, key, value} {
		b.linear(l.qkv, name, e.dim, i*e.dim)
	}
	root := float32(1 / math.Sqrt(float64(e.dim/e.heads)))
	for _, queries := range [][]float32{l.qkv.panels[:e.dim*e.dim], l.qkv.start[:e.dim]} {
		for i := range queries {
			queries[i] *= root
		}
	}
	b.linear(l.out, out, e.dim, 0)
	b.linear(l.up, up, e.hidden, 0)
	b.linear(l.down, down, e.dim, 0)
	l.after = b.scaling(at+"attention.output.LayerNorm", e.dim)
	l.last = b.scaling(at+"output.LayerNorm", e.dim)
	return l
}
