package bot

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"policybot/internal/han"
	"policybot/internal/places"
	"policybot/internal/quantity"
	"policybot/retrieval"
)

// An asking is the kind of thing that a question wants to know.
type asking int

const (
	asksWhat    asking = iota // anything else: what is said of it
	asksAmount                // how much, how many, how long
	asksWhen                  // a date
	asksWho                   // a person or an office
	asksList                  // which ones
	asksHow                   // what is done about it
	asksWhether               // yes or no
	asksName                  // what something is called
	asksReason                // for what reason
)

// brief reports whether a clause answers: a figure, a date, a person, a name.
func (a asking) brief() bool {
	return a == asksAmount || a == asksWhen || a == asksWho || a == asksName
}

// A documentFact is a question about a document rather than in it.
type documentFact string

const (
	factAuthor documentFact = "author"
	factIssuer documentFact = "issuer"
	factDate   documentFact = "date"
)

// of is the fact's value for a document, as its byline writes it.
func (f documentFact) of(m retrieval.Meta) string {
	switch f {
	case factAuthor:
		return m.Author.Value
	case factIssuer:
		return m.Issuer.Value
	case factDate:
		return m.Date.Value
	}
	return ""
}

// words are how bylines name the fact.
func (f documentFact) words() string {
	switch f {
	case factAuthor:
		return "作者 记者"
	case factIssuer:
		return "来源"
	}
	return "发布时间 日期"
}

// A gram is a pair of characters or a word of the question with its weight.
type gram struct {
	text    string
	weight  float64
	strange bool // it stands nowhere in the corpus, in no words
}

// A reading is what a question asks for.
type reading struct {
	Text     string
	Folded   string
	Asks     asking
	Count    int    // how many things it asks for, 0 if it does not say
	Grams    []gram // its content, each once; weights are set by weigh
	Places   []places.Mention
	Years    []string
	Dates    []quantity.Day      // the days, months and ends of years that it names, unless it asks for a date
	Result   bool                // it asks what was reached, not what is aimed at
	Contact  bool                // it asks for a telephone number, address or the like
	Defined  string              // what it asks the definition of, folded
	Fact     documentFact        // it asks for a fact about a document
	Foreign  bool                // it has no Chinese character
	Official []retrieval.Wording // the terms officials use for its everyday words, folded
	Names    []string            // quoted names and offices that it speaks of
	Unknown  float64             // the weight of its grams that stand nowhere in the corpus
}

var (
	askedAmount  = regexp.MustCompile(`多少|几[个项家名套所条户人天年月岁倍成种类批座次件辆处]|多大|多高|多久|多长|多远|多快|比例是|比率|幅度|` + englishAmount)
	askedWhen    = regexp.MustCompile(`什么时候|何时|哪一?年|哪一?天|几月|几号|什么时间|哪个月|` + englishWhen)
	askedWho     = regexp.MustCompile(`谁|哪位|什么人|哪[个家]?(单位|部门|机构|公司|街道|企业|银行|学校|大学|局|委|办|医院|区|市|县|镇|村|省)|` + englishWho)
	askedList    = regexp.MustCompile(`哪些|哪几|哪[一二两三四五六七八九十百0-9]+|有什么|包括什么|包含什么|` + englishList)
	askedHow     = regexp.MustCompile(`如何|怎么|怎样|怎办|什么(措施|办法|政策|支持|要求|流程|条件|举措|规定)|` + englishHow)
	askedWhy     = regexp.MustCompile(`为什么|为何|什么原因|原因是|目的是|出于什么|\bwhy\b`)
	askedWhether = regexp.MustCompile(`吗|能不能|是否|有没有|可不可以|会不会|是不是|` + englishWhether)
	askedName    = regexp.MustCompile(`(?:题目|标题|名称|名字|书名|刊名|片名)(?:是|叫做?|为)?(?:什么|啥|何)\s*(?:$|[?？呢,，])|(?:叫做?|名为|题为|称为|命名为)(?:什么|啥|何)(?:名字|名称|题目|标题|名)?\s*(?:$|[?？呢,，])|` + englishName)
	askedCount   = regexp.MustCompile(`哪([一二两三四五六七八九十百]+|[0-9]+)|` + englishCount)
	askedYear    = regexp.MustCompile(`(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[^0-9]|$)`)
	askedResult  = regexp.MustCompile(`实际|已经?完成|完成了|达到了|实现了多少|最终|` + englishResult)
	askedContact = regexp.MustCompile(`联系(方式|电话|人|地址)|(怎么|如何|怎样)联系|(电话|热线|邮箱|网址|地址|微信号|公众号|传真|邮编)(号码?)?(是|为|有|叫)?(多少|什么|哪|几)|(什么|哪个|哪些|多少)(电话|热线|邮箱|网址|网站|地址|微信号|公众号)|` + englishContact)
	askedAuthor  = regexp.MustCompile(`作者|谁写|哪位记者|记者是|撰稿|` + englishAuthor)
	askedIssuer  = regexp.MustCompile(`(来源|出处|哪家(报纸|媒体|网站)|谁发布|哪里发布|发布(单位|机构|机关))|` + englishIssuer)
	askedDate    = regexp.MustCompile(`(文章|报道|文件|通知|方案|报告|新闻)?.{0,6}(发布|发表|刊登|成文|印发)(时间|日期|于?什么时候|于?哪一?[年天]|于?何时)|` + englishDate)
)

var hanNumbers = map[rune]int{'一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9, '十': 10}

// readQuestion reads what q asks for.
func readQuestion(q string) reading {
	folded := strings.ToLower(han.Simplify(q))
	r := reading{Text: q, Folded: han.Fold(q).String(), Foreign: !han.HasHan(q)}
	switch {
	case askedWhen.MatchString(folded):
		r.Asks = asksWhen
	case askedAmount.MatchString(strings.ReplaceAll(folded, "哪几", "哪些")):
		r.Asks = asksAmount
	case askedOffice.MatchString(folded):
		r.Asks = asksWho
	case askedList.MatchString(folded):
		r.Asks = asksList
	case askedWho.MatchString(folded) && !forWhom.MatchString(folded):
		r.Asks = asksWho
	case askedWhy.MatchString(folded):
		r.Asks = asksReason
	case askedHow.MatchString(folded):
		r.Asks = asksHow
	case askedWhether.MatchString(folded):
		r.Asks = asksWhether
	case askedName.MatchString(folded):
		r.Asks = asksName
	case askedOfPerson.MatchString(folded):
		r.Asks = asksWho
	}
	if m := askedCount.FindStringSubmatch(folded); m != nil {
		r.Count = smallNumber(cmp.Or(m[1], m[2]))
	}
	for _, m := range askedYear.FindAllStringSubmatch(folded, -1) {
		r.Years = append(r.Years, m[1])
	}
	if r.Asks != asksWhen {
		r.Dates = datesAsked(q)
	}
	r.Places = places.Find(q)
	r.Result = askedResult.MatchString(folded)
	r.Contact = askedContact.MatchString(folded)
	switch {
	case askedAuthor.MatchString(folded):
		r.Fact = factAuthor
	case askedIssuer.MatchString(folded):
		r.Fact = factIssuer
	case askedDate.MatchString(folded):
		r.Fact = factDate
	}
	r.Defined = definedIn(r.Folded)
	r.Names = namesIn(r.bare())
	r.Official = retrieval.Official(q)
	r.Grams = grams(retrieval.Asked(r.bare()))
	if r.Foreign {
		r.Grams = contentWords(grams(thousands.ReplaceAllString(r.bare(), "$1$2")))
	}
	return r
}

// bare is the question in simplified script without its places and years,
// which are compared as what they are.
func (r reading) bare() string {
	return strings.ToLower(askedYear.ReplaceAllStringFunc(han.Simplify(withoutPlaces(r.Text, r.Places)), func(y string) string {
		return strings.Map(func(c rune) rune {
			if unicode.IsDigit(c) {
				return ' '
			}
			return c
		}, y)
	}))
}

// withoutPlaces is a text with a space for each place that stands in it.
func withoutPlaces(text string, found []places.Mention) string {
	var b strings.Builder
	at := 0
	for _, m := range found {
		b.WriteString(text[at:m.Start] + " ")
		at = m.End
	}
	return b.String() + text[at:]
}

// smallNumber reads 四, 十二, 8 or eight; 0 when it is none.
func smallNumber(s string) int {
	if n := slices.Index(englishNumbers, s); n > 0 {
		return n
	}
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	n := 0
	for _, r := range s {
		d := hanNumbers[r]
		switch {
		case d == 0:
			return 0
		case d == 10 && n > 0:
			n *= 10
		default:
			n += d
		}
	}
	return n
}

// particles part a question's content words; a pair across one means nothing.
const particles = "的了是和与及在把被吗呢吧啊哦这那其该"

// hollow are pairs that carry no content of their own.
var hollow = map[string]bool{
	"还要": true, "需要": true, "应该": true, "应当": true, "可以": true, "进行": true, "以及": true, "一个": true, "没有": true,
	"方面": true, "目前": true, "现在": true, "主要": true, "具体": true, "相关": true, "有关": true, "对于": true, "关于": true,
	"根据": true, "按照": true, "通过": true, "之外": true, "以外": true, "其中": true, "所有": true, "各个": true, "因为": true,
	"由于": true, "如果": true, "时候": true, "要推": true, "要打": true, "要补": true, "里要": true, "大概": true, "打算": true, "情况": true,
}

// grams are the pairs of Chinese characters, and the words of other script,
// that s is made of, each once.
func grams(s string) []gram {
	var out []gram
	seen := map[string]bool{}
	put := func(t string) {
		if !seen[t] && !hollow[t] {
			seen[t] = true
			out = append(out, gram{text: t, weight: 1})
		}
	}
	rs := []rune(strings.ToLower(han.Simplify(s)))
	for i := 0; i < len(rs); i++ {
		switch {
		case strings.ContainsRune(particles, rs[i]):
		case han.IsHan(rs[i]):
			if i+1 < len(rs) && han.IsHan(rs[i+1]) && !strings.ContainsRune(particles, rs[i+1]) {
				put(string(rs[i : i+2]))
			}
		case unicode.IsLetter(rs[i]) || unicode.IsDigit(rs[i]):
			j := i
			for j < len(rs) && !han.IsHan(rs[j]) && (unicode.IsLetter(rs[j]) || unicode.IsDigit(rs[j]) || rs[j] == '.') {
				j++
			}
			put(string(rs[i:j]))
			i = j - 1
		}
	}
	return out
}

// How a gram's weight leaves its rarity. A gram that stands nowhere in the
// corpus is as often a slip of words as a missing thing, and counts less; one
// beside the question word names what is asked for.
const (
	unknownWeight = 0.4
	focusWeight   = 1.6
	focusRunes    = 8
	asideWeight   = 0.5 // of a clause that asks nothing: “三城一谷”里,…
)

// weigh sets the grams' weights by how rare they are in the corpus and how
// near they stand to the question word.
func (r *reading) weigh(rarity func(string) float64) {
	if r.Foreign {
		r.weighWords(rarity)
		return
	}
	r.Official = slices.DeleteFunc(slices.Clone(r.Official), func(w retrieval.Wording) bool {
		return !slices.ContainsFunc(w.Terms, func(t string) bool { return known(t, rarity) })
	})
	simple := strings.ToLower(han.Simplify(r.Text))
	focus, aside := around(simple), asides(simple)
	for i, g := range r.Grams {
		w := rarity(g.text)
		if w >= 1 {
			w = unknownWeight
			if r.Grams[i].strange = !r.everyday(g.text); r.Grams[i].strange {
				r.Unknown += unknownWeight
			}
		}
		switch {
		case strings.Contains(focus, g.text):
			w *= focusWeight
		case strings.Contains(aside, g.text):
			w *= asideWeight
		}
		r.Grams[i].weight = w
	}
}

// known reports whether the corpus has every pair of characters of a term.
func known(term string, rarity func(string) float64) bool {
	return !slices.ContainsFunc(grams(term), func(g gram) bool { return rarity(g.text) >= 1 })
}

// focused is the reading narrowed to the content beside the question word,
// which names what is asked for; the whole where nothing stands there.
func (r reading) focused() reading {
	focus := around(strings.ToLower(han.Simplify(r.Text)))
	narrow := slices.DeleteFunc(slices.Clone(r.Grams), func(g gram) bool { return !strings.Contains(focus, g.text) })
	if len(narrow) > 0 {
		r.Grams = narrow
	}
	return r
}

// unknown is the share of the question's content that stands nowhere in the
// corpus, in no words.
func (r reading) unknown() float64 {
	all := 0.0
	for _, g := range r.Grams {
		all += g.weight
	}
	return r.Unknown / max(all, 1e-9)
}

// everyday reports whether a gram belongs to everyday words that officials
// have terms for.
func (r reading) everyday(gram string) bool {
	return slices.ContainsFunc(r.Official, func(w retrieval.Wording) bool {
		return slices.ContainsFunc(w.Said, func(s string) bool { return strings.Contains(s, gram) })
	})
}

// around is the piece of a question that stands within focusRunes characters
// of its first question word.
func around(q string) string {
	at := askWord.FindStringIndex(q)
	if at == nil {
		return ""
	}
	before, after := []rune(q[:at[0]]), []rune(q[at[1]:])
	return string(before[max(0, len(before)-focusRunes):]) + " " + string(after[:min(len(after), focusRunes)])
}

// asides are the clauses of a question that ask nothing themselves, where
// another one does.
func asides(q string) string {
	var out []string
	cs := clauses(q)
	for _, c := range cs {
		if !askWord.MatchString(c.In(q)) {
			out = append(out, c.In(q))
		}
	}
	if len(out) == len(cs) {
		return ""
	}
	return strings.Join(out, " ")
}
