//go:build !amd64

package retrieval

func machineKernels() []kernel { return nil }
