package prompts

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/template"

	"policybot/internal/han"
	"policybot/retrieval"
)

// Messages are what a chat model is asked: what to do, and with which data.
type Messages struct{ System, User string }

// A Failed is a claim that was not proven, and why.
type Failed struct {
	Claim   Claim
	Verdict Verdict
}

//go:embed templates/*.tmpl
var templateFiles embed.FS

var templates = template.Must(template.ParseFS(templateFiles, "templates/*.tmpl"))

// Version names the wording of all prompts: it changes whenever a rendered
// message would.
var Version = sync.OnceValue(func() string {
	probe := Request{Question: "<q>", Sources: []Source{{Passage: retrieval.Passage{Heading: []string{"h"}, Text: "t\n[A]"}, Doc: &retrieval.Document{}}}}
	sum := sha256.New()
	for _, m := range []Messages{
		Render(probe), RenderRepair(probe, []Failed{{}}), RenderRewrite("<q>", []string{"h"}), RenderJudge(Claim{Text: "c", Cites: []Cite{{Quote: "q"}}}),
		Render(Request{Question: "问"}), Render(Request{Question: "问", Summary: &Summary{Sides: []Side{{Sources: 1}, {Sources: 1}}}}),
	} {
		_, _ = sum.Write([]byte(m.System + "\x00" + m.User + "\x00"))
	}
	return "p" + hex.EncodeToString(sum.Sum(nil))[:10]
})

// Render writes the messages that ask for the answer to a request. Equal
// requests give equal messages.
func Render(r Request) Messages { return render("user.tmpl", r, nil) }

// The most failed claims that a repair round takes up, and the longest reason.
const (
	maxFailed = 20
	maxReason = 300
)

// RenderRepair writes the messages of the one repair round: the request once
// more, the claims that were not proven (the first maxFailed) and why. The
// reply is parsed as any other.
func RenderRepair(r Request, failed []Failed) Messages {
	return render("repair.tmpl", r, failed[:min(len(failed), maxFailed)])
}

// RenderRewrite writes the messages that ask for a follow-up question on its
// own feet. History is the earlier questions, oldest first.
func RenderRewrite(question string, history []string) Messages {
	d := struct {
		Nonce, Question string
		History         []string
	}{Question: data(question)}
	for _, h := range history {
		d.History = append(d.History, data(h))
	}
	d.Nonce = nonce(append(d.History, d.Question))
	return Messages{execute("rewrite_system.tmpl", nil), execute("rewrite_user.tmpl", d)}
}

// A shownSource is a source as the templates show it.
type shownSource struct {
	N                                               int
	Title, Issuer, Date, Place, Kind, Heading, Text string
}

type shownFailed struct{ Claim, Reason, Remedy string }

// remedies say what to do about a check that failed; see Verdict.Check. Small
// models do not find it out from the reason.
var remedies = map[string]string{
	"source":   "source 只写上面资料的编号。",
	"quote":    "quote 从这份资料的正文中逐字照抄一整句，不抄标题、日期和地区。",
	"figure":   "数字和单位照 quote 写，quote 中没有的数字不写；或者换成有这个数字的 quote。",
	"year":     "年份照 quote 或资料的抬头写，没有的不写。",
	"place":    "地区照 quote 或资料的抬头写，没有的不写。",
	"actor":    "谁做的照 quote 写，没有的不写。",
	"bound":    "“不少于”“不超过”“超过”“以上”“左右”这类词照 quote 写：有的写上，没有的去掉。",
	"negation": "“不”“未”“禁止”这类词照 quote 写。",
	"modality": "目标、计划照 quote 写成目标，已经做到的才写成做到。",
	"order":    "每个数字属于谁，照 quote 的次序写。",
	"content":  "只写 quote 说了的，用它的词；或者把 quote 换成说了这些的那一句。",
	"language": "用提问的语言写，只写 quote 说了的。",
	"markup":   "不写网址、联系方式、Markdown 和 HTML。",
}

// kinds are the kinds of document in the prompts' language.
var kinds = map[string]string{
	retrieval.KindPolicy: "政策原文", retrieval.KindReading: "政策解读", retrieval.KindReport: "会议或讲话报道",
	retrieval.KindNews: "新闻", retrieval.KindOpinion: "评论",
}

func render(name string, r Request, failed []Failed) Messages {
	d := struct {
		Nonce, Question, Language string
		Sources                   []shownSource
		Failed                    []shownFailed
	}{Question: data(r.Question), Language: "Answer in the language of the question; quotes stay in the language of the source. "}
	if han.HasHan(r.Question) {
		d.Language = "用中文回答。"
	}
	all := []string{d.Question}
	for i, s := range r.Sources {
		shown := show(i+1, s)
		d.Sources = append(d.Sources, shown)
		all = append(all, shown.Title, shown.Issuer, shown.Date, shown.Place, shown.Heading, shown.Text)
	}
	var written []string
	for _, f := range failed {
		line := shownFailed{claimLine(f.Claim), field(f.Verdict.Check+": "+f.Verdict.Reason, maxReason), remedies[f.Verdict.Check]}
		d.Failed = append(d.Failed, line)
		written = append(written, line.Claim, line.Reason)
	}
	// A repair round begins with the very text of the round before, nonce
	// included, so that a server need not read it again.
	d.Nonce = nonce(all, written...)
	m := Messages{execute("system.tmpl", nil), execute(name, d)}
	if r.Summary != nil {
		return withWish(m, *r.Summary)
	}
	return m
}

func show(n int, s Source) shownSource {
	shown := shownSource{N: n, Date: "未知", Place: "未知", Heading: field(strings.Join(s.Heading, " › "), 300), Text: data(s.Text)}
	if s.Doc == nil {
		return shown
	}
	m := s.Doc.Meta
	shown.Title, shown.Issuer, shown.Kind = field(m.Title.Value, 200), field(m.Issuer.Value, 100), kinds[m.Kind.Value]
	if shown.Issuer == "" {
		shown.Issuer = field(m.Site.Value, 100)
	}
	if v := field(m.Date.Value, 40); v != "" {
		shown.Date = v
	}
	if v := field(m.Place.Value, 60); v != "" {
		shown.Place = v
	}
	return shown
}

// claimLine is a claim as the contract writes it. Its JSON has no < in it.
func claimLine(c Claim) string {
	type cite struct {
		Source int    `json:"source"`
		Quote  string `json:"quote"`
	}
	line := struct {
		Text  string `json:"text"`
		Cites []cite `json:"cites"`
	}{Text: c.Text, Cites: []cite{}}
	for _, k := range c.Cites {
		line.Cites = append(line.Cites, cite{k.Source, k.Quote})
	}
	return data(string(mustMarshal(line)))
}

func execute(name string, d any) string {
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, name, d); err != nil {
		panic(err) // the templates and their data are fixed in this package
	}
	return strings.TrimSpace(b.String())
}

// Words in brackets that chat formats of models give a meaning: [INST].
var roleWord = regexp.MustCompile(`\[(/?[A-Z_]{2,20}\])`)

// data makes a text harmless as data: no invisible characters, and none of the
// marks that open a fence of ours or a role in a model's chat format
// (<|im_start|>, </s>, <｜User｜>, [INST]). It only takes out what nobody sees and
// puts in blanks, which the comparison of quotes does not see.
func data(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\r\n", "\n")
	var last rune
	for _, r := range s {
		switch {
		case r == '\r' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			r = '\n'
		case han.Invisible(r):
			continue
		}
		if last == '<' && !isBlank(r) && (r < '0' || r > '9') {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last = r
	}
	return strings.TrimSpace(roleWord.ReplaceAllString(b.String(), "[ $1"))
}

func isBlank(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }

// field is data on one line of at most n characters.
func field(s string, n int) string {
	s = strings.Join(strings.Fields(data(s)), " ")
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n]) + "…"
	}
	return s
}

// nonce is a word that stands in none of the texts, nor in those that a model
// wrote, which has seen it. It depends on all the texts, so that none can be
// written to hold it, and on nothing else.
func nonce(texts []string, written ...string) string {
	for i := 0; ; i++ {
		sum := sha256.Sum256([]byte(strings.Join(texts, "\x00") + strconv.Itoa(i)))
		word := hex.EncodeToString(sum[:8])
		holds := func(t string) bool { return strings.Contains(t, word) }
		if !slices.ContainsFunc(texts, holds) && !slices.ContainsFunc(written, holds) {
			return word
		}
	}
}
