//go:build !linux && !darwin

package ingest

import "time"

// limitProcess does nothing here: the parent's clock and PDFium's own limit of
// memory hold.
func limitProcess(uint64, time.Duration) {}
