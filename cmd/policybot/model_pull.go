package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"policybot/internal/bert"
)

const (
	// partEnd ends the names of files that are not complete.
	partEnd = ".part"
	// hubPatience is how long a hub may send nothing.
	hubPatience = 30 * time.Second
)

// A puller fetches a model.
type puller struct {
	model    knownModel
	hubs     []string // as publicHubs
	patience time.Duration
	stderr   io.Writer
}

// pull fetches the files of the model into dir, and what is to be known of it
// last, so that a folder with that is whole.
func (p *puller) pull(ctx context.Context, dir string) error {
	for _, f := range p.model.files {
		if err := p.pullFile(ctx, dir, f); err != nil {
			return err
		}
	}
	if err := writeSpec(dir, p.model.Spec); err != nil {
		return err
	}
	return removeOthers(dir, p.model.Spec)
}

// removeOthers removes weights that a model had before.
func removeOthers(dir string, s bert.Spec) error {
	for _, end := range weightsEnds {
		if name := weightsName(end); name != s.Weights {
			if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

func writeSpec(dir string, s bert.Spec) error {
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return writeWhole(filepath.Join(dir, bert.SpecFile), append(data, '\n'))
}

// writeWhole writes a file so that it is there whole or not at all.
func writeWhole(name string, data []byte) error {
	if err := os.WriteFile(name+partEnd, data, 0o644); err != nil {
		return err
	}
	return os.Rename(name+partEnd, name)
}

// pullFile fetches one file from the first hub that gives it.
func (p *puller) pullFile(ctx context.Context, dir string, f hubFile) error {
	name := filepath.Join(dir, f.name)
	if sum, _, err := fileSum(ctx, name); err == nil && sum == f.sha256 {
		return nil
	}
	for _, hub := range p.hubs {
		address := strings.NewReplacer("{repository}", p.model.repository, "{revision}", p.model.revision, "{path}", f.path).Replace(hub)
		err := p.fetch(ctx, address, name+partEnd, f)
		if err == nil {
			return os.Rename(name+partEnd, name)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		host := "the hub"
		if u, parseErr := url.Parse(address); parseErr == nil {
			host = cmp.Or(u.Host, host)
		}
		fmt.Fprintf(p.stderr, "%s did not give %s: %s\n", line(host), f.name, line(err.Error()))
	}
	return hint(fmt.Errorf("none of %d hubs gave %s of %s", len(p.hubs), f.name, p.model.Name),
		"run it again and it goes on from what has come; or fetch %s and %s of %s by other means, and give the first with --from", p.model.Weights, p.model.Tokenizer, p.model.repository)
}

// fetch completes the file part from an address and checks it.
func (p *puller) fetch(ctx context.Context, address, part string, f hubFile) error {
	out, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	have, err := out.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if have > f.size {
		have = 0
	}
	if have < f.size {
		if err := p.download(ctx, address, out, have, f); err != nil {
			if info, statErr := out.Stat(); statErr == nil && info.Size() == 0 {
				err = errors.Join(err, os.Remove(part))
			}
			return err
		}
	}
	if err := out.Sync(); err != nil {
		return err
	}
	sum, _, err := fileSum(ctx, part)
	if err == nil && sum != f.sha256 {
		err = errors.Join(fmt.Errorf("what it sent has the SHA-256 %s, not %s", sum, f.sha256), os.Remove(part))
	}
	return err
}

// download appends to out, which has the first bytes already, what is missing.
// A server that cannot go on in the middle begins again.
func (p *puller) download(ctx context.Context, address string, out *os.File, have int64, f hubFile) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(p.patience, func() { cancel(fmt.Errorf("it sent nothing for %v", p.patience)) })
	defer silence.Stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return errors.New("its address cannot be used")
	}
	if have > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return because(ctx, err)
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusOK:
		have = 0
	case res.StatusCode != http.StatusPartialContent:
		return fmt.Errorf("it answers %s", res.Status)
	case !strings.HasPrefix(res.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", have)):
		return errors.New("it sends another part of the file than was asked for")
	}
	if res.ContentLength >= 0 && res.ContentLength != f.size-have {
		return fmt.Errorf("it has another file: %d bytes are left, not %d", res.ContentLength, f.size-have)
	}
	if err := out.Truncate(have); err != nil {
		return err
	}
	if _, err := out.Seek(have, io.SeekStart); err != nil {
		return err
	}
	meter := newMeter(p.stderr, "fetch "+f.name+", MB", isTerminal(p.stderr))
	defer meter.end()
	body := io.LimitReader(res.Body, f.size-have)
	for buffer := make([]byte, 256<<10); ; {
		n, err := body.Read(buffer)
		silence.Reset(p.patience)
		if _, err := out.Write(buffer[:n]); err != nil {
			return err
		}
		have += int64(n)
		meter.tell(int(have>>20), int(f.size>>20))
		switch {
		case err == io.EOF && have == f.size:
			return nil
		case err == io.EOF:
			return fmt.Errorf("it broke off after %d of %d bytes", have, f.size)
		case err != nil:
			return because(ctx, err)
		}
	}
}

// because is the reason for which ctx was ended, or else err without the
// address, which may hold a signature.
func because(ctx context.Context, err error) error {
	var where *url.Error
	switch {
	case context.Cause(ctx) != nil:
		return context.Cause(ctx)
	case errors.As(err, &where):
		return where.Err
	}
	return err
}

// fileSum is the SHA-256 of a file, in hex, and its size.
func fileSum(ctx context.Context, name string) (sum string, size int64, err error) {
	f, err := os.Open(name)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	for {
		n, err := io.CopyN(h, f, 16<<20)
		size += n
		if err == io.EOF {
			return hex.EncodeToString(h.Sum(nil)), size, nil
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return "", size, err
		}
	}
}
