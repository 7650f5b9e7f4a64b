package telegramtest

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// A FaultKind is a way in which a request goes wrong.
type FaultKind int

// The kinds of faults.
const (
	BadGateway FaultKind = iota // 502 with a page of HTML, as a proxy sends it
	Reset                       // the connection is cut before an answer
	HalfBody                    // half of the answer, and then the connection is cut
	Hang                        // no answer until the client gives up
	TooMany                     // 429 with RetryAfter seconds, from a sick Telegram: quotas aside
	Internal                    // 500 in JSON
	Refuse                      // Code and Text as given
)

// A Fault makes requests fail.
type Fault struct {
	Method string // of this method only; "" is any
	Kind   FaultKind
	// Applied lets the request take effect before its answer is lost.
	Applied    bool
	RetryAfter int // seconds, for TooMany
	Code       int // for Refuse
	Text       string
	Parameters map[string]any
	Times      int // how often; 0 is once
	Skip       int // let so many requests pass first
}

// Fail arms a fault.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Times = max(1, f.Times)
	s.faults = append(s.faults, &f)
}

// FailWhen asks hook before every request whether and how it shall fail.
func (s *Server) FailWhen(hook func(Call) *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

func (s *Server) faultFor(c Call) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hook != nil {
		if f := s.hook(c); f != nil {
			return f
		}
	}
	for _, f := range s.faults {
		if f.Times == 0 || f.Method != "" && !strings.EqualFold(f.Method, c.Method) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		f.Times--
		return f
	}
	return nil
}

const gatewayPage = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"

func (s *Server) fail(w http.ResponseWriter, r *http.Request, f *Fault, c Call, applied reply) {
	switch f.Kind {
	case BadGateway:
		s.record(c, refuse(502, "Bad Gateway"))
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = w.Write([]byte(gatewayPage))
	case TooMany:
		a := tooMany(f.RetryAfter)
		s.record(c, a)
		s.write(w, a)
	case Internal:
		a := refuse(500, "Internal Server Error: restart")
		s.record(c, a)
		s.write(w, a)
	case Refuse:
		a := refuse(f.Code, "%s", f.Text)
		a.parameters = f.Parameters
		s.record(c, a)
		s.write(w, a)
	case Hang:
		s.record(c, reply{})
		select {
		case <-r.Context().Done():
		case <-time.After(time.Hour):
		}
	case Reset:
		s.record(c, reply{})
		cut(w, nil)
	case HalfBody:
		s.record(c, reply{})
		if applied.code == 0 {
			applied = ok(true)
		}
		cut(w, applied.body())
	}
}

// cut closes the connection, after half of body when there is one.
func cut(w http.ResponseWriter, body []byte) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	if tcp, ok := conn.(*net.TCPConn); ok && body == nil {
		_ = tcp.SetLinger(0)
	}
	if body != nil {
		_ = conn.SetWriteDeadline(time.Now().Add(time.Minute))
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body[:len(body)/2])
	}
}

func tooMany(seconds int) reply {
	a := refuse(429, "Too Many Requests: retry after %d", seconds)
	a.parameters = map[string]any{"retry_after": seconds}
	return a
}

// Limits are quotas on messages; zero is no limit. Telegram's own, as its FAQ
// for bots states them, are TelegramLimits. Edits count like sends, but what a
// chat takes in a second is counted apart for the two: the FAQ speaks of
// sending, and an edit right after a send passes.
type Limits struct {
	PerSecond      int // over all chats
	ChatPerSecond  int // in one chat
	GroupPerMinute int // in one group or supergroup
}

// TelegramLimits are those of core.telegram.org/bots/faq: about thirty
// messages a second, one a second in a chat, twenty a minute in a group.
var TelegramLimits = Limits{PerSecond: 30, ChatPerSecond: 1, GroupPerMinute: 20}

// A meter names what is counted: all chats (0) or one, and a kind or both ("").
type meter struct {
	chat int64
	kind string
}

// admit counts one message to a chat, or refuses it. s.mu is held.
func (s *Server) admit(c *Chat, kind string) (reply, bool) {
	now := time.Now()
	if until := s.blocked[c.ID]; now.Before(until) {
		return tooMany(seconds(until.Sub(now))), false
	}
	wait := max(
		s.wait(meter{}, s.opts.Limits.PerSecond, time.Second, now),
		s.wait(meter{c.ID, kind}, s.opts.Limits.ChatPerSecond, time.Second, now))
	if c.isGroup() {
		wait = max(wait, s.wait(meter{c.ID, ""}, s.opts.Limits.GroupPerMinute, time.Minute, now))
	}
	if wait > 0 {
		s.blocked[c.ID] = now.Add(time.Duration(seconds(wait)) * time.Second)
		return tooMany(seconds(wait)), false
	}
	for _, m := range []meter{{}, {c.ID, ""}, {c.ID, kind}} {
		times := s.sent[m]
		for len(times) > 0 && now.Sub(times[0]) > time.Minute {
			times = times[1:]
		}
		s.sent[m] = append(times, now)
	}
	return reply{}, true
}

// wait is how long the meter must wait to stay within n messages a window.
func (s *Server) wait(m meter, n int, window time.Duration, now time.Time) time.Duration {
	times := s.sent[m]
	if n == 0 || len(times) < n {
		return 0
	}
	return max(0, window-now.Sub(times[len(times)-n]))
}

func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// Armed is how many failures are still to come.
func (s *Server) Armed() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		n += f.Times
	}
	return n
}

// Heal disarms every fault.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.hook = nil, nil
}
