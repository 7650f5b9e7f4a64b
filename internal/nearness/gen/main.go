// Command gen makes the table of package nearness: it embeds words one by one
// with a language model, keeps the directions in which they differ the most,
// and writes them as small numbers.
//
//	go run ./internal/nearness/gen --model DIR --words dict.txt
//
// DIR is the folder of a model as policybot model pull lays it (the table was
// made with bge-small-zh-v1.5), dict.txt the word list of jieba 0.42.1: a word,
// its frequency and its part of speech a line. The words of the tables in
// retrieval/data join, so that both sides of their entries are known. The same
// input gives the same table.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"policybot/internal/bert"
	"policybot/internal/han"
	"policybot/internal/nearness"
)

// Which words of the list are taken.
const (
	frequencyLeast = 40
	batch          = 512
)

// named are the beginnings of the parts of speech that are left out: people,
// places, offices, brands and numbers, which are the same or are not.
var named = []string{"nr", "ns", "nt", "nz", "m"}

func main() {
	model := flag.String("model", "", "folder of the model")
	list := flag.String("words", "", "word list: word, frequency, part of speech")
	tables := flag.String("tables", "retrieval/data", "folder of tables whose words join")
	out := flag.String("out", "internal/nearness/data", "folder to write to")
	flag.Parse()
	if err := run(*model, *list, *tables, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(model, list, tables, out string) error {
	frequency, err := readWords(list)
	if err != nil {
		return err
	}
	if err := joinTables(frequency, tables); err != nil {
		return err
	}
	words := slices.Sorted(maps.Keys(frequency))
	m, err := bert.Open(model)
	if err != nil {
		return fmt.Errorf("opening the model: %w", err)
	}
	vectors, err := embed(m, words)
	if err != nil {
		return err
	}
	words, vectors = toldApart(words, vectors)
	var text, numbers bytes.Buffer
	for i, v := range reduce(vectors, nearness.Dim) {
		fmt.Fprintf(&text, "%s %d\n", words[i], frequency[words[i]])
		numbers.Write(small(v, nearness.Scale))
	}
	return errors.Join(
		os.WriteFile(filepath.Join(out, "words.txt"), text.Bytes(), 0o644),
		os.WriteFile(filepath.Join(out, "vectors.bin"), numbers.Bytes(), 0o644))
}

// readWords reads the frequent words of a list, all Chinese.
func readWords(path string) (map[string]int, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the word list: %w", err)
	}
	defer f.Close()
	words := map[string]int{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 2 {
			continue
		}
		n, err := strconv.Atoi(fields[1])
		if err != nil || n < frequencyLeast || !fits(fields[0], 1) {
			continue
		}
		tag := strings.Join(fields[2:], "")
		if !slices.ContainsFunc(named, func(t string) bool { return strings.HasPrefix(tag, t) }) {
			words[han.Simplify(fields[0])] = n
		}
	}
	return words, lines.Err()
}

// fits reports whether a word is of the length that the table has, at least
// least characters, all Chinese.
func fits(word string, least int) bool {
	n := utf8.RuneCountInString(word)
	return n >= least && n <= nearness.Longest && !strings.ContainsFunc(word, func(r rune) bool { return !han.IsHan(r) })
}

// joinTables adds the words of the tables that are no comments or guards, as
// words that are rare.
func joinTables(words map[string]int, folder string) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no tables in %s: %w", folder, errors.Join(err, os.ErrNotExist))
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("reading a table: %w", err)
		}
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "!") {
				continue
			}
			for word := range strings.FieldsFuncSeq(line, func(r rune) bool { return !han.IsHan(r) }) {
				if fits(word, 2) {
					words[word] = max(1, words[word])
				}
			}
		}
	}
	return nil
}

// embed gives the model's vector of each word.
func embed(m *bert.Model, words []string) ([][]float32, error) {
	var out [][]float32
	for some := range slices.Chunk(words, batch) {
		vectors, err := m.Embed(context.Background(), some)
		if err != nil {
			return nil, fmt.Errorf("embedding %d words from %q on: %w", len(some), some[0], err)
		}
		out = append(out, vectors...)
		fmt.Fprintf(os.Stderr, "\r%d of %d words", len(out), len(words))
	}
	fmt.Fprintln(os.Stderr)
	return out, nil
}

// toldApart leaves out words that have the vector of another one: the model
// does not know their characters.
func toldApart(words []string, vectors [][]float32) ([]string, [][]float32) {
	same := map[string]int{}
	for _, v := range vectors {
		same[fmt.Sprint(v)]++
	}
	var keptWords []string
	var kept [][]float32
	for i, v := range vectors {
		if same[fmt.Sprint(v)] == 1 {
			keptWords, kept = append(keptWords, words[i]), append(kept, v)
		}
	}
	return keptWords, kept
}
