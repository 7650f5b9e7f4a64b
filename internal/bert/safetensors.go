package bert

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
)

// maxHeader is the longest header of a safetensors file that is read; that of
// a BERT with 24 layers has some 50 KB.
const maxHeader = 8 << 20

var safetensorsKinds = map[string]kind{"F32": float32s, "F16": float16s, "BF16": bfloat16s}

// readSafetensors reads a file of the safetensors format: the length of a JSON
// header in 8 bytes, the header, and the numbers. The tensors share data's
// memory. Tensors of kinds that no weights have are left out.
func readSafetensors(data []byte) (tensors, error) {
	if len(data) < 8 {
		return nil, errors.New("the file is too short to be safetensors")
	}
	length := binary.LittleEndian.Uint64(data)
	if length > maxHeader || length > uint64(len(data)-8) {
		return nil, fmt.Errorf("a safetensors header of %d bytes in a file of %d", length, len(data))
	}
	var header map[string]json.RawMessage
	if err := json.Unmarshal(data[8:8+length], &header); err != nil {
		return nil, fmt.Errorf("the safetensors header is not JSON: %w", err)
	}
	if len(header) > maxTensors {
		return nil, fmt.Errorf("the safetensors file has %d tensors", len(header))
	}
	numbers := data[8+length:]
	all := tensors{}
	for name, entry := range header {
		if name == "__metadata__" {
			continue
		}
		t, ok, err := safetensor(name, entry, numbers)
		if err != nil {
			return nil, err
		}
		if ok {
			all[name] = t
		}
	}
	return all, nil
}

func safetensor(name string, entry json.RawMessage, numbers []byte) (t tensor, ok bool, err error) {
	var h struct {
		Type    string    `json:"dtype"`
		Shape   []int     `json:"shape"`
		Offsets [2]uint64 `json:"data_offsets"`
	}
	if err := json.Unmarshal(entry, &h); err != nil {
		return t, false, fmt.Errorf("the header of tensor %q: %w", short(name), err)
	}
	from, to := h.Offsets[0], h.Offsets[1]
	if from > to || to > uint64(len(numbers)) {
		return t, false, fmt.Errorf("tensor %q lies from %d to %d of %d bytes", short(name), from, to, len(numbers))
	}
	k, known := safetensorsKinds[h.Type]
	if !known {
		return t, false, nil
	}
	t = tensor{dims: h.Shape, kind: k, raw: numbers[from:to:to]}
	return t, true, t.check(name)
}
