package bot

import (
	"context"
	"regexp"
	"strings"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/retrieval"
)

var (
	// leaning matches questions that lean on the one before: 那…呢, 它的…, 还有吗.
	leaning  = regexp.MustCompile(`^(那么?|还有|另外|其中|再|and |what about |how about )|(呢|的呢)[?？]?$|它|这个|那个|这些|那些|该|此|上述|其[^他中实余它]|这篇|那篇|\b(it|its|they|their|that|this)\b`)
	opener   = regexp.MustCompile(`^(那么|那|还有|另外|其中|再说|and |what about |how about )`)
	closer   = regexp.MustCompile(`(怎么样|如何|呢)?[?？。!！]*$`)
	pronouns = regexp.MustCompile(`(它们?|这个|那个|这些|那些|这篇(文章|报道)?|那篇(文章|报道)?|上述|该(文|文件|文章|方案|政策)?|此)的?`)
)

// rewrite is the question on its own feet. A model rewrites when there is one;
// else rules do: a question that leans on the last one takes over its words,
// and a bare new subject (那农村居民呢) takes the place of the like one.
func (a *Answerer) rewrite(ctx context.Context, q Question) string {
	text := strings.TrimSpace(q.Text)
	if len(q.History) == 0 || !leans(text) {
		return text
	}
	if r, ok := a.Writer.(Rewriter); ok {
		if s, err := r.Rewrite(ctx, text, q.History); err == nil && s != "" {
			return s
		}
	}
	return join(text, strings.TrimSpace(q.History[len(q.History)-1]))
}

// leans reports whether a question cannot be understood alone.
func leans(q string) bool {
	folded := strings.ToLower(han.Simplify(q))
	return leaning.MatchString(folded) || utf8.RuneCountInString(q) <= 6
}

// join puts a follow-up and the question before it together.
func join(q, before string) string {
	simple := strings.ToLower(han.Simplify(q))
	if pronouns.MatchString(simple) {
		subject := strings.TrimSpace(strings.TrimRight(retrieval.Asked(han.Simplify(before)), "?？。 "))
		return subject + "," + strings.TrimSpace(pronouns.ReplaceAllString(han.Simplify(q), ""))
	}
	subject := strings.TrimSpace(closer.ReplaceAllString(opener.ReplaceAllString(simple, ""), ""))
	if subject == "" {
		return before
	}
	if s, ok := replaceLike(before, subject); ok {
		return s
	}
	if askWord.MatchString(subject) {
		return strings.TrimRight(before, "?？") + "," + subject + "?"
	}
	return subject + " " + before
}

// replaceLike puts subject in the place of the words of q that end like it:
// 农村居民 for 城镇居民. A year takes the place of the year.
func replaceLike(q, subject string) (string, bool) {
	if y := askedYear.FindStringSubmatchIndex(subject); y != nil {
		if o := askedYear.FindStringSubmatchIndex(q); o != nil {
			return q[:o[2]] + subject[y[2]:y[3]] + q[o[3]:], true
		}
	}
	rs := []rune(subject)
	for n := len(rs) - 1; n >= 2; n-- {
		tail := string(rs[len(rs)-n:])
		i := strings.Index(q, tail)
		if i < 0 {
			continue
		}
		start := i
		for k := len(rs) - n; k > 0 && start > 0; k-- {
			r, w := utf8.DecodeLastRuneInString(q[:start])
			if !han.IsHan(r) || strings.ContainsRune(particles, r) {
				break
			}
			start -= w
		}
		return q[:start] + subject + q[i+len(tail):], true
	}
	return "", false
}
