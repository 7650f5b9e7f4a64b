package retrieval

import (
	"unicode"

	"policybot/internal/han"
)

// What one of a kind of characters costs, in tenths of a token.
const (
	hanTokens   = 13 // an ideograph
	runTokens   = 10 // seven Latin letters, three digits, or a run of white space
	otherTokens = 5  // punctuation, which often joins what stands beside it
)

// Tokens estimates how many tokens an embedding model counts in a text, by the
// kinds of its characters. The weights were measured with cl100k_base, which
// OpenAI's embedding models use, on 2,429 pieces of 400 characters of public
// policy texts: the sum is 1.5% too low, nine of ten pieces are within 11%.
// Models that were made for Chinese count fewer, about one an ideograph.
func Tokens(text string) int {
	const latin, digit, space = 7, 3, 1 << 30 // how long a run costs no more
	sum, run, kind := 0, 0, 0
	for _, r := range text {
		k := 0
		switch {
		case han.IsHan(r):
			sum += hanTokens
		case r >= '0' && r <= '9':
			k = digit
		case unicode.IsSpace(r):
			k = space
		case unicode.IsLetter(r) && r < 0x250:
			k = latin
		default:
			sum += otherTokens
		}
		if k == latin && kind == space {
			sum -= runTokens // a word takes the space before it
		}
		if k != kind {
			run, kind = 0, k
		}
		if k != 0 {
			if run%k == 0 {
				sum += runTokens
			}
			run++
		}
	}
	return (sum + 9) / 10
}
