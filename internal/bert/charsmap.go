package bert

import (
	"encoding/binary"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A charsmap says by what a character, or a few, are replaced: SentencePiece's
// precompiled_charsmap, which holds Unicode's NFKC and some rules more. Its
// beginnings are found in a double array (Yata, 2007, as in darts-clone).
type charsmap struct {
	units []uint32
	texts string // what stands instead, each ended by a zero
}

// readCharsmap reads the length of the double array in 4 bytes, the array, and
// the texts.
func readCharsmap(data []byte) (charsmap, error) {
	errBroken := errors.New("the tokenizer's map of characters is broken")
	if len(data) < 4 {
		return charsmap{}, errBroken
	}
	length := binary.LittleEndian.Uint32(data)
	data = data[4:]
	if uint64(length) > uint64(len(data)) || length%4 != 0 || length == 0 || !utf8.Valid(data[length:]) {
		return charsmap{}, errBroken
	}
	m := charsmap{units: make([]uint32, length/4), texts: string(data[length:])}
	for i := range m.units {
		m.units[i] = binary.LittleEndian.Uint32(data[4*i:])
	}
	return m, nil
}

// The fields of a unit of the double array.
func hasLeaf(unit uint32) bool    { return unit>>8&1 == 1 }
func labelOf(unit uint32) uint32  { return unit & (1<<31 | 0xff) }
func offsetOf(unit uint32) uint32 { return unit >> 10 << (unit & (1 << 9) >> 6) }
func valueOf(unit uint32) uint32  { return unit & (1<<31 - 1) }

// replacement is what replaces the shortest beginning of part that the map has.
func (m charsmap) replacement(part string) (text string, ok bool) {
	at := offsetOf(m.units[0])
	for i := range len(part) {
		at ^= uint32(part[i])
		if part[i] == 0 || at >= uint32(len(m.units)) || labelOf(m.units[at]) != uint32(part[i]) {
			return "", false
		}
		leaf := hasLeaf(m.units[at])
		if at ^= offsetOf(m.units[at]); leaf {
			return m.text(at)
		}
	}
	return "", false
}

// text is what the leaf at a place of the array stands for.
func (m charsmap) text(at uint32) (string, bool) {
	if at >= uint32(len(m.units)) {
		return "", false
	}
	from := valueOf(m.units[at])
	if from > uint32(len(m.texts)) || from < uint32(len(m.texts)) && !utf8.RuneStart(m.texts[from]) {
		return "", false
	}
	text, _, _ := strings.Cut(m.texts[from:min(len(m.texts), int(from)+longestReplacement)], "\x00")
	return strings.ToValidUTF8(text, ""), true
}

// longestReplacement in bytes is more than any has: ﷺ has 33.
const longestReplacement = 1 << 8

// longestCluster is how many bytes of a character with its marks are looked up
// together.
const longestCluster = 5

// normalize replaces as the Tokenizers library does, by whose tokens models
// were trained: a character together with the marks on it, if they are short,
// is replaced by what replaces its beginning; else each by itself.
func (m charsmap) normalize(text string) string {
	var out strings.Builder
	out.Grow(len(text))
	for text != "" {
		length := cluster(text)
		whole := text[:length]
		text = text[length:]
		if length <= longestCluster {
			if to, ok := m.replacement(whole); ok {
				out.WriteString(to)
				continue
			}
		}
		for i, r := range whole {
			part := whole[i : i+utf8.RuneLen(r)]
			if to, ok := m.replacement(part); ok {
				part = to
			}
			out.WriteString(part)
		}
	}
	return out.String()
}

// cluster is how many bytes the first character of a text has with what stands
// on it (Unicode's extended grapheme clusters, UAX #29, as far as they can be
// short: Korean syllables in parts, flags and prefixed letters are longer or
// not replaced).
func cluster(text string) int {
	if strings.HasPrefix(text, "\r\n") {
		return 2
	}
	first, length := utf8.DecodeRuneInString(text)
	if unicode.In(first, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) && first != zeroWidthJoiner && first != zeroWidthNonJoiner {
		return length
	}
	for i, r := range text[length:] {
		if r < 0x300 || !extends(r) {
			return length + i
		}
	}
	return len(text)
}

const zeroWidthNonJoiner, zeroWidthJoiner = '\u200c', '\u200d'

// extends reports whether r belongs to the character before it.
func extends(r rune) bool {
	switch {
	case r == zeroWidthJoiner, 0x1f3fb <= r && r <= 0x1f3ff, r == 0xe33, r == 0xeb3:
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Other_Grapheme_Extend) || unicode.Is(unicode.Mc, r) && !unicode.Is(standing, r)
}

// standing has the marks of the category Mc that UAX #29 lets stand by
// themselves.
var standing = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x102b, 0x102c, 1}, {0x1038, 0x1038, 1}, {0x1062, 0x1064, 1}, {0x1067, 0x106d, 1}, {0x1083, 0x1083, 1}, {0x1087, 0x108c, 1},
		{0x108f, 0x108f, 1}, {0x109a, 0x109c, 1}, {0x1a61, 0x1a61, 1}, {0x1a63, 0x1a64, 1}, {0xaa7b, 0xaa7b, 1}, {0xaa7d, 0xaa7d, 1},
	},
	R32: []unicode.Range32{{0x11720, 0x11721, 1}},
}
