package bert

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// MaxWeights is how many bytes a file of weights may have. The largest BERT
// models have 24 layers of some 16 tensors, and 1.3 GB.
const MaxWeights = 4 << 30

// Limits of what a file of weights may claim.
const (
	maxTensors = 1 << 13
	maxDims    = 8
)

// A kind is how the numbers of a tensor are written.
type kind int

const (
	float32s kind = iota
	float16s
	bfloat16s
	int8s
	uint8s
)

// size is how many bytes a number takes.
func (k kind) size() int {
	switch k {
	case float32s:
		return 4
	case float16s, bfloat16s:
		return 2
	}
	return 1
}

// A tensor is an array of numbers as it stands in a file, last dimension
// innermost. They are read when they are asked for.
type tensor struct {
	dims []int
	kind kind
	file io.ReaderAt // has the numbers, in so many bytes from at on
	at   int64
	size int
	// Of int8s and uint8s: a number q means (q-zero)*scale, with one of each
	// for all numbers or for each place in the last dimension.
	scale []float32
	zero  []int32
}

// A tensors is what a file holds, by name.
type tensors map[string]tensor

// check reports whether the dimensions fit the bytes that are there.
func (t tensor) check(name string) error {
	if len(t.dims) > maxDims {
		return fmt.Errorf("tensor %q has %d dimensions", short(name), len(t.dims))
	}
	n := 1
	for _, d := range t.dims {
		if d < 0 || d > 0 && n > MaxWeights/d {
			return fmt.Errorf("tensor %q has the impossible shape %v", short(name), t.dims)
		}
		n *= d
	}
	if n*t.kind.size() != t.size {
		return fmt.Errorf("tensor %q of shape %v needs %d bytes and has %d", short(name), t.dims, n*t.kind.size(), t.size)
	}
	return nil
}

// inMemory is a tensor whose numbers no file has as they are.
func (t tensor) inMemory(raw []byte) tensor {
	t.file, t.at, t.size = bytes.NewReader(raw), 0, len(raw)
	return t
}

// count is how many numbers there are.
func (t tensor) count() int { return t.size / t.kind.size() }

// floats are the tensor's numbers.
func (t tensor) floats() ([]float32, error) {
	out := make([]float32, t.count())
	_, err := t.read(out, 0, nil)
	return out, err
}

// read sets out to the numbers from number first on, which with scales for each
// place in the last dimension begins a row. The buffer is used for the bytes,
// and given back for the next time.
func (t tensor) read(out []float32, first int, buffer []byte) ([]byte, error) {
	if (t.kind == int8s || t.kind == uint8s) && (len(t.scale) == 0 || len(t.zero) == 0) {
		return buffer, errors.New("the weights have numbers in 8 bits without a scale")
	}
	width := t.kind.size()
	buffer = room(buffer, len(out)*width)
	if _, err := t.file.ReadAt(buffer, t.at+int64(first)*int64(width)); err != nil {
		return buffer, fmt.Errorf("the weights cannot be read: %w", err)
	}
	switch t.kind {
	case float32s:
		for i := range out {
			out[i] = math.Float32frombits(binary.LittleEndian.Uint32(buffer[4*i:]))
		}
	case float16s:
		for i := range out {
			out[i] = halfFloat(binary.LittleEndian.Uint16(buffer[2*i:]))
		}
	case bfloat16s:
		for i := range out {
			out[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(buffer[2*i:])) << 16)
		}
	default:
		t.dequantize(out, buffer)
	}
	return buffer, nil
}

func (t tensor) dequantize(out []float32, raw []byte) {
	scale, zero := 0, 0
	for i, b := range raw {
		q := int32(b)
		if t.kind == int8s {
			q = int32(int8(b))
		}
		out[i] = float32(q-t.zero[zero]) * t.scale[scale]
		if scale++; scale == len(t.scale) {
			scale = 0
		}
		if zero++; zero == len(t.zero) {
			zero = 0
		}
	}
}

// halfFloat widens an IEEE 754 binary16 number.
func halfFloat(h uint16) float32 {
	sign, exponent, fraction := uint32(h>>15)<<31, int(h>>10&31), uint32(h&0x3ff)
	switch exponent {
	case 31:
		return math.Float32frombits(sign | 0xff<<23 | fraction<<13)
	case 0:
		v := float32(fraction) / (1 << 24)
		if sign != 0 {
			v = -v
		}
		return v
	}
	return math.Float32frombits(sign | uint32(exponent+112)<<23 | fraction<<13)
}

// short is a name of a file's own in a length fit for an error.
func short(name string) string {
	const most = 80
	if len(name) > most {
		return name[:most] + "…"
	}
	return name
}
