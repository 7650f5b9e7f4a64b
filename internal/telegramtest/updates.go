package telegramtest

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// An update waits for the bot; raw is its JSON.
type update struct {
	id  int64
	raw json.RawMessage
}

// push queues an update of one kind. s.mu is held.
func (s *Server) push(kind string, object any) int64 {
	if s.allowed != nil && !slices.Contains(s.allowed, kind) {
		return 0
	}
	s.lastID++
	raw, err := json.Marshal(map[string]any{"update_id": s.lastID, kind: object})
	if err != nil {
		panic(err)
	}
	s.updates = append(s.updates, update{s.lastID, raw})
	s.wakeUp()
	return s.lastID
}

// PushRaw queues an update as it is made by build, which gets its id; so a
// test can send what Telegram would not.
func (s *Server) PushRaw(build func(id int64) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lastID++
	s.updates = append(s.updates, update{s.lastID, json.RawMessage(build(s.lastID))})
	s.wakeUp()
}

// Redeliver puts every confirmed update back, as when Telegram's own offset
// was lost.
func (s *Server) Redeliver() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.updates = append(slices.Clone(s.confirmed), s.updates...)
	s.confirmed = nil
	s.wakeUp()
}

// Duplicate makes every getUpdates list each update twice.
func (s *Server) Duplicate(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.twice = on
}

// Scramble makes every getUpdates list its updates backwards.
func (s *Server) Scramble(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.backwards = on
}

// Pending is how many updates the bot has not confirmed.
func (s *Server) Pending() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.updates)
}

// wakeUp tells a waiting poll to look again. s.mu is held.
func (s *Server) wakeUp() {
	close(s.wake)
	s.wake = make(chan struct{})
}

func number(params url.Values, name string, fallback, low, high int) int {
	n, err := strconv.Atoi(params.Get(name))
	if err != nil {
		return fallback
	}
	return min(max(n, low), high)
}

const (
	conflictWebhook = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
	conflictPoll    = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)

func (s *Server) getUpdates(ctx context.Context, params url.Values) reply {
	offset := number(params, "offset", 0, -1<<31, 1<<31-1)
	limit := number(params, "limit", 100, 1, 100)
	timeout := number(params, "timeout", 0, 0, 50)
	s.mu.Lock()
	if s.poll != nil {
		close(s.poll.end) // the newer request wins
	}
	mine := &poll{end: make(chan struct{})}
	s.poll = mine
	s.allow(params.Get("allowed_updates"))
	if int64(offset) > s.lastID+10 {
		offset = 0 // from the future: Telegram begins at its oldest update
	}
	s.confirm(offset)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.poll == mine {
			s.poll = nil
		}
	}()
	deadline := time.NewTimer(time.Duration(timeout) * time.Second)
	defer deadline.Stop()
	for over := false; ; {
		s.mu.Lock()
		revoked, hooked, list, wake := s.revoked, s.webhook != "", s.list(offset, limit), s.wake
		s.mu.Unlock()
		switch {
		case hooked:
			return refuse(409, conflictWebhook)
		case revoked:
			return refuse(401, "Unauthorized")
		case len(list) > 0 || over || timeout == 0:
			return ok(list)
		}
		select {
		case <-wake:
		case <-deadline.C:
			over = true
		case <-mine.end:
			return refuse(409, conflictPoll)
		case <-ctx.Done():
			return reply{code: 500, text: "Internal Server Error: restart"} // nobody listens
		}
	}
}

// confirm forgets the updates before offset, or all but the last -offset of
// them. s.mu is held.
func (s *Server) confirm(offset int) {
	keep := len(s.updates)
	switch {
	case offset < 0:
		keep = min(keep, -offset)
	case offset > 0:
		keep = 0
		for _, u := range s.updates {
			if u.id >= int64(offset) {
				keep++
			}
		}
	}
	var kept []update
	for i, u := range s.updates {
		if offset > 0 && u.id < int64(offset) || offset < 0 && i < len(s.updates)-keep {
			s.confirmed = append(s.confirmed, u)
		} else {
			kept = append(kept, u)
		}
	}
	s.updates = kept
}

// list is what getUpdates returns. s.mu is held.
func (s *Server) list(offset, limit int) []json.RawMessage {
	out := []json.RawMessage{}
	for _, u := range s.updates {
		if offset > 0 && u.id < int64(offset) {
			continue
		}
		out = append(out, u.raw)
		if s.twice {
			out = append(out, u.raw)
		}
		if len(out) >= limit {
			break
		}
	}
	if s.backwards {
		slices.Reverse(out)
	}
	return out
}

func (s *Server) deleteWebhook(_ context.Context, params url.Values) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhook = ""
	if params.Get("drop_pending_updates") == "true" {
		s.confirmed, s.updates = append(s.confirmed, s.updates...), nil
	}
	return ok(true)
}

var secretToken = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

func (s *Server) setWebhook(_ context.Context, params url.Values) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	address, secret := params.Get("url"), params.Get("secret_token")
	switch {
	case address != "" && !strings.HasPrefix(address, "https://"):
		return badRequest("bad webhook: HTTPS url must be provided for webhook")
	case secret != "" && !secretToken.MatchString(secret):
		return badRequest("secret token contains unallowed characters")
	}
	s.webhook, s.secret = address, secret
	s.allow(params.Get("allowed_updates"))
	s.wakeUp()
	return ok(true)
}

// allow keeps the kinds of updates that the bot named, if it did. s.mu is held.
func (s *Server) allow(list string) {
	var kinds []string
	if list != "" && json.Unmarshal([]byte(list), &kinds) == nil {
		s.allowed = kinds
		if len(kinds) == 0 {
			s.allowed = nil
		}
	}
}

// Deliver posts what waits to the webhook, one update after the other, until
// one is not taken, and returns how many were.
func (s *Server) Deliver(hook http.Handler) (taken int) {
	for {
		s.mu.Lock()
		if s.webhook == "" || len(s.updates) == 0 {
			s.mu.Unlock()
			return taken
		}
		u, address, secret := s.updates[0], s.webhook, s.secret
		s.mu.Unlock()
		r := httptest.NewRequest(http.MethodPost, address, bytes.NewReader(u.raw))
		r.Header.Set("Content-Type", "application/json")
		if secret != "" {
			r.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
		}
		w := httptest.NewRecorder()
		hook.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			return taken
		}
		taken++
		s.mu.Lock()
		s.confirm(int(u.id) + 1)
		s.mu.Unlock()
	}
}

func (s *Server) getWebhookInfo(context.Context, url.Values) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	return ok(map[string]any{"url": s.webhook, "has_custom_certificate": false, "pending_update_count": len(s.updates)})
}
