//go:build linux || darwin

package ingest

import (
	"syscall"
	"time"
)

// limitProcess has the system end this process when it takes more memory, or
// more time of a processor, than given.
func limitProcess(memory uint64, cpu time.Duration) {
	seconds := uint64(cpu / time.Second)
	_ = syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: memory, Max: memory})
	_ = syscall.Setrlimit(syscall.RLIMIT_CPU, &syscall.Rlimit{Cur: seconds, Max: seconds})
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
}
