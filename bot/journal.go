package bot

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"policybot/internal/db"
	"policybot/internal/han"
	"policybot/retrieval"
)

// What a journal answers when there is nothing to show.
var (
	ErrNoReceipt = errors.New("there is no such receipt")
	ErrErased    = errors.New("the document was erased")
)

// Texts has the documents as they were when they were cited, and tells who
// keeps text of them; *retrieval.Library is it.
type Texts interface {
	Revision(ctx context.Context, docID string, revision int64) (retrieval.Document, string, error)
	HasRevision(ctx context.Context, tx *sql.Tx, docID string, revision int64) (bool, error)
	Holds(ctx context.Context, name string, erase retrieval.Eraser) error
}

// A Journal keeps answers as receipts, the feedback to them, and the questions
// that were refused. It stores them in the library's database; passages are
// stored as places in a document's revision, not as text, and users as keyed
// hashes. It takes part in the purge of a document. It is safe for concurrent
// use.
type Journal struct {
	conn   *sql.DB
	saving *db.Group // answers to many people are kept with one flush
	texts  Texts
	key    []byte // of the users' hashes
}

// journalSteps are the migrations of the journal's tables; see db.Migrate.
var journalSteps = []string{`
CREATE TABLE journal_key (
	one   INTEGER PRIMARY KEY CHECK (one = 1),
	value BLOB NOT NULL
);

CREATE TABLE answers (
	id        TEXT PRIMARY KEY,
	at        BIGINT NOT NULL,  -- unix milliseconds
	user_hash TEXT NOT NULL,    -- '' when unknown
	gap       TEXT NOT NULL,    -- the folded question when it was refused, or ''
	body      TEXT NOT NULL     -- JSON of Answer, passages without their text
);
CREATE INDEX answers_user ON answers(user_hash) WHERE user_hash <> '';
CREATE INDEX answers_gap ON answers(gap) WHERE gap <> '';

-- The passages that an answer cites or was given, in the order of Sources and
-- then Hits, with a hash to prove that they are the same.
CREATE TABLE answer_passages (
	answer    TEXT NOT NULL REFERENCES answers(id) ON DELETE CASCADE,
	place     INTEGER NOT NULL, -- from 0
	document  TEXT NOT NULL,
	revision  INTEGER NOT NULL,
	text_hash TEXT NOT NULL,    -- SHA-256 of the passage's text, in hex
	PRIMARY KEY (answer, place)
);
CREATE INDEX answer_passages_document ON answer_passages(document);

CREATE TABLE feedback (
	answer    TEXT NOT NULL REFERENCES answers(id) ON DELETE CASCADE,
	user_hash TEXT NOT NULL,
	good      INTEGER NOT NULL,
	reason    TEXT NOT NULL,
	at        BIGINT NOT NULL,  -- unix milliseconds
	PRIMARY KEY (answer, user_hash)
);
CREATE INDEX feedback_user ON feedback(user_hash);
`, `
CREATE INDEX answers_at ON answers(at);
`}

// OpenJournal makes or updates the journal's tables in the library's database
// and registers the journal for purges.
func OpenJournal(ctx context.Context, conn *sql.DB, texts Texts) (*Journal, error) {
	if err := db.Migrate(ctx, conn, "journal", journalSteps); err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	if err := db.Migrate(ctx, conn, "spending", spendSteps); err != nil {
		return nil, fmt.Errorf("open the count of spending: %w", err)
	}
	j := &Journal{conn: conn, saving: db.NewGroup(conn), texts: texts}
	fresh := make([]byte, 32)
	rand.Read(fresh) // never fails, see crypto/rand
	err := db.Tx(ctx, conn, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO journal_key (one, value) VALUES (1, ?) ON CONFLICT (one) DO NOTHING`, fresh)
		if err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT value FROM journal_key`).Scan(&j.key)
	})
	if err == nil {
		err = texts.Holds(ctx, "journal", j.erase)
	}
	if err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	return j, nil
}

// Save keeps an answer for the user that it names and returns its receipt's
// ID: eleven characters that need no escaping in an address, and that nobody
// guesses.
func (j *Journal) Save(ctx context.Context, a *Answer) (id string, err error) {
	return j.SaveFor(ctx, a.User, a)
}

// SaveFor is Save for an answer to a known user, who may have it forgotten.
func (j *Journal) SaveFor(ctx context.Context, user string, a *Answer) (id string, err error) {
	random := make([]byte, 8)
	rand.Read(random)
	id = base64.RawURLEncoding.EncodeToString(random)
	kept := clone(a)
	kept.ID = id
	err = j.saving.Tx(ctx, func(tx *sql.Tx) error { return j.insert(ctx, tx, j.hash(user), kept) })
	if err != nil {
		return "", fmt.Errorf("keep the receipt: %w", err)
	}
	return id, nil
}

func (j *Journal) insert(ctx context.Context, tx *sql.Tx, userHash string, a *Answer) error {
	passages := passagesOf(a)
	gone := map[string]bool{}
	for _, p := range passages {
		// A document may have been purged while the answer was written.
		there, err := j.texts.HasRevision(ctx, tx, p.DocID, p.Revision)
		if err != nil {
			return err
		}
		if !there {
			redact(a, p.DocID)
			gone[p.DocID] = true
		}
	}
	gap := ""
	if a.Refusal != nil {
		gap = gapKey(a)
	}
	body, err := json.Marshal(withoutText(a))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO answers (id, at, user_hash, gap, body) VALUES (?, ?, ?, ?, ?)`,
		a.ID, time.Now().UnixMilli(), userHash, gap, string(body))
	if err != nil {
		return err
	}
	for i, p := range passages {
		if gone[p.DocID] {
			continue
		}
		sum := sha256.Sum256([]byte(p.Text))
		if _, err := tx.ExecContext(ctx, `INSERT INTO answer_passages (answer, place, document, revision, text_hash)
			VALUES (?, ?, ?, ?, ?)`, a.ID, i, p.DocID, p.Revision, hex.EncodeToString(sum[:])); err != nil {
			return err
		}
	}
	return nil
}

// passagesOf are an answer's sources and then its hits.
func passagesOf(a *Answer) []retrieval.Passage {
	var ps []retrieval.Passage
	for _, s := range a.Sources {
		ps = append(ps, s.Passage)
	}
	for _, h := range a.Hits {
		ps = append(ps, h.Passage)
	}
	return ps
}

// withoutText is a without what the library has: texts and documents.
func withoutText(a *Answer) *Answer {
	b := *a
	b.Sources, b.Hits = slices.Clone(a.Sources), slices.Clone(a.Hits)
	for i := range b.Sources {
		b.Sources[i].Text, b.Sources[i].Doc = "", nil
	}
	for i := range b.Hits {
		b.Hits[i].Text, b.Hits[i].Doc = "", nil
	}
	return &b
}

// Receipt is the answer that was kept under id, with its passages as they were
// then. A passage of a document that was erased since has no text, its Doc has
// an ID only, and the claims on it have lost their words. An unknown id is
// ErrNoReceipt.
func (j *Journal) Receipt(ctx context.Context, id string) (*Answer, error) {
	a, err := readAnswer(ctx, j.conn, id)
	if err != nil {
		return nil, fmt.Errorf("receipt %q: %w", id, db.Explain(err))
	}
	if err := j.fill(ctx, a); err != nil {
		return nil, fmt.Errorf("receipt %q: %w", id, err)
	}
	return a, nil
}

// A row source is a transaction or the database itself.
type rowSource interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func readAnswer(ctx context.Context, q rowSource, id string) (*Answer, error) {
	var body string
	err := q.QueryRowContext(ctx, `SELECT body FROM answers WHERE id = ?`, id).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNoReceipt
	}
	if err != nil {
		return nil, err
	}
	a := new(Answer)
	return a, json.Unmarshal([]byte(body), a)
}

// fill puts the documents and texts of the passages back.
func (j *Journal) fill(ctx context.Context, a *Answer) error {
	docs, texts := map[int64]*retrieval.Document{}, map[int64]string{}
	fill := func(p *retrieval.Passage) (*retrieval.Document, error) {
		if docs[p.Revision] == nil {
			d, text, err := j.texts.Revision(ctx, p.DocID, p.Revision)
			if errors.Is(err, retrieval.ErrNotFound) {
				d, text, err = retrieval.Document{ID: p.DocID, Revision: p.Revision}, "", nil
			}
			if err != nil {
				return nil, err
			}
			docs[p.Revision], texts[p.Revision] = &d, text
		}
		if text := texts[p.Revision]; 0 <= p.Start && p.Start <= p.End && p.End <= len(text) {
			p.Text = text[p.Start:p.End]
		}
		return docs[p.Revision], nil
	}
	var err error
	for i := range a.Sources {
		if a.Sources[i].Doc, err = fill(&a.Sources[i].Passage); err != nil {
			return err
		}
	}
	for i := range a.Hits {
		if a.Hits[i].Doc, err = fill(&a.Hits[i].Passage); err != nil {
			return err
		}
	}
	return nil
}

// Feedback keeps what a user thinks of an answer; the last word counts.
func (j *Journal) Feedback(ctx context.Context, id, user string, good bool, reason string) error {
	err := db.Tx(ctx, j.conn, func(tx *sql.Tx) error {
		if _, err := readAnswer(ctx, tx, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO feedback (answer, user_hash, good, reason, at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (answer, user_hash) DO UPDATE SET good = excluded.good, reason = excluded.reason, at = excluded.at`,
			id, j.hash(user), good, reason, time.Now().UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("feedback on %q: %w", id, err)
	}
	return nil
}

// Forget deletes the answers that were saved for a user, and the user's
// feedback.
func (j *Journal) Forget(ctx context.Context, user string) error {
	err := db.Tx(ctx, j.conn, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM feedback WHERE user_hash = ?`, j.hash(user)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM answers WHERE user_hash = ?`, j.hash(user)); err != nil {
			return err
		}
		return forgetSpending(ctx, tx, j.hash(user), time.Now().Format(dayFormat))
	})
	if err != nil {
		return fmt.Errorf("forget a user: %w", err)
	}
	return nil
}

// hash is the keyed hash of a user, "" for none.
func (j *Journal) hash(user string) string {
	if user == "" {
		return ""
	}
	m := hmac.New(sha256.New, j.key)
	m.Write([]byte(user))
	return hex.EncodeToString(m.Sum(nil))
}

// A Gap is a question that the documents do not answer, or whose answer people
// found bad.
type Gap struct {
	Question string    `json:"question"` // as it was asked last
	Count    int       `json:"count"`    // refusals, and answers that were found bad
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
	Answer   string    `json:"answer"` // the receipt of the last refusal, or of a bad answer
	// Bad counts the people who found an answer bad, Reasons are theirs, and
	// Disliked the receipts.
	Bad      int      `json:"bad,omitempty"`
	Reasons  []string `json:"reasons,omitempty"`
	Disliked []string `json:"disliked,omitempty"`
}

// Gaps are the refused questions and those with a bad answer, the most asked
// first; questions that differ in white space, punctuation, case, width or
// script only are one.
func (j *Journal) Gaps(ctx context.Context) ([]Gap, error) {
	rows, err := j.conn.QueryContext(ctx, `
		SELECT g.n, g.first, g.last, (SELECT a.id FROM answers a WHERE a.gap = g.gap ORDER BY a.at DESC, a.id LIMIT 1)
		FROM (SELECT gap, COUNT(*) AS n, MIN(at) AS first, MAX(at) AS last FROM answers WHERE gap <> '' GROUP BY gap) g
		ORDER BY g.n DESC, g.last DESC, g.gap`)
	if err != nil {
		return nil, fmt.Errorf("list the gaps: %w", db.Explain(err))
	}
	defer rows.Close()
	var gaps []Gap
	var keys []string
	for rows.Next() {
		var g Gap
		var first, last int64
		if err := rows.Scan(&g.Count, &first, &last, &g.Answer); err != nil {
			return nil, fmt.Errorf("list the gaps: %w", err)
		}
		g.First, g.Last = time.UnixMilli(first).UTC(), time.UnixMilli(last).UTC()
		a, err := readAnswer(ctx, j.conn, g.Answer)
		if err != nil {
			return nil, fmt.Errorf("list the gaps: %w", db.Explain(err))
		}
		g.Question = asked(a)
		gaps, keys = append(gaps, g), append(keys, gapKey(a))
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list the gaps: %w", db.Explain(err))
	}
	if gaps, err = j.withDislikes(ctx, gaps, keys); err != nil {
		return nil, fmt.Errorf("list the gaps: %w", err)
	}
	return gaps, nil
}

// asked is the question on its own feet.
func asked(a *Answer) string {
	if a.Search != "" {
		return a.Search
	}
	return a.Question
}

func gapKey(a *Answer) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPunct(r) || unicode.IsSymbol(r) {
			return -1
		}
		return r
	}, han.Fold(asked(a)).String())
}
