package prompts

import (
	"hash/fnv"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
	"unicode/utf8"

	"policybot/internal/han"
	"policybot/internal/places"
	"policybot/retrieval"
)

// A mutation changes one thing in a sentence so that it says something else;
// it returns "" where there is nothing of its kind to change. pick chooses
// among several.
type mutation struct {
	kind   string
	mutate func(sentence string, pick uint64) string
}

// replaceOne replaces one match of pattern, chosen by pick.
func replaceOne(pattern *regexp.Regexp, with func(string) string) func(string, uint64) string {
	return func(s string, pick uint64) string {
		all := pattern.FindAllStringIndex(s, -1)
		if len(all) == 0 {
			return ""
		}
		m := all[pick%uint64(len(all))]
		out := s[:m[0]] + with(s[m[0]:m[1]]) + s[m[1]:]
		if out == s {
			return ""
		}
		return out
	}
}

// swapOne replaces one of the words by the other of its pair.
func swapOne(context string, pairs ...string) func(string, uint64) string {
	to := map[string]string{}
	var from []string
	for i := 0; i < len(pairs); i += 2 {
		to[pairs[i]] = pairs[i+1]
		from = append(from, regexp.QuoteMeta(pairs[i]))
	}
	sort.Slice(from, func(i, j int) bool { return len(from[i]) > len(from[j]) })
	words := regexp.MustCompile(strings.Join(from, "|"))
	return replaceOne(regexp.MustCompile(strings.ReplaceAll(context, "WORD", "(?:"+strings.Join(from, "|")+")")), func(m string) string {
		return words.ReplaceAllStringFunc(m, func(w string) string { return to[w] })
	})
}

func nextDigit(m string) string {
	d := m[0]
	if d == '9' {
		return "4" + m[1:]
	}
	return string(d+1) + m[1:]
}

var mutations = []mutation{
	{"figure", replaceOne(regexp.MustCompile(`\d+(\.\d+)?`), nextDigit)},
	{"numeral", swapOne(`WORD(?:个|项|年|家|名|人|条|类|批|成|倍|百|十|万|次)`, "二", "五", "三", "六", "四", "七", "五", "八", "六", "三", "七", "四", "八", "三", "九", "四", "两", "四")},
	{"unit", swapOne(`\dWORD`, "万元", "亿元", "亿元", "万元", "个月", "年", "%", "个百分点", "％", "个百分点", "平方米", "平方公里", "公里", "米", "天", "个月", "小时", "天", "万人", "亿人", "个工作日", "个月", "元", "万元")},
	{"year", replaceOne(regexp.MustCompile(`20[0-3]\d年`), func(m string) string { return m[:3] + nextDigit(m[3:4]) + m[4:] })},
	{"day", replaceOne(regexp.MustCompile(`\d{1,2}[月日]`), nextDigit)},
	{"place", otherPlace},
	{"negation", swapOne("[^有能会]WORD[^有]", "不得", "可以", "应当", "不得", "没有", "有", "禁止", "允许", "不再", "继续", "可以", "不得", "严禁", "鼓励", "不能", "能", "无需", "需要", "不予", "给予", "未经", "经")},
	{"bound", swapOne(`\d[万亿千百]*[元家个人名户套%％岁年天]?WORD|WORD\d`, "以上", "以下", "以下", "以上", "不超过", "不少于", "不少于", "不超过", "超过", "不到", "不低于", "不高于", "以内", "以上", "至少", "至多", "最高", "最低", "最低", "最高", "突破", "低于", "约", "超过", "左右", "以上", "不高于", "不低于", "低于", "高于", "高于", "低于")},
}

func otherPlace(s string, pick uint64) string {
	var ms []places.Mention
	for _, m := range places.Find(s) {
		if !m.Within && len(m.Places) == 1 {
			ms = append(ms, m)
		}
	}
	if len(ms) == 0 {
		return ""
	}
	m := ms[pick%uint64(len(ms))]
	if m.Places[0].Province == "贵州省" {
		return ""
	}
	to := map[places.Level]string{places.Province: "贵州", places.City: "遵义", places.County: "汇川区"}[m.Places[0].Level()]
	if strings.HasSuffix(s[m.Start:m.End], "市") {
		to = "遵义市"
	}
	if strings.HasSuffix(s[m.Start:m.End], "省") {
		to = "贵州省"
	}
	return s[:m.Start] + to + s[m.End:]
}

// A sentenceCase is a sentence with the source it stands in.
type sentenceCase struct {
	text   string
	source Source
}

// sentenceCases are the whole sentences of the documents in a folder, each in a passage of its
// surroundings.
func sentenceCases(t testing.TB, folder string, meta func(name string) retrieval.Meta) []sentenceCase {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(folder, "*.txt"))
	if len(files) == 0 {
		t.Fatalf("no documents in %s", folder)
	}
	var out []sentenceCase
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ToValidUTF8(string(raw), "")
		doc := &retrieval.Document{ID: filepath.Base(f), Meta: meta(filepath.Base(f))}
		for _, sp := range han.Sentences(text) {
			s := sp.In(text)
			n := utf8.RuneCountInString(s)
			if n < 12 || n > 220 || !han.HasHan(s) || markup(s) != "" || strings.Contains(s, gap) || strings.ContainsRune(s, '…') {
				continue
			}
			from, to := max(0, sp.Start-600), min(len(text), sp.End+600)
			for from > 0 && !utf8.RuneStart(text[from]) {
				from--
			}
			for to < len(text) && !utf8.RuneStart(text[to]) {
				to++
			}
			out = append(out, sentenceCase{s, Source{Passage: retrieval.Passage{DocID: doc.ID, Start: from, End: to, Text: text[from:to]}, Doc: doc}})
		}
	}
	return out
}

func seedMeta(t testing.TB) func(string) retrieval.Meta {
	known := map[string]retrieval.Meta{}
	tt, _ := t.(*testing.T)
	for _, c := range readClaims(tt, "testdata/claims.jsonl") {
		var m retrieval.Meta
		m.Date.Value, m.Place.Value, m.Title.Value = c.Meta.Date, c.Meta.Place, c.Meta.Title
		known[c.Doc] = m
	}
	return func(name string) retrieval.Meta { return known[name] }
}

// tellings are ways to tell a sentence that change nothing of what it says:
// itself, after words that say where or by whom, and a clause of it alone.
func tellings(c sentenceCase) []string {
	lead := "文件提出，"
	if p := c.source.Doc.Meta.Place.Value; p != "" {
		lead = p + "："
	}
	out := []string{c.text, lead + c.text}
	longest := ""
	for _, clause := range clauses(c.text) {
		if utf8.RuneCountInString(clause) > utf8.RuneCountInString(longest) && strings.Count(clause, "（") == strings.Count(clause, "）") {
			longest = clause
		}
	}
	if utf8.RuneCountInString(longest) >= 10 && !strings.ContainsAny(longest, "“”《》()[]") {
		out = append(out, lead+strings.TrimSpace(longest)+"。")
	}
	return out
}

// mutationRun tells each sentence about itself, unchanged and with one thing
// changed, and returns the shares of unchanged ones dropped and of changed
// ones caught.
func mutationRun(t *testing.T, cases []sentenceCase) (dropped, caught float64) {
	t.Helper()
	type tally struct{ caught, all int }
	byKind := map[string]*tally{}
	var drops, all int
	shown := map[string]int{}
	for _, c := range cases {
		cites := []Cite{{Source: 1, Quote: c.text}}
		told := tellings(c)
		for _, text := range told {
			all++
			if v := Verify(Claim{Text: text, Cites: cites}, []Source{c.source}); !v.OK {
				drops++
				if drops <= 60 {
					t.Logf("dropped: %s %s\n    %s", v.Check, v.Reason, text)
				}
			}
		}
		for _, m := range mutations {
			h := fnv.New64a()
			h.Write([]byte(m.kind + c.text))
			// The sentence whole, or, of every other one, its clause.
			text := told[0]
			if len(told) > 2 && h.Sum64()>>32%2 == 0 {
				text = told[2]
			}
			changed := m.mutate(text, h.Sum64())
			if changed == "" {
				continue
			}
			if byKind[m.kind] == nil {
				byKind[m.kind] = &tally{}
			}
			byKind[m.kind].all++
			if v := Verify(Claim{Text: changed, Cites: cites}, []Source{c.source}); !v.OK {
				byKind[m.kind].caught++
			} else if shown[m.kind]++; shown[m.kind] <= 12 {
				t.Logf("missed %s:\n    %s\n    %s", m.kind, changed, c.text)
			}
		}
	}
	var ok, n int
	for _, m := range mutations {
		if k := byKind[m.kind]; k != nil {
			ok, n = ok+k.caught, n+k.all
			t.Logf("%-8s caught %d of %d", m.kind, k.caught, k.all)
		}
	}
	t.Logf("unchanged dropped %d of %d; changed caught %d of %d", drops, all, ok, n)
	return float64(drops) / float64(all), float64(ok) / float64(n)
}

func TestMutationsOnSeeds(t *testing.T) {
	dropped, caught := mutationRun(t, sentenceCases(t, "../seeds", seedMeta(t)))
	if dropped > .01 || caught < .99 {
		t.Errorf("unchanged sentences dropped %.4f, changed ones caught %.4f; want at most .01 and at least .99", dropped, caught)
	}
}

// POLICYBOT_DOCS names a folder of documents to run the same over.
func TestMutationsOutside(t *testing.T) {
	folder := os.Getenv("POLICYBOT_DOCS")
	if folder == "" {
		t.Skip("set POLICYBOT_DOCS")
	}
	dropped, caught := mutationRun(t, sentenceCases(t, folder, func(string) retrieval.Meta { return retrieval.Meta{} }))
	t.Logf("unchanged dropped %.4f, changed caught %.4f", dropped, caught)
}
