package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"policybot/ingest"
)

// Files that admins send go through these states. A file that arrives is put
// into the batch's folder; when the batch is whole the clerk reads it, dry,
// and shows what it would change; a button publishes or discards it, and
// another undoes. Every state is committed before it is shown, so a process
// that ends goes on from there after the next start.
const (
	stateReceiving  = "receiving"
	stateReady      = "ready"
	statePublishing = "publishing"
	statePublished  = "published"
	stateUndoing    = "undoing"
	stateUndone     = "undone"
	stateDiscarded  = "discarded"
)

const (
	// MaxDownload is the largest file that Telegram lets a bot download:
	// core.telegram.org/bots/api#getfile.
	MaxDownload = 20 << 20
	// maxBatch is how many files one batch may have.
	maxBatch = 200
	// albumQuiet is how long no file of an album may have come before it is
	// taken to be whole: Telegram does not say how many there are.
	albumQuiet = 2 * time.Second
)

// An upload is what an admin sent at one time.
type upload struct {
	ID      int64
	Chat    int64
	User    int64
	Album   string
	Lang    string
	Message int
	State   string
	Before  int64
	After   int64
	Pages   []styled
	At      time.Time
	Files   []uploadFile
}

// An uploadFile is one file of it, by the name that it has in the library.
type uploadFile struct {
	Name     string
	Update   int64  // that brought it
	Problem  string // why it is left out, for the admin
	Document string
	Base     int64 // the revision that the dry run compared it with, 0 for none
	Revision int64 // that was published
}

// sides reports whether it is a file that tells of another.
func (f uploadFile) sides() bool { return ingest.IsSidecar(f.Name) }

// takes are the names of the documents in it that can be read.
func (up upload) takes() (names []string) {
	for _, f := range up.Files {
		if f.Problem == "" && !f.sides() {
			names = append(names, f.Name)
		}
	}
	return names
}

// attached is the file of a message.
type attached struct {
	ID   string `json:"file_id"`
	Name string `json:"file_name"`
	Size int64  `json:"file_size"`
}

// Folders of a batch, in the folder of the uploads: what came, and what it
// replaced. The name with a dot keeps them out of every ingest.
const (
	batchesDir = ".batches"
	comingDir  = "new"
	goneDir    = "old"
)

func (b *Bot) batchDir(upload int64, which string) string {
	return filepath.Join(b.Office.Uploads, batchesDir, strconv.FormatInt(upload, 10), which)
}

// receiveFile takes a file that an admin sent into its batch.
func (b *Bot) receiveFile(ctx context.Context, id int64, m *message) error {
	u, err := b.turn(ctx, id, m, m.From, "")
	if err != nil {
		return err
	}
	var f attached
	if err := json.Unmarshal(m.Document, &f); err != nil || f.ID == "" {
		return b.say(ctx, u, plainly(officeWords(u.words).FileOdd), nil)
	}
	upload, err := b.store.openUpload(ctx, u, m.Album)
	if err != nil {
		return err
	}
	defer b.office.holdUpload(upload)()
	if err := b.store.receiving(ctx, upload); err != nil {
		return err
	}
	up, err := b.store.upload(ctx, upload)
	if err != nil {
		return err
	}
	if up.Message == 0 {
		message, _, err := b.post(ctx, u.place, plainly(officeWords(u.words).Receiving), nil)
		if err != nil {
			return err
		}
		if err := b.store.placeUpload(ctx, upload, message); err != nil {
			return err
		}
	}
	beside := slices.DeleteFunc(up.Files, func(f uploadFile) bool { return f.Update == id })
	files, err := b.fetch(ctx, u, upload, f, beside)
	if err != nil {
		return err
	}
	if err := b.store.putFiles(ctx, upload, id, files); err != nil {
		return err
	}
	return b.store.received(ctx, upload, id)
}

// fetch downloads a file into its batch, beside those that other messages
// brought, whose names are taken, and unpacks it when it is an archive.
// What is wrong with it is for the admin; the error is ctx's alone.
func (b *Bot) fetch(ctx context.Context, u turn, upload int64, f attached, beside []uploadFile) ([]uploadFile, error) {
	w := officeWords(u.words)
	dir := b.batchDir(upload, comingDir)
	name := unused(safeName(f.Name), beside)
	bad := func(problem string) []uploadFile { return []uploadFile{{Name: name, Problem: problem}} }
	if f.Size > MaxDownload {
		return bad(w.FileLarge), nil
	}
	if why := w.unreadable(name); why != "" && !isArchive(name) {
		return bad(why), nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return bad(b.fileTrouble(w, err)), nil
	}
	part := filepath.Join(dir, fmt.Sprintf(".%d.part", u.id))
	defer os.Remove(part)
	if err := b.download(ctx, f.ID, part); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return bad(b.fileTrouble(w, err)), nil
	}
	if isArchive(name) {
		return b.unpack(w, part, dir, beside), nil
	}
	if err := os.Rename(part, filepath.Join(dir, name)); err != nil {
		return bad(b.fileTrouble(w, err)), nil
	}
	return []uploadFile{{Name: name}}, nil
}

// holdUpload keeps the clerk from a batch while a file of it is on its way.
func (o *office) holdUpload(upload int64) (leave func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.loading[upload]++
	return func() {
		o.mu.Lock()
		if o.loading[upload]--; o.loading[upload] == 0 {
			delete(o.loading, upload)
		}
		o.mu.Unlock()
		o.look()
	}
}

func (o *office) isLoading(upload int64) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.loading[upload] > 0
}

// look tells the clerk that there is something to do.
func (o *office) look() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// replace turns a message of ours into another, and sends a new one where that
// is gone.
func (b *Bot) replace(ctx context.Context, p place, message int, t styled, keys rows) error {
	err := b.edit(ctx, p, message, t, keys)
	if errors.Is(err, errNoMessage) {
		_, _, err = b.post(ctx, p, t, keys)
	}
	return err
}
