package quantity

import (
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// inChinese writes n, 0 < n < 10^16, in Chinese figures.
func inChinese(n int64) string {
	figures := []string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	section := func(v int64) string {
		var b strings.Builder
		zero := false
		for i, unit := range []string{"千", "百", "十", ""} {
			p := []int64{1000, 100, 10, 1}[i]
			d := v / p % 10
			switch {
			case d > 0:
				if zero && b.Len() > 0 {
					b.WriteString("零")
				}
				b.WriteString(figures[d] + unit)
				zero = false
			default:
				zero = true
			}
		}
		return b.String()
	}
	var parts []string
	for i, scale := range []string{"万亿", "亿", "万", ""} {
		p := []int64{1e12, 1e8, 1e4, 1}[i]
		if v := n / p % 1e4; v > 0 {
			s := section(v)
			if len(parts) > 0 && v < 1000 {
				s = "零" + s
			}
			parts = append(parts, s+scale)
		}
	}
	return strings.Join(parts, "")
}

func withCommas(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// A number reads back as itself in every script.
func TestNumbersReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.OneOf(rapid.Int64Range(2, 30000), rapid.Int64Range(2, 999_999_999_999)).Draw(t, "n")
		for _, text := range []string{
			strconv.FormatInt(n, 10) + "元", withCommas(n) + "元", inChinese(n) + "元", withCommas(n) + " yuan",
			strings.Map(func(r rune) rune { return r - '0' + '０' }, strconv.FormatInt(n, 10)) + "元",
			big.NewRat(n, 10000).FloatString(4) + "万元",
		} {
			qs := Find("资金" + text + "。")
			if len(qs) != 1 || qs[0].Unit != "元" || qs[0].Value.Cmp(big.NewRat(n, 1)) != 0 {
				t.Fatalf("%s read as %v", text, qs)
			}
		}
	})
}

// A share reads back as itself as a per cent, in tenths and in words.
func TestSharesReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(2, 99).Draw(t, "n")
		texts := []string{strconv.FormatInt(n, 10) + "%", "百分之" + inChinese(n), strconv.FormatInt(n, 10) + "％", strconv.FormatInt(n, 10) + " percent"}
		if n%10 == 0 {
			texts = append(texts, inChinese(n/10)+"成")
		}
		for _, text := range texts {
			qs := Find("占比" + text + "。")
			if len(qs) != 1 || qs[0].Unit != "%" || qs[0].Value.Cmp(big.NewRat(n, 1)) != 0 {
				t.Fatalf("%s read as %v", text, qs)
			}
		}
	})
}
