package bert

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"policybot/internal/han"
)

// A Pooling makes one vector of the vectors of a text's tokens.
type Pooling string

const (
	First Pooling = "cls"  // the first token's
	Mean  Pooling = "mean" // the mean of all
)

// SpecFile is the file in a model's folder that holds its Spec as JSON.
const SpecFile = "model.json"

// A Spec says what a model's own files do not.
type Spec struct {
	// Name is the model's, such as bge-small-zh-v1.5.
	Name string `json:"name"`
	// Weights and Tokenizer are files in the model's folder: safetensors or
	// ONNX, and the Tokenizers library's tokenizer.json.
	Weights   string `json:"weights"`
	Tokenizer string `json:"tokenizer"`
	// SHA256 is that of the weights, in hex.
	SHA256 string `json:"sha256"`
	// Heads is how many heads attention has.
	Heads int `json:"heads"`
	// Epsilon is added to variances; 0 is BERT's 1e-12.
	Epsilon float32 `json:"epsilon,omitempty"`
	Pooling Pooling `json:"pooling"`
	// Lowercase overrules the tokenizer file where it says otherwise than the
	// model was trained.
	Lowercase *bool `json:"lowercase,omitempty"`
	// Simplify writes traditional Chinese characters as simplified ones, for a
	// model that learned mostly from these.
	Simplify bool `json:"simplify,omitempty"`
	// QueryPrefix and PassagePrefix stand before questions and passages.
	QueryPrefix   string `json:"query_prefix,omitempty"`
	PassagePrefix string `json:"passage_prefix,omitempty"`
}

func (s Spec) check() error {
	switch {
	case s.Name == "" || s.Weights == "" || s.Tokenizer == "":
		return errors.New("it lacks a name, weights or a tokenizer")
	case !filepath.IsLocal(s.Weights) || !filepath.IsLocal(s.Tokenizer):
		return errors.New("its files must lie in the model's folder")
	case s.Pooling != First && s.Pooling != Mean:
		return fmt.Errorf("it has the pooling %q, not %q or %q", short(string(s.Pooling)), First, Mean)
	case s.Epsilon < 0 || s.Heads <= 0:
		return errors.New("it has no heads, or an epsilon below 0")
	}
	return nil
}

// generation changes whenever the same files come to give other vectors.
const generation = 1

// A Model embeds texts. Its files are read when it first embeds, and the rows
// of words whenever they are used. It is safe for concurrent use.
type Model struct {
	dir    string
	spec   Spec
	load   func() error
	enc    *encoder
	tok    tokenizer
	file   *os.File    // of the weights, from which enc reads
	opened fs.FileInfo // of file
	passes sync.Pool
}

// ErrNoModel is wrapped when a folder holds no model.
var ErrNoModel = errors.New("there is no model")

// Open opens the model in a folder. It reads the Spec and looks that the other
// files are there.
func Open(dir string) (*Model, error) {
	data, err := readFile(filepath.Join(dir, SpecFile), 1<<20)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w in %s", ErrNoModel, dir)
	}
	if err != nil {
		return nil, err
	}
	m := &Model{dir: dir}
	if err = json.Unmarshal(data, &m.spec); err == nil {
		err = m.spec.check()
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be used: %w", filepath.Join(dir, SpecFile), err)
	}
	for _, name := range []string{m.spec.Weights, m.spec.Tokenizer} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return nil, fmt.Errorf("the model %s is not whole: %w: %w", m.spec.Name, ErrNoModel, err)
		}
	}
	m.load = sync.OnceValue(m.read)
	return m, nil
}

// Spec is what the model's folder says of it.
func (m *Model) Spec() Spec { return m.spec }

// Model names the model and everything that changes its vectors.
func (m *Model) Model() string {
	s := m.spec
	lowercase := "as filed"
	if s.Lowercase != nil {
		lowercase = strconv.FormatBool(*s.Lowercase)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %q %d %g %q %s %v %q",
		generation, s.SHA256, s.Heads, s.Epsilon, s.Pooling, lowercase, s.Simplify, s.PassagePrefix))
	return fmt.Sprintf("local:%s@%x", s.Name, sum[:4])
}

// Size is how many layers the model has, how many numbers it gives a text, and
// how many tokens of a text it takes. The model must be loaded.
func (m *Model) Size() (layers, dim, tokens int) {
	return len(m.enc.blocks), m.enc.dim, m.enc.length
}

// Load reads the model's files if that was not done, so that errors in them
// show. Other methods call it.
func (m *Model) Load() error { return m.load() }

func (m *Model) read() error {
	if err := m.readFiles(); err != nil {
		return fmt.Errorf("the model %s in %s cannot be used: %w", m.spec.Name, m.dir, err)
	}
	return nil
}

func (m *Model) readFiles() error {
	var tokenizerErr error
	var wait sync.WaitGroup
	wait.Go(func() {
		var data []byte
		if data, tokenizerErr = readFile(filepath.Join(m.dir, m.spec.Tokenizer), maxTokenizer); tokenizerErr == nil {
			m.tok, tokenizerErr = readTokenizer(data, m.spec.Lowercase)
		}
	})
	// The rows of words are read from the file when they are used: a vocabulary
	// of many languages has 384 MB of them, a text uses some hundred.
	err := m.readEncoder()
	wait.Wait()
	switch {
	case tokenizerErr != nil:
		err = tokenizerErr
	case err == nil && m.tok.size() > m.enc.words.dims[0]:
		err = fmt.Errorf("the tokenizer knows %d pieces of words, the weights only %d", m.tok.size(), m.enc.words.dims[0])
	}
	if err != nil {
		err = errors.Join(err, m.Close())
		m.file = nil // it is closed once
	}
	return err
}

// Close gives back the file that the model reads; it embeds no more. A model
// that is not closed gives it back when nobody has the model any more.
func (m *Model) Close() error {
	if m.file == nil {
		return nil
	}
	return m.file.Close()
}

// readEncoder opens the file of weights and reads them.
func (m *Model) readEncoder() (err error) {
	if m.file, m.opened, err = openFile(filepath.Join(m.dir, m.spec.Weights), MaxWeights); err != nil {
		return err
	}
	all, err := parseWeights(m.file, m.opened.Size())
	if err == nil {
		m.enc, err = newEncoder(all, m.spec.Heads, cmp.Or(m.spec.Epsilon, 1e-12))
	}
	return err
}

// unchanged is an error when the file of weights was written to since it was
// opened: what is read of it then may be of another model. A file that another
// took the place of is still read, whole.
func (m *Model) unchanged() error {
	now, err := m.file.Stat()
	if err == nil && (now.Size() != m.opened.Size() || !now.ModTime().Equal(m.opened.ModTime())) {
		err = errors.New("their file was changed while it was in use")
	}
	if err != nil {
		return fmt.Errorf("the weights of the model %s in %s cannot be read: %w; start again to use what is there now", m.spec.Name, m.dir, err)
	}
	return nil
}

// openFile opens a plain file of at most so many bytes.
func openFile(name string, most int64) (*os.File, fs.FileInfo, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err == nil && (info.Size() > most || !info.Mode().IsRegular()) {
		err = fmt.Errorf("%s has %d bytes; at most %d of a plain file are read", name, info.Size(), most)
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, info, nil
}

// readFile reads a file of at most so many bytes.
func readFile(name string, most int64) ([]byte, error) {
	f, info, err := openFile(name, most)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return data, nil
}

// EmbedQuery gives the vector of a question, of length 1.
func (m *Model) EmbedQuery(ctx context.Context, question string) ([]float32, error) {
	vectors, err := m.embed(ctx, []string{question}, m.spec.QueryPrefix)
	if err != nil {
		return nil, err
	}
	return vectors[0], nil
}

// Embed gives the vectors of passages, of length 1, in their order. What does
// not fit the model at the end of a text does not count.
func (m *Model) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	return m.embed(ctx, texts, m.spec.PassagePrefix)
}

// groupTokens are how many tokens go through the layers together: enough that
// the weights, which come from the slowest memory, are used often, and few
// enough that what becomes of the tokens stays in the caches.
const groupTokens = 384

func (m *Model) embed(ctx context.Context, texts []string, prefix string) ([][]float32, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := m.load(); err != nil {
		return nil, err
	}
	out := make([][]float32, len(texts))
	groups := m.groups(texts, prefix)
	workers := min(len(groups), runtime.GOMAXPROCS(0))
	errs := make([]error, workers)
	next := make(chan group, len(groups))
	for _, g := range groups {
		next <- g
	}
	close(next)
	var wait sync.WaitGroup
	for i := range workers {
		wait.Go(func() {
			p, _ := m.passes.Get().(*pass)
			if p == nil {
				p = &pass{e: m.enc}
			}
			defer m.passes.Put(p)
			p.threads = max(1, runtime.GOMAXPROCS(0)/workers)
			for g := range next {
				if errs[i] == nil {
					errs[i] = m.embedGroup(ctx, p, g, out[g.first:])
				}
			}
		})
	}
	wait.Wait()
	if err := cmp.Or(m.unchanged(), errors.Join(errs...)); err != nil {
		return nil, err
	}
	return out, nil
}

// A group is some texts that follow each other, as tokens.
type group struct {
	first int
	texts [][]int32
}

func (m *Model) groups(texts []string, prefix string) []group {
	var groups []group
	full := groupTokens
	for i, text := range texts {
		if full >= groupTokens {
			groups, full = append(groups, group{first: i}), 0
		}
		g := &groups[len(groups)-1]

		text = strings.ToValidUTF8(text, "\ufffd")
		if m.spec.Simplify {
			text = han.Simplify(text)
		}
		ids := m.tok.encode(nil, prefix+text, m.enc.length)
		g.texts, full = append(g.texts, ids), full+len(ids)
	}
	return groups
}

func (m *Model) embedGroup(ctx context.Context, p *pass, g group, out [][]float32) error {
	vectors, err := p.run(ctx, g.texts, m.spec.Pooling)
	if err != nil {
		return err
	}
	for i, v := range vectors {
		if !unit(v) {
			return fmt.Errorf("the model %s gave a vector that has no direction: its weights are damaged", m.spec.Name)
		}
		out[i] = v
	}
	return nil
}

// unit scales v to length 1 and reports whether it could.
func unit(v []float32) bool {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if !(sum > 0) || math.IsInf(sum, 0) {
		return false
	}
	scale := 1 / math.Sqrt(sum)
	for i, x := range v {
		v[i] = float32(float64(x) * scale)
	}
	return !slices.ContainsFunc(v, func(x float32) bool { return x != x })
}
