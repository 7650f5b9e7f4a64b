package prompts

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"policybot/internal/quantity"
)

//go:embed data/modality.txt
var modalityTable string

var modalityWords = sync.OnceValue(func() map[string][]string { return sections(modalityTable) })

// A mood is what a clause says of whether something came about.
type mood struct{ aim, soft, done, weakDone bool }

// title matches the title of a document, whose words tell of nothing.
var title = regexp.MustCompile(`《[^》]*》`)

// moodOf reads the mood of folded Chinese text.
func moodOf(folded string) mood {
	words := modalityWords()
	folded = title.ReplaceAllString(folded, "《》")
	for _, w := range words["harmless"] {
		repl := "　"
		switch w { // these still say what their first character says
		case "已有":
			repl = "已"
		case "将于", "即将":
			repl = "将"
		}
		folded = strings.ReplaceAll(folded, w, repl)
	}
	has := func(section string) bool {
		for _, w := range words[section] {
			if strings.Contains(folded, w) {
				return true
			}
		}
		return false
	}
	m := mood{aim: has("aim"), soft: has("soft"), done: has("done"), weakDone: has("weakdone")}
	m.done = m.done || has("tally") && !m.aim // 力争累计新增 is an aim
	return m
}

// checkModality refuses targets told as results and results told as targets.
// It compares each clause of the claim that says either with the clause of
// the quotes that it tells.
func (p *proof) checkModality() (string, string) {
	if p.foreign {
		return p.checkForeignModality()
	}
	var quoted []string
	moods := map[string]mood{}
	for _, w := range p.wits {
		quoted = append(quoted, clauses(w.folded)...)
		w.addMoods(moods)
	}
	for _, c := range clauses(p.claim.folded) {
		m := moodOf(p.withoutState(c))
		if check, reason := p.spared(c, quoted); check != "" {
			return check, reason
		}
		if check, reason := turnedForce(c, quoted); check != "" {
			return check, reason
		}
		if !m.done && !m.weakDone && !m.aim {
			continue
		}
		q := moods[nearest(c, quoted)]
		switch {
		case m.done && !m.aim && !q.done && !q.weakDone && !p.reported(c) && (q.aim || q.soft || !p.ofNow()):
			return "modality", fmt.Sprintf("%q tells a result; the quote does not", c)
		case m.weakDone && !m.aim && !q.done && !q.weakDone && q.aim:
			return "modality", fmt.Sprintf("%q tells a result of what the quote aims at", c)
		case m.aim && !m.done && (q.done || q.weakDone) && !q.aim:
			return "modality", fmt.Sprintf("%q tells an aim of what the quote says is done", c)
		}
	}
	return "", ""
}

// spared finds what a clause of the claim says has not come about, 没有发生, where
// the quote only wants it not to: 确保不发生.
func (p *proof) spared(clause string, quoted []string) (string, string) {
	for _, n := range negations(clause) {
		if !slices.Contains(modalityWords()["notdone"], n.word) || utf8.RuneCountInString(n.target) < 2 {
			continue
		}
		q := nearest(clause, quoted)
		m := moodOf(q)
		same := slices.ContainsFunc(negations(q), func(o negation) bool { return slices.Contains(modalityWords()["notdone"], o.word) })
		if (m.soft || m.aim || hasAny(q, negationWords()["ban"]) != "") && !m.done && !m.weakDone && !same && strings.Contains(q, firstRunes(n.target, 2)) {
			return "modality", fmt.Sprintf("%q tells what is so; the quote tells what is to be: %s", clause, q)
		}
	}
	return "", ""
}

// turnedForce finds a clause of the claim that leaves open what the clause of
// the quotes that it tells demands, or the other way round.
func turnedForce(clause string, quoted []string) (string, string) {
	words := modalityWords()
	must, may := hasAny(clause, words["must"]), hasAny(clause, words["may"])
	if (must == "") == (may == "") {
		return "", ""
	}
	q := nearest(clause, quoted)
	if mine := bigrams(clause); shared(mine, bigrams(q))*2 < len(mine) {
		return "", ""
	}
	is, was := hasAny(q, words["must"]), hasAny(q, words["may"])
	for _, n := range negations(q) {
		if n.ban && is == "" && shared(bigrams(n.clause), bigrams(clause)) > 2 && len(negations(clause)) == 0 {
			is = n.word
		}
	}
	switch {
	case must != "" && is == "" && was != "":
		return "modality", fmt.Sprintf("the claim says %s where the quote says %s", must, was)
	case may != "" && was == "" && is != "":
		return "modality", fmt.Sprintf("the claim says %s where the quote says %s", may, is)
	}
	return "", ""
}

// addMoods adds the mood of each clause of the quote. What a sentence counts up
// (累计出动…，发现…，消除…) has come about in each of its clauses, as far as none
// says otherwise.
func (w *witness) addMoods(moods map[string]mood) {
	for _, sentence := range strings.FieldsFunc(w.folded, isSentenceEnd) {
		counts := false
		for _, c := range clauses(sentence) {
			m := moodOf(c)
			if m.aim || m.soft {
				counts = false
			}
			counts = counts || m.done && hasAny(c, modalityWords()["tally"]) != ""
			m.done = m.done || counts
			moods[c] = m
		}
	}
}

// state matches what a thing is told to be already, before 的.
var state = regexp.MustCompile(`已经?([^已为向对给在从把将由与和][^已]{1,9}?的)`)

// withoutState is a clause of the claim without the 已 of a thing that the
// quotes tell without it: 疫情已得到控制的地区.
func (p *proof) withoutState(clause string) string {
	return state.ReplaceAllStringFunc(clause, func(s string) string {
		bare := state.FindStringSubmatch(s)[1]
		for _, w := range p.wits {
			for _, c := range clauses(w.folded) {
				if m := moodOf(c); strings.Contains(c, bare) && !m.aim && !m.soft {
					return bare
				}
			}
		}
		return s
	})
}

// reported reports whether a clause of the claim tells a result only by 截至 or
// 累计, which came from near the quote.
func (p *proof) reported(clause string) bool {
	rest := strings.NewReplacer("截至", "", "截止", "", "目前", "").Replace(clause)
	for _, w := range p.wits {
		if strings.Contains(w.near.folded, "累计") {
			rest = strings.ReplaceAll(rest, "累计", "")
		}
	}
	return !moodOf(rest).done
}

// ofNow reports whether a quote says that it tells of how things are, or of a
// day before the document's date.
func (p *proof) ofNow() bool {
	for _, w := range p.wits {
		if hasAny(w.folded, modalityWords()["now"]) != "" {
			return true
		}
		doc := published(w.doc)
		for _, d := range days(w.figures, doc, 0) {
			d = d.lately(doc)
			if doc.Day > 0 && d.Month > 0 && d.Day.Day > 0 && len(d.years) == 1 &&
				(d.years[0]*100+d.Month)*100+d.Day.Day <= (doc.Year*100+doc.Month)*100+doc.Day {
				return true
			}
		}
	}
	return false
}

// nearest is the clause that has most in common with c, figures counting more.
func nearest(c string, all []string) string {
	mine := bigrams(c)
	figures := quantity.Find(c)
	best, most := "", -1
	for _, q := range all {
		n := shared(mine, bigrams(q))
		for _, f := range quantity.Find(q) {
			for _, g := range figures {
				if f.Value != nil && g.Value != nil && f.Value.Cmp(g.Value) == 0 {
					n += 3
				}
			}
		}
		if n > most {
			best, most = q, n
		}
	}
	return best
}

// checkForeignModality compares an English claim with Chinese quotes by
// whether the whole is a result.
func (p *proof) checkForeignModality() (string, string) {
	if isChinese(p.claim.text) {
		return "", ""
	}
	low := " " + strings.Join(wordPattern.FindAllString(strings.ToLower(p.claim.text), -1), " ") + " "
	has := func(section string) bool {
		for _, w := range modalityWords()[section] {
			if strings.Contains(low, strings.ReplaceAll(w, "_", " ")) {
				return true
			}
		}
		return false
	}
	var q mood
	for _, w := range p.wits {
		m := moodOf(w.folded)
		q = mood{aim: q.aim || m.aim, done: q.done || m.done, weakDone: q.weakDone || m.weakDone}
	}
	if has("english-done") && !has("english-aim") && q.aim && !q.done && !q.weakDone {
		return "modality", "the claim tells a result of what the quote aims at"
	}
	return "", ""
}

var wordPattern = regexp.MustCompile(`[a-z][a-z'-]*`)
