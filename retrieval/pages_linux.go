package retrieval

import (
	"syscall"
	"unsafe"
)

// largePage is the size of the large pages of most processors.
const largePage = 2 << 20

// inLargePages asks the system to lay memory that is yet to be filled in large
// pages: it is read faster, as the processor looks up fewer of them and reads
// ahead up to the end of one. Many systems give them only where they are asked.
func inLargePages(memory []byte) {
	from := int(-uintptr(unsafe.Pointer(unsafe.SliceData(memory))) % largePage)
	if whole := (len(memory) - from) / largePage * largePage; whole > 0 {
		_ = syscall.Madvise(memory[from:from+whole], syscall.MADV_HUGEPAGE) // in vain: small ones do
	}
}
