package bert

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// maxNodes is how many operations a graph may have; a BERT has some hundred a
// layer.
const maxNodes = 1 << 16

// byColumn ends the names of matrices that stand the other way round than in
// PyTorch: inputs by outputs.
const byColumn = ".transposed"

// A node is one operation of an ONNX graph.
type node struct {
	op      string
	inputs  []string
	outputs []string
}

// A graph is what is read of an ONNX file: the weights and how they are used.
type graph struct {
	weights tensors
	nodes   []node
	makers  map[string]*node // by the names of their outputs
}

// readONNX reads what weights an ONNX file has. Those that the exporter left
// without a name of their own, the matrices, are called after the bias that is
// added to their product. The numbers stay in the file where it has them as
// they are.
func readONNX(file io.ReaderAt, size int64) (tensors, error) {
	g := graph{weights: tensors{}, makers: map[string]*node{}}
	found := false
	err := message{&source{file: file, size: size}, 0, size}.eachField(func(f field) error {
		if f.number != 7 || f.wire != wireBytes {
			return nil
		}
		if found {
			return errors.New("the ONNX file has two graphs")
		}
		found = true
		return g.read(f.body)
	})
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, errors.New("the file is no ONNX model: it has no graph")
	}
	for i := range g.nodes {
		for _, out := range g.nodes[i].outputs {
			g.makers[out] = &g.nodes[i]
		}
	}
	if err := g.joinQuantized(); err != nil {
		return nil, err
	}
	g.nameMatrices()
	return g.weights, nil
}

func (g *graph) read(m message) error {
	return m.eachField(func(f field) error {
		switch {
		case f.wire != wireBytes:
			return nil
		case f.number == 1:
			if len(g.nodes) == maxNodes {
				return fmt.Errorf("the ONNX graph has more than %d operations", maxNodes)
			}
			n, err := readNode(f.body)
			g.nodes = append(g.nodes, n)
			return err
		case f.number == 5:
			if len(g.weights) == maxTensors {
				return fmt.Errorf("the ONNX graph has more than %d tensors", maxTensors)
			}
			name, t, err := readTensor(f.body)
			if err == nil && t.file != nil {
				g.weights[name] = t
			}
			return err
		}
		return nil
	})
}

func readNode(m message) (n node, err error) {
	err = m.eachField(func(f field) error {
		const most = 64 // inputs or outputs of an operation
		if len(n.inputs) > most || len(n.outputs) > most {
			return fmt.Errorf("an ONNX operation with more than %d inputs or outputs", most)
		}
		switch {
		case f.wire != wireBytes:
		case f.number == 1:
			return f.addText(&n.inputs)
		case f.number == 2:
			return f.addText(&n.outputs)
		case f.number == 4:
			op, err := f.body.bytes()
			n.op = string(op)
			return err
		}
		return nil
	})
	return n, err
}

// The kinds of numbers in ONNX's TensorProto.DataType that weights may have.
var onnxKinds = map[uint64]kind{1: float32s, 2: uint8s, 3: int8s, 10: float16s, 16: bfloat16s}

// readTensor reads one tensor. It has no file when it is of a kind that no
// weights have.
func readTensor(m message) (name string, t tensor, err error) {
	var typ uint64
	var floats []byte
	var ints []uint64
	err = m.eachField(func(f field) error {
		switch f.number {
		case 1:
			dims, err := f.varints(maxDims)
			for _, d := range dims {
				t.dims = append(t.dims, int(min(d, math.MaxInt32)))
			}
			return err
		case 2:
			typ = f.varint
		case 4: // floats one after the other, whether packed in one field or not
			b, err := f.body.bytes()
			floats = append(floats, b...)
			return err
		case 5:
			vs, err := f.varints(int(m.size))
			ints = append(ints, vs...)
			return err
		case 8:
			b, err := f.body.bytes()
			name = string(b)
			return err
		case 9:
			t.file, t.at, t.size = f.body.source.file, f.body.at, int(f.body.size)
		case 13, 14:
			if f.wire == wireBytes || f.varint != 0 {
				return errors.New("the ONNX model keeps its weights in another file: give one that holds them, or safetensors")
			}
		}
		return nil
	})
	if err != nil {
		return name, t, err
	}
	k, known := onnxKinds[typ]
	if !known {
		return name, tensor{}, nil
	}
	t.kind = k
	switch {
	case t.file != nil:
	case k == float32s:
		t = t.inMemory(floats)
	default: // small numbers as varints, each in as many bytes as the kind has
		numbers := make([]byte, 0, len(ints)*k.size())
		for _, v := range ints {
			numbers = append(numbers, binary.LittleEndian.AppendUint16(nil, uint16(v))[:k.size()]...)
		}
		t = t.inMemory(numbers)
	}
	return name, t, t.check(name)
}

// The names that ONNX Runtime's quantizer gives what a tensor becomes.
const quantizedName, scaleName, zeroName = "_quantized", "_scale", "_zero_point"

// joinQuantized makes one tensor, under its old name, of what the quantizer
// made of each.
func (g *graph) joinQuantized() error {
	for name, t := range g.weights {
		base, ok := strings.CutSuffix(name, quantizedName)
		if !ok || t.kind != int8s && t.kind != uint8s {
			continue
		}
		scale, zero := g.weights[base+scaleName], g.weights[base+zeroName]
		if scale.kind != float32s || zero.kind != t.kind || len(t.dims) == 0 {
			return fmt.Errorf("tensor %q has no scale or zero point", short(name))
		}
		if err := t.quantizeBy(scale, zero); err != nil {
			return err
		}
		if last := t.dims[len(t.dims)-1]; !fits(len(t.scale), last) || !fits(len(t.zero), last) {
			return fmt.Errorf("tensor %q of shape %v has %d scales and %d zero points", short(name), t.dims, len(t.scale), len(t.zero))
		}
		delete(g.weights, name)
		g.weights[base] = t
	}
	return nil
}

// quantizeBy sets the scales and zero points, of which there are at most as
// many as numbers.
func (t *tensor) quantizeBy(scale, zero tensor) error {
	if max(scale.count(), zero.count()) > max(1, t.count()) {
		return errors.New("the ONNX model has more scales than numbers")
	}
	var err error
	if t.scale, err = scale.floats(); err != nil {
		return err
	}
	zero.scale, zero.zero = []float32{1}, []int32{0}
	zeros, err := zero.floats()
	for _, z := range zeros {
		t.zero = append(t.zero, int32(z))
	}
	return err
}

func fits(n, columns int) bool { return n == 1 || n > 0 && n == columns }

// nameMatrices calls each matrix after its bias.
func (g *graph) nameMatrices() {
	for _, n := range g.nodes {
		if n.op != "Add" || len(n.inputs) != 2 {
			continue
		}
		for i, in := range n.inputs {
			owner, ok := strings.CutSuffix(in, ".bias")
			if _, weight := g.weights[in]; !ok || !weight {
				continue
			}
			const steps = 3 // MatMulInteger, Cast, Mul, Add
			if m, ok := g.matrix(n.inputs[1-i], steps); ok {
				g.weights[owner+".weight"+byColumn] = m
			}
		}
	}
}

// matrix is the weight that was multiplied to give a value, at most so many
// operations before it.
func (g *graph) matrix(value string, steps int) (tensor, bool) {
	maker := g.makers[value]
	if maker == nil || steps == 0 {
		return tensor{}, false
	}
	switch maker.op {
	case "MatMul", "MatMulInteger":
		if len(maker.inputs) < 2 {
			return tensor{}, false
		}
		t, ok := g.weights[strings.TrimSuffix(maker.inputs[1], quantizedName)]
		return t, ok
	case "Cast", "Mul":
		for _, in := range maker.inputs[:min(2, len(maker.inputs))] {
			if t, ok := g.matrix(in, steps-1); ok {
				return t, true
			}
		}
	}
	return tensor{}, false
}
