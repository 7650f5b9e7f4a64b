package bert

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	return testFile(t, tiny+"/"+name)
}

func TestTokensAreTheLibrarys(t *testing.T) {
	yes := true
	asFiled, err := readTokenizer(fixture(t, "tokenizer.json"), nil)
	if err != nil {
		t.Fatal(err)
	}
	lower, err := readTokenizer(fixture(t, "tokenizer.json"), &yes)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range readCases[golden](t, tiny+"/golden.json") {
		if got := asFiled.encode(nil, c.Text, 40); !slices.Equal(got, c.IDs) {
			t.Errorf("%.30q is cut into %v, want %v", c.Text, got, c.IDs)
		}
		if got := lower.encode(nil, c.Text, 40); !slices.Equal(got, c.LowerIDs) {
			t.Errorf("in lower case %.30q is cut into %v, want %v", c.Text, got, c.LowerIDs)
		}
	}
}

func TestTokenizerRefuses(t *testing.T) {
	good := string(fixture(t, "tokenizer.json"))
	for _, change := range [][3]string{
		{`"WordPiece"`, `"BPE"`, "WordPiece"},
		{`"BertNormalizer"`, `"NFKC"`, "as BERT does"},
		{`"BertPreTokenizer"`, `"Metaspace"`, "as BERT does"},
		{`"[CLS]": 2`, `"[BOS]": 2`, "[CLS]"},
		{`"[PAD]": 0`, `"[PAD]": -1`, "-1"},
		{`"[PAD]": 0`, `"[PAD]": 4294967296`, "cannot be read"},
		{`"[PAD]"`, `"` + strings.Repeat("a", longestWord+1) + `"`, "aaa"},
		{`{"version"`, `[{"version"`, "cannot be read"},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Fatalf("%s is not in the file", change[0])
		}
		if _, err := readTokenizer([]byte(bad), nil); err == nil || !strings.Contains(err.Error(), change[2]) {
			t.Errorf("with %.40s: %v", change[1], err)
		}
	}
}

// safetensorsFile is a file with a header and so many bytes of numbers.
func safetensorsFile(header string, numbers int) []byte {
	out := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(out, header...), make([]byte, numbers)...)
}

func TestSafetensorsRefuses(t *testing.T) {
	for name, data := range map[string][]byte{
		"nothing":              {},
		"a header beyond":      binary.LittleEndian.AppendUint64(nil, math.MaxUint64),
		"no JSON":              safetensorsFile("{", 0),
		"numbers beyond":       safetensorsFile(`{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}`, 15),
		"an end before":        safetensorsFile(`{"a":{"dtype":"F32","shape":[0],"data_offsets":[8,4]}}`, 16),
		"another shape":        safetensorsFile(`{"a":{"dtype":"F32","shape":[5],"data_offsets":[0,16]}}`, 16),
		"a shape below 0":      safetensorsFile(`{"a":{"dtype":"F32","shape":[-2,-2],"data_offsets":[0,16]}}`, 16),
		"a shape that wraps":   safetensorsFile(`{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`, 0),
		"offsets that wrap":    safetensorsFile(`{"a":{"dtype":"F32","shape":[4],"data_offsets":[18446744073709551615,15]}}`, 16),
		"too many dimensions":  safetensorsFile(`{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}`, 4),
		"a header of no shape": safetensorsFile(`{"a":7}`, 0),
	} {
		if all, err := readSafetensors(bytes.NewReader(data), int64(len(data))); err == nil {
			t.Errorf("%s: read as %v", name, all)
		}
	}
	good := safetensorsFile(`{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"ids":{"dtype":"I64","shape":[1],"data_offsets":[16,24]}}`, 24)
	all, err := readSafetensors(bytes.NewReader(good), int64(len(good)))
	if err != nil || len(all) != 1 {
		t.Fatalf("a good file: %v, %v", all, err)
	}
	if v, err := all["a"].floats(); err != nil || len(v) != 4 {
		t.Errorf("its numbers: %v, %v", v, err)
	}
	if _, err := (tensor{file: bytes.NewReader(good[:len(good)-10]), at: all["a"].at, size: 16}).floats(); err == nil {
		t.Error("the numbers of a file that has become shorter were read")
	}
}

func TestHalfFloats(t *testing.T) {
	for bits, want := range map[uint16]float32{
		0x3c00: 1, 0xc000: -2, 0x7bff: 65504, 0x0001: 1.0 / (1 << 24), 0x8001: -1.0 / (1 << 24),
		0x0400: 1.0 / (1 << 14), 0x3555: 0.33325195, 0: 0, 0x7c00: float32(math.Inf(1)),
	} {
		if got := halfFloat(bits); got != want {
			t.Errorf("halfFloat(%#04x) = %g, want %g", bits, got, want)
		}
	}
	if got := halfFloat(0x7e00); got == got {
		t.Errorf("halfFloat of no number = %g", got)
	}
}

// wireField is a field of bytes in protocol buffers.
func wireField(number uint64, body ...[]byte) []byte {
	all := slices.Concat(body...)
	out := binary.AppendUvarint(nil, number<<3|wireBytes)
	return append(binary.AppendUvarint(out, uint64(len(all))), all...)
}

func varint(number, v uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(nil, number<<3), v)
}

func TestONNXRefuses(t *testing.T) {
	name := wireField(8, []byte("x"))
	onnx := func(initializer ...[]byte) []byte { return wireField(7, wireField(5, initializer...)) }
	for what, data := range map[string][]byte{
		"nothing":               {},
		"no graph":              varint(1, 8),
		"two graphs":            append(wireField(7), wireField(7)...),
		"a broken end":          {7<<3 | wireBytes, 200, 1},
		"a group":               {7<<3 | 3},
		"bytes that are absent": onnx(name, varint(1, 4), varint(2, 1), wireField(9, make([]byte, 15))),
		"a huge dimension":      onnx(name, varint(1, 1<<62), varint(1, 1<<62), varint(2, 1)),
		"packed dimensions":     onnx(name, wireField(1, []byte{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}), varint(2, 1)),
		"weights elsewhere":     onnx(name, varint(1, 1), varint(2, 1), varint(14, 1)),
		"quantized by nothing":  onnx(wireField(8, []byte("x_quantized")), varint(1, 1), varint(2, 3), wireField(9, []byte{1})),
	} {
		if all, err := readONNX(bytes.NewReader(data), int64(len(data))); err == nil {
			t.Errorf("%s: read as %v", what, all)
		}
	}
	many := wireField(7, slices.Repeat(wireField(1), maxNodes+1))
	if _, err := readONNX(bytes.NewReader(many), int64(len(many))); err == nil {
		t.Error("a graph of very many operations was read")
	}
	// A matrix may be found by a chain, not by one that leads back to itself.
	circle := wireField(7,
		wireField(5, wireField(8, []byte("a.bias")), varint(1, 0), varint(2, 1), wireField(9)),
		wireField(1, wireField(1, []byte("c")), wireField(1, []byte("a.bias")), wireField(2, []byte("d")), wireField(4, []byte("Add"))),
		wireField(1, wireField(1, []byte("c")), wireField(1, []byte("c")), wireField(2, []byte("c")), wireField(4, []byte("Mul"))))
	if all, err := readONNX(bytes.NewReader(circle), int64(len(circle))); err != nil || len(all) != 1 {
		t.Errorf("a graph in a circle: %v, %v", all, err)
	}
}

// countedReads is a file that counts how often it is read.
type countedReads struct {
	*bytes.Reader
	n int
}

func (c *countedReads) ReadAt(b []byte, at int64) (int, error) {
	c.n++
	return c.Reader.ReadAt(b, at)
}

// Small fields, of which a foreign file may have millions, are read many at
// once, and the numbers of tensors not at all.
func TestONNXIsReadInPieces(t *testing.T) {
	data := wireField(7, slices.Repeat(varint(9, 1), 100_000))
	file := &countedReads{Reader: bytes.NewReader(data)}
	if _, err := readONNX(file, int64(len(data))); err != nil || file.n > 100 {
		t.Errorf("%d bytes of small fields are read in %d pieces: %v", len(data), file.n, err)
	}
	tensor := wireField(5, wireField(9, make([]byte, 1<<20)), wireField(8, []byte("x")), varint(1, 1<<18), varint(2, 1))
	data = wireField(7, tensor, wireField(5, wireField(8)))
	file = &countedReads{Reader: bytes.NewReader(data)}
	all, err := readONNX(file, int64(len(data)))
	if err != nil || all["x"].size != 1<<20 || file.n > 3 || all["x"].file != file {
		t.Errorf("a tensor is read in %d pieces as %v: %v", file.n, all, err)
	}
}

func TestWeightsRefuse(t *testing.T) {
	whole := func() tensors {
		data := fixture(t, "model.onnx")
		all, err := parseWeights(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if e, err := newEncoder(whole(), 4, 1e-12); err != nil || len(e.blocks) != 2 || e.dim != 32 || e.hidden != 48 || e.length != 40 {
		t.Fatalf("the fixture: %v", err)
	}
	names := []string{}
	for name := range whole() {
		if strings.HasPrefix(name, "embeddings.") || strings.HasPrefix(name, "encoder.layer.") && !strings.Contains(name, "1.intermediate.dense.bias") {
			names = append(names, name)
		}
	}
	for _, name := range names {
		all := whole()
		delete(all, name)
		if _, err := newEncoder(all, 4, 1e-12); err == nil {
			t.Errorf("weights without %s were taken", name)
		}
		all = whole()
		all[name] = tensor{dims: []int{1}}.inMemory(make([]byte, 4))
		if _, err := newEncoder(all, 4, 1e-12); err == nil {
			t.Errorf("weights with one number for %s were taken", name)
		}
		all = whole()
		all[name] = tensor{dims: all[name].dims, kind: int8s}.inMemory(make([]byte, all[name].count()))
		if _, err := newEncoder(all, 4, 1e-12); err == nil || !strings.Contains(err.Error(), "without a scale") {
			t.Errorf("weights in 8 bits without a scale for %s: %v", name, err)
		}
		all = whole()
		odd := make([]byte, all[name].size)
		if _, err := all[name].file.ReadAt(odd, all[name].at); err != nil {
			t.Fatal(err)
		}
		binary.LittleEndian.PutUint32(odd[len(odd)-4:], math.Float32bits(float32(math.NaN())))
		all[name] = all[name].inMemory(odd)
		e, err := newEncoder(all, 4, 1e-12)
		if name == wordRows && err == nil { // the last row is read when it is used
			p := pass{e: e, threads: 1}
			v, err := p.run(t.Context(), [][]int32{{0}, {int32(e.words.dims[0] - 1)}}, Mean)
			if err != nil || !unit(v[0]) || unit(v[1]) {
				t.Errorf("a word without a number has a direction: %v, %v", v, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), "finite") {
			t.Errorf("weights with no number in %s: %v", name, err)
		}
	}
}

// FuzzWeights reads hostile files: they are refused, or give an encoder that
// embeds; what they claim is never allocated.
func FuzzWeights(f *testing.F) {
	for _, name := range []string{"model.onnx", "quantized.onnx", "model.safetensors"} {
		f.Add(fixture(f, name), uint8(4))
	}
	f.Add(safetensorsFile(`{"embeddings.word_embeddings.weight":{"dtype":"F32","shape":[1,16],"data_offsets":[0,64]}}`, 64), uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, heads uint8) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		all, err := parseWeights(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		e, err := newEncoder(all, int(heads), 1e-12)
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20+uint64(len(data))*200 {
			t.Errorf("a file of %d bytes took %d bytes to read", len(data), used)
		}
		if err != nil {
			return
		}
		p := pass{e: e, threads: 1}
		if _, err := p.run(t.Context(), [][]int32{{0}, {0}}, First); err != nil {
			t.Error(err)
		}
	})
}

// FuzzTokenizer cuts any text with any tokenizer that can be read.
func FuzzTokenizer(f *testing.F) {
	good := string(fixture(f, "tokenizer.json"))
	f.Add(good, "杭州 apples\x00\xff İ２０２５年", true)
	f.Add(`{"normalizer":{"type":"BertNormalizer"},"pre_tokenizer":{"type":"BertPreTokenizer"},"model":{"unk_token":"","vocab":{"":0,"[CLS]":1,"[SEP]":2}}}`, "aé", false)
	f.Fuzz(func(t *testing.T, file, text string, lowercase bool) {
		lower := &lowercase
		if !lowercase {
			lower = nil
		}
		tok, err := readTokenizer([]byte(file), lower)
		if err != nil {
			return
		}
		const limit = 16
		before := []int32{7}
		ids, marks := tok.encode(before, text, limit), tok.encode(nil, "", 2)
		if len(marks) != 2 || len(ids) < 3 || len(ids) > limit+1 || ids[0] != 7 || ids[1] != marks[0] || ids[len(ids)-1] != marks[1] {
			t.Fatalf("%q is cut into %v", text, ids)
		}
		if _, ok := tok.(*wordPiece); ok && len(ids) > utf8.RuneCountInString(text)*4+3 {
			t.Errorf("%d characters are cut into %d pieces", utf8.RuneCountInString(text), len(ids))
		}
		for _, id := range ids[1:] {
			if id < 0 || int(id) >= tok.size() {
				t.Errorf("a piece has the number %d of %d", id, tok.size())
			}
		}
	})
}

// What is cut is what was there: the known pieces of a text make it up again.
func TestPiecesMakeUpTheText(t *testing.T) {
	data := fixture(t, "tokenizer.json")
	any, err := readTokenizer(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	tok := any.(*wordPiece)
	words := map[int32]string{}
	for w, id := range tok.vocabulary {
		words[id] = w
	}
	for _, text := range []string{"杭州市的apples25", "unable。1", "20252,11"} {
		var again string
		for _, id := range tok.encode(nil, text, 100) {
			if id != tok.cls && id != tok.sep {
				again += strings.TrimPrefix(words[id], tok.continuing)
			}
		}
		if again != text {
			t.Errorf("%q is cut into %q", text, again)
		}
	}
	var file map[string]json.RawMessage
	if err := json.Unmarshal(data, &file); err != nil || fmt.Sprint(len(words)) != fmt.Sprint(len(tok.vocabulary)) {
		t.Error("two words have one number", err)
	}
}
