package bert

import (
	"context"
	"slices"
	"sync"
)

// A span is one text among the tokens of a pass.
type span struct {
	from, n int // its tokens
	queries int // how many of them, from the first, attend
	to      int // the row of the first one's result
}

// A pass takes texts through an encoder, one below the other in one matrix, so
// that nothing is padded. Its memory is used again by the next pass.
type pass struct {
	e       *encoder
	threads int
	x       []float32 // the tokens
	qkv     []float32 // their queries, keys and values
	mixed   []float32 // what they attend to
	y       []float32 // what a layer adds to them
	middle  []float32 // the middle of a layer
	row     []byte    // a token as it stands in the file
}

// room makes v n numbers long; what they are is not defined.
func room[T any](v []T, n int) []T { return slices.Grow(v[:0], n)[:n] }

// run gives one vector a text: the first token's, or the mean of all tokens'.
// Each text has from one to e.length tokens, all known to the encoder.
func (p *pass) run(ctx context.Context, texts [][]int32, pooling Pooling) ([][]float32, error) {
	e, spans, n := p.e, make([]span, len(texts)), 0
	for i, ids := range texts {
		spans[i] = span{from: n, n: len(ids), queries: len(ids), to: n}
		n += len(ids)
	}
	rows := tall6(n) + tileRows // the last tile of a text may reach beyond the last text
	p.x, p.qkv = room(p.x, rows*e.dim), room(p.qkv, rows*3*e.dim)
	p.mixed, p.y = room(p.mixed, rows*e.dim), room(p.y, rows*e.dim)
	p.middle = room(p.middle, rows*e.hidden)
	clear(p.x[n*e.dim:])
	for i, ids := range texts {
		for j, id := range ids {
			if err := p.embed(p.x[(spans[i].from+j)*e.dim:][:e.dim], id, j); err != nil {
				return nil, err
			}
		}
	}
	for i := range e.blocks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p.layer(&e.blocks[i], spans, i == len(e.blocks)-1 && pooling == First)
	}
	out := make([][]float32, len(texts))
	for i, s := range spans {
		out[i] = make([]float32, e.dim)
		for j := range s.queries {
			for k, v := range p.x[(s.to+j)*e.dim:][:e.dim] {
				out[i][k] += v / float32(s.queries)
			}
		}
	}
	return out, nil
}

// embed sets x to the vector of a token at a position.
func (p *pass) embed(x []float32, id int32, position int) (err error) {
	if p.row, err = p.e.words.read(x, int(id)*p.e.dim, p.row); err != nil {
		return err
	}
	for k, v := range p.e.positions[position*p.e.dim:][:p.e.dim] {
		x[k] += v
	}
	normalize(x, p.e.first.scale, p.e.first.shift, p.e.epsilon)
	return nil
}

// layer takes the tokens through a layer. When only the first token of each
// text is wanted, the rows become the texts', and spans tell so.
func (p *pass) layer(l *block, spans []span, onlyFirst bool) {
	e := p.e
	rows := spans[len(spans)-1].from + spans[len(spans)-1].n
	p.multiply(p.qkv, p.x, l.qkv, rows)
	if onlyFirst {
		for i := range spans {
			copy(p.x[i*e.dim:], p.x[spans[i].from*e.dim:][:e.dim])
			spans[i].queries, spans[i].to = 1, i
		}
		rows = len(spans)
	}
	p.attend(spans)
	p.multiply(p.y, p.mixed, l.out, rows)
	p.add(rows, l.after)
	p.multiply(p.middle, p.x, l.up, rows)
	p.share(rows, func(from, to int) { gelu(p.middle[from*e.hidden : to*e.hidden]) })
	p.multiply(p.y, p.middle, l.down, rows)
	p.add(rows, l.last)
}

// multiply sets c to the first rows of a times m.
func (p *pass) multiply(c, a []float32, m *matrix, rows int) {
	n := wide16(m.n)
	p.share(n/panelWidth, func(from, to int) {
		m.multiply(c, n, a, m.k, rows, from*panelWidth, to*panelWidth)
	})
}

// add adds y to x and normalizes the rows.
func (p *pass) add(rows int, s scaling) {
	dim := p.e.dim
	p.share(rows, func(from, to int) {
		for i := from; i < to; i++ {
			x := p.x[i*dim : (i+1)*dim]
			for k, v := range p.y[i*dim : (i+1)*dim] {
				x[k] += v
			}
			normalize(x, s.scale, s.shift, p.e.epsilon)
		}
	})
}

// attend sets mixed to what each head of each text attends to.
func (p *pass) attend(spans []span) {
	heads := p.e.heads
	p.share(len(spans)*heads, func(from, to int) {
		h := headMemory.Get().(*head)
		defer headMemory.Put(h)
		for i := from; i < to; i++ {
			h.attend(p, spans[i/heads], i%heads)
		}
	})
}

// A head is the memory that attention works in.
type head struct {
	keys, values   matrix
	scores, result []float32
}

var headMemory = sync.Pool{New: func() any { return new(head) }}

// attend works out one head of one text: every token's mean of the values,
// weighted by the exponential of its query times their keys.
func (h *head) attend(p *pass, s span, number int) {
	dim, width := p.e.dim, p.e.dim/p.e.heads
	all := p.qkv[s.from*3*dim+number*width:]
	columns, deep := wide16(s.n), wide16(width)
	h.keys.resize(width, s.n)
	h.keys.setColumns(all[dim:], 3*dim, 0, s.n)
	for j := s.n; j < columns; j++ {
		h.keys.start[j] = lowest
	}
	h.values.resize(s.n, width)
	h.values.setRows(all[2*dim:], 3*dim, 0, width)
	h.scores = room(h.scores, tall6(s.queries)*columns)
	h.result = room(h.result, tall6(s.queries)*deep)
	h.keys.multiply(h.scores, columns, all, 3*dim, s.queries, 0, columns)
	sums := make([]float32, s.queries)
	for i := range sums {
		row := h.scores[i*columns : (i+1)*columns]
		sums[i] = expSum(row, largest(row))
	}
	h.values.multiply(h.result, deep, h.scores, columns, s.queries, 0, deep)
	for i, sum := range sums {
		to := p.mixed[(s.to+i)*dim+number*width:][:width]
		for k := range to {
			to[k] = h.result[i*deep+k] / sum
		}
	}
}

// share splits n pieces of work among the pass's threads.
func (p *pass) share(n int, work func(from, to int)) {
	threads := min(p.threads, n)
	if threads <= 1 {
		work(0, n)
		return
	}
	var wait sync.WaitGroup
	for i := range threads {
		wait.Go(func() { work(n*i/threads, n*(i+1)/threads) })
	}
	wait.Wait()
}
