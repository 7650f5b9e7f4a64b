package telegram

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"policybot/internal/db"
)

// loadRoles reads the roles that are kept in the database.
func (b *Bot) loadRoles(ctx context.Context) error {
	rows, err := b.DB.QueryContext(ctx, `SELECT user_id, role FROM telegram_access`)
	if err != nil {
		return fmt.Errorf("read who may use the bot: %w", db.Explain(err))
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var r role
		if err := rows.Scan(&id, &r); err != nil {
			return fmt.Errorf("read who may use the bot: %w", err)
		}
		b.office.roles[id] = r
	}
	return rows.Err()
}

// grant keeps a role in a transaction, and remember makes it count once that
// is committed; "" is none.
func grant(ctx context.Context, tx *sql.Tx, user int64, to role) error {
	if to == "" {
		_, err := tx.ExecContext(ctx, `DELETE FROM telegram_access WHERE user_id = ?`, user)
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO telegram_access (user_id, role, invite, since) VALUES (?, ?, 0, ?)
		ON CONFLICT (user_id) DO UPDATE SET role = excluded.role`, user, string(to), time.Now().UnixMilli())
	return err
}

func (o *office) remember(user int64, r role) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if r == "" {
		delete(o.roles, user)
	} else {
		o.roles[user] = r
	}
}

// welcome makes an invitation count, unless an admin decided something else.
func (o *office) welcome(user int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.roles[user] == "" {
		o.roles[user] = roleUser
	}
}

// setRole is /role ID staff, user or none, /block ID and /unblock ID.
func (b *Bot) setRole(ctx context.Context, u turn, r request) (styled, rows, error) {
	w := officeWords(u.words)
	fields := strings.Fields(r.text)
	to := role("")
	switch {
	case r.command == "block" && len(fields) == 1:
		to = roleBlocked
	case r.command == "unblock" && len(fields) == 1:
	case r.command == "role" && len(fields) == 2 && slices.Contains([]string{"staff", "user", "none"}, strings.ToLower(fields[1])):
		if to = role(strings.ToLower(fields[1])); to == "none" {
			to = ""
		}
	default:
		return plainly(w.RoleHow), nil, nil
	}
	id, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil || id == 0 {
		return plainly(w.RoleHow), nil, nil
	}
	if b.isAdmin(id) {
		return plainly(w.RoleAdmin), nil, nil
	}
	if r.command == "unblock" && b.roleOf(id) != roleBlocked {
		return plainly(fmt.Sprintf(w.NotBlocked, id)), nil, nil
	}
	err = b.store.change(ctx, "setting a role by", u.id, func(tx *sql.Tx) error { return grant(ctx, tx, id, to) })
	if err != nil {
		return nil, nil, err
	}
	b.office.remember(id, to)
	return plainly(fmt.Sprintf(w.RoleSet, id, w.Roles[b.roleOf(id)])), nil, nil
}

// shownUsers is how many ids of each role /users lists.
const shownUsers = 60

// users is /users: who has which role.
func (b *Bot) users(ctx context.Context, u turn) (styled, rows, error) {
	w := officeWords(u.words)
	by := map[role][]int64{roleAdmin: slices.Clone(b.Admins)}
	b.office.mu.Lock()
	for id, r := range b.office.roles {
		by[r] = append(by[r], id)
	}
	b.office.mu.Unlock()
	for _, id := range b.Office.Staff {
		if b.roleOf(id) == roleStaff && !slices.Contains(by[roleStaff], id) {
			by[roleStaff] = append(by[roleStaff], id)
		}
	}
	var t styled
	door := w.Open
	if b.closed() {
		door = w.Closed
	}
	t.add(0, door)
	for _, r := range []role{roleAdmin, roleStaff, roleUser, roleBlocked} {
		ids := slices.Sorted(slices.Values(by[r]))
		if len(ids) == 0 {
			continue
		}
		t.add(0, "\n\n")
		t.add(bold, fmt.Sprintf("%s %d", w.Roles[r], len(ids)))
		var names []string
		for _, id := range ids[:min(len(ids), shownUsers)] {
			names = append(names, strconv.FormatInt(id, 10))
		}
		if len(ids) > shownUsers {
			names = append(names, "…")
		}
		t.add(0, "\n", strings.Join(names, ", "))
	}
	if len(b.Allowed) > 0 {
		t.add(0, "\n\n")
		t.add(bold, fmt.Sprintf("%s %d", w.Listed, len(b.Allowed)))
	}
	return t, nil, nil
}

// leave forgets that a person was invited. What admins decided of them, that
// they are staff or blocked, is the admins' own.
func leave(ctx context.Context, tx *sql.Tx, user int64) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM telegram_access WHERE user_id = ? AND role = 'user'`, user)
	return err
}

// forgetMember makes leave count.
func (o *office) forgetMember(user int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.roles[user] == roleUser {
		delete(o.roles, user)
	}
	maps.DeleteFunc(o.members, func(k [2]int64, _ membership) bool { return k[1] == user })
}
