// Package quantity reads the figures and dates in Chinese and English text:
// 2万亿元, 20,000亿元 and 2 trillion yuan are one amount, 九成 is 90%, 〇八年 is
// a year and 一网通办 is no number.
//
// It stores nothing. data/units.txt and data/bounds.txt list the units and
// the words that bound a figure.
package quantity

import (
	"math/big"
	"strconv"
	"strings"
)

// A Kind is what sort of figure a Quantity is.
type Kind int

// The kinds of figure.
const (
	Amount  Kind = iota
	Ordinal      // 第二批, 首批, the ninth
	Date         // 2020年3月29日, 今年, 底; see Quantity.Date
	Period       // a five-year plan by its number: 十四五 is 14
)

// A Bound is what a text says of a figure beside its value.
type Bound int

// The bounds. Over is 9000多: somewhat more than the round figure.
const (
	Exact   Bound = iota
	AtLeast       // 不少于, 以上, at least
	More          // 超过, 突破, more than
	Over          // 多, 余
	AtMost        // 不超过, 以内, 最高, up to
	Less          // 低于, 不到, less than
	About         // 约, 左右
	Near          // 近, 接近, nearly
	Full          // 满: reached, which one text says of a lower bound and another of the bare figure
)

// Lower reports whether b bounds the figure from below.
func (b Bound) Lower() bool { return b == AtLeast || b == More || b == Over }

// Upper reports whether b bounds the figure from above.
func (b Bound) Upper() bool { return b == AtMost || b == Less }

// A Day is a date as a text gives it: zero where it does not say.
type Day struct {
	Year, Month, Day int
	// Relative says that the year (or, with MonthRelative, year and month) is
	// told relative to when the text was written, Shift from it: 去年 is -1.
	Relative, MonthRelative bool
	Shift                   int
	// Part is what of the year or month is meant: 底, 初, 中, 上半年, 下半年, 1季度, 上旬, 中旬, 下旬.
	Part string
}

// A Quantity is a figure or date in a text.
type Quantity struct {
	// Start and End are byte offsets of the figure with its unit, without the
	// words that bound it, except 多 and 余 within.
	Start, End int
	Kind       Kind
	// Value is exact, with scale and unit worked in: 2.5亿元 is 250000000 元,
	// 1年 is 12 月, 九成 and 九折 are 90 %, 翻番 is 2 倍. Nil for a Date.
	Value *big.Rat
	// Unit is canonical (元, %, 百分点, 月, 分钟, 平方米, 人, 家, …), empty if there is none.
	Unit string
	// Per is what the unit counts per: 万人 in 62.5件/万人; empty mostly.
	Per   string
	Bound Bound
	// Discount says that the figure is a price left over: 九折.
	Discount bool
	// Weak figures may be no count at all: 一个 as an article, "one".
	Weak bool
	// Range says that the figure ends (or, with Open, begins) a range: 40%~60%.
	Range, Open bool
	Date        Day
}

// String shows q in one form for messages.
func (q Quantity) String() string {
	var b strings.Builder
	switch q.Kind {
	case Date:
		d := q.Date
		switch {
		case d.Relative || d.MonthRelative:
			b.WriteString("relative ")
			b.WriteString(strconv.Itoa(d.Shift))
		case d.Year > 0:
			b.WriteString(strconv.Itoa(d.Year) + "年")
		}
		if d.Month > 0 {
			b.WriteString(strconv.Itoa(d.Month) + "月")
		}
		if d.Day > 0 {
			b.WriteString(strconv.Itoa(d.Day) + "日")
		}
		b.WriteString(d.Part)
		return b.String()
	case Ordinal:
		b.WriteString("第")
	case Period:
		b.WriteString("plan ")
	}
	if q.Value != nil {
		b.WriteString(q.Value.RatString())
	}
	b.WriteString(q.Unit)
	if q.Per != "" {
		b.WriteString("/" + q.Per)
	}
	return b.String()
}
