package retrieval

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// onAllCores does the works numbered 0 to n-1, each on whichever core is free.
func onAllCores(n int, work func(i int)) {
	var next atomic.Int64
	turn := func() {
		for {
			i := int(next.Add(1) - 1)
			if i >= n {
				return
			}
			work(i)
		}
	}
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) - 1 {
		group.Go(turn)
	}
	turn()
	group.Wait()
}
