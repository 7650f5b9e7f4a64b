package bot

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"policybot/internal/han"
	"policybot/internal/places"
	"policybot/prompts"
	"policybot/retrieval"
)

// A comparison is a question that puts two or more years, places or documents
// beside each other.
type comparison struct {
	topic string // what they are compared in; "" is everything
	years []string
	at    []places.Place
	named []string // the places as the question writes them
	docs  []string // the words for each document
	wish  prompts.Summary
}

var (
	compares  = regexp.MustCompile(`(?i)对比|比较|比一比|相比|区别|不同|差别|差异|异同|有何变化|什么变化|哪些变化|变化(?:是|有)|\bcompar(?:e|es|ed|ing|ison)\b|\bdiffer(?:s|ent|ence|ences)?\b|\bversus\b|\bvs\b|\bchanged? between\b`)
	beside    = regexp.MustCompile(`(?i)\s*(?:和|与|跟|同|、|及|以及|\bvs\.?\b|\bversus\b|\band\b|\bwith\b|\bto\b)\s*`)
	comparing = regexp.MustCompile(`(?i)` + politer + `(?:对比|比较|比一比|相比较?|有?(?:什么|哪些|何)?(?:的)?(?:主要|重要)?(?:区别|不同|差别|差异|异同|变化)(?:之处|点)?|\bcompar(?:e|ison|ing)(?: of)?\b|\b(?:what (?:is|are) )?the differences?\b|\bhow (?:do|does|did)\b|\bdiffer(?:s|ent)?\b|\bversus\b|\bvs\b)(?:一下|是什么|有哪些|在哪里|在哪|吗|呢)?`)
	// topicEnd are words at the end of a topic that every document has.
	topicEnd = regexp.MustCompile(`(?i)(?:的|上|中|里|方面|领域|问题|工作|具体|主要|相关|有关|重点|(?:政策|举措|措施|做法|情况|内容|规定|要求|思路|安排|部署)|\s|\b(?:measures?|policy|policies|steps|plans?)\b)+$`)
	anyYear  = regexp.MustCompile(`(?:19|20)[0-9]{2}`)
	hollowOf = regexp.MustCompile(`(?i)(?:[0-9]{4})?年度?|分别|各自|之间|当中|方面|上面|有什么|有哪些|是什么|怎么样|如何|什么|哪些|一下|请|两年|两地|两个|两份|两者|二者|文件|市区|\b(?:the|of|in|on|between|and|with|to|for|its|their|what|how|are|is|do|does|did|from|policies|policy)\b`)
)

// comparisonOf reads a question as a comparison. A question for figures is
// answered figure by figure instead.
func (a *Answerer) comparisonOf(ctx context.Context, q string) (c comparison, ok bool) {
	text := strings.TrimRight(han.Simplify(strings.TrimSpace(q)), "?？。.!！ ")
	if !compares.MatchString(text) || readQuestion(q).Asks == asksAmount {
		return c, false
	}
	var o outlining
	text = o.wishIn(text)
	c.wish = o.wish
	rest := strings.Trim(comparing.ReplaceAllString(text, " "), " ,，的在")
	for _, y := range anyYear.FindAllString(rest, -1) {
		if !slices.Contains(c.years, y) {
			c.years = append(c.years, y)
		}
	}
	found := places.Find(rest)
	for _, m := range found {
		if len(m.Places) > 0 {
			if p := among(m.Places, found); !slices.Contains(c.at, p) {
				c.at, c.named = append(c.at, p), append(c.named, p.Name())
			}
		}
	}
	if c.docs = a.besideEachOther(ctx, rest); len(c.docs) > 1 {
		return c, true
	}
	switch {
	case len(c.years) > 1:
		c.at = c.at[:min(1, len(c.at))]
	case len(c.at) > 1:
	default:
		return c, false
	}
	c.topic = topicOf(rest)
	return c, true
}

// topicOf is what is left of a comparison without its sides.
func topicOf(rest string) string {
	rest = withoutPlaces(rest, places.Find(rest))
	rest = anyYear.ReplaceAllString(hollowOf.ReplaceAllString(rest, " "), " ")
	rest = beside.ReplaceAllString(" "+rest+" ", " ")
	topic := strings.Trim(strings.Join(strings.Fields(rest), " "), " 的在里中是,，、")
	if bare := topicEnd.ReplaceAllString(topic, ""); size(bare) > 1 {
		topic = bare
	}
	return topic
}

// besideEachOther are the descriptions of two documents that a text joins;
// nil when they do not both name one.
func (a *Answerer) besideEachOther(ctx context.Context, text string) []string {
	for _, at := range beside.FindAllStringIndex(text, -1) {
		left, right := strings.Trim(text[:at[0]], " ,，的"), strings.Trim(text[at[1]:], " ,，的")
		if left != "" && right != "" && len(a.documentsNamed(ctx, left, retrieval.Filter{})) > 0 && len(a.documentsNamed(ctx, right, retrieval.Filter{})) > 0 {
			return []string{left, right}
		}
	}
	return nil
}

// documentsNamed are the documents of the library that a text names, best first.
func (a *Answerer) documentsNamed(ctx context.Context, text string, f retrieval.Filter) []*retrieval.Document {
	d := a.describedIn(text)
	cs, err := a.candidates(ctx, d, f)
	if err != nil {
		return nil
	}
	return ties(slices.DeleteFunc(cs, func(c candidate) bool { return !d.surely(outlineAsked, c) }))
}

// Bounds of a comparison.
const (
	sidesMost    = 4
	linesPerSide = 3
	passagesSide = 8  // passages of one side that are told from
	passagesSeek = 40 // passages looked through for them
)

// compare plans a comparison, and says which sides the library knows nothing of.
func (a *Answerer) compare(ctx context.Context, c comparison, q Question) (*telling, error) {
	sides, err := a.sidesOf(ctx, c, q.Filter)
	if err != nil {
		return nil, err
	}
	var names, missing []string
	t := &telling{}
	wish := c.wish
	wish.Topic = c.topic
	for _, s := range sides {
		if len(s.hits) == 0 {
			missing = append(missing, s.name)
			continue
		}
		names = append(names, s.name)
		t.request.Sources = append(t.request.Sources, s.hits...)
		wish.Sides = append(wish.Sides, prompts.Side{Name: s.name, Sources: len(s.hits)})
	}
	if len(names) == 0 {
		return &telling{why: whyNothing}, nil
	}
	switch {
	case wish.Lines == 0 && wish.Topic == "":
		for _, s := range sides {
			wish.Lines = max(wish.Lines, len(names)*linesFor(s.hits, wish))
		}
	case wish.Lines == 0:
		wish.Lines = linesPerSide * len(names)
	}
	wish.Lines = max(wish.Lines, len(names))
	t.request.Summary = &wish
	t.head = compareHead(a.excerpts(), q.Text, c.topic, names, missing)
	return t, nil
}

// compareHead says what is compared and what is missing.
func compareHead(excerpts bool, question, topic string, names, missing []string) string {
	if !han.HasHan(question) {
		head := "Of " + strings.Join(names, " and ") + ", each under its name."
		if excerpts {
			head = "Excerpts on " + strings.Join(names, " and ") + ", each under its name."
		}
		if len(missing) > 0 {
			head += " The documents say nothing of this for " + strings.Join(missing, ", ") + "."
		}
		return head
	}
	head := "以下分别列出" + strings.Join(names, "、")
	if topic != "" {
		head += "的“" + topic + "”"
	} else {
		head += "的内容"
	}
	if excerpts {
		head += "，均为原文摘录"
	}
	head += "。"
	if len(missing) > 0 {
		head += "没有找到" + strings.Join(missing, "、") + "的有关内容。"
	}
	return head
}
