package telegram

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"policybot/bot"
	"policybot/internal/han"
	"policybot/prompts"
	"policybot/retrieval"
)

// Further questions stand under an answer as buttons. They are made from the
// headings that stand next to what was cited, and each has been answered once,
// by the Preview, from the very section, before it is shown: no button is dead.

const (
	shownFollowUps = 3
	// triedFollowUps is how many headings are tried for them.
	triedFollowUps = 8
	// followUpBudget is how long trying may take before no more is begun: the
	// answer waits for it.
	followUpBudget = 30 * time.Millisecond
	// followUpLife is how long it is known that a question has an answer, and
	// keptFollowUps how many such are known.
	followUpLife  = 10 * time.Minute
	keptFollowUps = 4096
	// A heading of so many characters names a topic.
	minTopic, maxTopic = 4, 20
)

// A heading is one heading of a document and the passages it first stands over.
type heading struct {
	text string
	at   int // of its first passage
}

// followUps finds questions; what it learns is kept for a while.
type followUps struct {
	mu       sync.Mutex
	headings map[int64][]heading // by revision
	known    map[string]verdict  // by question, document, and filter
}

type verdict struct {
	answered bool
	until    time.Time
}

func newFollowUps() *followUps {
	return &followUps{headings: map[int64][]heading{}, known: map[string]verdict{}}
}

// suggest is the further questions for an answer to a person, in the language
// of w; none in groups, unless Config.GroupFollowUps.
func (b *Bot) suggest(ctx context.Context, who asker, group bool, a *bot.Answer, w *words) []string {
	if b.Preview == nil || b.Shelf == nil || group && !b.GroupFollowUps {
		return nil
	}
	var out []string
	began := time.Now()
	tried := 0
	for _, c := range b.topics(ctx, a) {
		q := w.FollowUp(c.topic, c.place, formOf(c.topic))
		if slices.Contains(out, q) || same(q, a.Question) {
			continue
		}
		if tried++; tried > triedFollowUps || time.Since(began) > followUpBudget {
			break
		}
		if b.hasAnswer(ctx, who, q, c, a) {
			out = append(out, q)
		}
		if len(out) == shownFollowUps {
			break
		}
	}
	return out
}

// A topic is a heading near what was cited, as it may be asked for.
type topic struct {
	topic   string
	place   string // of its document, unless the topic names it
	heading string
	doc     *retrieval.Document
	far     int // passages away from the next citation
}

// topics are the headings of the cited documents that the answer does not
// stand under, those next to the citations first.
func (b *Bot) topics(ctx context.Context, a *bot.Answer) (out []topic) {
	for i, s := range a.Sources {
		if s.Doc == nil || slices.ContainsFunc(a.Sources[:i], func(o prompts.Source) bool { return o.DocID == s.DocID }) {
			continue
		}
		hs, at, err := b.headingsOf(ctx, s)
		if err != nil {
			continue // withdrawn since, or the database is busy: fewer suggestions
		}
		for _, h := range hs {
			cited := slices.ContainsFunc(a.Sources, func(o prompts.Source) bool {
				return o.DocID == s.DocID && slices.ContainsFunc(o.Heading, func(x string) bool { return same(x, h.text) })
			})
			name := topicOf(h.text)
			if cited || name == "" || formOf(name) == formUnknown || same(h.text, s.Doc.Meta.Title.Value) {
				continue
			}
			t := topic{topic: name, heading: h.text, doc: s.Doc, far: max(h.at-at, at-h.at)}
			if p := s.Doc.Meta.Jurisdiction(); !p.IsZero() && !strings.Contains(name, p.Name()) {
				t.place = p.Name()
			}
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b topic) int { return cmp.Compare(a.far, b.far) })
	return out
}

// headingsOf are the headings of a source's document, and the place of the
// source among its passages.
func (b *Bot) headingsOf(ctx context.Context, s prompts.Source) (hs []heading, at int, err error) {
	f := b.followUps
	f.mu.Lock()
	hs, known := f.headings[s.Revision]
	f.mu.Unlock()
	if !known {
		d, err := b.detail(ctx, s.DocID)
		if err != nil || d.Revision != s.Revision {
			return nil, 0, cmp.Or(err, errNoDocument)
		}
		hs = headingsIn(d.Pieces)
		f.mu.Lock()
		if len(f.headings) >= keptFollowUps {
			clear(f.headings)
		}
		f.headings[s.Revision] = hs
		f.mu.Unlock()
	}
	return hs, s.Start, nil
}

// headingsIn are the different headings over some passages, with the offset
// where each begins.
func headingsIn(ps []retrieval.Passage) (out []heading) {
	for _, p := range ps {
		for _, h := range p.Heading {
			if !slices.ContainsFunc(out, func(o heading) bool { return o.text == h }) {
				out = append(out, heading{h, p.Start})
			}
		}
	}
	return out
}

// hasAnswer reports whether a question is answered from the section that it
// was made from, with something that the answer does not say already.
func (b *Bot) hasAnswer(ctx context.Context, who asker, q string, t topic, a *bot.Answer) bool {
	filter := who.filter(q)
	key := strings.Join([]string{q, t.doc.ID, filter.Place.String(), filter.AsOf}, "\n")
	f := b.followUps
	f.mu.Lock()
	v, known := f.known[key]
	f.mu.Unlock()
	if known && time.Now().Before(v.until) {
		return v.answered
	}
	ans, err := b.Preview.Answer(ctx, bot.Question{Text: q, Filter: filter}, func(prompts.Claim) {})
	v = verdict{err == nil && ans != nil && ans.Refusal == nil && fromSection(ans, t) && !saysNothingNew(ans, a), time.Now().Add(followUpLife)}
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.known) >= keptFollowUps {
		clear(f.known)
	}
	f.known[key] = v
	return v.answered
}

// fromSection reports whether an answer begins with what stands under the
// topic's heading.
func fromSection(a *bot.Answer, t topic) bool {
	if len(a.Claims) == 0 || len(a.Claims[0].Cites) == 0 {
		return false
	}
	s := a.Sources[a.Claims[0].Cites[0].Source-1]
	under := slices.ContainsFunc(s.Heading, func(h string) bool { return same(h, t.heading) })
	return s.DocID == t.doc.ID && (under || strings.Contains(essence(s.Text), essence(t.topic)))
}

// saysNothingNew reports whether an answer has no sentence that another lacks.
func saysNothingNew(a, before *bot.Answer) bool {
	return !slices.ContainsFunc(a.Claims, func(c prompts.Claim) bool {
		return !slices.ContainsFunc(before.Claims, func(o prompts.Claim) bool { return same(o.Text, c.Text) })
	})
}

// enumerated is a number before a heading: 一、 （二） 第三、 第四章 5. ——
var enumerated = regexp.MustCompile(`^\s*(?:[(（]?(?:第?[一二三四五六七八九十百零〇]+|\d{1,3})(?:[章节条部分篇编]|[)）])?[、.．:：\s]*|[——\-•·]+\s*)`)

// topicOf is what a heading names, without its number; "" for headings that
// are sentences, or too short or long to ask for.
func topicOf(h string) string {
	h = oneLine(h)
	if cut := enumerated.FindString(h); len(cut) < len(h) && strings.ContainsAny(cut, "、.．:：)）章节条部分篇编—-•· ") {
		h = strings.TrimSpace(h[len(cut):])
	}
	n := utf8.RuneCountInString(h)
	if n < minTopic || n > maxTopic || strings.ContainsAny(h, ",，。;；:：!！?？“”\"[…") || !han.HasHan(h) {
		return ""
	}
	return h
}

// verbs begin headings that say what is to be done, not what there is.
var verbs = strings.Fields(`推进 推动 加快 加强 加大 强化 深化 完善 健全 建立 建设 构建 打造 提升 提高 促进 优化 落实 实施 开展 培育 扩大 保障 支持 鼓励 引导 规范 创新 发展 坚持 着力 努力 全面 全力 大力 积极 深入 持续 统筹 聚焦 聚力 聚集 发挥 营造 塑造 拓展 增强 夯实 补齐 破解 做好 做强 做优 抓好 守牢 筑牢 严格 改善 改造 更好 进一步 切实 有效 高质量 高水平 高标准 形成 实现 解决 缩小 健康有序 维护 加速 争创 争当 掌握 把握 推行 推广 壮大 激发 释放 盘活 保护 传承 弘扬 倡导`)

// prepositions begin headings that go on with a verb: 以创新驱动夯实根基.
var prepositions = strings.Fields(`以 在 让 把 为 从 向 用 按 围绕 通过`)

// nouns end headings that say what there is: 主要目标, 申请条件.
var nouns = strings.Fields(`目标 措施 任务 条件 标准 范围 要求 原则 责任 程序 对象 方式 期限 材料 流程 职责 待遇 内容 政策 办法 重点 情形 规定 义务 权利 补贴 补助 奖励 资助`)

// maxThing is the longest heading that is a thing although it begins with a
// verb: 保障措施, 发展目标.
const maxThing = 6

// A form is how a topic is asked for.
type form int

const (
	formUnknown form = iota // not at all: a question in wrong words is worse than none
	formThing               // 申请条件有哪些
	formDoing               // 怎样深化改革
)

func formOf(topic string) form {
	begins := func(with []string) bool {
		return slices.ContainsFunc(with, func(v string) bool { return strings.HasPrefix(topic, v) })
	}
	thing := slices.ContainsFunc(nouns, func(v string) bool { return strings.HasSuffix(topic, v) })
	doing := begins(verbs) || begins(prepositions)
	switch {
	case thing && (!doing || utf8.RuneCountInString(topic) <= maxThing):
		return formThing
	case doing:
		return formDoing
	}
	return formUnknown
}

// followUpButtons ask the further questions.
func (s signer) followUpButtons(h holder, lang string, questions []string) (out rows) {
	for _, q := range questions {
		out = append(out, s.line(h, []string{q}, []press{{Act: actAsk, Lang: lang, Receipt: s.hash("example", q)}})...)
	}
	return out
}
