package ingest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// longText is about n bytes of text, in one line or in lines of some 300.
func longText(n int, shape string) string {
	pieces := strings.Split("关于印发办法的通知，各区、县（市）人民政府：|一、总则。|为了规范管理，制定本办法。|到2025年，全市新增保障性租赁住房6000套，|（一）适用范围。|第一条|，并|各部门要按照职责分工抓好落实", "|")
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for b.Len() < n {
		switch shape {
		case "one letter":
			b.WriteString("甲")
		case "no marks":
			b.WriteRune(rune(0x4e00 + r.IntN(20000)))
		case "blanks":
			b.WriteString("甲　　 ")
		default:
			b.WriteString(pieces[r.IntN(len(pieces))])
			if shape == "lines" && r.IntN(8) == 0 {
				b.WriteByte('\n')
			}
		}
	}
	return b.String()
}

var longShapes = []string{"lines", "one line", "one letter", "no marks", "blanks"}

// BenchmarkLineLength shows that MB/s does not fall with the length of a line.
func BenchmarkLineLength(b *testing.B) {
	for _, shape := range longShapes {
		for _, size := range []int{100_000, 3_000_000} {
			raw := []byte(longText(size, shape))
			b.Run(fmt.Sprintf("%s/%dKB", shape, size/1000), func(b *testing.B) {
				b.SetBytes(int64(size))
				for b.Loop() {
					if _, err := Parse("a.txt", raw); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// A text 64 times as long, in one line, takes some 64 times as long to parse:
// what grows with the square would take 4,096 times. Between the two there is
// room for a machine that is busy.
func TestLongLinesAreNoHarder(t *testing.T) {
	const small, times = 4_000, 64
	least := func(raw []byte) time.Duration {
		best := time.Hour
		for range 2 {
			start := time.Now()
			if _, err := Parse("a.txt", raw); err != nil {
				t.Fatal(err)
			}
			best = min(best, time.Since(start))
		}
		return best
	}
	for _, shape := range longShapes {
		short, long := least([]byte(longText(small, shape))), least([]byte(longText(small*times, shape)))
		if long > short*times*16 {
			t.Errorf("%s: %v for %d KB and %v for %d", shape, short, small/1000, long, small*times/1000)
		}
	}
}
