package retrieval

import (
	"fmt"
	"regexp"
	"time"

	"policybot/internal/han"
	"policybot/internal/places"
	"policybot/internal/quantity"
)

// A Reading is what a question's own words say of where its answer stands. Its
// zero value is a question that says nothing of that.
type Reading struct {
	// Places are the places that it names: documents of theirs go first, then
	// those of what they lie in.
	Places []places.Mention
	// AsOf is the date of which it asks what was in force, as in a Filter.
	AsOf string
	// Current says that it asks for what is in force today.
	Current bool
	// From and To are publication dates as in a Filter, and Tier a Kind that it
	// asks for by name. They move documents forward and exclude none, since many
	// a date and kind is unknown.
	From, To, Tier string
}

var (
	// inForceThen and the like stand behind a date of which is asked what was in
	// force. A date alone says what a question is about (the figures of 2023).
	inForceThen = regexp.MustCompile(`^(?:时|为止|止)?[,，]?[^，。,?？；]{0,12}?(?:有效|现行|施行|适用|生效|在用|执行的)`)
	rulesThen   = regexp.MustCompile(`^(?:的时候|那时候?|当时|时)[,，]?(?:[^间期代刻段点]|$)`)
	rules       = regexp.MustCompile(`有效|现行|施行|实行|执行|适用|生效|规定|政策|办法|标准|条例|规则|细则|制度|要求|条件|待遇`)
	aims        = regexp.MustCompile(`目标|计划|力争|预计|将要?达`)
	upTo        = regexp.MustCompile(`截[至止]到?$`)
	asOfEnglish = regexp.MustCompile(`(?i)\bas of (?:the end of )?$`)
	thenEnglish = regexp.MustCompile(`(?i)\b(?:in force|effective|valid|applicable) (?:as of|in|on|at|by) (?:the end of )?$`)
	anyEnglish  = regexp.MustCompile(`(?i)\b(?:in force|effective|valid|applicable)\b`)

	// inForceNow asks for what is in force today, and doubtful whether it is.
	inForceNow = regexp.MustCompile(`(?:目前|现在|当前|如今|至今|迄今)[^，。,?？；]{0,6}?(?:有效|适用|施行|生效|在用)|现行有效|仍然?有效|(?i:\b(?:currently|still|now) (?:in force|valid|effective|applicable)\b)`)
	doubtful   = regexp.MustCompile(`吗|是否|是不是|有没有|(?i:^\s*(?:is|are|does|do)\b)`)

	published = regexp.MustCompile(`^(以来|以后|之后|起|后|以前|之前|前)?[^，。,?？；]{0,6}?(?:发布|出台|印发|公布|颁布|下发)(?:的|了|过)`)
	through   = regexp.MustCompile(`^\s?(?:至|到|-|—|–|~|～)\s?$`)

	tiers = []struct {
		kind  string
		words *regexp.Regexp
	}{
		{KindPolicy, regexp.MustCompile(`(?:政策|文件)(?:的)?原文|正式文件|红头文件`)},
		{KindReading, regexp.MustCompile(`官方解读|政策解读|解读(?:材料|文件|文章)`)},
		{KindNews, regexp.MustCompile(`新闻报道|媒体报道|新闻里`)},
		{KindOpinion, regexp.MustCompile(`社论|评论文章`)},
	}
)

// Read reads where the answer to a question stands; today is the day on which
// it is asked.
func Read(question string, today time.Time) Reading {
	r := Reading{Places: places.Find(question)}
	s := han.Simplify(question)
	r.Current = inForceNow.MatchString(s) && !doubtful.MatchString(s)
	var last quantity.Quantity // the date before
	for _, q := range quantity.Find(s) {
		date := dateOf(q, today)
		if date == "" {
			continue
		}
		r.readDate(s, date, q, last, today)
		last = q
	}
	for _, t := range tiers {
		if r.Tier == "" && t.words.MatchString(s) {
			r.Tier = t.kind
		}
	}
	return r
}

// readDate takes what a date in s is there for.
func (r *Reading) readDate(s, date string, q, last quantity.Quantity, today time.Time) {
	behind := s[q.End:]
	before := s[:q.Start]
	switch {
	case upTo.MatchString(before) && inForceThen.MatchString(behind),
		rulesThen.MatchString(behind) && rules.MatchString(behind) && !aims.MatchString(behind),
		thenEnglish.MatchString(before) || asOfEnglish.MatchString(before) && anyEnglish.MatchString(s):
		r.AsOf = date
	case published.MatchString(behind) && !upTo.MatchString(before):
		r.From, r.To = date, date
		switch m := published.FindStringSubmatch(behind); m[1] {
		case "以前", "之前", "前":
			r.From = ""
		case "以来", "以后", "之后", "起", "后":
			r.To = ""
		case "":
			if last.End > 0 && through.MatchString(s[last.End:q.Start]) {
				r.From = dateOf(last, today)
			}
		}
	}
}

// dateOf is a date of a question as a Filter has it; "" for none that names a
// year.
func dateOf(q quantity.Quantity, today time.Time) string {
	d := q.Date
	switch {
	case q.Kind != quantity.Date:
		return ""
	case d.Relative && !d.MonthRelative:
		d.Year = today.Year() + d.Shift
	}
	if d.Year < 1900 || d.Year > 2100 {
		return ""
	}
	out := fmt.Sprintf("%04d", d.Year)
	if d.Month > 0 {
		out += fmt.Sprintf("-%02d", d.Month)
		if d.Day > 0 {
			out += fmt.Sprintf("-%02d", d.Day)
		}
	}
	return out
}

// Wanted are the places whose documents go first, each with all that its name
// may mean: those of the question, or the one that f is narrowed to.
func (r Reading) Wanted(f Filter) [][]places.Place {
	var out [][]places.Place
	for _, m := range r.Places {
		out = append(out, m.Places)
	}
	if len(out) == 0 && !f.Place.IsZero() {
		out = append(out, []places.Place{f.Place})
	}
	return out
}
