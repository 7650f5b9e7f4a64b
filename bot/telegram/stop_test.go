package telegram

import (
	"strings"
	"testing"
	"time"

	"policybot/internal/telegramtest"
)

func TestStopDuringPoll(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		s.start()
		wait(10 * time.Second) // in a 50 s poll
		begun := time.Now()
		s.end()
		if d := time.Since(begun); d > time.Second {
			t.Errorf("stopping took %v", d)
		}
	})
}

// TestStopDuringAnswer: an answer that is nearly there gets its time, another
// is made after the next start.
func TestStopDuringAnswer(t *testing.T) {
	for pace, shown := range map[time.Duration]bool{time.Second: true, time.Minute: false} {
		play(t, telegramtest.Options{}, func(s *stage) {
			s.answer.pace = pace
			li := s.tg.User(1, "李雷", "zh")
			c := s.tg.Private(li)
			s.start()
			c.Send(li, digital)
			c.Send(li, "/help")
			wait(time.Second)
			begun := time.Now()
			s.end()
			if d := time.Since(begun); d > 5*time.Second {
				t.Errorf("stopping took %v", d)
			}
			if got := strings.Contains(c.Screen(), "来源"); got != shown {
				t.Errorf("an answer of %v is shown at the stop: %v", pace, got)
			}
			s.answer.pace = 0
			s.start()
			wait(time.Minute)
			s.answered(c)
			if !strings.Contains(s.last(c).Text, "怎么用") {
				t.Errorf("what waited behind the answer is lost:\n%s", c.Screen())
			}
		})
	}
}

func TestPoisonedQuestion(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		s.answer.pace = time.Hour // never there before the process dies
		li := s.tg.User(1, "李雷", "zh")
		c := s.tg.Private(li)
		c.Send(li, digital)
		for range maxTries + 1 {
			s.start()
			wait(10 * time.Second)
			s.end()
		}
		if s.last(c).Text != chinese.Poisoned {
			t.Errorf("after %d deaths:\n%s", maxTries, c.Screen())
		}
	})
}
