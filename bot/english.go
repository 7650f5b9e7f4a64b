package bot

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"policybot/internal/places"
	"policybot/retrieval"
)

// NoteForeign goes with what the extractive writer answers to a question that
// is not in Chinese: a Note.
const NoteForeign = "The documents are in Chinese; these are their own words."

// What English questions ask for, as patterns over a question in lower case.
const (
	englishAmount = `\bhow (?:many|much|long|large|big|high|far|fast|often|old|tall|wide|great|deep)\b|` +
		`\b(?:what|which|at what|by what) (?:is the |was the |will the |are the |were the )?(?:[a-z]+ )?(?:percentage|percent|proportion|share|ratio|number|total|amount|rate|growth rate|size|length|area|value|cost|price|budget|quota|age|level)\b|` +
		`\bto what extent\b|\bby how\b`
	englishWhen    = `^when\b|\b(?:since|until|till|by|from) when\b|\bwhen (?:will|is|was|are|were|do|does|did|can|could|should|must|shall|has|have)\b|\b(?:what|which) (?:year|date|month|day|time|quarter)\b|\bhow soon\b|\bwhat is the (?:deadline|date)\b`
	englishWho     = `\bwho\b|\bwhose\b|\bwhom\b`
	englishList    = `\bwhich\b|\bwhat (?:are|were)\b|\bwhat (?:kinds?|types?|sorts?|categories|fields|areas|industries|sectors|projects|groups|items|services|tasks|goals|targets|documents|materials)\b|^(?:list|name)\b`
	englishHow     = `\bhow\b|\bwhat (?:[a-z]+ )?(?:measures?|steps?|support|policy|policies|requirements?|conditions?|actions?|efforts?|procedures?|rules|subsid(?:y|ies)|incentives?|help|assistance)\b|\bwhat (?:is|will|does|do|can) .{0,60}\b(?:do|done|doing|help|support|promote|encourage|improve|protect)\b`
	englishWhether = `^(?:is|are|was|were|does|do|did|can|could|will|would|has|have|had|may|must|should|shall|am)\b`
	englishName    = `\bwhat (?:is|was|are|were) .{1,60}\b(?:called|titled|named|entitled)\b|\bwhat (?:is|was) the (?:title|name) of\b`
	englishCount   = `\b(?:which|what|what are|what were|list|name|are|were)(?: the| its| their| those| these)? ([2-9]|[12][0-9]|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b`
	englishResult  = `\bactual(?:ly)?\b|\bso far\b|\bto date\b|\balready\b|\b(?:has|have) been\b|\bin the end\b|\bfinally\b`
	englishContact = `\b(?:tele|mobile )?phone\b|\bhotline number|\bcontact (?:details|number|information|address|person)|\bhow (?:can|do|could|should) (?:i|we|one|people|residents|you) (?:contact|reach)\b|` +
		`\be-?mail|\b(?:postal|office|street|mailing|web|exact|full) address|\b(?:is|are|was) the address|\baddress of\b|\bfax number|\bpostcode|\bpostal code|\bweb ?site\b`
	aDocument     = `(?:this |that |the |an? )?(?:[a-z0-9-]+ ){0,5}(?:plan|notice|report|document|article|opinions?|measures|regulations?|rules|announcement|circular|decision|programme|program|outline|news|story|scheme|policy|letter|guidelines?)`
	englishAuthor = `\bwho (?:wrote|authored|drafted|reported)\b|\bauthors?\b|\bwritten by\b|\bwho (?:is|was) the (?:reporter|writer|journalist)\b|\bwhich (?:reporter|journalist)s?\b`
	englishIssuer = `\b(?:who|which (?:office|agency|body|department|newspaper|organi[sz]ation|media|media outlet|authority|institution)) (?:issued|published|released|printed) ` + aDocument + `|\b(?:issued|published|released) by (?:whom|which)\b|\bsource of ` + aDocument
	englishDate   = `\bwhen (?:was|were) .{0,60}\b(?:published|issued|released|printed|posted)\b|\b(?:publication|issue|issuing|release) date\b|\bdate of (?:publication|issue|release)\b|\b(?:what|which) (?:date|day|year) (?:was|were) .{0,60}\b(?:published|issued|released)\b`
)

var (
	askedOffice = regexp.MustCompile(`\b(?:which|what) (?:[a-z]+ )?(?:department|agency|agencies|bureau|office|authority|authorities|body|committee|commission|company|enterprise|bank|unit|institution|organi[sz]ation|court|ministry|hospital|university|school)s?\b`)
	officeLike  = regexp.MustCompile(`部门|单位|机构|政府|委员会|\p{Han}委(?:$|[^托员任派屈])|(?:宣传|组织|统战|财政|教育|建设|商务|运输|信息化|保障|公安|民政|农村|科技)部|办公室|[^结当布格]局|厅|集团|公司|银行|中心|法院|检察院|大学|学校|医院|协会|街道|牵头|负责`)
	askedPerson = regexp.MustCompile(`\bwho (?:is|was|are|were|became|serves? as|served as|holds|heads|headed|chairs|chaired|leads|led|runs)\b|\bwhat is the name of\b|\b(?:mayor|secretary|director|chairman|governor|head)'?s? name\b`)
	thousands   = regexp.MustCompile(`([0-9]),([0-9]{3})\b`)
	numberAsked = regexp.MustCompile(`\bhow (?:many|much)\b`)
)

// englishNumbers are the small numbers by what they count to.
var englishNumbers = []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}

// englishOrdinals are the small ordinal numbers, and hanOrdinals how documents
// write their numbers: 第十, 十届, 十次.
var (
	englishOrdinals = []string{"zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth"}
	hanOrdinals     = []string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五"}
)

// ordinals are how documents write an English ordinal number; nil for another word.
func ordinals(word string) []string {
	n := slices.Index(englishOrdinals, word)
	if n < 1 {
		return nil
	}
	return []string{"第" + hanOrdinals[n], hanOrdinals[n] + "届", hanOrdinals[n] + "次"}
}

// hollowWords are the English words that carry no content of their own.
var hollowWords = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`a an the this that these those such same other another any some each every either both all no not nor only also too
		and or but if than then so as of in on at by for from to into onto with within without over under about around across through during
		between among per via up out off down upon against toward towards before after since until till while because due
		i me my we us our you your he him his she her it its they them their one ones itself themselves
		is are was were be been being am do does did done doing have has had having will would shall should can could may might must
		what which who whom whose when where why how many much more most less least long large big often soon far
		there here s t re ve ll d m please tell know want would like let me give list name explain describe according
		say says said mention mentioned state stated specify specified main key major specific exactly
		money compare difference get gets got take takes make makes made go goes come comes put set sets use used using
		now today currently just very really ever yet still again already actually actual well even
		rate number percentage percent proportion share total amount level figure figures
		latest way ways kind kinds type types sort sorts thing things lot extent regard regarding respect concerning respectively`) {
		m[w] = true
	}
	return m
}()

// contentWords are the grams of an English question that carry content, as
// retrieval.Official cuts and says them.
func contentWords(gs []gram) []gram {
	for i := range gs {
		gs[i].text = strings.Trim(gs[i].text, ".")
	}
	return slices.DeleteFunc(gs, func(g gram) bool { return g.text == "" || hollowWords[g.text] })
}

// weighWords sets the weights of the words of an English question: a word is
// as rare as the commonest Chinese term that it has, and the words of a phrase
// share its weight. One that leads to nothing in the corpus is unknown.
func (r *reading) weighWords(rarity func(string) float64) {
	for i, g := range r.Grams {
		w, share := rarity(g.text), 1.0
		r.Grams[i].strange = w >= 1 && !r.everyday(g.text)
		for _, o := range ordinals(g.text) {
			w = min(w, rarity(o))
		}
		for _, o := range r.wordings(g.text) {
			for _, t := range o.Terms {
				w = min(w, rarity(t))
			}
			share = max(share, float64(r.count(o)))
		}
		if w >= 1 {
			r.Unknown += w / math.Sqrt(share)
		}
		r.Grams[i].weight = w / math.Sqrt(share)
	}
}

// wordings are those that a word of an English question belongs to.
func (r reading) wordings(word string) []retrieval.Wording {
	var out []retrieval.Wording
	for _, w := range r.Official {
		if slices.Contains(w.Said, word) {
			out = append(out, w)
		}
	}
	return out
}

// count is how many content words of the question a wording has.
func (r reading) count(w retrieval.Wording) int {
	n := 0
	for _, g := range r.Grams {
		if slices.Contains(w.Said, g.text) {
			n++
		}
	}
	return n
}

// unknownMost is the share of an English question's content that may lead to
// nothing in the corpus. Beyond it the rest may answer, but not this question.
const unknownMost = 0.6

// partWeight is what a share of a term counts: 数字经济 for 数字经济核心产业.
const partWeight = 0.5

// saidInChinese says how well a folded text has what an English word means,
// from 0 to 1: a term of it, or the word itself, or a part of a term.
func (r reading) saidInChinese(word, folded string) float64 {
	if hasWord(folded, word) {
		return 1
	}
	best := 0.0
	for _, o := range ordinals(word) {
		if strings.Contains(folded, o) {
			return 1
		}
	}
	for _, w := range r.wordings(word) {
		for _, t := range w.Terms {
			if strings.Contains(folded, t) {
				return 1
			}
			best = max(best, partWeight*pairsIn(t, folded))
		}
	}
	return best
}

// pairsIn is the share of the pairs of characters of a term that a text has.
func pairsIn(term, folded string) float64 {
	rs := []rune(term)
	n := 0.0
	for i := 1; i < len(rs); i++ {
		n += yes(strings.Contains(folded, string(rs[i-1:i+1])))
	}
	return n / float64(max(1, len(rs)-1))
}

// hasWord reports whether a Latin word or number stands in a folded text, not
// as a piece of a longer one.
func hasWord(folded, word string) bool {
	for start := range occurrences(folded, word) {
		end := start + len(word)
		if (start == 0 || !latin(folded[start-1])) && (end == len(folded) || !latin(folded[end])) {
			return true
		}
	}
	return false
}

func latin(b byte) bool { return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '.' }

// withoutTerms is a folded text without the Chinese terms of the question.
func (r reading) withoutTerms(folded string) string {
	for _, w := range r.Official {
		for _, t := range w.Terms {
			folded = strings.ReplaceAll(folded, t, "")
		}
	}
	return folded
}

// nounWithin is how many words behind how many the thing that is counted stands
// at most: new government-subsidized rental homes.
const nounWithin = 5

// unitsAsked are the measure words of the thing that an English question asks
// the number of: 套 and 户 for how many new homes.
func (r reading) unitsAsked() []string {
	simple := strings.ToLower(r.Text)
	at := numberAsked.FindStringIndex(simple)
	if !r.Foreign || at == nil {
		return nil
	}
	within := nounWithin
	if strings.HasSuffix(simple[:at[1]], "much") {
		within = 1 // how much farmland, but how much does a household get
	}
	words := grams(simple[at[1]:])
	for _, g := range words[:min(within, len(words))] {
		for _, w := range r.wordings(g.text) {
			if len(w.Units) > 0 {
				return slices.Clip(w.Units)
			}
		}
	}
	return nil
}

// officeHeld is the Chinese title whose holder an English question asks for;
// "" for another question.
func (r reading) officeHeld() string {
	if !askedPerson.MatchString(strings.ToLower(r.Text)) {
		return ""
	}
	for _, w := range r.Official {
		for _, t := range w.Terms {
			if title := askedTitle.FindString(t); title != "" && strings.HasSuffix(t, title) {
				return title
			}
		}
	}
	return ""
}

// nameOf is how documents write the place that a question names: as the
// question does, or in Chinese, without its kind where names go without it.
func (r reading) nameOf(m places.Mention, asked places.Place) string {
	if !r.Foreign {
		return fold(r.Text[m.Start:m.End])
	}
	return fold(strings.TrimSuffix(strings.TrimSuffix(asked.Name(), "市"), "省"))
}
