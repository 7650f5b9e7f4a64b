package retrieval

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"math"
	"slices"
	"sync"
	"unicode"
	"unsafe"
)

// A snapshot is a file made of a view's segments, from which a start takes them
// in place of building them anew. It holds numbers alone: terms, where they
// stand, and vectors; texts, headings and facts are read from the library. It
// begins with a preamble and a table of contents, then come the columns of the
// segments, one after the other, each as it lies in memory. So it is for
// machines of one byte order; on others the magic number is another.
//
// What is read may be anything: each part has a checksum, no length is believed
// that the file does not have, and no number that would be an index out of
// bounds.
type snapshot struct {
	version  int64    // of the corpus
	key      [32]byte // of what the segments were made of; see newKey
	segments []*segment
}

const (
	// snapshotMagic begins the file: "plcysnap" in the byte order of its machine.
	snapshotMagic = 0x70_6c_63_79_73_6e_61_70
	// preambleBytes are the magic number, the length of the table of contents and
	// its checksum, eight bytes each.
	preambleBytes = 24
	// contentsMost is more than the table of contents of any library takes.
	contentsMost = 16 << 20
	// readAtOnce is how much of a column is read and summed up while the
	// processor's cache has it.
	readAtOnce = 1 << 19
)

// indexVersion is raised with every change of what a segment holds for given
// documents, so that no snapshot of before is read. A test holds it against the
// segments of the seeds.
const indexVersion = 3

// castagnoli is the polynomial that processors have an instruction for.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// newKey begins the key of a snapshot: a hash of everything that decides what
// its segments hold. This part is of the code and the machine; what follows is
// of the corpus.
func newKey() hash.Hash {
	h := sha256.New()
	fmt.Fprintln(h, indexVersion, unicode.Version, headingWeight, openingRunes, segmentMost, coded)
	var table []byte
	for _, r := range simple() {
		table = binary.NativeEndian.AppendUint32(table, uint32(r))
	}
	h.Write(table)
	return h
}

// A column is a slice of a segment as the file has it.
type column interface {
	bytes() []byte
	// grow makes the slice one of so many bytes.
	grow(bytes int)
	// size is the bytes of an element.
	size() int
}

// A columnOf lets numbers, or structs of numbers without room between them, be
// read and written as the bytes that they are.
type columnOf[T term | uint32 | uint16 | int8 | float32 | group] struct{ s *[]T }

func (c columnOf[T]) size() int {
	var one T
	return int(unsafe.Sizeof(one))
}

func (c columnOf[T]) grow(bytes int) {
	if *c.s = nil; bytes > 0 {
		*c.s = make([]T, bytes/c.size())
		inLargePages(c.room())
	}
}

func (c columnOf[T]) bytes() []byte { return c.room()[:len(*c.s)*c.size()] }

// room is the slice up to its capacity.
func (c columnOf[T]) room() []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(*c.s))), cap(*c.s)*c.size())
}

// columns are those of a segment, in the order of the file.
func (s *segment) columns() []column {
	all := []column{columnOf[term]{&s.words.terms}, columnOf[uint32]{&s.words.slots}}
	for _, p := range []*postings{&s.body, &s.docs, &s.openings} {
		all = append(all, columnOf[uint16]{&p.items}, columnOf[group]{&p.groups}, columnOf[uint32]{&p.starts}, columnOf[float32]{&p.length})
	}
	return append(all, columnOf[float32]{&s.vectors.slab}, columnOf[int8]{&s.vectors.codes}, columnOf[float32]{&s.vectors.scales})
}

// write writes the file. It looks at ctx between columns.
func (s *snapshot) write(ctx context.Context, w io.Writer) error {
	contents := append(make([]byte, 0, 1<<10), s.key[:]...)
	contents = binary.NativeEndian.AppendUint64(contents, uint64(s.version))
	for _, g := range s.segments {
		contents = binary.NativeEndian.AppendUint64(contents, uint64(g.vectors.dim))
		for _, x := range []float64{g.vectors.off, g.vectors.longest} {
			contents = binary.NativeEndian.AppendUint64(contents, math.Float64bits(x))
		}
		for _, c := range g.columns() {
			b := c.bytes()
			contents = binary.NativeEndian.AppendUint64(contents, uint64(len(b)))
			contents = binary.NativeEndian.AppendUint64(contents, uint64(crc32.Checksum(b, castagnoli)))
		}
	}
	preamble := binary.NativeEndian.AppendUint64(nil, snapshotMagic)
	preamble = binary.NativeEndian.AppendUint64(preamble, uint64(len(contents)))
	preamble = binary.NativeEndian.AppendUint64(preamble, uint64(crc32.Checksum(contents, castagnoli)))
	if _, err := w.Write(append(preamble, contents...)); err != nil {
		return err
	}
	for _, g := range s.segments {
		for _, c := range g.columns() {
			if err := ctx.Err(); err != nil {
				return err
			}
			if _, err := w.Write(c.bytes()); err != nil {
				return err
			}
		}
	}
	return nil
}

// A stored column is where the file has it.
type storedColumn struct {
	column
	at, length int64
	sum        uint32
}

// A snapshotReader has read a file's table of contents.
type snapshotReader struct {
	snapshot
	file    io.ReaderAt
	columns []storedColumn
}

// openSnapshot reads the table of contents of a file of so many bytes.
func openSnapshot(file io.ReaderAt, size int64) (*snapshotReader, error) {
	preamble := make([]byte, preambleBytes)
	if err := readFull(file, preamble, 0); err != nil {
		return nil, err
	}
	length, sum := binary.NativeEndian.Uint64(preamble[8:]), binary.NativeEndian.Uint64(preamble[16:])
	if binary.NativeEndian.Uint64(preamble) != snapshotMagic {
		return nil, errors.New("it is no snapshot of this kind of machine")
	}
	if length > contentsMost || int64(length) > size-preambleBytes {
		return nil, errors.New("its table of contents is cut off")
	}
	contents := make([]byte, length)
	if err := readFull(file, contents, preambleBytes); err != nil {
		return nil, err
	}
	if uint64(crc32.Checksum(contents, castagnoli)) != sum {
		return nil, errors.New("its table of contents is damaged")
	}
	r := &snapshotReader{file: file}
	return r, r.read(contents, size)
}

// read reads the table of contents; the columns fill the rest of the file.
func (r *snapshotReader) read(contents []byte, size int64) error {
	at := preambleBytes + int64(len(contents))
	next := func() (n uint64) {
		if len(contents) >= 8 {
			n = binary.NativeEndian.Uint64(contents)
			contents = contents[8:]
		}
		return n
	}
	contents = contents[copy(r.key[:], contents):]
	r.version = int64(next())
	for len(contents) > 0 {
		s := &segment{vectors: &block{dim: int(min(next(), math.MaxInt32))}}
		s.vectors.off, s.vectors.longest = math.Float64frombits(next()), math.Float64frombits(next())
		r.segments = append(r.segments, s)
		for _, c := range s.columns() {
			n, sum := next(), next()
			if n > uint64(size-at) || n%uint64(c.size()) != 0 {
				return errors.New("its table of contents does not fit the file")
			}
			r.columns = append(r.columns, storedColumn{c, at, int64(n), uint32(sum)})
			at += int64(n)
		}
	}
	if at != size {
		return errors.New("it has another length than its table of contents says")
	}
	return nil
}

// load reads the segments, on all cores.
func (r *snapshotReader) load(ctx context.Context) error {
	errs := make([]error, len(r.columns))
	onAllCores(len(r.columns), func(i int) {
		if errs[i] = ctx.Err(); errs[i] == nil {
			errs[i] = r.columns[i].load(r.file)
		}
	})
	if err := cmp.Or(errs...); err != nil {
		return err
	}
	onAllCores(len(r.segments), func(i int) { errs[i] = r.segments[i].complete() })
	for i, s := range r.segments {
		if s.vectors.dim != r.segments[0].vectors.dim {
			errs[i] = errors.New("its vectors have two lengths")
		}
	}
	return cmp.Or(errs...)
}

func (c storedColumn) load(file io.ReaderAt) error {
	c.grow(int(c.length))
	sum, at := uint32(0), c.at
	for part := range slices.Chunk(c.bytes(), readAtOnce) {
		if err := readFull(file, part, at); err != nil {
			return err
		}
		sum, at = crc32.Update(sum, castagnoli, part), at+int64(len(part))
	}
	if sum != c.sum {
		return errors.New("it is damaged")
	}
	return nil
}

// readFull fills b from an offset on.
func readFull(file io.ReaderAt, b []byte, at int64) error {
	if n, err := file.ReadAt(b, at); n < len(b) {
		return fmt.Errorf("it is cut off: %w", err)
	}
	return nil
}

// complete checks a segment that was read and makes what is made of its
// columns.
func (s *segment) complete() error {
	terms, passages, docs := len(s.words.terms), len(s.body.length), len(s.docs.length)
	whole := s.words.sound() && passages > 0 && passages <= segmentMost && docs > 0 && docs <= passages && len(s.openings.length) == docs
	for _, p := range []*postings{&s.body, &s.docs, &s.openings} {
		whole = whole && p.sound(terms)
	}
	b := s.vectors
	b.n = passages
	whole = whole && int64(len(b.slab)) == int64(b.n)*int64(b.dim)
	if whole && b.dim > 0 && coded {
		b.width = codeWidth(b.dim)
		whole = len(b.codes) == b.n*b.width && len(b.scales) == b.n
	}
	if !whole {
		return errors.New("its segments do not fit together")
	}
	for _, p := range []*postings{&s.body, &s.docs, &s.openings} {
		p.derive()
	}
	b.store = sync.OnceValues(b.collection)
	return nil
}

// sound reports whether looking up a term comes to an end, within bounds.
func (d *dictionary) sound() bool {
	n := len(d.slots)
	if n == 0 || n&(n-1) != 0 {
		return false
	}
	used := 0
	for _, id := range d.slots {
		if int(id) > len(d.terms) {
			return false
		}
		if id > 0 {
			used++
		}
	}
	return used == len(d.terms) && used < n
}

// sound reports whether the postings of so many terms are within bounds.
func (p *postings) sound(terms int) bool {
	if len(p.starts) != terms+1 || len(p.groups) == 0 || p.groups[0].end != 0 ||
		p.starts[0] < 1 || int(p.starts[terms]) != len(p.groups) || !slices.IsSorted(p.starts) ||
		int(p.groups[len(p.groups)-1].end) != len(p.items) ||
		!slices.IsSortedFunc(p.groups, func(a, b group) int { return cmp.Compare(a.end, b.end) }) {
		return false
	}
	most := uint16(0)
	for _, i := range p.items {
		most = max(most, i)
	}
	if len(p.items) > 0 && int(most) >= len(p.length) {
		return false
	}
	return !slices.ContainsFunc(p.length, func(n float32) bool { return !(n >= 0 && n < math.MaxFloat32) })
}
