package bert

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The wire types of protocol buffers.
const (
	wireVarint = 0
	wire64     = 1
	wireBytes  = 2
	wire32     = 5
)

// A source is the file that messages are parts of. It keeps what was read last:
// most fields are small, and a foreign file may have millions of them.
type source struct {
	file io.ReaderAt
	size int64

	kept   []byte // of the file
	keptAt int64  // where that begins
}

// sourceKept is how many bytes are kept: many fields, and little beside the
// numbers of a tensor, which are passed over.
const sourceKept = 4 << 10

// read fills b, a part of the file, from a place on.
func (s *source) read(b []byte, at int64) error {
	switch {
	case len(b) == 0:
		return nil
	case len(b) > sourceKept:
		_, err := s.file.ReadAt(b, at)
		return err
	case at < s.keptAt || at+int64(len(b)) > s.keptAt+int64(len(s.kept)):
		kept := room(s.kept, int(min(sourceKept, s.size-at)))
		s.kept = kept[:0]
		if _, err := s.file.ReadAt(kept, at); err != nil {
			return err
		}
		s.kept, s.keptAt = kept, at
	}
	copy(b, s.kept[at-s.keptAt:])
	return nil
}

// A message is a part of a file that is in protocol buffers.
type message struct {
	source   *source
	at, size int64
}

// A field is one field of a message.
type field struct {
	number uint64
	wire   uint64
	varint uint64  // of wireVarint
	body   message // of the others
}

var errProtobuf = errors.New("the file is no ONNX model: it breaks off or is not in protocol buffers")

// bytes reads the message.
func (m message) bytes() ([]byte, error) {
	b := make([]byte, m.size)
	return b, m.source.read(b, m.at)
}

// eachField visits the fields of the message. What they hold is read when it is
// asked for: weights are large.
func (m message) eachField(visit func(field) error) error {
	head := make([]byte, 2*binary.MaxVarintLen64) // the most before what a field holds
	for at, end := m.at, m.at+m.size; at < end; {
		b := head[:min(int64(len(head)), end-at)]
		if err := m.source.read(b, at); err != nil {
			return err
		}
		tag, n := binary.Uvarint(b)
		if n <= 0 {
			return errProtobuf
		}
		b, at = b[n:], at+int64(n)
		f := field{number: tag >> 3, wire: tag & 7}
		var length uint64
		n = 0
		switch f.wire {
		case wireVarint:
			f.varint, n = binary.Uvarint(b)
		case wire64:
			length = 8
		case wire32:
			length = 4
		case wireBytes:
			length, n = binary.Uvarint(b)
		default:
			return errProtobuf
		}
		if at += int64(n); n < 0 || n == 0 && (f.wire == wireVarint || f.wire == wireBytes) || length > uint64(end-at) {
			return errProtobuf
		}
		f.body = message{m.source, at, int64(length)}
		at += int64(length)
		if err := visit(f); err != nil {
			return err
		}
	}
	return nil
}

// addText appends what the field holds to list.
func (f field) addText(list *[]string) error {
	b, err := f.body.bytes()
	*list = append(*list, string(b))
	return err
}

// varints are the numbers of a repeated field: one, or many packed into one.
func (f field) varints(most int) ([]uint64, error) {
	if f.wire == wireVarint {
		return []uint64{f.varint}, nil
	}
	b, err := f.body.bytes()
	if err != nil {
		return nil, err
	}
	var out []uint64
	for len(b) > 0 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, errProtobuf
		}
		if len(out) == most {
			return nil, fmt.Errorf("more than %d numbers in one field of the ONNX file", most)
		}
		out, b = append(out, v), b[n:]
	}
	return out, nil
}
