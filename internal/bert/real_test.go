package bert

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// Folders of models as 'policybot model pull' makes them: of bge-small-zh-v1.5
// with weights in 32 bits, and of multilingual-e5-small.
const (
	realModel    = "POLICYBOT_TEST_MODEL"
	realManyLang = "POLICYBOT_TEST_MODEL_E5"
)

// fourBits is the SHA-256 of the weights that real-e5.json was made with.
const fourBits = "457d1099878cb411a776d5d643e9904b04639cf25909673f280aa76a78588ffe"

func openReal(t testing.TB, folder string) *Model {
	t.Helper()
	dir := os.Getenv(folder)
	if dir == "" {
		t.Skipf("%s names no folder of a model: its real weights are not tested", folder)
	}
	m, err := Open(dir)
	if err == nil {
		err = m.Load()
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func cosine(a, b []float32) (sum float64) {
	for i, x := range a {
		sum += float64(x) * float64(b[i])
	}
	return sum
}

func TestRealWeights(t *testing.T) {
	m := openReal(t, realModel)
	cases := readCases[golden](t, "testdata/real.json")
	got, err := m.Embed(t.Context(), texts(cases))
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range cases {
		sameTokens(t, m, c)
		if near := cosine(got[i], c.First); near < 1-1e-5 {
			t.Errorf("%.20q has the cosine %f to the reference", c.Text, near)
		}
	}
}

func sameTokens(t *testing.T, m *Model, c golden) {
	t.Helper()
	if ids := m.tok.encode(nil, c.Text, m.enc.length); !slices.Equal(ids, c.IDs) {
		t.Errorf("%.20q is cut into %v, want %v", c.Text, ids, c.IDs)
	}
}

// The vectors are those of the reference, or near them where the weights have
// more bits; and a question finds its passage in whatever language.
func TestRealWeightsOfManyLanguages(t *testing.T) {
	m := openReal(t, realManyLang)
	least := .95
	if m.Spec().SHA256 == fourBits {
		least = 1 - 1e-5
	}
	for _, c := range readCases[golden](t, "testdata/real-e5.json") {
		sameTokens(t, m, c)
		var got []float32
		var err error
		if question, ok := strings.CutPrefix(c.Text, m.Spec().QueryPrefix); ok {
			got, err = m.EmbedQuery(t.Context(), question)
		} else {
			var all [][]float32
			all, err = m.Embed(t.Context(), []string{strings.TrimPrefix(c.Text, m.Spec().PassagePrefix)})
			got = slices.Concat(all...)
		}
		if err != nil {
			t.Fatal(err)
		}
		if near := cosine(got, c.Mean); near < least {
			t.Errorf("%.20q has the cosine %f to the reference", c.Text, near)
		}
	}
	passages, err := m.Embed(t.Context(), []string{"既有住宅加装电梯，每台补贴二十万元。", "未来乡村建设试点选择七个村。", "全市人均预期寿命目标为八十四点七岁。"})
	if err != nil {
		t.Fatal(err)
	}
	for question, want := range map[string]int{
		"How much is paid for adding a lift to an old building?": 0, "Combien de villages participent au projet pilote ?": 1, "人均預期壽命目標是多少": 2,
	} {
		q, err := m.EmbedQuery(t.Context(), question)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range passages {
			if i != want && cosine(q, p) >= cosine(q, passages[want]) {
				t.Errorf("%q is nearer to passage %d than to %d", question, i, want)
			}
		}
	}
}

func BenchmarkReal(b *testing.B) {
	for _, folder := range []string{realModel, realManyLang} {
		b.Run(folder, func(b *testing.B) { benchmarkModel(b, openReal(b, folder)) })
	}
}

func benchmarkModel(b *testing.B, m *Model) {
	passage := strings.Repeat("第一条 为了规范补贴资金的使用，制定本办法。", 18)
	passages := slices.Repeat([]string{passage}, 64)
	b.Run("passages", func(b *testing.B) {
		for b.Loop() {
			if _, err := m.Embed(b.Context(), passages); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(passages)*b.N)/b.Elapsed().Seconds(), "passages/s")
	})
	b.Run("question", func(b *testing.B) {
		for b.Loop() {
			if _, err := m.EmbedQuery(b.Context(), "既有住宅加装电梯每台补贴多少钱?"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
