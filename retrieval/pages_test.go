package retrieval

import "testing"

// TestLargePagesHoldTheSame asks for them in memory of all beginnings, lengths
// and states.
func TestLargePagesHoldTheSame(t *testing.T) {
	memory := make([]byte, 9<<20)
	for i := 0; i < len(memory); i += 4096 {
		memory[i] = byte(i >> 12)
	}
	for _, from := range []int{0, 1, 4096, 1<<20 + 4096, 2<<20 - 1, 2 << 20} {
		for _, length := range []int{0, 1, 1 << 20, 2 << 20, 4<<20 + 5, 5 << 20} {
			inLargePages(memory[from : from+length])
		}
	}
	for i := 0; i < len(memory); i += 4096 {
		if memory[i] != byte(i>>12) {
			t.Fatalf("byte %d is %d", i, memory[i])
		}
	}
	inLargePages(nil)
}
