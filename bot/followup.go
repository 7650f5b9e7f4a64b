package bot

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/internal/places"
	"policybot/retrieval"
)

var (
	// leaning matches questions that say themselves that they go on from the
	// one before: 那…呢, 它的…, 还有吗.
	leaning = regexp.MustCompile(`^(?:那么?|还有|另外|其中|再|and |what about |how about )|(?:呢|的呢)[?？]?$|它|他们?|她们?|这个|那个|这些|那些|这次|那次|^这是|该|此外?|上述|其[^他中实余它]|这篇|那篇|这份|那份|^会上|^文中|^会议|\b(?:it|its|they|their|that|this|he|his|she|her)\b`)
	opener  = regexp.MustCompile(`^(?:那么|那|还有|另外|其中|再说|and |what about |how about )[,， ]*`)
	closer  = regexp.MustCompile(`(?:的?(?:怎么样|如何)|的?呢)?[?？。!！]*$`)
	// bareAsks matches questions that begin with what they ask or bid and name
	// no subject: 什么时候完成, 选几个, 具体有哪些办法, 作者是谁.
	bareAsks    = regexp.MustCompile(`^(?:具体|主要|大概|分别|一共|总共|到底)*(?:要|将|会|能|应|需|可以|打算|计划|准备|有哪些|有什么|有多少|是|什么时候|何时|多少|几|哪|怎么|怎样|如何|为什么|为何|谁|选|作者|记者|编辑|来源|目标|题目|标题|主题|期限|时间|地点|对象|标准|条件|比例|金额|目的|原因|办法|措施|步骤|要求)|^(?:who|when|where|why|how many|how much|what)\b`)
	asksWhy     = regexp.MustCompile(`^(?:这是|那是|那)?(?:为什么|为何|什么原因|原因是什么|凭什么|why)(?:呢|要这样|这样|会这样|这么做|要这么做)?[?？]?$`)
	asksMore    = regexp.MustCompile(`^(?:那)?(?:还有|另外)(?:呢|吗|别的|其他|其它|什么|哪些|没有)*(?:别的|其他|其它|内容|方面|办法|措施)?(?:吗|呢)?[?？]?$|^(?:别的|其他的?|更多)(?:呢|吗)?[?？]?$|^(?:what|anything) else\??$|^(?:and )?more\??$`)
	asksHowMore = regexp.MustCompile(`^(?:请|再|能|能不能|可以)*(?:说|讲|写)?得?(?:更|再)?(?:详细|具体|简单|简短|简要)(?:一?点|一?些|说说|讲讲|介绍)*(?:吗|呢)?[?？。]?$|^(?:in )?more detail[s]?(?: please)?[.?]?$|^(?:请)?(?:用|以)?[一二三四五六七八九十0-9]+(?:句话|个?字以?内?)(?:概括|总结|说|讲)?(?:呢)?[?？]?$`)
	// thirdPerson matches words that point to the subject of the question before.
	thirdPerson = regexp.MustCompile(`(?:它|他|她)(?:们)?|这(?:个|些|次|项|篇|份)(?:文章|报道|文件|方案|政策|会议|活动|项目|平台)?|那(?:个|些|次|项|篇|份)(?:文章|报道|文件|方案|政策|会议|活动|项目|平台)?|^这|上述|该(?:文件|文章|文|方案|政策)?|^会上|^文中`)
	published   = regexp.MustCompile(`(?:是|在)?(?:什么时候|何时|哪一?[年天]|几号|哪天)(?:发|发布|发表|刊登|登|出)的$`)
)

// bareContent is how many characters of content a question without a mark of
// leaning may have at most and still lean.
const bareContent = 9

// rewrite is the question on its own feet. A model rewrites when there is one
// and it keeps what the rules keep; else rules do. A question that is complete,
// on a new topic or on the old one, stays as it is.
func (a *Answerer) rewrite(ctx context.Context, q Question) string {
	text := strings.TrimSpace(q.Text)
	if text == "" || len(q.History) == 0 || !a.leans(ctx, text, q) {
		return text
	}
	joined := a.joinAll(ctx, text, q)
	if r, ok := a.Writer.(Rewriter); ok {
		if s, err := r.Rewrite(ctx, text, q.History); err == nil && s != "" && keeps(s, text, joined) {
			return s
		}
	}
	return joined
}

// joinAll puts a follow-up on its feet by rules: each question of the history
// that leaned on the one before is put on its own first.
func (a *Answerer) joinAll(ctx context.Context, text string, q Question) string {
	before := strings.TrimSpace(q.History[0])
	for i, h := range q.History[1:] {
		h = strings.TrimSpace(h)
		if a.leans(ctx, h, Question{History: q.History[:i+1], Filter: q.Filter}) && !asksMore.MatchString(foldQuestion(h)) {
			h = join(h, before)
		}
		before = h
	}
	return join(text, before)
}

// numeral matches a number that a question may name, but for 一, which is mostly
// part of a word.
var numeral = regexp.MustCompile(`[0-9]+(?:[.,][0-9]+)*|第[一二三四五六七八九十百千零]+|[二两三四五六七八九十][一二三四五六七八九十百千万亿零]*`)

// keeps reports whether a rewriting still has the names, numbers, years and
// places of the follow-up, and, where that names no place or no year of its own,
// those that the rules put there from the questions before.
func keeps(rewritten, text, joined string) bool {
	now, before, got := readQuestion(text), readQuestion(joined), readQuestion(rewritten)
	named := slices.Concat(now.Names, numeral.FindAllString(now.Folded, -1)) // its years too
	if len(now.Years) == 0 {
		named = append(named, before.Years...)
	}
	if slices.ContainsFunc(named, func(name string) bool { return !strings.Contains(got.Folded, fold(name)) }) {
		return false
	}
	at := now
	if len(now.Places) == 0 {
		at = before
	}
	return !slices.ContainsFunc(at.Places, func(m places.Mention) bool { return !got.namesPlace(m, at.Text[m.Start:m.End]) })
}

// namesPlace reports whether a question names a place, by this name or another.
func (r reading) namesPlace(m places.Mention, name string) bool {
	return strings.Contains(r.Folded, fold(name)) || slices.ContainsFunc(r.Places, func(o places.Mention) bool {
		return slices.ContainsFunc(o.Places, func(p places.Place) bool { return slices.Contains(m.Places, p) })
	})
}

func foldQuestion(q string) string { return strings.ToLower(han.Simplify(strings.TrimSpace(q))) }

// leans reports whether a question cannot be understood alone: it says so, or
// it is short, names nothing of its own, and what it says stands together with
// the question before.
func (a *Answerer) leans(ctx context.Context, text string, q Question) bool {
	folded := foldQuestion(text)
	if len(q.History) == 0 {
		return false
	}
	if asksWhy.MatchString(folded) || asksMore.MatchString(folded) || asksHowMore.MatchString(folded) {
		return true
	}
	if leaning.MatchString(folded) {
		rest := opener.ReplaceAllString(folded, "")
		return !(rest != folded && complete(rest))
	}
	read := readQuestion(text)
	content := contentOf(folded)
	if len(read.Places)+len(read.Years)+len(read.Names) > 0 || utf8.RuneCountInString(content) > bareContent || utf8.RuneCountInString(content) > strangeFrom && !read.Foreign && a.strange(read) {
		return false
	}
	if read.Fact != "" || utf8.RuneCountInString(folded) <= 6 || bareAsks.MatchString(folded) && !read.Foreign {
		return true
	}
	if read.Asks == asksAmount && readQuestion(q.History[len(q.History)-1]).Asks == asksAmount && utf8.RuneCountInString(content) <= bareThing {
		return true // another figure of the same place and time
	}
	return !read.Foreign && a.together(ctx, read, q)
}

// bareThing is how many characters a thing may have that is asked the figure of
// after another's, without saying whose.
const bareThing = 6

// complete reports whether a question whose opening word was taken off (那, and)
// stands alone: it asks, and has enough to ask about.
func complete(rest string) bool {
	if leaning.MatchString(rest) || bareAsks.MatchString(rest) {
		return false
	}
	named := len(places.Find(rest)) > 0 || anyYear.MatchString(rest)
	return askWord.MatchString(rest) && utf8.RuneCountInString(contentOf(rest)) >= 6 && (named || utf8.RuneCountInString(contentOf(rest)) > bareContent)
}

// hollowAsk is what a question has besides its content.
var hollowAsk = regexp.MustCompile(`具体|主要|大概|要达到|达到|有多少|多少[名个套项家户人岁张件元]?|是什么|什么时候|什么|有哪些|哪些|哪[一二三四五六七八九十几]?[个项家]?|怎么|怎样|如何|为什么|谁|几[个项家名套]|吗|呢|的|是|要|有|将|会|能|了|在|[?？，,。!！ ]`)

func contentOf(folded string) string { return hollowAsk.ReplaceAllString(folded, "") }

// strange reports whether a question speaks of something that stands nowhere
// in the library: a new topic, then.
func (a *Answerer) strange(read reading) bool {
	read.weigh(a.View.Rarity)
	return read.unknown() > strangeShare
}

const (
	strangeShare = 0.3
	strangeFrom  = 3 // characters of content, fewer say nothing of a topic
)

// How much of a bare question, and of the question before, a passage must have
// for the one to lean on the other.
const (
	togetherNow    = 0.7
	togetherBefore = 0.6
)

// together reports whether one of the best passages tells of a bare question
// and of the one before it at once.
func (a *Answerer) together(ctx context.Context, read reading, q Question) bool {
	before := readQuestion(subjectOf(q.History[len(q.History)-1]))
	read.weigh(a.View.Rarity)
	before.weigh(a.View.Rarity)
	hits, err := a.Search.Search(ctx, retrieval.Query{Text: before.Text + " " + read.Text, K: hitsPerQuestion, Filter: q.Filter})
	if err != nil {
		return false
	}
	for _, h := range hits[:min(3, len(hits))] {
		text := fold(h.Text + " " + strings.Join(h.Heading, " "))
		if read.covered(text) >= togetherNow && before.covered(text) >= togetherBefore {
			return true
		}
	}
	return false
}
