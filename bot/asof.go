package bot

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"policybot/internal/han"
	"policybot/retrieval"
)

var (
	// inForceAt matches the words of a question that ask for what was in force
	// at a date: 2023年6月有效的. A date alone asks for no such thing.
	inForceAt = regexp.MustCompile(`(?:截至|截止到?|按照?|在)?((?:19|20)[0-9]{2})年(?:([0-9]{1,2})月)?(?:([0-9]{1,2})日)?(?:底|末|的?时候?|当时|那时|仍|还|正在)*(?:有效|生效|现行|施行|适用)的?`)
	// then is a date as of which retrieval reads a question: 2023年6月时.
	then        = regexp.MustCompile(`(?:截[至止]到?|在)?(?:19|20)[0-9]{2}年(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?(?:底|末)?(?:的时候|那时候?|当时|时)?[,，]?的?`)
	englishInAt = regexp.MustCompile(`(?i),? ?\b(?:that (?:was|were) |which (?:was|were) )?(?:in force|valid|applicable) (?:in|on|at|as of|by) (?:the end of )?(?:(january|february|march|april|may|june|july|august|september|october|november|december) )?((?:19|20)[0-9]{2})\b`)
)

// asOfIn reads the date at which a question asks what was in force, as a
// retrieval.Filter has it, and the question without it; "" for other questions.
func asOfIn(q string, today time.Time) (rest, date string) {
	simple := han.Simplify(q)
	if m := inForceAt.FindStringSubmatchIndex(simple); m != nil {
		date = simple[m[2]:m[3]]
		for _, at := range []int{4, 6} {
			if m[at] >= 0 {
				date += fmt.Sprintf("-%02d", smallNumber(simple[m[at]:m[at+1]]))
			}
		}
		return strings.TrimLeft(simple[:m[0]]+simple[m[1]:], " ,，:："), validDate(date)
	}
	if m := englishInAt.FindStringSubmatchIndex(q); m != nil {
		date = q[m[4]:m[5]]
		if m[2] >= 0 {
			if t, err := time.Parse("January 2006", strings.ToUpper(q[m[2]:m[2]+1])+strings.ToLower(q[m[2]+1:m[3]])+" "+date); err == nil {
				date = t.Format("2006-01")
			}
		}
		return strings.TrimSpace(q[:m[0]] + q[m[1]:]), date
	}
	if date = retrieval.Read(q, today).AsOf; date != "" {
		m := then.FindStringIndex(simple)
		if m == nil || !strings.Contains(simple[m[0]:m[1]], date[:4]) {
			return q, date
		}
		return strings.TrimLeft(simple[:m[0]]+simple[m[1]:], " ,，:："), date
	}
	return q, ""
}

// validDate is a date as it is, or "" if there is no such day.
func validDate(date string) string {
	for _, layout := range []string{"2006", "2006-01", time.DateOnly} {
		if _, err := time.Parse(layout, date); err == nil {
			return date
		}
	}
	return ""
}

// sayAsOf says in the question's language that an answer is as of a date.
func sayAsOf(date, question string) string {
	if han.HasHan(question) {
		for layout, form := range map[string]string{"2006": "2006年", "2006-01": "2006年1月", time.DateOnly: "2006年1月2日"} {
			if t, err := time.Parse(layout, date); err == nil {
				return "截至" + t.Format(form) + "有效的文件："
			}
		}
		return "截至" + date + "有效的文件："
	}
	for layout, form := range map[string]string{"2006": "2006", "2006-01": "January 2006", time.DateOnly: "2 January 2006"} {
		if t, err := time.Parse(layout, date); err == nil {
			return "As of " + t.Format(form) + ", from the documents in force then:"
		}
	}
	return "As of " + date + ", from the documents in force then:"
}

// shortestTitle is how many characters a title has at least to name a document
// that another replaces.
const shortestTitle = 8

// replacer is the document that says that it replaces doc, by its number or its
// title; nil without one.
func (a *Answerer) replacer(doc *retrieval.Document) *retrieval.Document {
	m := doc.Meta
	for _, o := range a.View.Documents() {
		for _, r := range o.Meta.Replaces {
			byTitle := size(m.Title.Value) >= shortestTitle && r.Value == m.Title.Value
			if o.ID != doc.ID && r.Value != "" && (r.Value == m.Number.Value || byTitle) && o.Meta.Date.Value >= m.Date.Value {
				return o
			}
		}
	}
	return nil
}

// noteEnded says which document of an answer is not in force any more.
func (a *Answerer) noteEnded(ans *Answer) {
	today := a.Now().Format(time.DateOnly)
	for _, s := range ans.Sources {
		if s.Doc == nil || ans.Note != "" {
			continue
		}
		chinese := han.HasHan(ans.Question)
		old := described(s.Doc, ans.Question)
		by, last := a.replacer(s.Doc), s.Doc.Meta.Expires.Value
		switch {
		case by != nil && chinese:
			ans.Note = "注意：" + old + "之后已被" + described(by, ans.Question) + "取代。"
		case by != nil:
			ans.Note = old + " has since been replaced by " + described(by, ans.Question) + "."
		case last == "" || last >= today[:min(len(last), len(today))]:
		case chinese:
			ans.Note = "注意：" + old + "的有效期到" + last + "，现已失效。"
		default:
			ans.Note = old + " was in force until " + last + "."
		}
	}
}

// announced is emit with what an answer is as of told before the first claim.
func announced[C any](emit func(C), head func(string), text string) func(C) {
	told := false
	return func(c C) {
		if !told {
			told = true
			head(text)
		}
		emit(c)
	}
}
