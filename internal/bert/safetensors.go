package bert

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxHeader is the longest header of a safetensors file that is read; that of
// a BERT with 24 layers has some 50 KB.
const maxHeader = 8 << 20

var safetensorsKinds = map[string]kind{"F32": float32s, "F16": float16s, "BF16": bfloat16s}

// readSafetensors reads the header of a file of the safetensors format: its
// length in 8 bytes, the header in JSON, and the numbers, which stay in the file.
// Tensors of kinds that no weights have are left out.
func readSafetensors(file io.ReaderAt, size int64) (tensors, error) {
	if size < 8 {
		return nil, errors.New("the file is too short to be safetensors")
	}
	start := make([]byte, 8)
	if _, err := file.ReadAt(start, 0); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint64(start)
	if length > maxHeader || length > uint64(size-8) {
		return nil, fmt.Errorf("a safetensors header of %d bytes in a file of %d", length, size)
	}
	text := make([]byte, length)
	if _, err := file.ReadAt(text, 8); err != nil {
		return nil, err
	}
	var header map[string]json.RawMessage
	if err := json.Unmarshal(text, &header); err != nil {
		return nil, fmt.Errorf("the safetensors header is not JSON: %w", err)
	}
	if len(header) > maxTensors {
		return nil, fmt.Errorf("the safetensors file has %d tensors", len(header))
	}
	numbers := 8 + int64(length)
	all := tensors{}
	for name, entry := range header {
		if name == "__metadata__" {
			continue
		}
		t, ok, err := safetensor(name, entry, size-numbers)
		if err != nil {
			return nil, err
		}
		if ok {
			t.file, t.at = file, t.at+numbers
			all[name] = t
		}
	}
	return all, nil
}

// safetensor reads the entry of a tensor in a header before so many bytes.
func safetensor(name string, entry json.RawMessage, numbers int64) (t tensor, ok bool, err error) {
	var h struct {
		Type    string    `json:"dtype"`
		Shape   []int     `json:"shape"`
		Offsets [2]uint64 `json:"data_offsets"`
	}
	if err := json.Unmarshal(entry, &h); err != nil {
		return t, false, fmt.Errorf("the header of tensor %q: %w", short(name), err)
	}
	from, to := h.Offsets[0], h.Offsets[1]
	if from > to || to > uint64(numbers) {
		return t, false, fmt.Errorf("tensor %q lies from %d to %d of %d bytes", short(name), from, to, numbers)
	}
	k, known := safetensorsKinds[h.Type]
	if !known {
		return t, false, nil
	}
	t = tensor{dims: h.Shape, kind: k, at: int64(from), size: int(to - from)}
	return t, true, t.check(name)
}
