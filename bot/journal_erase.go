package bot

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"policybot/prompts"
)

// erasedText stands where words of a purged document stood.
const erasedText = "[…]"

// erase is the journal's part in the purge of a document: every answer that
// cites it or was given it loses the words that may be the document's. The
// question stays; it is the user's.
func (j *Journal) erase(ctx context.Context, tx *sql.Tx, docID string) error {
	ids, err := answersWith(ctx, tx, docID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		a, err := readAnswer(ctx, tx, id)
		if err != nil {
			return err
		}
		redact(a, docID)
		body, err := json.Marshal(withoutText(a))
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE answers SET body = ? WHERE id = ?`, string(body), id); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM answer_passages WHERE document = ?`, docID)
	return err
}

func answersWith(ctx context.Context, tx *sql.Tx, docID string) ([]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT DISTINCT answer FROM answer_passages WHERE document = ? ORDER BY answer`, docID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// redact takes out of an answer what may be words of a document: its claims on
// it, headings, what was dropped, and what a writer said beside the claims.
func redact(a *Answer, docID string) {
	sources := map[int]bool{}
	for i := range a.Sources {
		if p := &a.Sources[i].Passage; p.DocID == docID {
			p.Heading, p.Text, a.Sources[i].Doc = nil, "", nil
			sources[i+1] = true
		}
	}
	for i := range a.Hits {
		if p := &a.Hits[i].Passage; p.DocID == docID {
			p.Heading, p.Text, a.Hits[i].Doc = nil, "", nil
		}
	}
	redactClaims(a.Claims, sources)
	if a.Refusal != nil {
		a.Refusal.Why = erasedText
		redactClaims(a.Refusal.Nearest, sources)
	}
	a.Dropped = nil
	if a.Head != "" {
		a.Head = erasedText // it has titles
	}
	if a.Search != "" {
		a.Search = a.Question // a follow-up's rewriting may use the answer before
	}
}

func redactClaims(claims []prompts.Claim, sources map[int]bool) {
	for i := range claims {
		c := &claims[i]
		if !slices.ContainsFunc(c.Cites, func(cite prompts.Cite) bool { return sources[cite.Source] }) {
			continue
		}
		c.Text = erasedText
		for k := range c.Cites {
			if sources[c.Cites[k].Source] {
				c.Cites[k].Quote = erasedText
			}
		}
	}
}

// clone copies an answer as deep as redact changes it.
func clone(a *Answer) *Answer {
	b := *a
	b.Sources, b.Hits = slices.Clone(a.Sources), slices.Clone(a.Hits)
	b.Claims = cloneClaims(a.Claims)
	if a.Refusal != nil {
		r := *a.Refusal
		r.Nearest = cloneClaims(r.Nearest)
		b.Refusal = &r
	}
	return &b
}

func cloneClaims(claims []prompts.Claim) []prompts.Claim {
	out := slices.Clone(claims)
	for i := range out {
		out[i].Cites = slices.Clone(out[i].Cites)
	}
	return out
}
