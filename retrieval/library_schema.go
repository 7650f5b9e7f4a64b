package retrieval

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"sync"

	"policybot/internal/db"
)

// A Library is what SQLite holds of the documents. It stores sources,
// documents, their revisions (the original and the cleaned text), passages,
// vectors, and which document was seen at which path in which corpus version;
// versions are published whole and old ones stay readable. It is safe for
// concurrent use, by several processes too.
type Library struct {
	conn *sql.DB

	mu      sync.Mutex
	erasers map[string]Eraser // by the name under which Holds recorded them
}

// ErrNotFound is the error for a document, revision or version that the
// library does not have (any more).
var ErrNotFound = errors.New("not in the library")

// still is the to_version of a placement that no version has ended.
const still = math.MaxInt64

// librarySteps are the migrations of the library's tables. Released steps
// never change. The SQL stays within what SQLite and PostgreSQL share.
var librarySteps = []string{`
CREATE TABLE sources (
	name     TEXT PRIMARY KEY,
	location TEXT NOT NULL      -- the folder when last synced; '' for uploads
);

CREATE TABLE documents (
	id     TEXT PRIMARY KEY,    -- stable through revisions and renames
	source TEXT NOT NULL REFERENCES sources(name)
);
CREATE INDEX documents_source ON documents(source);

-- The original files, once each whatever their names.
CREATE TABLE originals (
	hash TEXT PRIMARY KEY,      -- SHA-256 in hex
	size BIGINT NOT NULL,       -- bytes before compression
	gzip BLOB NOT NULL
);

-- A revision is what one parser made of one original under one name. It never
-- changes, and its number is never used again, so receipts can point at it.
CREATE TABLE revisions (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	document TEXT NOT NULL REFERENCES documents(id),
	hash     TEXT NOT NULL REFERENCES originals(hash),
	name     TEXT NOT NULL,     -- the path that the parser was told
	parser   TEXT NOT NULL,     -- the parser's version
	charset  TEXT NOT NULL,
	meta     TEXT NOT NULL,     -- JSON of Meta
	removed  TEXT NOT NULL,     -- JSON of []Removed
	text     TEXT NOT NULL,     -- cleaned
	created  BIGINT NOT NULL,   -- unix milliseconds
	UNIQUE (document, hash, name, parser)
);
CREATE INDEX revisions_hash ON revisions(hash);

-- A passage's text is the piece [start_at, end_at) of its revision's text.
CREATE TABLE passages (
	revision  INTEGER NOT NULL REFERENCES revisions(id) ON DELETE CASCADE,
	ordinal   INTEGER NOT NULL, -- from 0, in order of start_at
	start_at  INTEGER NOT NULL,
	end_at    INTEGER NOT NULL,
	heading   TEXT NOT NULL,    -- JSON array
	text_hash BLOB NOT NULL,    -- SHA-256 of EmbeddedText
	PRIMARY KEY (revision, ordinal)
);
CREATE INDEX passages_text ON passages(text_hash);

CREATE TABLE embedders (
	model TEXT PRIMARY KEY,
	dims  INTEGER NOT NULL
);

-- The vector cache. It outlives the passages, save for a purge.
CREATE TABLE vectors (
	model     TEXT NOT NULL REFERENCES embedders(model),
	text_hash BLOB NOT NULL,
	vector    BLOB NOT NULL,    -- float32, little endian, unit length
	PRIMARY KEY (model, text_hash)
);

CREATE TABLE corpora (
	version  INTEGER PRIMARY KEY,
	embedder TEXT NOT NULL,
	cause    TEXT NOT NULL,     -- what was done, for the history
	created  BIGINT NOT NULL    -- unix milliseconds
);

-- Where a document stood in which versions: from_version up to, and without,
-- to_version (the greatest integer while it lasts). Corpus version v has the
-- rows with from_version <= v < to_version.
CREATE TABLE placements (
	document     TEXT NOT NULL REFERENCES documents(id),
	from_version INTEGER NOT NULL REFERENCES corpora(version),
	to_version   BIGINT NOT NULL,
	revision     INTEGER NOT NULL REFERENCES revisions(id),
	path         TEXT NOT NULL,
	retired      INTEGER NOT NULL, -- 1: kept, not searched
	PRIMARY KEY (document, from_version)
);
CREATE INDEX placements_to ON placements(to_version, document);
CREATE INDEX placements_path ON placements(path);
CREATE INDEX placements_revision ON placements(revision);

-- The places that the running ingest plans, on their way to placements.
CREATE TABLE staged (
	document TEXT PRIMARY KEY,
	revision INTEGER NOT NULL,  -- 0: the document leaves
	path     TEXT NOT NULL
);

-- What was purged and must not come back by itself: hashes of paths and of
-- contents, and nothing that was in the document.
CREATE TABLE purged (
	mark     TEXT PRIMARY KEY,  -- "path:" or "content:" and a SHA-256 in hex
	document TEXT NOT NULL,
	at       BIGINT NOT NULL    -- unix milliseconds
);

-- Who else keeps document text in this file and takes part in a purge.
CREATE TABLE text_holders (
	name TEXT PRIMARY KEY
);
`, `
-- Whether the document is searched: 0 as it was last, 1 yes, 2 no.
ALTER TABLE staged ADD COLUMN state INTEGER NOT NULL DEFAULT 0;
`, `
-- The group of reprints, given when the revision is first published: the
-- number of the revision that began it. Those in one corpus are near-identical.
ALTER TABLE revisions ADD COLUMN reprint INTEGER;

-- Hashes by which near-identical texts find one another; see sketch.
CREATE TABLE sketches (
	hash     BIGINT NOT NULL,
	revision INTEGER NOT NULL REFERENCES revisions(id) ON DELETE CASCADE,
	PRIMARY KEY (hash, revision)
);
CREATE INDEX sketches_revision ON sketches(revision);
CREATE INDEX staged_revision ON staged(revision);
`, `
-- The pages of the original on which a passage begins and ends; 0 without pages.
ALTER TABLE passages ADD COLUMN page INTEGER NOT NULL DEFAULT 0;
ALTER TABLE passages ADD COLUMN last_page INTEGER NOT NULL DEFAULT 0;
`, `
-- What admins set right of a document's metadata, whatever its file says.
CREATE TABLE stated (
	document TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
	body     TEXT NOT NULL      -- in the form of package ingest
);
`, `
-- What of a revision's text finds its reprints, see textSketch; NULL for
-- revisions that are older than it. The bands of it stand in sketches from when
-- the revision is grouped, until newer ones take their room.
ALTER TABLE revisions ADD COLUMN sketch BLOB;
`, `
-- What a version has, and what came with it.
CREATE INDEX placements_from ON placements(from_version, document);
`, `
-- All revisions up to this one were published, or are gone.
CREATE TABLE swept (revision INTEGER NOT NULL);
INSERT INTO swept (revision) VALUES (0);
`}

// OpenLibrary makes or updates the library's tables in the database and
// returns the library. Closing conn is the caller's.
func OpenLibrary(ctx context.Context, conn *sql.DB) (*Library, error) {
	if err := db.Migrate(ctx, conn, "library", librarySteps); err != nil {
		return nil, fmt.Errorf("open the library: %w", err)
	}
	return &Library{conn: conn, erasers: map[string]Eraser{}}, nil
}
