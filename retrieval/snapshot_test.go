package retrieval

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

// seedLines are the seeds, a document each, a passage a line, with vectors that
// any machine makes the same.
func seedLines(t testing.TB) *view {
	t.Helper()
	paths, err := filepath.Glob("../seeds/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	v, err := newView(Corpus{Version: 3}, func(yield func(Entry, error) bool) {
		for _, path := range paths {
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			d := &Document{ID: filepath.Base(path), Path: filepath.Base(path)}
			d.Meta.Title.Value, d.Meta.Place.Value = "关于"+path[len(path)-8:], "杭州市"
			for i, line := range strings.Split(string(raw), "\n") {
				if line = strings.TrimSpace(line); line == "" {
					continue
				}
				vector := make([]float32, 5)
				for j := range vector {
					vector[j] = float32((i*7+j*13)%11-5) / 8
				}
				e := Entry{Passage: Passage{DocID: d.ID, Start: i, Text: line, Heading: []string{"一、目标"}}, Doc: d, Vector: vector}
				if !yield(e, nil) {
					return
				}
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// inFile is a view's snapshot as a file's bytes.
func inFile(t testing.TB, v *view) []byte {
	t.Helper()
	var b bytes.Buffer
	s := snapshot{version: v.stats.Corpus.Version, key: [32]byte{1, 2, 3}, segments: v.segments}
	if err := s.write(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// read is what a file's bytes hold.
func read(t testing.TB, raw []byte) (*snapshotReader, error) {
	t.Helper()
	r, err := openSnapshot(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, err
	}
	return r, r.load(t.Context())
}

// TestIndexVersion holds the version of what segments hold against segments of
// the seeds: when they change and the version does not, a snapshot of before
// would be searched with words that are not found in it.
func TestIndexVersion(t *testing.T) {
	if !coded {
		t.Skip("the segments that are written down have codes, which this machine does not use")
	}
	h := sha256.New()
	for _, s := range seedLines(t).segments {
		for _, c := range s.columns() {
			hashRow(h, nil, string(c.bytes()))
		}
	}
	got := fmt.Sprintf("version %d, %s\n", indexVersion, hex.EncodeToString(h.Sum(nil)))
	const golden = "testdata/index.golden"
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	if strings.HasPrefix(string(want), fmt.Sprintf("version %d,", indexVersion)) {
		t.Fatal("segments hold something else than before: raise indexVersion and run this again")
	}
	t.Errorf("write %q to %s", got, golden)
}

func TestSnapshotHoldsTheSegments(t *testing.T) {
	v := seedLines(t)
	r, err := read(t, inFile(t, v))
	if err != nil {
		t.Fatal(err)
	}
	if r.version != 3 || r.key != [32]byte{1, 2, 3} || len(r.segments) != len(v.segments) {
		t.Errorf("version %d, key %x, %d segments", r.version, r.key, len(r.segments))
	}
	for i, s := range v.segments {
		got := r.segments[i]
		got.vectors.store, s.vectors.store = nil, nil // functions
		if !reflect.DeepEqual(got, s) {
			t.Errorf("segment %d is another one", i)
		}
	}
}

// TestDamagedSnapshots has every byte of a file wrong in turn, and every length
// that is not its own.
func TestDamagedSnapshots(t *testing.T) {
	v, err := newView(Corpus{Version: 3}, bare(12, 2, "a"))
	if err != nil {
		t.Fatal(err)
	}
	whole := inFile(t, v)
	for i := range whole {
		damaged := bytes.Clone(whole)
		damaged[i] ^= 1 << (i % 8)
		if _, err := read(t, damaged); err == nil {
			t.Errorf("byte %d of %d was another and nobody noticed", i, len(whole))
		}
		if _, err := read(t, whole[:i]); err == nil {
			t.Errorf("the first %d of %d bytes were taken for a snapshot", i, len(whole))
		}
	}
	if _, err := read(t, append(bytes.Clone(whole), 0)); err == nil {
		t.Error("a file with more than the snapshot was taken for one")
	}
}

// resealed is a file in which all checksums that can be found are right.
func resealed(raw []byte) []byte {
	if len(raw) < preambleBytes {
		return raw
	}
	raw = bytes.Clone(raw)
	binary.NativeEndian.PutUint64(raw, snapshotMagic)
	length := min(binary.NativeEndian.Uint64(raw[8:]), uint64(len(raw)-preambleBytes))
	binary.NativeEndian.PutUint64(raw[8:], length)
	contents, columns := raw[preambleBytes:preambleBytes+length], raw[preambleBytes+length:]
	of := len((&segment{vectors: &block{}}).columns())
	for at := 40; at+24+16*of <= len(contents); at += 24 + 16*of {
		for i := range of {
			entry := contents[at+24+16*i:]
			n := min(binary.NativeEndian.Uint64(entry), uint64(len(columns)))
			binary.NativeEndian.PutUint64(entry[8:], uint64(crc32.Checksum(columns[:n], castagnoli)))
			columns = columns[n:]
		}
	}
	binary.NativeEndian.PutUint64(raw[16:], uint64(crc32.Checksum(contents, castagnoli)))
	return raw
}

// FuzzSnapshot reads and searches files of any content: nothing may panic, and
// nothing larger than the file may be made.
func FuzzSnapshot(f *testing.F) {
	v, err := newView(Corpus{Version: 3}, bare(5, 2, "a"))
	if err != nil {
		f.Fatal(err)
	}
	whole := inFile(f, v)
	f.Add(whole, true)
	f.Add(inFile(f, seedLines(f))[:9000], true)
	f.Add(whole[:100], false)
	for _, at := range []int{0, 8, 16, preambleBytes + 40, preambleBytes + 64, preambleBytes + 72, len(whole) / 2, len(whole) - 9} {
		other := bytes.Clone(whole)
		binary.NativeEndian.PutUint64(other[at:], math.MaxUint64/2)
		f.Add(other, true)
	}
	f.Fuzz(func(t *testing.T, raw []byte, sealed bool) {
		if sealed {
			raw = resealed(raw)
		}
		r, err := read(t, raw)
		if err != nil {
			return
		}
		w := &view{}
		entries := bare(0, 0, "")
		if len(r.segments) > 0 {
			docs, passages := 0, 0
			for _, s := range r.segments {
				docs, passages = docs+len(s.docs.length), passages+len(s.body.length)
			}
			entries = bare(docs, passages/docs, "a")
		}
		if err := w.growWith(given(r.segments), entries); err != nil || len(r.segments) == 0 || !w.fits() {
			return
		}
		w.inOrder()
		w.join(Corpus{Version: 3})
		for _, vector := range [][]float32{nil, make([]float32, w.dim())} {
			w.search(t.Context(), newSought(Query{Text: "住房教育", K: 5}, time.Now()), vector, 1)
		}
		w.docs.df('住', 1)
	})
}
