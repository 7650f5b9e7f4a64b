package bert

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"policybot/internal/embedtest"
	"policybot/retrieval"
)

var _ retrieval.Embedder = (*Model)(nil)

// The files of testdata/tiny, made by make.py there.
const tiny = "testdata/tiny"

type golden struct {
	Text     string    `json:"text"`
	IDs      []int32   `json:"ids"`
	LowerIDs []int32   `json:"lower_ids"`
	First    []float32 `json:"cls"`
	Mean     []float32 `json:"mean"`
}

func testFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// readCases reads a file of golden, or of what holds such.
func readCases[T any](t testing.TB, name string) []T {
	t.Helper()
	var cases []T
	if err := json.Unmarshal(testFile(t, name), &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

func texts(cases []golden) []string {
	var out []string
	for _, c := range cases {
		out = append(out, c.Text)
	}
	return out
}

func tinySpec() Spec {
	return Spec{Name: "tiny", Weights: "model.onnx", Tokenizer: "tokenizer.json", SHA256: "00", Heads: 4, Pooling: First}
}

// tinyModel is a model of the fixture with a spec of its own.
func tinyModel(t testing.TB, change func(*Spec)) *Model {
	t.Helper()
	s := tinySpec()
	if change != nil {
		change(&s)
	}
	return modelOf(t, tiny, s)
}

// modelOf is a model of the files in a folder, copied to one where no test sees
// what another does.
func modelOf(t testing.TB, from string, s Spec) *Model {
	t.Helper()
	dir := t.TempDir()
	err := os.CopyFS(dir, os.DirFS(from))
	data, jsonErr := json.Marshal(s)
	if err = errors.Join(err, jsonErr); err == nil {
		err = os.WriteFile(filepath.Join(dir, SpecFile), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	m, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The vectors are those of ONNX Runtime, whatever the file that the weights
// come from, with and without assembly.
func TestVectorsAreONNXRuntimes(t *testing.T) {
	cases := readCases[golden](t, tiny+"/golden.json")
	for _, test := range []struct {
		weights   string
		pooling   Pooling
		tolerance float64
	}{
		{"model.onnx", First, 2e-6}, {"model.onnx", Mean, 2e-6},
		// Files of fewer bits hold other weights; a weight in the wrong place
		// would show more.
		{"model.safetensors", First, 2e-2}, {"model.safetensors", Mean, 2e-2},
		{"quantized.onnx", First, 5e-2}, {"quantized.onnx", Mean, 5e-2},
	} {
		m := tinyModel(t, func(s *Spec) { s.Weights, s.Pooling = test.weights, test.pooling })
		check := func(how string) {
			got, err := m.Embed(t.Context(), texts(cases))
			if err != nil {
				t.Fatal(err)
			}
			for i, c := range cases {
				want := c.First
				if test.pooling == Mean {
					want = c.Mean
				}
				near(t, fmt.Sprintf("%s, %s%s, %.20q", test.weights, test.pooling, how, c.Text), got[i], want, test.tolerance)
			}
		}
		check("")
		simply(func() { check(", without assembly") })
	}
}

// Texts meet others in one pass, alone, on one core or on many: their vectors
// are the same.
func TestCompanyChangesNothing(t *testing.T) {
	m := tinyModel(t, nil)
	var list []string
	for i := range 200 {
		list = append(list, strings.Repeat("杭州市的数字经济", i%9)+fmt.Sprint(i))
	}
	together, err := m.Embed(t.Context(), list)
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(5))
	var wait sync.WaitGroup
	for i, text := range list {
		wait.Go(func() {
			alone, err := m.Embed(t.Context(), []string{text})
			if err != nil || !slices.Equal(alone[0], together[i]) {
				t.Errorf("text %d has another vector alone (%v)", i, err)
			}
		})
	}
	wait.Wait()
}

func TestEmbedder(t *testing.T) {
	embedtest.Run(t, tinyModel(t, nil))
	embedtest.Run(t, tinyModel(t, func(s *Spec) { s.Pooling, s.Weights = Mean, "model.safetensors" }))
}

func TestPrefixes(t *testing.T) {
	m := tinyModel(t, func(s *Spec) { s.QueryPrefix, s.PassagePrefix = "目标", "年" })
	plain := tinyModel(t, nil)
	want, err := plain.Embed(t.Context(), []string{"目标杭州", "年杭州"})
	if err != nil {
		t.Fatal(err)
	}
	q, err := m.EmbedQuery(t.Context(), "杭州")
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Embed(t.Context(), []string{"杭州"})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "a question", q, want[0], 0)
	near(t, "a passage", p[0], want[1], 0)
}

func TestSimplify(t *testing.T) {
	m := tinyModel(t, func(s *Spec) { s.Simplify = true })
	got, err := m.Embed(t.Context(), []string{"體育館的數字經濟", "体育馆的数字经济"})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "a text in traditional characters", got[0], got[1], 0)
}

// Whatever changes the vectors of passages changes the name.
func TestName(t *testing.T) {
	names := map[string]bool{}
	yes, no := true, false
	for _, change := range []func(*Spec){
		nil,
		func(s *Spec) { s.SHA256 = "01" },
		func(s *Spec) { s.Pooling = Mean },
		func(s *Spec) { s.Heads = 2 },
		func(s *Spec) { s.Epsilon = 1e-5 },
		func(s *Spec) { s.PassagePrefix = "年" },
		func(s *Spec) { s.Lowercase = &yes },
		func(s *Spec) { s.Lowercase = &no },
		func(s *Spec) { s.Simplify = true },
	} {
		names[tinyModel(t, change).Model()] = true
	}
	if len(names) != 9 {
		t.Errorf("9 models have the names %v", names)
	}
	if a, b := tinyModel(t, nil), tinyModel(t, func(s *Spec) { s.QueryPrefix = "目标" }); a.Model() != b.Model() {
		t.Error("a prefix of questions makes passages embedded anew")
	}
}

func TestOpenRefuses(t *testing.T) {
	if _, err := Open(t.TempDir()); !errors.Is(err, ErrNoModel) {
		t.Errorf("an empty folder: %v", err)
	}
	for name, spec := range map[string]string{
		"no JSON":            "{",
		"nothing":            "{}",
		"a file elsewhere":   `{"name":"x","weights":"../../etc/passwd","tokenizer":"t","heads":1,"pooling":"cls"}`,
		"an absolute file":   `{"name":"x","weights":"w","tokenizer":"/etc/passwd","heads":1,"pooling":"cls"}`,
		"an unknown pooling": `{"name":"x","weights":"w","tokenizer":"t","heads":1,"pooling":"max"}`,
		"no heads":           `{"name":"x","weights":"w","tokenizer":"t","heads":0,"pooling":"cls"}`,
		"absent files":       `{"name":"x","weights":"w","tokenizer":"t","heads":1,"pooling":"cls"}`,
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, SpecFile), []byte(spec), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(dir)
		if err == nil {
			t.Errorf("%s: opened", name)
		}
		if name == "absent files" && (!errors.Is(err, ErrNoModel) || !errors.Is(err, fs.ErrNotExist)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Spec)
		says   string
	}{
		"heads that do not divide": {func(s *Spec) { s.Heads = 5 }, "5 heads"},
		"weights for a tokenizer":  {func(s *Spec) { s.Tokenizer = "model.safetensors" }, "tokenizer"},
		"a tokenizer for weights":  {func(s *Spec) { s.Weights = "tokenizer.json" }, "ONNX"},
	} {
		m := tinyModel(t, test.change)
		if err := m.Load(); err == nil || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), "tiny") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := m.EmbedQuery(t.Context(), "a"); err == nil {
			t.Errorf("%s: embedded", name)
		}
		if err := m.Close(); err != nil {
			t.Errorf("%s: its file, which is closed already, is closed again: %v", name, err)
		}
	}
}
