// Package eval measures policybot: it runs question sets through the same
// code that answers in Telegram, writes what came out as a run, one JSON
// object a line, and scores a run.
//
// It stores nothing itself; sets and runs are files that its caller opens.
// There are three kinds of set: questions with the evidence that answers them
// (Question), questions with the ids of the passages that matter (Ranked) and
// given claims, true and false (Given).
package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// A Question is one line of a set that asks for answers.
type Question struct {
	ID       string   `json:"id"`
	Kind     string   `json:"kind"` // fact, list, followup, none, …: scored apart
	Question string   `json:"question"`
	History  []string `json:"history"` // earlier questions, oldest first
	// Answerable is false when the documents do not answer and a refusal is right.
	Answerable bool `json:"answerable"`
	// Evidence is what answers the question: any one of it is enough.
	Evidence []Evidence `json:"evidence"`
	// AnswerHas is what a right answer says: of every group at least one wording.
	AnswerHas [][]string `json:"answer_has"`
}

// Evidence is a piece of a document that answers a question.
type Evidence struct {
	Doc  string `json:"doc"` // the file's base name
	Text string `json:"text"`
}

// Ranked is one line of a set that asks for passages in order.
type Ranked struct {
	ID       string   `json:"id"`
	Question string   `json:"question"`
	Relevant []string `json:"relevant"` // ids of the passages that matter
}

// Given is one line of a set of claims to be verified.
type Given struct {
	ID    string `json:"id"`
	True  bool   `json:"true"`
	Kind  string `json:"kind"`
	Claim string `json:"claim"`
	Doc   string `json:"doc"` // the base name of the document that it cites
	Quote string `json:"quote"`
	Meta  Known  `json:"meta"`
}

// Known is what a set knows of a document; it fills what the library does not.
type Known struct {
	Title  string `json:"title"`
	Issuer string `json:"issuer"`
	Author string `json:"author"`
	Date   string `json:"date"`
	Place  string `json:"place"`
}

// Piece is one given passage to rank.
type Piece struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// maxLine bounds a line of a set; the longest statutes take some 40 kB.
const maxLine = 16 << 20

// ReadQuestions reads a set that asks for answers. Its errors name the line.
func ReadQuestions(r io.Reader) ([]Question, error) {
	return readSet(r, func(q Question) (string, error) {
		if q.Answerable && len(q.Evidence) == 0 {
			return q.ID, errors.New(`it is answerable and has no "evidence"`)
		}
		return q.ID, needs("id", q.ID, "question", q.Question)
	})
}

// ReadRanked reads a set that asks for passages in order.
func ReadRanked(r io.Reader) ([]Ranked, error) {
	return readSet(r, func(q Ranked) (string, error) {
		if len(q.Relevant) == 0 {
			return q.ID, errors.New(`it has no "relevant" passage ids`)
		}
		return q.ID, needs("id", q.ID, "question", q.Question)
	})
}

// ReadGiven reads a set of claims.
func ReadGiven(r io.Reader) ([]Given, error) {
	return readSet(r, func(c Given) (string, error) {
		return c.ID, needs("id", c.ID, "claim", c.Claim, "doc", c.Doc, "quote", c.Quote)
	})
}

// ReadPieces reads given passages.
func ReadPieces(r io.Reader) ([]Piece, error) {
	return readSet(r, func(p Piece) (string, error) {
		return p.ID, needs("id", p.ID, "text", p.Text)
	})
}

// readSet reads one T a line and refuses lines that check refuses and ids
// that come twice.
func readSet[T any](r io.Reader, check func(T) (string, error)) ([]T, error) {
	var all []T
	seen := map[string]int{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), []byte("\ufeff")))
		if len(line) == 0 {
			continue
		}
		var one T
		if err := json.Unmarshal(line, &one); err != nil {
			return nil, fmt.Errorf("line %d is no JSON object of this kind of set: %w", n, err)
		}
		id, err := check(one)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if first, twice := seen[id]; twice {
			return nil, fmt.Errorf("line %d: the id %q was on line %d already", n, id, first)
		}
		seen[id] = n
		all = append(all, one)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("after line %d: %w", n, err)
	}
	if len(all) == 0 {
		return nil, errors.New("it is empty")
	}
	return all, nil
}

// needs reports the first of the named values that is missing; it takes
// names and values in turn.
func needs(namesAndValues ...string) error {
	for pair := range slices.Chunk(namesAndValues, 2) {
		if pair[1] == "" {
			return fmt.Errorf("it has no %q", pair[0])
		}
	}
	return nil
}

// kindsOf groups xs by kind and gives the kinds in order.
func kindsOf[T any](xs []T, kind func(T) string) ([]string, map[string][]T) {
	by := map[string][]T{}
	for _, x := range xs {
		by[kind(x)] = append(by[kind(x)], x)
	}
	return slices.Sorted(maps.Keys(by)), by
}
