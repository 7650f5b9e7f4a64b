package ingest_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"policybot/ingest"
	"policybot/internal/db"
)

// TestFullDisk runs ingests that run out of room, each kind in a process of its
// own: on a small disk that is full, and where files may grow no more, as
// quotas have it. The error must say what to do, the version before must stay,
// and the same ingest must be complete once there is room.
func TestFullDisk(t *testing.T) {
	if kind := os.Getenv("POLICYBOT_FULL_DISK"); kind != "" {
		fullDisk(t, kind)
		return
	}
	for _, kind := range []string{"disk", "quota"} {
		t.Run(kind, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFullDisk$", "-test.v")
			cmd.Env = append(os.Environ(), "POLICYBOT_FULL_DISK="+kind)
			if kind == "disk" { // a mount that nobody else sees
				cmd.SysProcAttr = &syscall.SysProcAttr{
					Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
					UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
					GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
				}
			}
			out, err := cmd.CombinedOutput()
			switch {
			case cmd.ProcessState == nil || strings.Contains(string(out), noMount):
				t.Skipf("this machine lets nobody mount a disk of his own: %v", err)
			case err != nil:
				t.Errorf("%v\n%s", err, out)
			case !strings.Contains(string(out), "ran out of room"):
				t.Errorf("no ingest ran out of room\n%s", out)
			}
		})
	}
}

const noMount = "no mount"

func fullDisk(t *testing.T, kind string) {
	base := t.TempDir()
	disk, dir := filepath.Join(base, "disk"), filepath.Join(base, "docs")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	tighten, loosen := fileLimit(t)
	wants := db.ErrUnwritten
	if kind == "disk" {
		tighten, loosen = ballast(t, disk)
		wants = db.ErrFull
	}
	file := filepath.Join(disk, "lib.db")
	lib, conn := openLibrary(t, file)
	sync := func(g generation) error {
		_, err := ingest.Sync(t.Context(), lib, &hashes{name: g.embedder()}, ingest.Options{Paths: []string{dir}, Parser: paragraphs("1", nil)})
		return err
	}
	generation(0).write(t, dir)
	if err := sync(0); err != nil {
		t.Fatal(err)
	}
	failed := 0
	for i, room := range []int{0, 4, 16, 32, 48, 64, 96, 128, 192, 256, 384} {
		old, next := generation(i), generation(i+1)
		next.write(t, dir)
		if err := db.EmptyLog(t.Context(), conn); err != nil {
			t.Fatal(err)
		}
		tighten(room << 10)
		err := sync(next)
		if err != nil {
			failed++
			t.Logf("%d KB: ran out of room: %v", room, err)
			if !strings.Contains(err.Error(), "run this again") || !errors.Is(err, wants) {
				t.Errorf("%d KB: %v", room, err)
			}
			if !old.is(t, lib) {
				t.Errorf("%d KB: generation %d is not there any more", room, old)
			}
		}
		loosen()
		again, other := openLibrary(t, file) // as a program does that starts anew
		if err == nil {
			old = next
		}
		if !old.is(t, again) {
			t.Errorf("%d KB: generation %d is not there", room, old)
		}
		other.Close()
		if err := sync(next); err != nil || !next.is(t, lib) {
			t.Fatalf("with room again, generation %d: %v", next, err)
		}
	}
	if failed == 0 || failed == 11 {
		t.Errorf("%d of 11 ingests failed", failed)
	}
	var check string
	if err := conn.QueryRow("PRAGMA integrity_check").Scan(&check); err != nil || check != "ok" {
		t.Errorf("the file's integrity: %s, %v", check, err)
	}
}

// ballast mounts a small disk and returns what leaves so many bytes of room on
// it, and what makes room again.
func ballast(t *testing.T, disk string) (tighten func(int), loosen func()) {
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=8m"); err != nil {
		fmt.Println(noMount, err)
		t.Skip()
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) })
	file := filepath.Join(disk, "ballast")
	tighten = func(room int) {
		var s syscall.Statfs_t
		if err := syscall.Statfs(disk, &s); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, make([]byte, int(s.Bavail)*int(s.Bsize)-room), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return tighten, func() { os.Remove(file) }
}

// fileLimit returns what keeps this process's files from growing beyond so many
// bytes, and what lets them grow again.
func fileLimit(t *testing.T) (tighten func(int), loosen func()) {
	signal.Ignore(syscall.SIGXFSZ)
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		t.Fatal(err)
	}
	set := func(limit syscall.Rlimit) {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
			t.Fatal(err)
		}
	}
	return func(room int) { set(syscall.Rlimit{Cur: uint64(room), Max: was.Max}) }, func() { set(was) }
}
