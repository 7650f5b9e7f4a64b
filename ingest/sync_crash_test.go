package ingest_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"policybot/ingest"
	"policybot/internal/db"
	"policybot/retrieval"
)

// TestMain also plays the ingest that TestKilledIngest kills.
func TestMain(m *testing.M) {
	outlive()
	ingest.PDFChild()
	if os.Getenv("POLICYBOT_INGEST_CHILD") != "" {
		ingestChild(os.Args[1], os.Args[2], os.Args[3])
		return
	}
	goleak.VerifyTestMain(m)
}

// outlive makes a process that was started to read a PDF file hang, or write
// without end, where its folder for temporary files is named so.
func outlive() {
	if os.Getenv("POLICYBOT_PDF_CHILD") == "" {
		return
	}
	switch filepath.Base(os.Getenv("TMPDIR")) {
	case "hangs":
		signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE)
		time.Sleep(time.Hour)
	case "babbles":
		for {
			os.Stdout.WriteString(strings.Repeat(" ", 1000))
		}
	}
}

func ingestChild(file, dir, embedder string) {
	ctx := context.Background()
	conn, err := db.Open(ctx, file)
	var lib *retrieval.Library
	if err == nil {
		lib, err = retrieval.OpenLibrary(ctx, conn)
	}
	fmt.Println("ready")
	start := time.Now()
	if err == nil {
		_, err = ingest.Sync(ctx, lib, &hashes{name: embedder}, ingest.Options{Paths: []string{dir}, Parser: paragraphs("1", nil)})
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(time.Since(start).Microseconds())
}

// A generation is the state of the folder after n changes. All texts carry n;
// which files there are, and which stay as they were, changes with it.
type generation int

const crashFiles = 15

func (g generation) files() map[string]string {
	files := map[string]string{}
	for i := range crashFiles {
		if (i+int(g))%5 == 0 {
			continue // every fifth is missing, each time another
		}
		n := int(g)
		if i%3 == 0 {
			n = 0 // every third never changes
		}
		var text strings.Builder
		for line := range 8 {
			fmt.Fprintf(&text, "第%d代第%d篇第%d条\n", n, i, line)
		}
		files[fmt.Sprintf("d%d/f%02d.txt", i%2, i)] = text.String()
	}
	files["moves/"+fmt.Sprint(g%7)+".txt"] = "这一篇只换名字\n"
	return files
}

// embedder changes every fourth generation.
func (g generation) embedder() string { return fmt.Sprint("e", g/4%2) }

func (g generation) write(t *testing.T, dir string) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	for name, text := range g.files() {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// is reports whether the current corpus is this generation, whole.
func (g generation) is(t *testing.T, lib *retrieval.Library) bool {
	t.Helper()
	c, err := lib.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if g < 0 {
		return c.Version == 0
	}
	if c.Embedder != g.embedder() {
		return false
	}
	got := map[string]string{}
	for e, err := range lib.Entries(t.Context(), c.Version) {
		if err != nil {
			t.Fatal(err)
		}
		got[e.Doc.Path] += e.Text + "\n"
	}
	want := g.files()
	if len(got) != len(want) {
		return false
	}
	for name, text := range want {
		if got[name] != text {
			return false
		}
	}
	return true
}

// TestKilledIngest kills ingests with SIGKILL at random moments. After each
// the library must hold the old or the new version, complete. POLICYBOT_SOAK
// makes it some hundred kills, POLICYBOT_KILLS as many as it says.
func TestKilledIngest(t *testing.T) {
	kills := 20
	if os.Getenv("POLICYBOT_SOAK") != "" {
		kills = 400
	}
	if n := os.Getenv("POLICYBOT_KILLS"); n != "" {
		var err error
		if kills, err = strconv.Atoi(n); err != nil || kills < 1 {
			t.Fatalf("POLICYBOT_KILLS is %q, no number of kills", n)
		}
	}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	base := t.TempDir()
	file, dir := filepath.Join(base, "lib.db"), filepath.Join(base, "docs")
	lib, conn := openLibrary(t, file)

	// How long a whole ingest takes here and now, beside a library of its own.
	generation(0).write(t, dir)
	whole, done := runAndKill(t, filepath.Join(base, "other.db"), dir, "e0", time.Minute)
	if !done {
		t.Fatal("an ingest takes more than a minute")
	}
	old, next := generation(-1), generation(0)
	survived, published, early := 0, 0, 0
	for kill := range kills {
		// Every second kill comes late, when the version is being published.
		wait := time.Duration(random.Int64N(int64(whole)))
		if kill%2 == 1 {
			wait = whole/2 + wait/2
		}
		took, done := runAndKill(t, file, dir, next.embedder(), wait)
		if done { // the machine is faster than it was, or about to be slower
			survived++
			whole = (whole + took) / 2
		} else {
			whole += whole / 30
		}
		switch {
		case next.is(t, lib):
			published++
			old, next = next, next+1
			next.write(t, dir)
		case done:
			t.Fatalf("kill %d: generation %d was ingested and is not there", kill, next)
		case old.is(t, lib):
			early++
		default:
			t.Fatalf("kill %d, %v after the start: the library is neither generation %d nor %d", kill, wait, old, next)
		}
	}
	t.Logf("%d kills: %d found the version before whole, %d the new one whole, of which %d came when the ingest had ended",
		kills, early, published, survived)
	if _, done := runAndKill(t, file, dir, next.embedder(), time.Minute); !done || !next.is(t, lib) {
		t.Errorf("the last ingest, which nobody killed, did not publish generation %d", next)
	}
	var check string
	if err := conn.QueryRow("PRAGMA integrity_check").Scan(&check); err != nil || check != "ok" {
		t.Errorf("the file's integrity: %s, %v", check, err)
	}
	if rows := countRows(t, conn, "SELECT COUNT(*) FROM pragma_foreign_key_check"); rows != 0 {
		t.Errorf("%d rows point nowhere", rows)
	}
	if rows := countRows(t, conn, `SELECT COUNT(*) FROM revisions WHERE id NOT IN (SELECT revision FROM placements)`); rows != 0 {
		t.Errorf("%d revisions that nobody published are left", rows)
	}
}

// runAndKill runs an ingest in another process and kills it when wait is over;
// done says that it ended before, in the time it took.
func runAndKill(t *testing.T, file, dir, embedder string, wait time.Duration) (took time.Duration, done bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], file, dir, embedder)
	cmd.Env = append(os.Environ(), "POLICYBOT_INGEST_CHILD=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); line != "ready\n" {
		t.Fatalf("the ingest says %q, %v", line, err)
	}
	killer := time.AfterFunc(wait, func() { cmd.Process.Kill() })
	rest, _ := io.ReadAll(lines)
	killer.Stop()
	err = cmd.Wait()
	if err == nil {
		var us int64
		if _, err := fmt.Sscan(string(rest), &us); err != nil {
			t.Fatalf("the ingest says %q", rest)
		}
		return time.Duration(us) * time.Microsecond, true
	}
	if exit := cmd.ProcessState.ExitCode(); exit != -1 {
		t.Fatalf("the ingest failed by itself: %s", rest)
	}
	return 0, false
}
