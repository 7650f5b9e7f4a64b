package telegram

import (
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits are how many questions are answered a minute; zero is no limit. A
// person who was quiet may ask as many at once.
type Limits struct {
	Person int // of one person, in all chats
	Group  int // in one group, of all its people
}

// A role is what a person may do. Admins are named in the settings alone; the
// others are kept in the database, where a chat can be blocked too.
type role string

const (
	roleBlocked role = "blocked" // gets no word
	roleUser    role = "user"    // was invited
	roleStaff   role = "staff"   // sees counts, changes nothing
	roleAdmin   role = "admin"
)

// admits reports whether a person may use the bot in a chat.
func (b *Bot) admits(user, chat int64) bool {
	switch r := b.roleOf(user); {
	case r == roleAdmin:
		return true
	case r == roleBlocked, b.roleOf(chat) == roleBlocked:
		return false
	case len(b.Allowed) == 0 && !b.Office.Closed, r != "":
		return true
	}
	return slices.Contains(b.Allowed, user) || slices.Contains(b.Allowed, chat)
}

// closed reports whether people need an invitation.
func (b *Bot) closed() bool { return b.Office.Closed || len(b.Allowed) > 0 }

// blocked reports whether a person or their chat gets no word from us.
func (b *Bot) blocked(user, chat int64) bool {
	return b.roleOf(user) == roleBlocked || b.roleOf(user) != roleAdmin && b.roleOf(chat) == roleBlocked
}

func (b *Bot) isAdmin(user int64) bool { return user != 0 && slices.Contains(b.Admins, user) }

// roleOf is the role of a person, or "" for none of their own.
func (b *Bot) roleOf(user int64) role {
	if b.isAdmin(user) {
		return roleAdmin
	}
	b.office.mu.Lock()
	defer b.office.mu.Unlock()
	if r := b.office.roles[user]; r != "" {
		return r
	}
	if user != 0 && slices.Contains(b.Office.Staff, user) {
		return roleStaff
	}
	return ""
}

// holds reports whether a person has a role, or one above it.
func (b *Bot) holds(user int64, need role) bool {
	r := b.roleOf(user)
	return r == roleAdmin || r == roleStaff && need == roleStaff
}

// A meter counts one person's or group's questions.
type meter struct {
	bucket *rate.Limiter
	told   time.Time // until when the person knows that it is too fast
}

// limiter holds the meters of those who asked lately, in memory alone: a
// restart lets everyone ask again.
type limiter struct {
	limits Limits
	mu     sync.Mutex
	meters map[int64]*meter // by the id of a person, or the negative one of a group
}

func newLimiter(l Limits) *limiter { return &limiter{limits: l, meters: map[int64]*meter{}} }

// maxMeters bounds how many meters are kept before idle ones go.
const maxMeters = 8192

// take counts a question of a person in a group (0 for none). When it is one
// too many, ok is false, wait says when the next may come, and tell whether
// the person has not been told yet.
func (l *limiter) take(user, group int64, now time.Time) (wait time.Duration, tell, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var taken []*rate.Reservation
	for _, c := range []struct {
		id  int64
		max int
	}{{user, l.limits.Person}, {group, l.limits.Group}} {
		if c.id == 0 || c.max <= 0 {
			continue
		}
		m := l.of(c.id, c.max, now)
		r := m.bucket.ReserveN(now, 1)
		taken = append(taken, r)
		if d := r.DelayFrom(now); d > 0 {
			for _, t := range taken {
				t.CancelAt(now)
			}
			tell = !now.Before(m.told)
			if tell {
				m.told = now.Add(d)
			}
			return d, tell, false
		}
	}
	return 0, false, true
}

// of is the meter of a person or group. l.mu is held.
func (l *limiter) of(id int64, perMinute int, now time.Time) *meter {
	if m := l.meters[id]; m != nil {
		return m
	}
	if len(l.meters) >= maxMeters {
		for old, m := range l.meters {
			if m.bucket.TokensAt(now) >= float64(m.bucket.Burst()) {
				delete(l.meters, old)
			}
		}
	}
	m := &meter{bucket: rate.NewLimiter(rate.Limit(float64(perMinute)/60), perMinute)}
	l.meters[id] = m
	return m
}

// seconds and minutes round a wait up.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
func minutes(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }
