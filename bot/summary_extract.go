package bot

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	"policybot/prompts"
)

// Summarize implements Summarizer: the sentences that stand for the sources'
// sections, in their order, each under its heading; of a topic, or of each
// side of a comparison, those that say the most of it.
func (e *Extractive) Summarize(ctx context.Context, r prompts.Request) iter.Seq2[prompts.Claim, error] {
	return func(yield func(prompts.Claim, error) bool) {
		from, said := 0, 0
		for _, side := range r.Summary.Sides {
			if ctx.Err() != nil {
				yield(prompts.Claim{}, ctx.Err())
				return
			}
			wish := *r.Summary
			if len(r.Summary.Sides) > 1 {
				wish = sharePerSide(wish)
			}
			for _, c := range e.lines(r, from, from+side.Sources, wish) {
				said++
				if !yield(c, nil) {
					return
				}
			}
			from += side.Sources
		}
		if said == 0 {
			yield(prompts.Claim{}, &prompts.Refusal{Why: whyNothing})
		}
	}
}

// sharePerSide is the length that each side of a comparison has.
func sharePerSide(wish prompts.Summary) prompts.Summary {
	wish.Lines = max(1, wish.Lines/len(wish.Sides))
	wish.Characters /= len(wish.Sides)
	return wish
}

// lines tells the sources of r from one index to another.
func (e *Extractive) lines(r prompts.Request, from, to int, wish prompts.Summary) []prompts.Claim {
	sources := r.Sources[from:to]
	if len(sources) == 0 {
		return nil
	}
	var out []prompts.Claim
	room := lineRunes
	if wish.Characters > 0 {
		room = max(leastLine, min(room, wish.Characters/max(1, wish.Lines)))
	}
	if wish.Topic != "" {
		out = e.onTopic(wish.Topic, sources, wish.Lines, room)
	} else {
		if len(wish.Sides) > 1 && !wish.AtMost {
			wish.Lines = min(wish.Lines, linesFor(sources, wish))
		}
		out = e.outline(sources, wish, room)
	}
	for i := range out {
		for j := range out[i].Cites {
			out[i].Cites[j].Source += from
		}
	}
	return out
}

// outline tells whole documents, one line a chapter or more, in their order.
func (e *Extractive) outline(sources []prompts.Source, wish prompts.Summary, room int) []prompts.Claim {
	chapters := chaptersOf(e.view, sources)
	if wish.Characters > 0 || wish.AtMost || len(chapters) > wish.Lines {
		var all []sentence
		for _, c := range chapters {
			for _, s := range c.in {
				s.weight = s.whole
				all = append(all, s)
			}
		}
		return headedEach(best(all, wish.Lines, room), "", sources)
	}
	var out []prompts.Claim
	shares := allotted(chapters, wish.Lines)
	for i, c := range chapters {
		if wish.Detail {
			out = append(out, itemByItem(c, shares[i], room, sources)...)
		} else if told := items(c, sources); told != nil {
			if before := c.beforeItems(); len(before) > introduction {
				out = append(out, headedEach(best(before, max(1, shares[i]-1), room), "", sources)...)
			}
			out = append(out, told...)
		} else {
			out = append(out, headedEach(best(c.in, shares[i], room), c.label, sources)...)
		}
	}
	return out
}

// introduction is how many sentences may introduce items without being told.
const introduction = 1

// beforeItems are the sentences of a chapter before its first item.
func (c chapter) beforeItems() []sentence {
	n := slices.IndexFunc(c.in, func(s sentence) bool { return s.item })
	return c.in[:max(0, n)]
}

// headedEach tells pieces, the first under a label.
func headedEach(ps []piece, label string, sources []prompts.Source) []prompts.Claim {
	var out []prompts.Claim
	for _, p := range ps {
		out = append(out, headed(p, label, sources))
		label = ""
	}
	return out
}

// allotted shares out lines among chapters: one each, the others by size.
func allotted(chapters []chapter, lines int) []int {
	shares := make([]int, len(chapters))
	for i := range shares {
		shares[i] = 1
	}
	for range lines - len(chapters) {
		most, of := 0, 0.0
		for i, c := range chapters {
			if each := float64(c.size()) / float64(shares[i]+1); each > of {
				most, of = i, each
			}
		}
		shares[most]++
	}
	return shares
}

// itemByItem tells a chapter by a line for each of its items, under the item's
// head; one without items in n lines.
func itemByItem(c chapter, n, room int, sources []prompts.Source) []prompts.Claim {
	var out []prompts.Claim
	label := c.label
	var head *sentence
	var in []sentence
	flush := func(lines int) {
		if head != nil {
			label = bareItem(head.text)
		}
		if told := headedEach(best(in, lines, room), label, sources); len(told) > 0 {
			out = append(out, told...)
		} else if head != nil {
			out = append(out, headed(head.piece, "", sources))
		}
	}
	for i := range c.in {
		s := c.in[i]
		if !s.item {
			in = append(in, s)
			continue
		}
		flush(1)
		head, in = &s, nil
	}
	if head == nil {
		flush(n)
	} else {
		flush(1)
	}
	return out
}

// best picks n sentences, one from each stretch of the text, in its order.
func best(in []sentence, n, room int) []piece {
	if len(in) == 0 || n < 1 {
		return nil
	}
	start, whole := in[0].place, in[len(in)-1].place-in[0].place+1
	var out []piece
	for i := range n {
		lo, hi := start+whole*float64(i)/float64(n), start+whole*float64(i+1)/float64(n)
		stretch := slices.DeleteFunc(slices.Clone(in), func(s sentence) bool { return s.place < lo || s.place >= hi })
		slices.SortStableFunc(stretch, func(a, b sentence) int { return cmp.Compare(b.worth(room), a.worth(room)) })
		for _, s := range stretch {
			if p, ok := s.told(room); ok && !alreadyTold(out, p) {
				out = append(out, p)
				break
			}
		}
	}
	return out
}

// alreadyTold reports whether most of what a piece says was told.
func alreadyTold(told []piece, p piece) bool {
	all := grams(p.folded)
	for _, o := range told {
		n := 0
		for _, g := range all {
			n += int(yes(strings.Contains(o.folded, g.text)))
		}
		if 5*n >= 3*len(all) {
			return true
		}
	}
	return overlaps(told, p)
}

// items tells a chapter by the heads of its items, where it has them: 第一、…
// 第二、…; nil where it has not, or where they are many. It is one line, or
// several where the whole of it could not be proven.
func items(ch chapter, sources []prompts.Source) []prompts.Claim {
	var heads []sentence
	var said []string
	length := 0
	for _, s := range ch.in {
		bare := bareItem(s.text)
		if !s.item || strings.Contains(s.text, gapMark) || size(bare) < 4 || slices.Contains(said, bare) {
			continue
		}
		heads, said = append(heads, s), append(said, bare)
		length += size(bare) + 1
	}
	if len(heads) < 2 || length > itemsRunes {
		return nil
	}
	var out []prompts.Claim
	label := ch.label
	for len(heads) > 0 {
		c, n := joined(heads, label, sources)
		if n == 0 {
			return nil
		}
		out, heads, label = append(out, c), heads[n:], ""
	}
	return out
}

// joined tells as many heads of items in one line as can be proven together.
func joined(heads []sentence, label string, sources []prompts.Source) (best prompts.Claim, n int) {
	var c prompts.Claim
	var said []string
	for i, s := range heads {
		said = append(said, bareItem(s.text))
		c.Cites = append(c.Cites, prompts.Cite{Source: s.source + 1, Quote: s.text})
		told := strings.Join(said, "；") + "。"
		for _, c.Text = range []string{label + "：" + told, told} {
			if (label != "" || c.Text == told) && prompts.Verify(c, sources).OK {
				best, n = prompts.Claim{Text: c.Text, Cites: slices.Clone(c.Cites)}, i+1
				break
			}
		}
		if n < i+1 && i > 0 {
			break
		}
	}
	return best, n
}

// headed tells a piece under a heading, where that can be proven too.
func headed(p piece, label string, sources []prompts.Source) prompts.Claim {
	plain := p.claim()
	plain.Text = strings.TrimLeft(itemMark.ReplaceAllString(plain.Text, ""), " —")
	if !prompts.Verify(plain, sources).OK {
		plain = p.claim()
	}
	if strings.Contains(fold(plain.Text), fold(label)) {
		return plain
	}
	return under(label, plain, sources)
}

// topicEnough is how much of a topic must stand in a sentence, or in the
// headings above it, to be told of it.
const topicEnough = 0.5

// onTopic tells what sources say of a topic in the sentences that say the most.
func (e *Extractive) onTopic(topic string, sources []prompts.Source, lines, room int) []prompts.Claim {
	read := readQuestion(topic)
	read.weigh(e.view.Rarity)
	ps := pieces(read, sources)
	rank(ps)
	var picked []piece
	for _, p := range ps {
		s := sentence{piece: p}
		if len(picked) == lines {
			break
		}
		heads := read.covered(fold(strings.Join(p.src.Heading, " ")))
		if headline(p.text) || itemMark.MatchString(p.text) && size(p.text) <= itemHeadRunes || boilerRow.MatchString(p.text) || asksBack.MatchString(p.text) || p.cover < topicEnough && heads < topicEnough {
			continue
		}
		if t, ok := s.told(room); ok && !alreadyTold(picked, t) {
			picked = append(picked, t)
		}
	}
	slices.SortStableFunc(picked, inOrder)
	var out []prompts.Claim
	for _, p := range picked {
		out = append(out, headed(p, "", sources))
	}
	return out
}
