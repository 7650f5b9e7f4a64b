package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"policybot/internal/db"
)

// TestMain also plays the parts of other processes, named by POLICYBOT_CHILD.
func TestMain(m *testing.M) {
	switch os.Getenv("POLICYBOT_CHILD") {
	case "":
		goleak.VerifyTestMain(m)
	case "open":
		_, err := db.Open(context.Background(), os.Args[len(os.Args)-1])
		fmt.Println(err)
	case "lock":
		holdLock(os.Args[len(os.Args)-1])
	case "count":
		countUp(os.Args[len(os.Args)-1])
	case "write promptly":
		writePromptly(os.Args[len(os.Args)-1])
	}
}

func child(t *testing.T, part, file string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], file)
	cmd.Env = append(os.Environ(), "POLICYBOT_CHILD="+part)
	cmd.Stderr = os.Stderr
	return cmd
}

func open(t *testing.T, file string) *sql.DB {
	t.Helper()
	conn, err := db.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func TestOpenSetsEveryConnection(t *testing.T) {
	conn := open(t, filepath.Join(t.TempDir(), "a folder", "with ? # % and 中文.db"))
	for pragma, want := range map[string]string{"journal_mode": "wal", "foreign_keys": "1", "secure_delete": "1", "synchronous": "2", "busy_timeout": "10000"} {
		for range 3 {
			c, err := conn.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close() // only at the end, so that each is another one
			var got string
			if err := c.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s is %s (%v), want %s", pragma, got, err, want)
			}
		}
	}
}

func TestFileIsPrivate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lib.db")
	conn := open(t, file)
	if _, err := conn.Exec("CREATE TABLE t (x TEXT)"); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(file + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", info.Name(), info.Mode())
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is a letter, no database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(dir, "foreign")
	other, err := sql.Open("sqlite", foreign)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Exec("CREATE TABLE mail (x TEXT)"); err != nil {
		t.Fatal(err)
	}
	other.Close()
	for name, c := range map[string]struct {
		file string
		want error
	}{
		"a text file":                 {text, db.ErrNotDatabase},
		"a folder":                    {dir, db.ErrNotDatabase},
		"another program's file":      {foreign, db.ErrForeign},
		"a file in place of a folder": {filepath.Join(text, "lib.db"), db.ErrReadOnly},
	} {
		before, _ := os.ReadFile(c.file)
		conn, err := db.Open(t.Context(), c.file)
		if err == nil {
			conn.Close()
		}
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if after, _ := os.ReadFile(c.file); string(after) != string(before) {
			t.Errorf("%s was changed", name)
		}
	}
}

// Root may write everywhere, so somebody else tries.
func TestOpenInReadOnlyFolder(t *testing.T) {
	if os.Getuid() != 0 {
		dir := t.TempDir()
		if err := os.Chmod(dir, 0o500); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Open(t.Context(), filepath.Join(dir, "lib.db")); !errors.Is(err, db.ErrReadOnly) {
			t.Errorf("a read-only folder: %v", err)
		}
		return
	}
	cmd := child(t, "open", "/proc/lib.db")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	cmd.Stderr = nil
	dir, err := os.MkdirTemp("/tmp", "policybot-readonly-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "program")
	raw, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(program, raw, 0o755); err != nil {
		t.Fatal(err)
	}
	cmd.Path, cmd.Dir = program, dir
	cmd.Args[1] = filepath.Join(dir, "lib.db")
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), "cannot be written") {
		t.Errorf("a read-only folder: %s, %v", out, err)
	}
}

func TestFullDisk(t *testing.T) {
	conn := open(t, filepath.Join(t.TempDir(), "lib.db"))
	conn.SetMaxOpenConns(1) // the pragma below is one connection's
	if _, err := conn.Exec("CREATE TABLE t (x BLOB); PRAGMA max_page_count=20"); err != nil {
		t.Fatal(err)
	}
	err := db.Tx(t.Context(), conn, func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO t VALUES (zeroblob(1000000))")
		return err
	})
	if !errors.Is(err, db.ErrFull) {
		t.Errorf("a full disk: %v", err)
	}
}

func TestMigrate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lib.db")
	one, two := "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1);", "INSERT INTO a VALUES (2);"
	conn := open(t, file)
	for _, steps := range [][]string{{one}, {one}, {one, two}, {one, two}} {
		if err := db.Migrate(t.Context(), conn, "me", steps); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Migrate(t.Context(), conn, "you", []string{"CREATE TABLE b (x INTEGER)"}); err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(t.Context(), conn, "me", []string{one}); !errors.Is(err, db.ErrNewer) {
		t.Errorf("an older program: %v", err)
	}
	if err := db.Migrate(t.Context(), conn, "me", []string{one, "INSERT INTO a VALUES (3);"}); err == nil {
		t.Error("a changed step was not noticed")
	}
	if err := db.Migrate(t.Context(), conn, "me", []string{one, two, "INSERT INTO a VALUES (9); INSERT INTO nothing VALUES (1);"}); err == nil {
		t.Error("a broken step was not noticed")
	}
	var sum int
	if err := conn.QueryRow("SELECT SUM(x) FROM a").Scan(&sum); err != nil || sum != 3 {
		t.Errorf("the steps left %d (%v), want 3", sum, err)
	}
}

func TestMigrateTogether(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lib.db")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			conn, err := db.Open(t.Context(), file)
			if err == nil {
				defer conn.Close()
				err = db.Migrate(t.Context(), conn, "me", []string{"CREATE TABLE a (x INTEGER)"})
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

const counts = 40

// countUp adds 1 as often as counts says, each in a transaction that reads first.
func countUp(file string) {
	conn, err := db.Open(context.Background(), file)
	for range counts {
		if err == nil {
			err = increment(context.Background(), conn)
		}
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	conn.Close()
}

func increment(ctx context.Context, conn *sql.DB) error {
	return db.Tx(ctx, conn, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRow("SELECT n FROM counter").Scan(&n); err != nil {
			return err
		}
		_, err := tx.Exec("UPDATE counter SET n = ?", n+1)
		return err
	})
}

func TestWritersWaitForEachOther(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lib.db")
	conn := open(t, file)
	if _, err := conn.Exec("CREATE TABLE counter (n INTEGER); INSERT INTO counter VALUES (0)"); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if out, err := child(t, "count", file).Output(); err != nil {
				t.Errorf("the other process: %v: %s", err, out)
			}
		})
	}
	for range 4 {
		wg.Go(func() {
			for range counts {
				if err := increment(t.Context(), conn); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	var n int
	if err := conn.QueryRow("SELECT n FROM counter").Scan(&n); err != nil || n != 6*counts {
		t.Errorf("counted %d (%v), want %d", n, err, 6*counts)
	}
}

func TestTxGivesUpWithItsContext(t *testing.T) {
	conn := open(t, filepath.Join(t.TempDir(), "lib.db"))
	err := db.Tx(t.Context(), conn, func(*sql.Tx) error {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		return db.Tx(ctx, conn, func(*sql.Tx) error { return nil })
	})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a writer that waits for itself: %v", err)
	}
}

func holdLock(file string) {
	conn, err := db.Open(context.Background(), file)
	if err == nil {
		_, err = db.Lock(context.Background(), conn, "work")
	}
	fmt.Println("locked", err)
	time.Sleep(time.Hour)
}

func TestLockEndsWithItsProcess(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lib.db")
	conn := open(t, file)
	cmd := child(t, "lock", file)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 100)
	n, _ := out.Read(line)
	if got := string(line[:n]); got != "locked <nil>\n" {
		t.Fatalf("the other process says %q", got)
	}
	if _, err := db.Lock(t.Context(), conn, "work"); !errors.Is(err, db.ErrLocked) {
		t.Errorf("a lock that another process holds: %v", err)
	}
	if unlock, err := db.Lock(t.Context(), conn, "other work"); err != nil {
		t.Errorf("another lock: %v", err)
	} else if err := unlock(); err != nil {
		t.Error(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	for range 2 {
		unlock, err := db.Lock(t.Context(), conn, "work")
		if err != nil {
			t.Fatalf("after the other process was killed: %v", err)
		}
		if _, err := db.Lock(t.Context(), conn, "work"); !errors.Is(err, db.ErrLocked) {
			t.Errorf("a lock that this process holds: %v", err)
		}
		if err := unlock(); err != nil {
			t.Error(err)
		}
	}
}

func TestScrubLeavesNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lib.db")
	conn := open(t, file)
	if _, err := conn.Exec("CREATE TABLE t (x TEXT)"); err != nil {
		t.Fatal(err)
	}
	for i := range 200 {
		if _, err := conn.Exec("INSERT INTO t VALUES (?)", fmt.Sprintf("%d %s", i, strings.Repeat("needle ", 100))); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := conn.Exec("DELETE FROM t"); err != nil {
		t.Fatal(err)
	}
	if err := db.Scrub(t.Context(), conn); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(file + "*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), "needle") {
			t.Errorf("deleted text stands in %s", filepath.Base(f))
		}
	}
}
