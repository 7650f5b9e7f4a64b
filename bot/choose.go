package bot

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/prompts"
)

// room is how many characters an answer should have, and may have at most, by
// what is asked: a figure is told in a clause, a measure takes sentences.
func (r reading) room() (want, most int) {
	switch r.Asks {
	case asksAmount, asksWhen, asksWho, asksName:
		return 45, 110
	case asksWhether:
		return 90, 180
	case asksList, asksHow:
		return 260, 400
	}
	return 180, 300
}

// minNews is how many characters an answer must say beyond the question's own
// words; a sentence that only repeats the question introduces the answer.
const minNews = 8

// coverEnough is how much of the question's content a sentence has that needs
// no other beside it.
const coverEnough = 0.8

// A sentence from elsewhere joins the answer when it scores near the best one
// and says more of what is asked.
const (
	secondScore = 0.56
	secondGain  = 0.02
	secondShare = 0.5 // of the best one's own share of the question
)

// choose picks the pieces that make the answer from ranked ones, in the order
// in which they are told. The best sentence leads, trimmed to the clauses that
// matter; what follows it in its passage goes on as long as there is room.
func choose(r reading, ps []piece) []piece {
	for _, find := range []func(reading, []piece) []piece{parallel, numbered} {
		if items := find(r, ps); items != nil {
			return items
		}
	}
	lead := trim(r, ps[0])
	out := []piece{lead}
	if r.Asks == asksList && r.Count > 0 && things(lead.text) >= r.Count {
		return out
	}
	want, most := r.room()
	used, news := size(lead.text), r.news(lead.folded)
	if preface.MatchString(lead.text) {
		news = 0
	}
	told := r.Asks.brief() && shape(r, lead) > 0 || r.Asks == asksWhat && r.covered(lead.folded) >= coverEnough
	told = told || r.byDate() && r.dated(lead.text) == ownDate
	if lead.text == ps[0].text && !(told && news >= minNews) {
		for _, p := range following(r, ps, ps[0]) {
			n := size(p.text)
			if (used >= want || r.dated(p.text) == otherDate) && news >= minNews || used+n > most && news >= minNews {
				break
			}
			if used+n > most {
				p = trim(r, p)
			}
			out = append(out, p)
			used += size(p.text)
			news += r.news(p.folded)
		}
	}
	out = withReason(r, ps, out)
	if told {
		return out
	}
	return second(r, ps, out, most-used)
}

// withReason puts the sentence before an answer in front of it where a question
// asks for a reason and only that sentence tells one.
func withReason(r reading, ps, out []piece) []piece {
	if r.Asks != asksReason || reasonLike.MatchString(out[0].folded) {
		return out
	}
	i := slices.IndexFunc(ps, func(p piece) bool { return p.source == out[0].source && p.rank == out[0].rank-1 })
	if i < 0 || headline(ps[i].text) || !reasonLike.MatchString(ps[i].folded) {
		return out
	}
	return append([]piece{ps[i]}, out...)
}

// second adds the best sentence from elsewhere that says more of what is asked.
func second(r reading, ps, out []piece, room int) []piece {
	have := ""
	for _, p := range out {
		have += " " + p.folded
	}
	for _, p := range ps[1:] {
		if p.score < secondScore*ps[0].score {
			break
		}
		if r.dated(p.text) == otherDate || headline(p.text) {
			continue
		}
		t := trim(r, p)
		if t.cover >= secondShare*out[0].cover && size(t.text) <= room && r.covered(have+" "+t.folded) >= r.covered(have)+secondGain && !overlaps(out, t) {
			out = append(out, t)
			if t.source == out[0].source {
				slices.SortStableFunc(out, inOrder)
			}
			break
		}
	}
	return out
}

// following are the sentences behind p in its source, up to the headline behind
// the first that says something new: headings and prefaces lead to what they
// head, also into the next passage of the document.
func following(r reading, ps []piece, p piece) []piece {
	told := tells(r, p)
	out := behind(ps, p.source, p.rank)
	for i, o := range out {
		if told && (headline(o.text) || r.anotherItem(o.folded)) || strings.Contains(o.text, gapMark) {
			return out[:i]
		}
		told = told || tells(r, o)
	}
	if told {
		return out
	}
	next := slices.IndexFunc(ps, func(o piece) bool { return adjoins(p.src, o.src) })
	if next < 0 {
		return out
	}
	for _, o := range behind(ps, ps[next].source, -1) {
		if headline(o.text) && told || strings.Contains(o.text, gapMark) {
			break
		}
		out = append(out, o)
		told = told || tells(r, o)
	}
	return out
}

// anotherItem reports whether a folded sentence begins another item (第二、…)
// than the one that answers a question for one thing.
func (r reading) anotherItem(folded string) bool {
	m := countsItem.FindStringSubmatch(folded)
	return m != nil && m[1] == "第" && r.Asks != asksList && r.Asks != asksHow
}

// behind are the pieces of a source behind one by its rank, without a gap.
func behind(ps []piece, source, rank int) []piece {
	var out []piece
	for _, o := range ps {
		if o.source == source && o.rank > rank {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b piece) int { return a.rank - b.rank })
	for i, o := range out {
		if o.rank != rank+i+1 {
			return out[:i]
		}
	}
	return out
}

// tells reports whether a piece says something new itself.
func tells(r reading, p piece) bool {
	return !headline(p.text) && !preface.MatchString(p.text) && r.news(p.folded) >= minNews
}

// passageGap is how many bytes stand between passages that follow each other.
const passageGap = 4

// adjoins reports whether a passage stands directly behind another in its document.
func adjoins(a, b *prompts.Source) bool {
	return a.DocID == b.DocID && a.Revision == b.Revision && b.Start >= a.End && b.Start-a.End <= passageGap
}

func size(s string) int { return utf8.RuneCountInString(s) }

// news counts the characters of a folded text that are not the question's.
func (r reading) news(folded string) int {
	for _, m := range r.Places {
		folded = strings.ReplaceAll(folded, fold(r.Text[m.Start:m.End]), "")
	}
	for _, g := range r.Grams {
		folded = strings.ReplaceAll(folded, g.text, "")
	}
	if r.Foreign {
		folded = r.withoutTerms(folded)
	}
	return size(strings.Map(func(c rune) rune {
		if han.IsHan(c) || unicode.IsLetter(c) || unicode.IsDigit(c) {
			return c
		}
		return -1
	}, folded))
}

// inOrder sorts pieces as they are told: sources by rank, and the pieces of
// one document as they stand in it.
func inOrder(a, b piece) int {
	if a.src.DocID != b.src.DocID {
		return a.source - b.source
	}
	return a.src.Start + a.span.Start - b.src.Start - b.span.Start
}

func overlaps(ps []piece, p piece) bool {
	return slices.ContainsFunc(ps, func(o piece) bool {
		return strings.Contains(o.folded, p.folded) || strings.Contains(p.folded, o.folded)
	})
}

// trim cuts a sentence down to the run of clauses that answers: the clause
// that fits best, and its neighbours as far as they add words of the question
// or, behind it, the news that it leads to.
func trim(r reading, p piece) piece {
	cs := clauses(p.text)
	_, most := r.room()
	gaps := strings.Contains(p.text, gapMark)
	if !gaps && (len(cs) < 2 || size(p.text) <= keepWhole(r)) {
		return p
	}
	folded := make([]string, len(cs))
	at, best := 0, -1.0
	for i, c := range cs {
		text := c.In(p.text)
		folded[i] = fold(text)
		s := r.covered(folded[i]) + 0.25*shape(r, piece{text: text, folded: folded[i]})
		if s > best && !strings.Contains(text, gapMark) {
			at, best = i, s
		}
	}
	lo, hi := at, at
	for {
		l, h, ok := wider(r, p, cs, folded, lo, hi, most)
		if !ok {
			break
		}
		lo, hi = l, h
	}
	if r.Asks.brief() {
		whole := shape(r, p) // 1 for the measure word asked for, less for any other's figure
		formed := func(i int) bool {
			of := shape(r, piece{text: cs[i].In(p.text), folded: folded[i]})
			return of > 0 && of >= whole
		}
		lo, hi = reach(p, cs, lo, hi, most, r.Asks == asksWhen, formed)
	}
	if r.byDate() && !r.Asks.brief() {
		lo, hi = reach(p, cs, lo, hi, most, true, func(i int) bool { return r.dated(cs[i].In(p.text)) == ownDate })
	}
	out := p
	told := run(cs, lo, hi)
	out.text = told.In(p.text)
	out.span = han.Span{Start: p.span.Start + told.Start, End: p.span.Start + told.End}
	out.folded = fold(out.text)
	return out
}

// run is the span of the clauses from lo to hi.
func run(cs []han.Span, lo, hi int) han.Span {
	return han.Span{Start: cs[lo].Start, End: cs[hi].End}
}

// reach widens a run of clauses to the nearest one that has the form of what
// is asked, such as the date before the event; over gaps also from across a
// place where words are missing, which is shown.
func reach(p piece, cs []han.Span, lo, hi, most int, overGaps bool, formed func(int) bool) (int, int) {
	for i := lo; i <= hi; i++ {
		if formed(i) {
			return lo, hi
		}
	}
	for d := 1; d < len(cs); d++ {
		for _, w := range [][2]int{{lo - d, hi}, {lo, hi + d}} {
			at := w[0]
			if w[0] == lo {
				at = w[1]
			}
			if w[0] < 0 || w[1] >= len(cs) || !formed(at) {
				continue
			}
			if text := run(cs, w[0], w[1]).In(p.text); size(text) <= most && (overGaps && quotable(text) || !strings.Contains(text, gapMark)) {
				return w[0], w[1]
			}
		}
	}
	return lo, hi
}

// wider finds the next clauses to take along with those from lo to hi.
func wider(r reading, p piece, cs []han.Span, folded []string, lo, hi, most int) (int, int, bool) {
	join := func(i, j int) string { return strings.Join(folded[i:j+1], "") }
	now, have := run(cs, lo, hi).In(p.text), join(lo, hi)
	crossed, covered, news := strings.Contains(now, gapMark), r.covered(have), r.news(have) >= minNews
	want, _ := r.room()
	// What only repeats the question tells nothing, but for the figure asked for.
	told := news || r.Asks.brief() && shape(r, piece{text: now, folded: have}) > 0
	for _, d := range [][2]int{{lo, hi + 1}, {lo - 1, hi}, {lo, hi + 2}, {lo - 2, hi}} {
		l, h := d[0], d[1]
		if l < 0 || h >= len(cs) {
			continue
		}
		text := run(cs, l, h).In(p.text)
		if size(text) > most || strings.Contains(text, gapMark) && !crossed && (news || !quotable(text)) {
			continue // nothing is told across missing words that can be told without them
		}
		behind := l == lo && (size(have) < want || !news)
		if size(have) < minClause || !told || behind || r.covered(join(l, h)) > covered+gainOf(r) {
			return l, h, true
		}
	}
	return lo, hi, false
}

// minClause is how short a piece may be and still be understood alone.
const minClause = 12

// keepWhole is how long a sentence may be and still be told whole.
func keepWhole(r reading) int {
	switch r.Asks {
	case asksAmount, asksWhen, asksWho, asksName:
		return 40
	case asksWhat, asksWhether:
		return 160
	}
	return 150
}

// gainOf is how much of the question a clause must add to be told along.
func gainOf(r reading) float64 {
	if r.Asks == asksHow || r.Asks == asksList {
		return 0.02
	}
	return 0.06
}
