package prompts

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"policybot/internal/han"
)

var update = flag.Bool("update", false, "write the golden files")

// pieces gives a reply in pieces of these sizes, the rest at once, and then err.
func pieces(reply string, sizes []int, err error) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, n := range sizes {
			n = min(n, len(reply))
			if !yield(reply[:n], nil) {
				return
			}
			reply = reply[n:]
		}
		if reply != "" && !yield(reply, nil) {
			return
		}
		if err != nil {
			yield("", err)
		}
	}
}

// parse is all that Parse makes of a reply, one JSON value a line, and its end.
func parse(deltas iter.Seq2[string, error]) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for c, err := range Parse(deltas) {
		if err != nil {
			fmt.Fprintf(&b, "end: %T: %v\n", err, err)
			continue
		}
		type cite struct {
			Source int    `json:"source"`
			Quote  string `json:"quote"`
		}
		cites := []cite{}
		for _, k := range c.Cites {
			cites = append(cites, cite{k.Source, k.Quote})
		}
		_ = enc.Encode(map[string]any{"text": c.Text, "cites": cites})
	}
	return b.String()
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
	}
}

func replies(t testing.TB) map[string]string {
	files, err := filepath.Glob("testdata/replies/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no replies in testdata", err)
	}
	out := make(map[string]string)
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(f, ".txt")] = string(b)
	}
	return out
}

func TestParse(t *testing.T) {
	for name, reply := range replies(t) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			got := parse(pieces(reply, nil, nil))
			golden(t, name+".golden", got)
			one := make([]int, len(reply))
			for i := range one {
				one[i] = 1
			}
			if byByte := parse(pieces(reply, one, nil)); byByte != got {
				t.Errorf("byte by byte: got\n%s\nwant\n%s", byByte, got)
			}
		})
	}
}

// Where a reply is cut into pieces does not matter.
func TestParseAnyPieces(t *testing.T) {
	all := replies(t)
	whole := make(map[string]string)
	var names []string
	for name, reply := range all {
		whole[name] = parse(pieces(reply, nil, nil))
		names = append(names, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names).Draw(t, "reply")
		sizes := rapid.SliceOf(rapid.IntRange(0, 40)).Draw(t, "sizes")
		if got := parse(pieces(all[name], sizes, nil)); got != whole[name] {
			t.Fatalf("got\n%s\nwant\n%s", got, whole[name])
		}
	})
}

// A reply that breaks anywhere gives the first claims of the whole reply and
// the error.
func TestParseBroken(t *testing.T) {
	reply := replies(t)["testdata/replies/contract"]
	whole := strings.SplitAfter(parse(pieces(reply, nil, nil)), "\n")
	broken := errors.New("the connection broke")
	for n := range len(reply) {
		got := strings.SplitAfter(parse(pieces(reply[:n], nil, broken)), "\n")
		claims := len(got) - 2 // the error's line and what follows the last line feed
		if claims < 0 || claims > 2 || strings.Join(got[:claims], "") != strings.Join(whole[:claims], "") ||
			!strings.Contains(got[claims], broken.Error()) {
			t.Fatalf("cut at %d: got %q", n, got)
		}
		if ended := strings.Count(reply[:n], "}]}"); claims != ended {
			t.Fatalf("cut at %d: %d claims, %d were whole", n, claims, ended)
		}
	}
}

func TestParseStops(t *testing.T) {
	read := 0
	deltas := func(yield func(string, error) bool) {
		for i := range 100 {
			read++
			if !yield(fmt.Sprintf("{\"text\":\"第%d句话。\",\"cites\":[1]}\n", i), nil) {
				return
			}
		}
	}
	for range Parse(deltas) {
		break
	}
	if read != 1 {
		t.Errorf("%d deltas were read for one claim", read)
	}
}

// A line of a megabyte and more is refused, and what is around it is read;
// memory stays bounded.
func TestParseLongLines(t *testing.T) {
	good := `{"text":"全区生产总值突破2000亿元。","cites":[1]}` + "\n"
	for name, long := range map[string]string{
		"one string":        `{"text":"` + strings.Repeat("长", 1<<20/3) + `"}`,
		"many objects":      strings.Repeat(`{"a":1}`, 1<<20/7),
		"open braces":       strings.Repeat(`{`, 1<<20),
		"thought":           "<think>" + strings.Repeat("x", 1<<20) + "</think>",
		"lines of openings": strings.Repeat("{\"a\":\"}\n", 1<<15),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			got := parse(pieces(good+long+"\n"+strings.Replace(good, "2000", "3000", 1), nil, nil))
			runtime.GC()
			runtime.ReadMemStats(&after)
			if !strings.Contains(got, "2000亿元") || name != "lines of openings" && !strings.Contains(got, "3000亿元") {
				t.Errorf("got %.300s", got)
			}
			if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 8<<20 {
				t.Errorf("%d bytes stayed", grown)
			}
		})
	}
	endless := func(yield func(string, error) bool) {
		for yield(strings.Repeat("x", 1<<16), nil) {
		}
	}
	if got := parse(endless); !strings.Contains(got, "longer than 4 MB") {
		t.Errorf("an endless reply: %q", got)
	}
}

// sane checks what holds for any claim.
func sane(t *testing.T, c Claim) {
	t.Helper()
	if c.Text == "" || !utf8.ValidString(c.Text) || utf8.RuneCountInString(c.Text) > maxText || len(c.Cites) > maxCites {
		t.Fatalf("claim %+v", c)
	}
	if strings.ContainsFunc(c.Text, han.Invisible) || strings.ContainsAny(c.Text, "\n\r`") || htmlTag.MatchString(c.Text) ||
		link.MatchString(c.Text) || host.MatchString(c.Text) || atName.MatchString(c.Text) {
		t.Fatalf("markup, link or invisible character in %q", c.Text)
	}
	for _, k := range c.Cites {
		if k.Source < 0 || !utf8.ValidString(k.Quote) || strings.ContainsFunc(k.Quote, han.Invisible) {
			t.Fatalf("cite %+v", k)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, reply := range replies(f) {
		if len(reply) < 4000 {
			f.Add([]byte(reply), uint16(7))
		}
	}
	f.Fuzz(func(t *testing.T, reply []byte, size uint16) {
		n, ends := 0, 0
		for c, err := range Parse(pieces(string(reply), nil, nil)) {
			if err != nil {
				ends++
				continue
			}
			n++
			sane(t, c)
		}
		if n > maxClaims || ends > 1 || n == 0 && ends == 0 {
			t.Fatalf("%d claims, %d errors", n, ends)
		}
		var sizes []int
		for range len(reply) / (int(size) + 1) {
			sizes = append(sizes, int(size)+1)
		}
		whole, cut := parse(pieces(string(reply), nil, nil)), parse(pieces(string(reply), sizes, nil))
		if whole != cut {
			t.Fatalf("in pieces: got\n%s\nwant\n%s", cut, whole)
		}
	})
}

// The relaxed reader reads all JSON as encoding/json does.
func TestRelaxedReadsJSON(t *testing.T) {
	value := rapid.Custom(func(t *rapid.T) any {
		return rapid.SampledFrom([]any{"", "普通", `反斜\杠`, `引"号`, "“弯”", "换\n行", true, nil, json.Number("1"), json.Number("-2.5e3"),
			[]any{"一", json.Number("2")}, map[string]any{"键": []any{}}}).Draw(t, "value")
	})
	rapid.Check(t, func(t *rapid.T) {
		object := rapid.MapOf(rapid.SampledFrom([]string{"text", "cites", "键", "a b", "引“号"}), value).Draw(t, "object")
		b, err := json.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		r := &relaxed{s: []rune(string(b))}
		got, ok := r.value(0)
		if !ok || r.at != len(r.s) {
			t.Fatalf("%s was not read", b)
		}
		again, err := json.Marshal(got)
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%s was read as %s", b, again)
		}
	})
}

func TestFillQuotes(t *testing.T) {
	sources := seedSources()
	text := "到2025年,西湖区数字经济核心产业增加值突破1000亿元。"
	got := FillQuotes(PlaceQuotes(Claim{Text: text, Cites: []Cite{{Source: 2}, {Source: 0, Quote: "R&D经费投入强度达到4.3%"}, {Source: 9}, {Source: 1}, {Source: 2, Quote: "给定的引文"}}}, sources), sources)
	if !strings.Contains(got.Cites[0].Quote, "数字经济核心产业增加值突破1000亿元") {
		t.Errorf("quote %q", got.Cites[0].Quote)
	}
	if got.Cites[1].Source != 2 {
		t.Errorf("source %d", got.Cites[1].Source)
	}
	if got.Cites[2].Quote != "" || got.Cites[4].Quote != "给定的引文" {
		t.Errorf("changed %+v", got.Cites)
	}
	for _, k := range got.Cites[:2] {
		if !strings.Contains(sources[k.Source-1].Text, k.Quote) {
			t.Errorf("%q does not stand in source %d", k.Quote, k.Source)
		}
	}
}
