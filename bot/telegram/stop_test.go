package telegram

import (
	"context"
	"strings"
	"testing"
	"time"

	"policybot/bot"
	"policybot/internal/telegramtest"
	"policybot/prompts"
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

// TestPoisonAccusesNobodyElse: a question that waits beside one which takes the
// process down is answered once that one is given up.
func TestPoisonAccusesNobodyElse(t *testing.T) {
	play(t, telegramtest.Options{}, func(s *stage) {
		poison := &poisoned{scripted: s.answer}
		s.adjust = func(c *Config) { c.Answering, c.Answerer = 1, poison }
		li, amy := s.tg.User(1, "李雷", "zh"), s.tg.User(2, "Amy", "zh")
		c, hers := s.tg.Private(li), s.tg.Private(amy)
		c.Send(li, unknown)
		hers.Send(amy, digital)
		for range 2*maxTries + 2 {
			s.start()
			wait(10 * time.Second)
			s.end()
		}
		if s.last(c).Text != chinese.Poisoned {
			t.Errorf("the poison got\n%s", c.Screen())
		}
		s.answered(hers)
	})
}

// A poisoned answerer never comes to an end with one question.
type poisoned struct{ *scripted }

func (p *poisoned) Answer(ctx context.Context, q bot.Question, emit func(prompts.Claim)) (*bot.Answer, error) {
	if q.Text == unknown {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return p.scripted.Answer(ctx, q, emit)
}
