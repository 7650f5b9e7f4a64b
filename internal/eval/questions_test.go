package eval

import (
	"io"
	"os"
	"strings"
	"testing"
)

func TestReadersNameWhatIsWrong(t *testing.T) {
	const good = `{"id":"a","question":"问?","answerable":false}` + "\n"
	for _, c := range []struct{ name, in, want string }{
		{"empty", "\n \n", "empty"},
		{"no JSON", good + "\nnonsense\n", "line 3"},
		{"other type", `{"id":7,"question":"问?"}`, "line 1"},
		{"no id", `{"question":"问?"}`, `"id"`},
		{"no question", `{"id":"a"}`, `"question"`},
		{"no evidence", `{"id":"a","question":"问?","answerable":true}`, "evidence"},
		{"id twice", good + good, "line 1 already"},
		{"too long", good + `{"id":"` + strings.Repeat("x", maxLine) + `"}`, "after line 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ReadQuestions(strings.NewReader(c.in))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want one that says %s", err, c.want)
			}
		})
	}
}

func TestReadersTakeTheirOwnKindOnly(t *testing.T) {
	ranked := `{"id":"a","question":"问?","relevant":["p1"]}`
	if _, err := ReadRanked(strings.NewReader(ranked)); err != nil {
		t.Error(err)
	}
	if _, err := ReadGiven(strings.NewReader(ranked)); err == nil {
		t.Error("a ranking was read as a claim")
	}
	if _, err := ReadRanked(strings.NewReader(`{"id":"a","question":"问?"}`)); err == nil {
		t.Error("a question without relevant passages was read as a ranking")
	}
	pieces, err := ReadPieces(strings.NewReader("\ufeff{\"id\":\"p\",\"text\":\"文\"}\r\n"))
	if err != nil || len(pieces) != 1 || pieces[0].ID != "p" {
		t.Errorf("pieces = %v, %v", pieces, err)
	}
}

func FuzzReadQuestions(f *testing.F) {
	f.Add([]byte(`{"id":"a","question":"问?","answerable":true,"evidence":[{"doc":"d","text":"t"}],"answer_has":[["x"]]}`))
	f.Add([]byte("{\"id\":\"a\"}\n\xff\xfe"))
	f.Fuzz(func(t *testing.T, in []byte) {
		set, err := ReadQuestions(strings.NewReader(string(in)))
		if (err == nil) != (len(set) > 0) {
			t.Fatalf("%d questions and error %v", len(set), err)
		}
		ScoreAnswers(set, nil, nil)
	})
}

// read reads a file of the tests.
func read[T any](t *testing.T, file string, from func(io.Reader) ([]T, error)) []T {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := from(f)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return all
}

func anyLine[T any](id func(T) string) func(io.Reader) ([]T, error) {
	return func(r io.Reader) ([]T, error) {
		return readSet(r, func(l T) (string, error) { return id(l), nil })
	}
}

var (
	readLines    = anyLine(func(l Line) string { return l.ID })
	readRankings = anyLine(func(l RankedLine) string { return l.ID })
	readVerdicts = anyLine(func(l VerdictLine) string { return l.ID })
)
