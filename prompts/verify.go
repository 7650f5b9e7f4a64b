package prompts

// Verify checks a claim against the sources of its request. It fails closed.
func Verify(c Claim, sources []Source) Verdict {
	return Verdict{Check: "source", Reason: "not checked"}
}
