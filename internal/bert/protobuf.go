package bert

import (
	"bytes"
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

// A message is a part of a file that is in protocol buffers.
type message struct {
	file     io.ReaderAt
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
	if m.size == 0 {
		return b, nil
	}
	_, err := m.file.ReadAt(b, m.at)
	return b, err
}

// inMemory is the message read at once, for one of many small fields.
func (m message) inMemory() (message, error) {
	b, err := m.bytes()
	return message{bytes.NewReader(b), 0, m.size}, err
}

// eachField visits the fields of the message. What they hold is read when it is
// asked for: weights are large.
func (m message) eachField(visit func(field) error) error {
	head := make([]byte, 2*binary.MaxVarintLen64) // the most before what a field holds
	for at, end := m.at, m.at+m.size; at < end; {
		b := head[:min(int64(len(head)), end-at)]
		if _, err := m.file.ReadAt(b, at); err != nil {
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
		f.body = message{m.file, at, int64(length)}
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
