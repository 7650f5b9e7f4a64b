package main

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"
)

// A meter shows how far a long job is: a bar on a terminal, a line every few
// seconds elsewhere, so that logs stay readable.
type meter struct {
	w     io.Writer
	what  string
	every time.Duration
	now   func() time.Time
	last  time.Time
	bar   *progressbar.ProgressBar
	isTTY bool
}

const meterLines = 5 * time.Second

func newMeter(w io.Writer, what string, terminal bool) *meter {
	return &meter{w: w, what: what, every: meterLines, now: time.Now, last: time.Now(), isTTY: terminal}
}

// tell says that done of so many are done.
func (m *meter) tell(done, of int) { m.tellOf(done, of, "") }

// tellOf is tell, and names what was done last, such as a file.
func (m *meter) tellOf(done, of int, last string) {
	const widest = 30 // characters of a name
	if last = cut(line(last), widest); last != "" {
		last = " " + last
	}
	if !m.isTTY {
		if now := m.now(); now.Sub(m.last) >= m.every {
			m.last = now
			fmt.Fprintf(m.w, "%s: %d of %d%s\n", m.what, done, of, last)
		}
		return
	}
	if m.bar == nil {
		m.bar = progressbar.NewOptions(of,
			progressbar.OptionSetWriter(m.w), progressbar.OptionSetDescription(m.what+last),
			progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetPredictTime(true), progressbar.OptionSetWidth(20),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())
	}
	m.bar.ChangeMax(of)
	m.bar.Describe(m.what + last)
	_ = m.bar.Set(done) // a bar that cannot be drawn must not stop the job
}

// end takes the bar away.
func (m *meter) end() {
	if m.bar != nil {
		_ = m.bar.Finish()
	}
}
