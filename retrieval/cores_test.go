package retrieval

import (
	"sync/atomic"
	"testing"
)

func TestOnAllCoresDoesEachOnce(t *testing.T) {
	for _, n := range []int{0, 1, 2, 100} {
		done := make([]atomic.Int32, n)
		onAllCores(n, func(i int) { done[i].Add(1) })
		for i := range done {
			if got := done[i].Load(); got != 1 {
				t.Errorf("of %d works number %d was done %d times", n, i, got)
			}
		}
	}
}
