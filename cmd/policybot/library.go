package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"policybot/bot"
	"policybot/bot/telegram"
	"policybot/internal/db"
	"policybot/internal/eval"
	"policybot/retrieval"
)

// libraryFile is the library's file in the data folder.
const libraryFile = "policybot.db"

// A library is the open library with all that works on it.
type library struct {
	conn    *sql.DB
	prompt  *sql.DB // the same, for what people wait for
	lib     *retrieval.Library
	journal *bot.Journal
	index   *retrieval.Index // empty until load
	keep    func()           // keeps the index for the next start, while the command runs
	keeping sync.WaitGroup
}

// open opens the library that is there.
func (p *program) open(ctx context.Context) (*library, error) {
	file := filepath.Join(p.data, libraryFile)
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return nil, hint(fmt.Errorf("there is no library in %s", quoteName(p.data)),
			"'policybot ingest PATH' makes one; --data names another folder")
	}
	return p.openOrMake(ctx)
}

// openOrMake opens the library and makes it when there is none.
func (p *program) openOrMake(ctx context.Context) (*library, error) {
	conn, err := db.Open(ctx, filepath.Join(p.data, libraryFile))
	if err != nil {
		return nil, err
	}
	prompt, err := db.Prompt(conn)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	l, err := p.assemble(ctx, conn, prompt)
	if err != nil {
		return nil, errors.Join(err, prompt.Close(), conn.Close())
	}
	return l, nil
}

// assemble puts together what works on the library in conn, which prompt is too.
func (p *program) assemble(ctx context.Context, conn, prompt *sql.DB) (*library, error) {
	lib, err := retrieval.OpenLibrary(ctx, conn)
	if err != nil {
		return nil, err
	}
	journal, err := bot.OpenJournal(ctx, prompt, lib) // takes part in purges
	if err != nil {
		return nil, err
	}
	if err := telegram.Hold(ctx, conn, lib); err != nil { // so does what waits to be sent
		return nil, err
	}
	emb, err := p.embedderOf(ctx, lib)
	if err != nil {
		return nil, err
	}
	x, err := p.newIndex(emb)
	if err != nil {
		return nil, err
	}
	keep := func() {
		if err := x.Keep(ctx); err != nil {
			p.log.Debug("the index is not kept for the next start", "cause", err)
		}
	}
	return &library{conn: conn, prompt: prompt, lib: lib, journal: journal, index: x, keep: keep}, nil
}

// openReady opens the library and loads it for search; a library without
// documents is an error.
func (p *program) openReady(ctx context.Context) (*library, error) {
	l, err := p.open(ctx)
	if err != nil {
		return nil, err
	}
	if err = l.load(ctx); err == nil && l.index.Stats().Documents == 0 {
		err = hint(fmt.Errorf("the library in %s has no documents to search", quoteName(p.data)),
			"'policybot ingest PATH' reads documents; 'policybot docs list' shows withdrawn ones")
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// openForAdmins is openReady for a bot with admins, who can send it documents:
// it may have none yet.
func (p *program) openForAdmins(ctx context.Context) (*library, error) {
	l, err := p.openOrMake(ctx)
	if err != nil {
		return nil, err
	}
	if err := l.load(ctx); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// load makes the newest corpus the searched one.
func (l *library) load(ctx context.Context) error {
	c, err := l.lib.Current(ctx)
	if err != nil {
		return err
	}
	if err := l.index.Load(ctx, l.lib); err != nil {
		return hint(err, "corpus %d was embedded by %s: set EMBEDDER and EMBEDDING_MODEL as they were then, or ingest again with the new ones",
			c.Version, c.Embedder)
	}
	l.keeping.Go(l.keep)
	return nil
}

// texts are the documents that are searched, whole.
func (l *library) texts(ctx context.Context) ([]eval.Text, error) {
	list, err := l.lib.Documents(ctx)
	if err != nil {
		return nil, err
	}
	var texts []eval.Text
	for _, d := range list {
		if d.Retired {
			continue
		}
		whole, err := l.lib.Document(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		texts = append(texts, eval.Text{Doc: &whole.Document, Passages: whole.Pieces, Text: whole.Text})
	}
	return texts, nil
}

// Close closes the library.
func (l *library) Close() error {
	l.keeping.Wait()
	return errors.Join(l.prompt.Close(), l.conn.Close())
}

// closeInto closes the library when a command ends and adds what went wrong
// to the command's error.
func (l *library) closeInto(err *error) { *err = errors.Join(*err, l.Close()) }

// withLibrary does one piece of work on the library that is there.
func (p *program) withLibrary(ctx context.Context, work func(*retrieval.Library) error) (err error) {
	l, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer l.closeInto(&err)
	return work(l.lib)
}
