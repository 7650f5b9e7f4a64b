//go:build unix

package ingest_test

import (
	"syscall"
	"time"
)

// processorTime is what this process has taken of all processors so far: the
// measure that a busy machine leaves alone.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
