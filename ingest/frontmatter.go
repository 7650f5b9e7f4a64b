package ingest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"policybot/internal/places"
	"policybot/retrieval"
)

// A statement is one field of the metadata as an admin wrote it, checked. It
// overrides what was read from the text; an empty one says that the text is
// wrong and the truth unknown.
type statement struct {
	key    string
	values []string
	from   string
}

const (
	// maxStated bounds what front matter or a sidecar file may hold, in bytes.
	maxStated = 64 << 10
	// replacesKey is the one key with several values.
	replacesKey = "replaces"

	reasonFrontMatter = "front matter"
)

// keys are the keys that admins may write, with their Chinese names.
var keys = map[string]string{
	"标题": "title", "发文机关": "issuer", "发布机构": "issuer", "来源": "site", "作者": "author", "日期": "date", "发布日期": "date",
	"地区": "place", "类型": "kind", "文号": "number", "发文字号": "number", "成文日期": "signed", "施行日期": "effective",
	"失效日期": "expires", "语言": "language", "废止": replacesKey,
}

func init() {
	for name := range new(retrieval.Meta).Fields() {
		keys[name] = name
	}
	keys[replacesKey], keys[cleanKey] = replacesKey, cleanKey
}

// keyLine is a line "key: value" of the YAML that is read.
var keyLine = regexp.MustCompile(`^([\p{L}][\p{L}\p{N}_-]{0,40})\s*[:：](?:\s+(.*)|)$`)

// frontMatter reads the block between two lines "---" at the head of a text:
// what it states, and where the text goes on. A text that begins with such a
// line for other reasons has none. The errors name line and key.
func frontMatter(src string) (stated []statement, end int, err error) {
	lines := strings.SplitAfterN(src[:min(len(src), maxStated)], "\n", 500)
	if strings.TrimFunc(lines[0], blank) != "---" {
		return nil, 0, nil
	}
	end = len(lines[0])
	for i, l := range lines[1:] {
		text := strings.TrimRightFunc(l, blank)
		if i == 0 && text != "" && text[0] != '#' && !startsKeys(text) {
			return nil, 0, nil
		}
		if end += len(l); text == "---" || text == "..." {
			stated, err = parseYAML(src[len(lines[0]):end-len(l)], 2, "front matter")
			if slices.ContainsFunc(stated, func(s statement) bool { return s.key == cleanKey }) {
				return nil, 0, fmt.Errorf("front matter: key %q: a text does not decide what cleaning leaves in it; write it in a sidecar file NAME.meta.yaml, or use docs clean", cleanKey)
			}
			return stated, end, err
		}
	}
	return nil, 0, nil
}

// startsKeys reports whether a line may be the first of front matter: it has a
// key that is known, or one in ASCII, as other programs' front matter has.
func startsKeys(text string) bool {
	m := keyLine.FindStringSubmatch(text)
	return m != nil && (keys[strings.ToLower(m[1])] != "" || !strings.ContainsFunc(m[1], func(r rune) bool { return r >= utf8.RuneSelf }))
}

// parseSidecar reads a sidecar file, JSON or YAML by its name.
func parseSidecar(name string, raw []byte) ([]statement, error) {
	if len(raw) > maxStated {
		return nil, fmt.Errorf("%d KB are more than the %d that are read", len(raw)>>10, maxStated>>10)
	}
	if !utf8.Valid(raw) {
		return nil, errors.New("it is not UTF-8")
	}
	raw = bytes.ReplaceAll(bytes.TrimPrefix(raw, []byte("\ufeff")), []byte("\r\n"), []byte("\n"))
	if strings.HasSuffix(strings.ToLower(name), ".json") {
		return parseJSON(raw, name)
	}
	text := strings.TrimSpace(string(raw))
	text = strings.TrimSuffix(text, "\n---")
	if rest, ok := strings.CutPrefix(text, "---\n"); ok {
		return parseYAML(rest, 2, name)
	}
	return parseYAML(string(raw), 1, name)
}

// parseYAML reads lines "key: value", lists in brackets or in lines "- value",
// quoted values and comments; the rest of YAML is refused. first is the number
// of the first line.
func parseYAML(src string, first int, where string) ([]statement, error) {
	var out []statement
	open := -1 // the statement that lines of a list belong to
	n := first - 1
	for l := range strings.Lines(src) {
		n++
		text := strings.TrimFunc(l, blank)
		if text == "" || text[0] == '#' {
			continue
		}
		if item, ok := strings.CutPrefix(text, "-"); ok && open >= 0 {
			v, err := scalar(item)
			if err == nil {
				err = out[open].add(v)
			}
			if err != nil {
				return nil, fmt.Errorf("line %d: key %q: %w", n, out[open].key, err)
			}
			continue
		}
		m := keyLine.FindStringSubmatch(text)
		if m == nil || l[0] == ' ' || l[0] == '\t' {
			return nil, fmt.Errorf("line %d: %q is not \"key: value\"", n, firstRunes(foldSpace(text), 40))
		}
		s, err := newStatement(m[1], fmt.Sprintf("%s, line %d", where, n), out)
		var values []string
		if err == nil {
			values, err = scalars(m[2])
		}
		for _, v := range values {
			err = cmp.Or(err, s.add(v))
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: key %q: %w", n, m[1], err)
		}
		if out, open = append(out, s), -1; s.key == replacesKey && len(values) == 0 {
			open = len(out) - 1
		}
	}
	return out, nil
}

// parseJSON reads one object of strings, and of a list of strings for the key
// that takes several.
func parseJSON(raw []byte, where string) ([]statement, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	line := func() int { return 1 + bytes.Count(raw[:min(int(d.InputOffset()), len(raw))], []byte("\n")) }
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New(`line 1: it is not an object {"key": "value"}`)
	}
	var out []statement
	for d.More() {
		t, err := d.Token()
		key, ok := t.(string)
		if err != nil || !ok {
			return nil, fmt.Errorf("line %d: there is no key", line())
		}
		n := line()
		s, err := newStatement(key, fmt.Sprintf("%s, line %d", where, n), out)
		var value any
		if err == nil {
			err = d.Decode(&value)
		}
		if err == nil {
			err = s.addJSON(value)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: key %q: %w", n, firstRunes(foldSpace(key), 40), err)
		}
		out = append(out, s)
	}
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("line %d: the object does not end", line())
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("line %d: there is more behind the object", line())
	}
	return out, nil
}

func newStatement(key, from string, before []statement) (statement, error) {
	name, ok := keys[strings.ToLower(key)]
	if !ok {
		return statement{}, fmt.Errorf("there is no such key; it is one of %s", strings.Join(keyNames(), ", "))
	}
	if slices.ContainsFunc(before, func(s statement) bool { return s.key == name }) {
		return statement{}, errors.New("it stands there twice")
	}
	return statement{key: name, from: from}, nil
}

func keyNames() (names []string) {
	for name := range new(retrieval.Meta).Fields() {
		names = append(names, name)
	}
	return append(names, replacesKey, cleanKey)
}

func (s *statement) addJSON(value any) error {
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		return s.add(v)
	case []any:
		for _, item := range v {
			text, ok := item.(string)
			if !ok {
				return errors.New("its values must be in quotes")
			}
			if err := s.add(text); err != nil {
				return err
			}
		}
		return nil
	}
	return errors.New("its value must be in quotes")
}

// add checks a value and takes it in the form in which the library keeps it.
func (s *statement) add(value string) error {
	value = strings.TrimSpace(foldSpace(value))
	if value == "" {
		return nil
	}
	if len(s.values) > 0 && s.key != replacesKey {
		return errors.New("it takes one value")
	}
	if utf8.RuneCountInString(value) > 300 || len(s.values) == 100 {
		return errors.New("its value is too long")
	}
	v, err := stated(s.key, value)
	if err == nil {
		s.values = append(s.values, v)
	}
	return err
}

// stated is a value of a key in the form in which the library keeps it.
func stated(key, value string) (string, error) {
	switch key {
	case "date":
		return statedDate(value, time.DateOnly, "2006-01", "2006")
	case "signed", "effective", "expires":
		return statedDate(value, time.DateOnly)
	case "place":
		if slices.Contains([]string{retrieval.Nationwide, "国家", "中国"}, value) {
			return retrieval.Nationwide, nil
		}
		if p := places.Parse(value); !p.IsZero() {
			return p.String(), nil
		}
		return "", fmt.Errorf("no division is called %q, or several are: write the name with those above it (杭州市西湖区), or %s", value, retrieval.Nationwide)
	case cleanKey:
		k, err := ParseKeep(value)
		return k.String(), err
	case "kind":
		kinds := []string{retrieval.KindPolicy, retrieval.KindReading, retrieval.KindReport, retrieval.KindNews, retrieval.KindOpinion}
		if slices.Contains(kinds, value) {
			return value, nil
		}
		return "", fmt.Errorf("%q is not one of %s", value, strings.Join(kinds, ", "))
	case "language":
		if known := []string{"zh-Hans", "zh-Hant", "en"}; !slices.Contains(known, value) {
			return "", fmt.Errorf("%q is not one of %s", value, strings.Join(known, ", "))
		}
	case "number", replacesKey:
		if n := readNumber(value); n != "" && whole(foldDigits(value)) {
			return n, nil
		}
	}
	return value, nil
}

// statedDate reads a date that is written as 2024-02-19, 2024/2/19 or
// 2024年2月19日, or as one of layouts.
func statedDate(value string, layouts ...string) (string, error) {
	if m := fullDate.FindStringSubmatch(value); m != nil && strings.TrimSuffix(value, "日") == m[0] {
		value = isoDate(m)
	}
	for _, layout := range layouts {
		if _, err := time.Parse(layout, value); err == nil {
			return value, nil
		}
	}
	return "", errors.New("it is no date: write 2024-02-19")
}

// scalars are the values of a list in brackets, or the one value.
func scalars(s string) ([]string, error) {
	s = strings.TrimSpace(s)
	inner, ok := strings.CutPrefix(s, "[")
	if !ok {
		v, err := scalar(s)
		if v == "" {
			return nil, err
		}
		return []string{v}, err
	}
	inner, _, ok = strings.Cut(inner, "]")
	if !ok {
		return nil, errors.New("its list does not end")
	}
	var out []string
	for part := range strings.SplitSeq(inner, ",") {
		v, err := scalar(part)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// scalar is a plain or quoted value, without the comment behind it.
func scalar(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" || s == "~" || s == "null" {
		return "", nil
	}
	switch s[0] {
	case '"':
		quoted, err := strconv.QuotedPrefix(s)
		if err != nil || !comment(s[len(quoted):]) {
			return "", errors.New("its quotes do not end, or something stands behind them")
		}
		return strconv.Unquote(quoted)
	case '\'':
		body, rest, ok := strings.Cut(strings.ReplaceAll(s[1:], "''", "\x00"), "'")
		if !ok || !comment(rest) {
			return "", errors.New("its quotes do not end, or something stands behind them")
		}
		return strings.ReplaceAll(body, "\x00", "'"), nil
	case '|', '>', '&', '*', '{', '!', '%', '@', '`':
		return "", fmt.Errorf("a value that begins with %q is not read: write it on one line, in quotes", s[:1])
	}
	if i := strings.Index(s, " #"); i >= 0 {
		s = s[:i]
	}
	return strings.TrimSpace(s), nil
}

func comment(rest string) bool {
	rest = strings.TrimSpace(rest)
	return rest == "" || rest[0] == '#'
}

// override puts what an admin stated in the place of what was read.
func override(m *retrieval.Meta, stated []statement) {
	for _, s := range stated {
		if s.key == replacesKey {
			m.Replaces = nil
			for _, v := range s.values {
				m.Replaces = append(m.Replaces, retrieval.Field{Value: v, From: s.from})
			}
			continue
		}
		for name, f := range m.Fields() {
			if name == s.key {
				*f = readFrom(strings.Join(s.values, ""), s.from)
			}
		}
	}
}

// withoutBlock is src with its first end bytes blank, so that the offsets of
// the rest stay.
func withoutBlock(src string, end int) string {
	return strings.Repeat(" ", end) + src[end:]
}
