package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"policybot/retrieval"
)

const (
	// ParserVersion names what Parse makes of a file. Whoever changes its
	// results raises it (a test compares), and the next sync reads every file
	// again.
	ParserVersion = "12"
	// MaxFileBytes is the largest file that is read.
	MaxFileBytes = 64 << 20
	// FilesSource is the source of files that are given one by one.
	FilesSource = "files"

	// embedBatch is how many texts are embedded between two commits, unless the
	// embedder has a size of its own.
	embedBatch = 64
)

// A Parser reads files of the types it supports. Its functions are called from
// several goroutines at a time.
type Parser struct {
	Version  string
	Supports func(name string) bool
	Parse    func(name string, raw []byte) (*Parsed, error)
	// Keeping is Parse with a cleaning that leaves in the text what keep says,
	// whatever the file itself says of that. Without it nothing is kept.
	Keeping func(name string, raw []byte, keep *Keep) (*Parsed, error)
}

// DefaultParser is Parse for the formats it reads.
func DefaultParser() Parser {
	return Parser{Version: ParserVersion, Supports: supported, Parse: Parse, Keeping: parseKeeping}
}

// Options say what to sync.
type Options struct {
	// Paths are folders and files. A folder is a source, named by its own last
	// name; so a source survives the move of all that is around it. A folder or
	// file inside a known source's folder is that part of it. Other files are
	// documents of FilesSource, named by their last names.
	Paths []string
	// Source names the source instead; for one folder, or for files.
	Source string
	// Root, with Source and with files alone, is the folder of that source:
	// the files, wherever they lie, are read as if they stood in it. Who sets it
	// moves them there.
	Root string
	// Read, when not nil, is given what was read of a file that is new or
	// changed, before anything is done with it.
	Read func(path string, c retrieval.Content)
	// DryRun reports what a sync would do and changes nothing.
	DryRun bool
	// Progress, when not nil, is told what happens, as it happens.
	Progress func(Event)
	// Parser is used instead of DefaultParser, when set.
	Parser *Parser
}

// A Stage is a part of a sync.
type Stage string

// The stages of a sync, in order.
const (
	StageRead  Stage = "read"  // files are read and compared
	StageParse Stage = "parse" // new and changed files are parsed
	StageEmbed Stage = "embed" // texts are embedded
)

// An Event says how far a stage is.
type Event struct {
	Stage Stage
	File  string // the path in its source; empty while embedding
	Done  int    // files or texts, of Total
	Total int
}

// A Status says what a sync made of a file.
type Status string

// What can become of a file.
const (
	Added     Status = "added"
	Changed   Status = "changed"
	Renamed   Status = "renamed"
	Unchanged Status = "unchanged"
	Retired   Status = "retired" // kept up to date, and out of the search
	Removed   Status = "removed" // no longer there, so no longer searched
	Skipped   Status = "skipped" // not for us, with a reason
	Failed    Status = "failed"  // could not be read; what was there before stays
)

// A File is what became of one file or folder.
type File struct {
	Source   string `json:"source"`
	Path     string `json:"path"` // in its source
	Status   Status `json:"status"`
	Doc      string `json:"doc,omitempty"`
	Was      string `json:"was,omitempty"`      // the path before a rename
	Reason   string `json:"reason,omitempty"`   // why it was skipped or failed
	Passages int    `json:"passages,omitempty"` // when it was read anew
	// Diff is what would change in a file that is Changed; of a dry run only.
	Diff *Diff `json:"diff,omitempty"`
}

// A Report says what a sync did, or would do.
type Report struct {
	DryRun bool             `json:"dry_run,omitempty"`
	Before retrieval.Corpus `json:"before"`
	After  retrieval.Corpus `json:"after"` // equal to Before when nothing changed
	// Files are all files that were seen or missed, by source and path.
	Files []File `json:"files"`
	// Conflicts are what an admin should look at before; of a dry run only.
	Conflicts []Conflict    `json:"conflicts,omitempty"`
	Passages  int           `json:"passages"` // of the files that were read anew
	Embedded  int           `json:"embedded"` // texts that were sent to the embedder
	Cached    int           `json:"cached"`   // texts whose vectors were there already
	Tokens    int64         `json:"tokens"`   // in the texts that were embedded, as estimated
	Embedder  string        `json:"embedder"`
	Bytes     int64         `json:"bytes"` // of the files that were read
	Took      time.Duration `json:"took"`
}

// Count is how many files have a status.
func (r Report) Count(s Status) int {
	n := 0
	for _, f := range r.Files {
		if f.Status == s {
			n++
		}
	}
	return n
}

// Sync makes the library hold what stands in the given folders and files, and
// publishes the result as one new version, or none when nothing changed. Files
// that cannot be read are reported and do not stop the others; their documents
// stay as they were. An error, a cancelled ctx or a kill leave the published
// version as it was; what was read and embedded by then is not done again.
func Sync(ctx context.Context, lib *retrieval.Library, e retrieval.Embedder, o Options) (Report, error) {
	s, err := newSyncer(ctx, lib, e, o)
	if err != nil {
		return Report{}, fmt.Errorf("ingest: %w", err)
	}
	defer s.draft.Close()
	start := time.Now()
	err = s.run(ctx)
	s.report.Took = time.Since(start)
	slices.SortStableFunc(s.report.Files, func(a, b File) int {
		return strings.Compare(a.Source+"\x00"+a.Path, b.Source+"\x00"+b.Path)
	})
	if err != nil {
		return s.report, fmt.Errorf("ingest: %w", err)
	}
	return s.report, nil
}

// A syncer is one Sync at work.
type syncer struct {
	lib       *retrieval.Library
	embed     retrieval.Embedder
	options   Options
	parser    Parser
	draft     *retrieval.Draft
	sources   map[string]string // locations by source, as the last syncs left them
	corrected map[string]string // what admins stated, by document
	report    Report
	// Of a dry run: passages in the report's diffs, the files that were read,
	// and the documents that are as they were no longer.
	diffed int
	fresh  []party
	kept   int // bytes of their texts
	leaves map[string]bool
}

func newSyncer(ctx context.Context, lib *retrieval.Library, e retrieval.Embedder, o Options) (*syncer, error) {
	if len(o.Paths) == 0 {
		return nil, errors.New("name a folder or a file to ingest")
	}
	s := &syncer{lib: lib, embed: e, options: o, parser: DefaultParser(), report: Report{DryRun: o.DryRun}, leaves: map[string]bool{}}
	if o.Parser != nil {
		s.parser = *o.Parser
	}
	if o.Progress == nil {
		s.options.Progress = func(Event) {}
	}
	var err error
	if o.DryRun {
		s.draft = lib.DryDraft()
	} else if s.draft, err = lib.Draft(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *syncer) run(ctx context.Context) (err error) {
	if s.report.Before, err = s.lib.Current(ctx); err != nil {
		return err
	}
	if s.sources, err = s.lib.Sources(ctx); err != nil {
		return err
	}
	if s.corrected, err = s.lib.Stated(ctx); err != nil {
		return err
	}
	targets, err := s.targets()
	if err != nil {
		return err
	}
	var names []string
	for _, t := range targets {
		if err := s.syncTarget(ctx, t); err != nil {
			return err
		}
		names = append(names, t.source)
	}
	if s.options.DryRun {
		if s.report.Conflicts, err = s.conflicts(ctx); err != nil {
			return err
		}
	}
	if err := s.embedMissing(ctx); err != nil {
		return err
	}
	slices.Sort(names)
	s.report.After, err = s.draft.Publish(ctx, s.embed.Model(), "ingest "+strings.Join(slices.Compact(names), ", "))
	return err
}

// embedMissing embeds the texts that have no vector, and commits each batch.
func (s *syncer) embedMissing(ctx context.Context) error {
	missing, looked, err := s.draft.Missing(ctx, s.embed.Model())
	if err != nil {
		return err
	}
	s.report.Embedded, s.report.Cached, s.report.Embedder = len(missing), looked-len(missing), s.embed.Model()
	if s.options.DryRun {
		s.report.Tokens, err = s.draft.Tokens(ctx, missing)
		return err
	}
	size, parallel := embedBatch, 1
	if e, ok := s.embed.(batched); ok {
		size, parallel = e.Batch(), e.Parallel()
	}
	type embedded struct {
		vectors [][]float32
		tokens  int64
		err     error
	}
	embed := func(batch []retrieval.Unembedded) (e embedded) {
		texts, err := s.draft.Texts(ctx, batch)
		if err != nil {
			return embedded{err: err}
		}
		for _, text := range texts {
			e.tokens += int64(retrieval.Tokens(text))
		}
		if e.vectors, err = s.embed.Embed(ctx, texts); err != nil {
			e.err = fmt.Errorf("embed with %s: %w; run the ingest again and it goes on from here", s.embed.Model(), err)
		}
		return e
	}
	done := 0
	noBytes := func([]retrieval.Unembedded) int64 { return 0 }
	return inOrder(ctx, parallel, slices.Collect(slices.Chunk(missing, size)), noBytes, embed, func(batch []retrieval.Unembedded, e embedded) error {
		if e.err != nil {
			return e.err
		}
		if err := s.draft.PutVectors(ctx, s.embed.Model(), batch, e.vectors); err != nil {
			return err
		}
		done += len(batch)
		s.report.Tokens += e.tokens
		s.options.Progress(Event{Stage: StageEmbed, Done: done, Total: len(missing)})
		return nil
	})
}

// A batched embedder says how many texts it takes at once, and how many calls
// at a time keep it busy. Others take one call at a time.
type batched interface {
	Batch() int
	Parallel() int
}
