package bert

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"policybot/internal/embedtest"
)

// The files of testdata/unigram, made by make.py there.
const manyScripts = "testdata/unigram"

// A variant is a tokenizer that differs in some parts from the one filed, and
// what the Tokenizers library gives with it.
type variant struct {
	Name   string                     `json:"name"`
	Change map[string]json.RawMessage `json:"change"`
	Cases  []golden                   `json:"cases"`
}

func readVariants(t testing.TB) []variant {
	t.Helper()
	return readCases[variant](t, manyScripts+"/golden.json")
}

func unigramFile(t testing.TB) string {
	t.Helper()
	return string(testFile(t, manyScripts+"/tokenizer.json"))
}

// changed is the tokenizer file with other parts; of the model only the fields
// that are given.
func changed(t testing.TB, file string, change map[string]json.RawMessage) string {
	t.Helper()
	var parts, model map[string]json.RawMessage
	err := json.Unmarshal([]byte(file), &parts)
	for name, part := range change {
		if name == "model" && err == nil {
			if err = json.Unmarshal(parts[name], &model); err == nil {
				err = json.Unmarshal(part, &model)
			}
			if err == nil {
				part, err = json.Marshal(model)
			}
		}
		parts[name] = part
	}
	if err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(parts)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func readUnigramFile(t testing.TB, file string) *unigram {
	t.Helper()
	tok, err := readTokenizer([]byte(file), nil)
	if err != nil {
		t.Fatal(err)
	}
	return tok.(*unigram)
}

func TestUnigramTokensAreTheLibrarys(t *testing.T) {
	file := unigramFile(t)
	for _, v := range readVariants(t) {
		tok := readUnigramFile(t, changed(t, file, v.Change))
		for _, c := range v.Cases {
			if got := tok.encode(nil, c.Text, 1000); !slices.Equal(got, c.IDs) {
				t.Errorf("%s: %.60q is cut into %v, want %v", v.Name, c.Text, got, c.IDs)
			}
			const few = 12
			if got := tok.encode(nil, c.Text, few); len(c.IDs) > few && !slices.Equal(got, append(c.IDs[:few-1:few-1], c.IDs[len(c.IDs)-1])) {
				t.Errorf("%s: %.60q is cut off as %v of %v", v.Name, c.Text, got, c.IDs)
			}
		}
	}
}

func unigramModel(t testing.TB) *Model {
	t.Helper()
	return modelOf(t, manyScripts, Spec{Name: "many", Weights: "model.safetensors", Tokenizer: "tokenizer.json", SHA256: "00", Heads: 12, Pooling: Mean})
}

func TestUnigramVectors(t *testing.T) {
	m := unigramModel(t)
	var want []golden
	for _, c := range readVariants(t)[0].Cases {
		if c.Mean != nil {
			want = append(want, c)
		}
	}
	got, err := m.Embed(t.Context(), texts(want))
	if err != nil || len(want) < 40 {
		t.Fatalf("%d texts: %v", len(want), err)
	}
	for i, c := range want {
		near(t, c.Text, got[i], c.Mean, 2e-6)
	}
	embedtest.Run(t, m)
}

// A file that becomes shorter while the model is open, or holds something else,
// is an error, and nothing worse. One that is removed, or that another takes the
// place of, is read as before.
func TestWordsThatAreGone(t *testing.T) {
	for what, test := range map[string]struct {
		change func(file string) error
		fails  bool
	}{
		"cut off": {func(file string) error { return os.Truncate(file, 1000) }, true},
		"written anew": {func(file string) error {
			data, err := os.ReadFile(file)
			return errors.Join(err, os.WriteFile(file, slices.Concat(data[:len(data)/2], make([]byte, len(data)-len(data)/2)), 0o600))
		}, true},
		"removed": {os.Remove, false},
		"replaced": {func(file string) error {
			return errors.Join(os.WriteFile(file+".part", make([]byte, 1000), 0o600), os.Rename(file+".part", file))
		}, false},
	} {
		m := unigramModel(t)
		file := filepath.Join(m.dir, m.spec.Weights)
		if err := os.Chtimes(file, time.Time{}, time.Now().Add(-time.Hour)); err != nil { // clocks of files may be coarse
			t.Fatal(err)
		}
		want, err := m.EmbedQuery(t.Context(), "杭州")
		if err == nil {
			err = test.change(file)
		}
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.EmbedQuery(t.Context(), "杭州")
		switch {
		case !test.fails && (err != nil || !slices.Equal(got, want)):
			t.Errorf("%s: embedded as %v, not %v: %v", what, got, want, err)
		case test.fails && (err == nil || !strings.Contains(err.Error(), "cannot be read") || !strings.Contains(err.Error(), "start again")):
			t.Errorf("%s: embedded as %v: %v", what, got, err)
		}
	}
}

// Marks that stand in a text are text: no document can end a text before its
// end.
func TestMarksInTextsAreText(t *testing.T) {
	tok := readUnigramFile(t, unigramFile(t))
	for _, text := range []string{"<s>", "杭州</s>西湖", "<pad><mask><unk>", "▁</s>", "<s><s></s></s>"} {
		ids := tok.encode(nil, text, 100)
		for _, id := range ids[1 : len(ids)-1] {
			if id == tok.begin || id == tok.end || id == 1 || int(id) == tok.size()-1 {
				t.Errorf("%q is cut into %v, with the mark %d", text, ids, id)
			}
		}
	}
}

func TestBrokenTextsAreCutAsReplaced(t *testing.T) {
	tok := readUnigramFile(t, unigramFile(t))
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.Byte()).Draw(t, "text"))
		got := tok.encode(nil, text, 50)
		if want := tok.encode(nil, strings.ToValidUTF8(text, "\ufffd"), 50); !slices.Equal(got, want) {
			t.Fatalf("%q is cut into %v, with what is broken replaced into %v", text, got, want)
		}
	})
}

// A cut has the highest score of all, as trying them all shows, and what is cut
// makes up the word again.
func TestCutsAreTheBest(t *testing.T) {
	tok := readUnigramFile(t, unigramFile(t))
	texts := make(map[int32]int, len(tok.pieces))
	for i, id := range tok.ids {
		texts[id] = i
	}
	alphabet := []rune("▁杭州城市的发展建设服务intheer龘")
	rapid.Check(t, func(t *rapid.T) {
		word := string(rapid.SliceOfN(rapid.SampledFrom(alphabet), 1, 9).Draw(t, "word"))
		var l lattice
		var got float64
		rest := word
		for _, id := range tok.cut(nil, word, &l) {
			i, known := texts[id]
			switch {
			case known && strings.HasPrefix(rest, tok.pieces[i]):
				got, rest = got+tok.scores[i], rest[len(tok.pieces[i]):]
			case id == tok.unknown:
				unknown := len(rest) - len(strings.TrimLeft(rest, "龘"))
				got, rest = got+tok.unknownScore*float64(utf8.RuneCountInString(rest[:unknown])), rest[unknown:]
			default:
				t.Fatalf("%q goes on with the piece %d", rest, id)
			}
		}
		if want := bestScore(tok, word, map[string]float64{}); rest != "" || got < want-1e-9 || got > want+1e-9 {
			t.Fatalf("%q is cut with the score %g, the best is %g, and %q is left", word, got, want, rest)
		}
	})
}

// bestScore is the highest score of all cuts of word.
func bestScore(tok *unigram, word string, known map[string]float64) float64 {
	if word == "" {
		return 0
	}
	if score, ok := known[word]; ok {
		return score
	}
	_, width := utf8.DecodeRuneInString(word)
	best := tok.unknownScore + bestScore(tok, word[width:], known)
	for i, piece := range tok.pieces {
		if rest, ok := strings.CutPrefix(word, piece); ok {
			best = max(best, tok.scores[i]+bestScore(tok, rest, known))
		}
	}
	known[word] = best
	return best
}

func TestUnigramRefuses(t *testing.T) {
	good := unigramFile(t)
	for _, test := range []struct{ part, value, says string }{
		{"model", `{"unk_id":null}`, "unknown"},
		{"model", `{"unk_id":-1}`, "unknown"},
		{"model", `{"unk_id":1701}`, "unknown"},
		{"model", `{"vocab":[]}`, "0 words"},
		{"model", `{"vocab":[["a",-1],["b"]]}`, "cannot be read"},
		{"model", `{"vocab":[["a",1e7]],"unk_id":0}`, "score"},
		{"model", `{"vocab":[["a",1e999]],"unk_id":0}`, "cannot be read"},
		{"model", `{"vocab":[["a","b",-1]],"unk_id":0}`, "cannot be read"},
		{"model", `{"vocab":{"a":1}}`, "cannot be read"},
		{"model", `{"type":"BPE"}`, "BPE"},
		{"added_tokens", `[{"id":-1,"special":true}]`, "-1"},
		{"normalizer", `{"type":"Lowercase"}`, "Lowercase"},
		{"normalizer", `{"type":"Precompiled","precompiled_charsmap":null}`, "broken"},
		{"normalizer", `{"type":"Precompiled","precompiled_charsmap":"////"}`, "broken"},
		{"normalizer", `{"type":"Precompiled","precompiled_charsmap":"/////w=="}`, "broken"},
		{"normalizer", `{"type":"Precompiled","precompiled_charsmap":"AAAAAA=="}`, "broken"},
		{"normalizer", `{"type":"Precompiled","precompiled_charsmap":"!"}`, "cannot be read"},
		{"normalizer", `{"type":"Replace","pattern":{"Regex":"a+"},"content":""}`, "a+"},
		{"normalizer", `{"type":"Replace","pattern":{"String":"a"},"content":"aaaaa"}`, "5 bytes"},
		{"normalizer", strings.Repeat(`{"type":"Sequence","normalizers":[`, 6) + `{"type":"NFC"}` + strings.Repeat(`]}`, 6), "nested"},
		{"normalizer", `{"type":"Sequence","normalizers":[` + strings.Repeat(`{"type":"NFC"},`, 16) + `{"type":"NFC"}]}`, "17 steps"},
		{"pre_tokenizer", `{"type":"ByteLevel"}`, "SentencePiece"},
		{"pre_tokenizer", `{"type":"Metaspace","replacement":"__"}`, "SentencePiece"},
		{"pre_tokenizer", `{"type":"Metaspace","replacement":"_","prepend_scheme":"last"}`, "last"},
		{"pre_tokenizer", `{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","prepend_scheme":"first"}]}`, "first"},
		{"pre_tokenizer", `{"type":"Sequence","pretokenizers":[{"type":"Digits"},{"type":"Metaspace","replacement":"_"}]}`, "SentencePiece"},
		{"pre_tokenizer", `null`, "SentencePiece"},
		{"post_processor", `null`, "mark"},
		{"post_processor", `{"type":"RobertaProcessing","cls":["<s>",-1],"sep":["</s>",2]}`, "numbers"},
		{"post_processor", `{"type":"RobertaProcessing","cls":["<s>",0],"sep":["</s>"]}`, "numbers"},
		{"post_processor", `{"type":"RobertaProcessing","cls":["<s>",0],"sep":["</s>","2"]}`, "numbers"},
		{"post_processor", `{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"a"}},{"Sequence":{}},{"SpecialToken":{"id":"b"}}]}`, "numbers"},
		{"post_processor", `{"type":"TemplateProcessing","single":[{"Sequence":{}},{"SpecialToken":{"id":"b"}}]}`, "mark"},
	} {
		bad := changed(t, good, map[string]json.RawMessage{test.part: json.RawMessage(test.value)})
		if _, err := readTokenizer([]byte(bad), nil); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s %s: %v", test.part, test.value, err)
		}
	}
	lower := true
	if _, err := readTokenizer([]byte(good), &lower); err == nil || !strings.Contains(err.Error(), "capital") {
		t.Errorf("in lower case: %v", err)
	}
}

// A very long text costs what its beginning costs, however it is prepared.
func TestLongTextsAreClipped(t *testing.T) {
	tok := readUnigramFile(t, changed(t, unigramFile(t), map[string]json.RawMessage{
		"normalizer": json.RawMessage(`{"type":"Sequence","normalizers":[` + strings.Repeat(`{"type":"Replace","pattern":{"String":"a"},"content":"aaaa"},`, 15) + `{"type":"NFKC"}]}`),
	}))
	ids := tok.encode(nil, strings.Repeat("a", 3<<20), 20)
	if len(ids) != 20 || tok.normalize(strings.Repeat("é", 1<<20)) != strings.Repeat("é", 1<<19) {
		t.Errorf("cut into %v", ids)
	}
}

func FuzzUnigram(f *testing.F) {
	file := unigramFile(f)
	var parts map[string]json.RawMessage
	if err := json.Unmarshal([]byte(file), &parts); err != nil {
		f.Fatal(err)
	}
	var first struct {
		Charsmap []byte `json:"precompiled_charsmap"`
		All      []struct {
			Charsmap []byte `json:"precompiled_charsmap"`
		} `json:"normalizers"`
	}
	if err := json.Unmarshal(parts["normalizer"], &first); err != nil {
		f.Fatal(err)
	}
	whole := first.All[0].Charsmap
	f.Add(whole, `[["<unk>",0],["a",-1],["ab",-1.5],["▁",-2]]`, "ab ﬁ２\xff é")
	f.Add([]byte{4, 0, 0, 0, 1, 0, 0, 0, 'a', 0}, `[["",0],["",1]]`, "\x00ab")
	f.Add(whole[:len(whole)/2], `[["a",0]]`, "a")
	f.Fuzz(func(t *testing.T, charsmap []byte, vocabulary, text string) {
		normalizer, err := json.Marshal(map[string]any{"type": "Precompiled", "precompiled_charsmap": charsmap})
		if err != nil {
			t.Fatal(err)
		}
		parts["normalizer"] = normalizer
		parts["model"] = json.RawMessage(`{"type":"Unigram","unk_id":0,"vocab":` + vocabulary + `}`)
		data, err := json.Marshal(parts)
		if err != nil {
			return
		}
		tok, err := readTokenizer(data, nil)
		if err != nil {
			return
		}
		const limit = 16
		ids := tok.encode([]int32{7}, text, limit)
		if len(ids) < 3 || len(ids) > limit+1 || ids[1] != 0 || ids[len(ids)-1] != 2 {
			t.Fatalf("%q is cut into %v", text, ids)
		}
		for _, id := range ids {
			if id < 0 || id != 7 && int(id) >= tok.size() {
				t.Errorf("a piece has the number %d of %d", id, tok.size())
			}
		}
		if prepared := tok.(*unigram).normalize(strings.ToValidUTF8(text, "\ufffd")); !utf8.ValidString(prepared) {
			t.Errorf("%q is prepared as %q, which is not UTF-8", text, prepared)
		}
	})
}
