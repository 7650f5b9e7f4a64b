package retrieval

import "sync"

// fewShare says what few items of a part are: one in so many at most. Only they
// are scored then, instead of all that hold a term.
const fewShare = 8

// chosen are the items of a part that lie in the runs, by their numbers there;
// all says that they are so many that the whole part may as well be scored.
func (p *part) chosen(in []run) (few []uint16, all bool) {
	n := 0
	for r := range cutRuns(in, p.first, p.first+len(p.length)) {
		n += r.to - r.from
	}
	if fewShare*n > len(p.length) {
		return nil, true
	}
	few = make([]uint16, 0, n)
	for r := range cutRuns(in, p.first, p.first+len(p.length)) {
		for i := r.from; i < r.to; i++ {
			few = append(few, uint16(i-p.first))
		}
	}
	return few, false
}

// marks mark items of a part. Those in the pool mark none.
type marks [segmentMost]bool

var allMarks = sync.Pool{New: func() any { return new(marks) }}

func (m *marks) set(items []uint16, to bool) {
	for _, i := range items {
		m[i] = to
	}
}

// addToFew adds a share to the scores of few items, which are marked.
func (p *part) addToFew(sum *[segmentMost]float32, s share, few []uint16, m *marks) {
	c := p.commonTerm(s.id)
	if c != nil {
		p.addCommon(sum, few, c, s.weight)
	}
	for g := p.starts[s.id]; g < p.starts[s.id+1]; g++ {
		if c != nil && c.has(g) {
			continue
		}
		items, tf := p.group(g)
		for _, i := range items {
			if m[i] {
				sum[i] += float32(s.weight * fraction(tf, p.norms[p.class[i]]))
			}
		}
	}
}

// addCommon adds what a common term adds in its largest groups to the scores of
// few items, without asking which hold it, as no processor would guess that.
func (p *part) addCommon(sum *[segmentMost]float32, few []uint16, c *commonTerm, weight float32) {
	class, norms := p.class, p.norms
	for _, i := range few {
		tf := c.tf[c.kinds[i/kindsWord]>>(i%kindsWord*kindBits)&lastKind]
		sum[i] += float32(weight * fraction(tf, norms[class[i]]))
	}
}

// A commonTerm tells of a term that many items hold in which of its three largest
// groups each item is: two bits an item, 0 for none of them.
type commonTerm struct {
	kinds  []uint64
	groups [lastKind + 1]uint32  // by kind; 0 for none
	tf     [lastKind + 1]float32 // likewise
}

const (
	kindBits  = 2
	lastKind  = 1<<kindBits - 1
	kindsWord = 64 / kindBits
)

func (c *commonTerm) has(group uint32) bool {
	return group == c.groups[1] || group == c.groups[2] || group == c.groups[3]
}

// commonLeast is how many items hold a common term at least, and commonShare one
// in how many of all.
const (
	commonLeast = 512
	commonShare = 16
)

// commonFrom is how many items hold a term that is common.
func (p *postings) commonFrom() int { return max(commonLeast, len(p.length)/commonShare) }

// commonTerm is what is kept of a term that is common, or nil.
func (p *postings) commonTerm(id uint32) *commonTerm {
	if p.df(id) < p.commonFrom() {
		return nil
	}
	return p.common[id]
}

// keepCommon keeps more of common terms.
func (p *postings) keepCommon() {
	p.common = map[uint32]*commonTerm{}
	for id := range uint32(len(p.starts) - 1) {
		if p.df(id) < p.commonFrom() {
			continue
		}
		c := &commonTerm{kinds: make([]uint64, (len(p.length)+kindsWord-1)/kindsWord)}
		for kind := 1; kind <= lastKind; kind++ {
			most := 0
			for g := p.starts[id]; g < p.starts[id+1]; g++ {
				if items, tf := p.group(g); len(items) > most && !c.has(g) {
					most, c.groups[kind], c.tf[kind] = len(items), g, tf
				}
			}
			if most == 0 {
				break
			}
			items, _ := p.group(c.groups[kind])
			for _, i := range items {
				c.kinds[i/kindsWord] |= uint64(kind) << (i % kindsWord * kindBits)
			}
		}
		p.common[id] = c
	}
}
