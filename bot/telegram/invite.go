package telegram

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	// inviteDays is how long an invitation works when nothing else is said,
	// and mostDays and mostUses are what may be said.
	inviteDays, mostDays, mostUses = 7, 365, 1000
	secretBytes                    = 16
)

// inviteForm is the payload of an invitation's link. No question's payload has
// it: "inv-" decodes to what is no UTF-8.
var inviteForm = regexp.MustCompile(`^inv-([0-9a-z]{1,13})-([A-Za-z0-9_-]{22})$`)

// invite is /invite [people] [days]: a link for so many people.
func (b *Bot) invite(ctx context.Context, u turn, rest string) (styled, rows, error) {
	w := officeWords(u.words)
	if !b.closed() {
		return plainly(w.InviteOpen), nil, nil
	}
	uses, days := 1, inviteDays
	for i, field := range strings.Fields(rest) {
		n, err := strconv.Atoi(field)
		if err != nil || n < 1 || i > 1 || i == 0 && n > mostUses || i == 1 && n > mostDays {
			return plainly(fmt.Sprintf(w.InviteHow, mostUses, mostDays)), nil, nil
		}
		if i == 0 {
			uses = n
		} else {
			days = n
		}
	}
	secret := make([]byte, secretBytes)
	rand.Read(secret)
	code := base64.RawURLEncoding.EncodeToString(secret)
	until := time.Now().AddDate(0, 0, days)
	var id int64
	err := b.store.change(ctx, "making an invitation by", u.id, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `INSERT INTO telegram_invite (hash, uses, expires, made_by, made_at) VALUES (?, ?, ?, ?, ?) RETURNING id`,
			hashOf(code), uses, until.UnixMilli(), u.who.ID, time.Now().UnixMilli()).Scan(&id)
	})
	if err != nil {
		return nil, nil, err
	}
	link := fmt.Sprintf("https://t.me/%s?start=inv-%s-%s", b.self.Username, strconv.FormatInt(id, 36), code)
	keys := b.signer.line(holder{u.place.Chat, u.who.ID}, []string{w.Revoke}, []press{{Act: actRevoke, Lang: u.words.Lang, N: int(id)}})
	return plainly(fmt.Sprintf(w.Invited, uses, until.Format(time.DateOnly), link)), keys, nil
}

func hashOf(code string) string {
	sum := sha256.Sum256([]byte(code))
	return hex.EncodeToString(sum[:])
}

// Why an invitation is not taken.
var errNoInvite = errors.New("the invitation is not there, used up or over")

// redeem lets a person in who came by an invitation's link; false for any
// other start.
func (b *Bot) redeem(ctx context.Context, u turn, payload string) (done bool, err error) {
	m := inviteForm.FindStringSubmatch(payload)
	if m == nil || u.place.Group || u.who.ID == 0 || b.blocked(u.who.ID, u.talk.Chat) {
		return false, nil
	}
	w := officeWords(u.words)
	if b.admits(u.who.ID, u.talk.Chat) {
		return false, nil // they are in: the greeting is the answer
	}
	if _, _, ok := b.office.guests.take(u.who.ID, 0, time.Now()); !ok {
		return true, b.store.finish(ctx, u.id, "done")
	}
	id, err := strconv.ParseInt(m[1], 36, 64)
	if err == nil {
		err = b.store.change(ctx, "taking an invitation by", u.id, func(tx *sql.Tx) error { return takeInvite(ctx, tx, id, m[2], u.who.ID) })
	}
	switch {
	case errors.Is(err, errNoInvite), errors.Is(err, strconv.ErrRange):
		return true, b.say(ctx, u, plainly(w.InviteBad), nil)
	case err != nil:
		return true, err
	}
	b.office.welcome(u.who.ID)
	t, keys := b.hello(u, u.words)
	return true, b.say(ctx, u, append(plainly(w.Welcome+"\n\n"), t...), keys)
}

// takeInvite uses an invitation once. What an admin decided of the person in
// the meantime, that they are blocked or staff, stays.
func takeInvite(ctx context.Context, tx *sql.Tx, id int64, code string, user int64) error {
	var hash string
	var uses int
	var expires int64
	err := tx.QueryRowContext(ctx, `SELECT hash, uses, expires FROM telegram_invite WHERE id = ?`, id).Scan(&hash, &uses, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return errNoInvite
	}
	if err != nil {
		return err
	}
	right := subtle.ConstantTimeCompare([]byte(hashOf(code)), []byte(hash)) == 1
	if !right || uses < 1 || time.Now().UnixMilli() >= expires {
		return errNoInvite
	}
	if _, err := tx.ExecContext(ctx, `UPDATE telegram_invite SET uses = uses - 1 WHERE id = ?`, id); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO telegram_access (user_id, role, invite, since) VALUES (?, ?, ?, ?) ON CONFLICT (user_id) DO NOTHING`,
		user, string(roleUser), id, time.Now().UnixMilli())
	return err
}

// shownInvites is how many invitations /invites lists.
const shownInvites = 20

// invites is /invites: those that still work, with a button for each that
// takes it back.
func (b *Bot) invites(ctx context.Context, u turn) (styled, rows, error) {
	w := officeWords(u.words)
	found, err := b.DB.QueryContext(ctx, `SELECT id, uses, expires FROM telegram_invite WHERE uses > 0 AND expires > ? ORDER BY id DESC LIMIT ?`,
		time.Now().UnixMilli(), shownInvites)
	if err != nil {
		return nil, nil, fmt.Errorf("list the invitations: %w", err)
	}
	defer found.Close()
	var t styled
	var keys rows
	for found.Next() {
		var id, expires int64
		var uses int
		if err := found.Scan(&id, &uses, &expires); err != nil {
			return nil, nil, fmt.Errorf("list the invitations: %w", err)
		}
		t.add(0, fmt.Sprintf(w.InviteLine, id, uses, time.UnixMilli(expires).Format(time.DateOnly)), "\n")
		keys = append(keys, b.signer.line(holder{u.place.Chat, u.who.ID}, []string{fmt.Sprintf("%s %d", w.Revoke, id)},
			[]press{{Act: actRevoke, Lang: u.words.Lang, N: int(id)}})...)
	}
	if len(t) == 0 {
		return plainly(w.InviteNone), nil, found.Err()
	}
	return t, keys, found.Err()
}

// revoke ends an invitation. Who came by it stays.
func (b *Bot) revoke(ctx context.Context, u turn, id int64) (styled, rows, error) {
	err := b.store.change(ctx, "revoking an invitation by", u.id, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE telegram_invite SET uses = 0 WHERE id = ?`, id); err != nil {
			return err
		}
		return audit(ctx, tx, u.id, AuditEntry{Who: u.who.ID, What: "revoke", Subject: strconv.FormatInt(id, 10)})
	})
	return plainly(fmt.Sprintf(officeWords(u.words).Revoked, id)), nil, err
}
