package bert

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The wire types of protocol buffers.
const (
	wireVarint = 0
	wire64     = 1
	wireBytes  = 2
	wire32     = 5
)

// A field is one field of a message on the wire.
type field struct {
	number uint64
	wire   uint64
	varint uint64 // of wireVarint
	bytes  []byte // of the others
	at     int    // where bytes begins in the message
}

var errProtobuf = errors.New("the file is no ONNX model: it breaks off or is not in protocol buffers")

// eachField visits the fields of a message, which share its memory.
func eachField(b []byte, visit func(field) error) error {
	for whole := len(b); len(b) > 0; {
		tag, n := binary.Uvarint(b)
		if n <= 0 {
			return errProtobuf
		}
		b = b[n:]
		f := field{number: tag >> 3, wire: tag & 7}
		var length uint64
		switch f.wire {
		case wireVarint:
			if f.varint, n = binary.Uvarint(b); n <= 0 {
				return errProtobuf
			}
			b = b[n:]
		case wire64:
			length = 8
		case wire32:
			length = 4
		case wireBytes:
			if length, n = binary.Uvarint(b); n <= 0 {
				return errProtobuf
			}
			b = b[n:]
		default:
			return errProtobuf
		}
		if length > uint64(len(b)) {
			return errProtobuf
		}
		f.at = whole - len(b)
		f.bytes, b = b[:length:length], b[length:]
		if err := visit(f); err != nil {
			return err
		}
	}
	return nil
}

// varints are the numbers of a repeated field: one, or many packed into one.
func (f field) varints(most int) ([]uint64, error) {
	if f.wire == wireVarint {
		return []uint64{f.varint}, nil
	}
	var out []uint64
	for b := f.bytes; len(b) > 0; {
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
