package bot

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/prompts"
)

// An outlining is a question that wants documents told shortly rather than a
// fact out of them, recognised by its form alone: “…讲了什么”, “总结…”,
// “概括一下…”, “What is … about?”. Whether what it names is a document of the
// library is found out afterwards.
type outlining struct {
	form outlineForm
	// object is what is to be told: the words that name a document or a topic,
	// in simplified script.
	object string
	wish   prompts.Summary // how long
}

// An outlineForm says how sure the form of a question is.
type outlineForm int

const (
	// outlineBidden is a request for a summary (总结…), of whatever it names.
	outlineBidden outlineForm = iota + 1
	// outlineAsked asks what a document says (…讲了什么): a summary when it
	// names a document.
	outlineAsked
	// outlineNoun asks for something's main contents (…的主要内容是什么), which
	// many things have that documents only speak of: a summary when it names a
	// document by its place and kind or by its title.
	outlineNoun
)

const (
	verbs   = `(?:总结|概括|归纳|概述|综述|简述|小结|提炼|摘要)`
	politer = `(?:请问|请你?|麻烦你?|帮忙|帮我|帮|给我|替我|为我|你?能不能|你?可不可以|你?可以|你?能|能否|我想|我要|想|简单|简要|简短|详细|具体|大致|大概|快速|全面|用一下|一下|地|来|先|再|要|,|，|:|：| )*`
	contain = `(?:主要内容|核心内容|基本内容|大概内容|内容概要|内容提要|内容摘要|主要观点|核心观点|主要意思|中心思想|主旨|大意|梗概|概要|摘要|要点|重点内容|主要精神)`
)

var (
	biddenFirst = regexp.MustCompile(`^` + politer + verbs + `(?:总结|概括|归纳)?(?:一下|一番|下|出来|出)?(.+)$`)
	biddenLast  = regexp.MustCompile(`^` + politer + `(?:把|将|对|就)(.+?)(?:做|作|进行|写|给)?(?:一个|个)?` + politer + verbs + `(?:一下|下|出来|总结)?(?:吗|吧|呢)?$`)
	biddenGive  = regexp.MustCompile(`^` + politer + `(?:写|做|给|出|来|列出?|说说|讲讲|看看|介绍)?(?:一下|一份|一个|个)?(.+?)的?(?:简要|简短|详细)?(?:总结|概括|概述|摘要|概要|梗概|要点|大意)$`)
	askedSays   = regexp.MustCompile(`^` + politer + `(.+?)(?:里面?|中|上|都|主要|大概|大致|具体|到底|究竟|又|是|一共|总共|其中)*(?:讲|说|谈|写|介绍|谈到|讲述)(?:了|的)?(?:是|到)?(?:一?些)?(?:什么|啥|哪些)(?:内容|东西|方面|事情?|问题)?(?:呢|啊|的)?$`)
	askedOn     = regexp.MustCompile(`^` + politer + `(.+?)(?:主要|大概|到底|究竟|都)*是(?:讲|说|谈|关于|写|干)(?:什么|啥|哪方面)(?:内容|方面)?的?(?:呢|啊)?$`)
	askedMain   = regexp.MustCompile(`^` + politer + `(.+?)的?` + contain + `(?:都|主要|分别|到底)*(?:是|有|包括|包含)?(?:什么|啥|哪些|哪几点)?(?:呢|啊)?$`)
	askedTell   = regexp.MustCompile(`^` + politer + `(?:介绍|讲讲|说说|讲一讲|说一说|讲一下|说一下|解读)(?:一下|下)?(.+)$`)

	englishBidden = regexp.MustCompile(`(?i)^(?:please |can you |could you |would you |i(?:'d| would) like )*(?:summari[sz]e|sum up|outline|condense|(?:give|write|show)? ?(?:me )?(?:an? |the )?(?:brief |short |quick |detailed |one-sentence )*(?:summary|overview|outline|digest|gist) (?:of|on|for)|tl;?dr:?) (.+)$`)
	englishAsked  = regexp.MustCompile(`(?i)^(?:what|whats)(?:'s| is| are| was| were)? (.+?) (?:all |mainly |generally )?about$|^what (?:does|do|did) (.+?) (?:say|cover|contain|discuss|talk about)$`)
	englishNoun   = regexp.MustCompile(`(?i)^(?:what (?:are|is|were|was) |list |give me |tell me )?(?:the )?(?:main|key|most important|major) (?:points?|contents?|ideas?|messages?|takeaways?|content) (?:of|in|from) (.+)$`)

	linesAsked      = regexp.MustCompile(`(?:用|以|分|按|写|说|列|出|成|为|拿)*([一二两三四五六七八九十]+|[0-9]{1,2})(?:个|条)?(?:句话|句|段话|点|条|个?要点)(?:话)?(?:以内|之内|左右|就行|即可|来)?(?:的)?`)
	charactersAsked = regexp.MustCompile(`(?:用|以|在|控制在|不超过|不多于|最多|限)*([0-9]{2,4}|[一二两三四五六七八九]百|[一二两三四五六七八九]十)(?:个)?(?:汉)?字(?:以内|之内|以下|左右|内)?(?:的)?`)
	englishLines    = regexp.MustCompile(`(?i),? ?\bin (?:just |about |at most |only )?([0-9]{1,2}|an?|one|two|three|four|five|six|seven|eight|nine|ten) (?:short )?(?:sentences?|points?|bullets?|bullet points|lines?)\b`)
	englishWords    = regexp.MustCompile(`(?i),? ?\b(?:in|within|under|using)? ?(?:about |under |at most |no more than |less than |fewer than |up to |max(?:imum)? )?([0-9]{2,4}) (words?|characters?)(?: or less| or fewer| at most)?\b`)
	detailAsked     = regexp.MustCompile(`(?i)详细|详尽|逐条|逐节|逐章|分章节?|具体(?:一点|些)|展开|全面地?|\bin detail\b|\bdetailed\b|\bsection by section\b`)
	shortAsked      = regexp.MustCompile(`(?i)简单地?|简要地?|简短地?|简洁地?|\bbriefly\b|\bbrief\b|\bshort(?:ly)?\b|\bquick\b`)
)

// How long a summary is that is asked for by a word, and how many characters a
// word of English is worth in the documents' language.
const (
	shortLines        = 3
	mostLines         = 30
	charactersPerWord = 2
)

// outliningOf reads a question as one that wants documents told; ok is false
// for any other question.
func outliningOf(q string) (o outlining, ok bool) {
	text := strings.TrimRight(han.Simplify(strings.TrimSpace(q)), "?？。.!！ ")
	rest := o.wishIn(text)
	for _, f := range []struct {
		form outlineForm
		re   *regexp.Regexp
	}{
		{outlineBidden, biddenFirst}, {outlineBidden, biddenLast}, {outlineBidden, biddenGive}, {outlineBidden, englishBidden},
		{outlineAsked, askedSays}, {outlineAsked, askedOn}, {outlineAsked, englishAsked},
		{outlineNoun, askedMain}, {outlineNoun, askedTell}, {outlineNoun, englishNoun},
	} {
		m := f.re.FindStringSubmatch(rest)
		if m == nil {
			continue
		}
		o.form, o.object = f.form, strings.Trim(strings.Join(m[1:], ""), " ,，:：、的")
		if utf8.RuneCountInString(o.object) > 1 && !askWord.MatchString(namedTitle.ReplaceAllString(o.object, "")) {
			return o, true
		}
	}
	return outlining{}, false
}

// wishIn takes the words on length out of a question and notes them.
func (o *outlining) wishIn(text string) string {
	if m := englishLines.FindStringSubmatchIndex(text); m != nil {
		o.wish.Lines, o.wish.AtMost = max(1, smallNumber(text[m[2]:m[3]])), true
		text = text[:m[0]] + " " + text[m[1]:]
	}
	if m := englishWords.FindStringSubmatchIndex(text); m != nil {
		o.wish.Characters = smallNumber(text[m[2]:m[3]])
		if strings.HasPrefix(text[m[4]:], "word") {
			o.wish.Characters *= charactersPerWord
		}
		text = text[:m[0]] + " " + text[m[1]:]
	}
	if m := charactersAsked.FindStringSubmatchIndex(text); m != nil {
		o.wish.Characters = charactersOf(text[m[2]:m[3]])
		text = text[:m[0]] + " " + text[m[1]:]
	}
	if m := linesAsked.FindStringSubmatchIndex(text); m != nil && countsLines(text, m[0], m[1]) {
		o.wish.Lines, o.wish.AtMost = smallNumber(text[m[2]:m[3]]), true
		text = text[:m[0]] + " " + text[m[1]:]
	}
	o.wish.Detail = detailAsked.MatchString(text)
	if o.wish.Lines == 0 && o.wish.Characters == 0 && !o.wish.Detail && shortAsked.MatchString(text) {
		o.wish.Lines = shortLines
	}
	o.wish.Lines = min(o.wish.Lines, mostLines)
	text = detailAsked.ReplaceAllString(text, " ")
	return strings.Trim(strings.Join(strings.Fields(shortAsked.ReplaceAllString(text, " ")), " "), " ,，的地")
}

// countsLines reports whether a number of lines is a wish, rather than part of
// a name (三点水, 四条措施): it stands at an end of the question, or behind a
// word such as 用.
func countsLines(text string, from, to int) bool {
	said := text[from:to]
	return from == 0 || to == len(text) || strings.ContainsAny(said[:len("用")], "用以分按") || strings.Contains(said, "句")
}

// charactersOf reads 100, 三百 or 八十.
func charactersOf(s string) int {
	if r, size := utf8.DecodeRuneInString(s); strings.HasSuffix(s, "百") && size > 0 {
		return 100 * hanNumbers[r]
	}
	return smallNumber(s)
}
