package db_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"policybot/internal/db"
)

func openPrompt(t *testing.T, file string) *sql.DB {
	t.Helper()
	prompt, err := db.Prompt(open(t, file))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { prompt.Close() })
	if _, err := prompt.Exec(`CREATE TABLE IF NOT EXISTS notes (n INTEGER PRIMARY KEY, by TEXT NOT NULL)`); err != nil {
		t.Fatal(err)
	}
	return prompt
}

// writePromptly says of each row that it is committed, until it is killed.
func writePromptly(file string) {
	ctx := context.Background()
	conn, err := db.Open(ctx, file)
	if err == nil {
		conn, err = db.Prompt(conn)
	}
	for n := 1; err == nil; n++ {
		if err = db.Tx(ctx, conn, note(ctx, n)); err == nil {
			fmt.Println(n)
		}
	}
	fmt.Println(err)
}

// TestPromptSurvivesAKill: what was said to be committed is there after a
// kill -9, although nothing was flushed to the disk.
func TestPromptSurvivesAKill(t *testing.T) {
	file := filepath.Join(t.TempDir(), "prompt.db")
	prompt := openPrompt(t, file)
	for range 3 {
		writer := child(t, "write promptly", file)
		said, err := writer.StdoutPipe()
		if err == nil {
			err = writer.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		last := 0
		for lines := bufio.NewScanner(said); lines.Scan(); {
			if _, err := fmt.Sscan(lines.Text(), &last); err != nil {
				t.Fatal(lines.Text())
			}
			if last == 200 {
				if err := writer.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = writer.Wait()
		if n := count(t, prompt); last < 200 || n < last || n > last+1 {
			t.Errorf("%d rows are there; the last that was told of is %d", n, last)
		}
		if _, err := prompt.Exec(`DELETE FROM notes`); err != nil {
			t.Fatal(err)
		}
	}
}

// fill writes megabytes to the log, one a commit.
func fill(t *testing.T, conn *sql.DB, megabytes int) {
	t.Helper()
	for n := range megabytes {
		err := db.Tx(t.Context(), conn, func(tx *sql.Tx) error {
			_, err := tx.Exec(`INSERT OR REPLACE INTO notes VALUES (?, zeroblob(1 << 20))`, n)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func size(t *testing.T, file string) int64 {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// TestPromptMovesTheLogBehind: commits leave the log alone, however long it
// grows; it is moved into the file when it is time, or when it grew a lot, and
// does not stay long.
func TestPromptMovesTheLogBehind(t *testing.T) {
	for name, c := range map[string]struct {
		megabytes int
		after     time.Duration
		most      int64 // of the log, megabytes, after the next commit
	}{
		"a little, in time": {6, 31 * time.Second, 7},
		"a lot, at once":    {20, 2 * time.Second, 21},
		"too much":          {70, 2 * time.Second, 65},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "prompt.db")
				prompt := openPrompt(t, file)
				time.Sleep(31 * time.Second)
				fill(t, prompt, c.megabytes)
				if n := size(t, file); n > 1<<20 {
					t.Errorf("a commit moved the log: the file has %d bytes", n)
				}
				time.Sleep(c.after)
				synctest.Wait()
				if n := size(t, file); n < int64(c.megabytes)<<20 {
					t.Errorf("the log was not moved: the file has %d bytes", n)
				}
				fill(t, prompt, 1)
				if n := size(t, file+"-wal"); n > c.most<<20 {
					t.Errorf("the log is %d bytes long", n)
				}
			})
		})
	}
}

// TestFlush: many who flush at once share it, nobody is left waiting, and only
// a database whose commits are not flushed needs it.
func TestFlush(t *testing.T) {
	file := filepath.Join(t.TempDir(), "prompt.db")
	prompt := openPrompt(t, file)
	var all sync.WaitGroup
	for n := range 50 {
		all.Go(func() {
			if err := db.Tx(t.Context(), prompt, note(t.Context(), n)); err != nil {
				t.Error(err)
			}
			if err := db.Flush(t.Context(), prompt); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if asked, done := db.Flushes(prompt); asked != 50 || done != asked {
		t.Errorf("%d flushes were asked for, the disk is at the %dth", asked, done)
	}
	flushed := open(t, filepath.Join(t.TempDir(), "flushed.db"))
	if err := db.Flush(t.Context(), flushed); err != nil {
		t.Error(err)
	}
	if asked, _ := db.Flushes(flushed); asked != 0 {
		t.Error("a database that flushes each commit was flushed once more")
	}
	foreign, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer foreign.Close()
	if db.Flush(t.Context(), foreign) == nil {
		t.Error("another package's database is flushed")
	}
	if _, err := db.Prompt(foreign); err == nil {
		t.Error("another package's database is opened promptly")
	}
}
