package telegram

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"policybot/internal/db"
	"policybot/internal/han"
	"policybot/internal/places"
	"policybot/retrieval"
)

// An asker is the person who wrote or pressed.
type asker struct {
	ID  int64  // 0 when Telegram does not tell
	Key string // a keyed hash that stands for the person in all that is kept
	Tag string // the language that Telegram tells of them
	settings
}

// settings are what a person chose.
type settings struct {
	Lang  string // a catalogue's name; "" for none
	Place string // the full name of a place; "" for none
	AsOf  string // a date, as in retrieval.Filter; "" for now
}

// asker reads what is known of a person; from may be nil.
func (b *Bot) asker(ctx context.Context, from *person) (a asker, err error) {
	if from == nil {
		return asker{}, nil
	}
	a = asker{ID: from.ID, Key: b.signer.hash("user", strconv.FormatInt(from.ID, 10)), Tag: from.Language}
	a.settings, err = b.store.settings(ctx, a.Key)
	return a, err
}

// filter narrows a question to the person's place, unless it names another.
func (s settings) filter(question string) (f retrieval.Filter) {
	f.AsOf = s.AsOf
	mine := places.Parse(s.Place)
	if mine.IsZero() {
		return f
	}
	for _, m := range places.Find(question) {
		near := func(p places.Place) bool { return p.Contains(mine) || mine.Contains(p) }
		if !m.Within && !slices.ContainsFunc(m.Places, near) {
			return f
		}
	}
	f.Place = mine
	return f
}

func (s *store) settings(ctx context.Context, person string) (out settings, err error) {
	_, err = s.row(ctx, `SELECT lang, place, as_of FROM telegram_person WHERE person = ?`, person, &out.Lang, &out.Place, &out.AsOf)
	if err != nil {
		return settings{}, fmt.Errorf("reading a person's settings: %w", err)
	}
	return out, nil
}

// set keeps a person's settings; without any, nothing is kept of the person.
func (s *store) set(ctx context.Context, person string, to settings) error {
	return s.change(ctx, "keeping settings in", 0, func(tx *sql.Tx) error {
		if to == (settings{}) {
			_, err := tx.ExecContext(ctx, `DELETE FROM telegram_person WHERE person = ?`, person)
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO telegram_person (person, lang, place, as_of) VALUES (?, ?, ?, ?)
			ON CONFLICT (person) DO UPDATE SET lang = excluded.lang, place = excluded.place, as_of = excluded.as_of`, person, to.Lang, to.Place, to.AsOf)
		return err
	})
}

// forgetPerson deletes the person's settings and conversations, and updates in
// the quarantine that may be theirs. What waits in the inbox is still owed an
// answer; that of the person's private chat waits behind this.
func (s *store) forgetPerson(ctx context.Context, a asker) error {
	return s.change(ctx, "forgetting a person in", 0, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM telegram_person WHERE person = ?`, a.Key); err != nil {
			return err
		}
		// A private chat has its person's id.
		if _, err := tx.ExecContext(ctx, `DELETE FROM telegram_turn WHERE chat_id = ? OR user_id = ?`, a.ID, a.ID); err != nil {
			return err
		}
		if err := leave(ctx, tx, a.ID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM telegram_shown WHERE chat_id = ?`, a.ID); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM telegram_quarantine WHERE instr(raw, ?) > 0`, strconv.FormatInt(a.ID, 10))
		return err
	})
}

// logPatience bounds the wait for others who read the write-ahead log.
const logPatience = 10 * time.Second

// forget deletes everything that is kept of a person. Deleted rows are
// overwritten in the file; settled must be called after the transaction that
// ends the update, to take them out of the log too.
func (b *Bot) forget(ctx context.Context, a asker) error {
	if b.Forget != nil {
		if err := b.Forget(ctx, a.Key); err != nil {
			return err
		}
	}
	if err := b.store.forgetPerson(ctx, a); err != nil {
		return err
	}
	b.office.forgetMember(a.ID)
	return nil
}

// emptyLog takes what was deleted out of the write-ahead log. When readers
// keep it busy, the next checkpoint does it.
func (b *Bot) emptyLog(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, logPatience)
	defer cancel()
	if err := db.EmptyLog(ctx, b.DB); err != nil {
		b.Log.Warn("deleted rows stay in the write-ahead log until the next checkpoint", "err", err)
	}
}

// placeNamed reads the place that a person names. A name that several places
// share means the one that the documents speak of.
func (b *Bot) placeNamed(name string) (string, bool) {
	name = han.Simplify(strings.TrimSpace(name))
	if p := places.Parse(name); !p.IsZero() {
		return p.String(), true
	}
	found := places.Find(name)
	if len(found) != 1 || found[0].Start != 0 || found[0].End != len(name) {
		return "", false
	}
	var known []places.Place
	for _, d := range b.documents() {
		p := d.Meta.Jurisdiction()
		if slices.Contains(found[0].Places, p) && !slices.Contains(known, p) {
			known = append(known, p)
		}
	}
	if len(known) != 1 {
		return "", false
	}
	return known[0].String(), true
}
