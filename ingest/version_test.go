package ingest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// versionFile names the parser's version and the hash of what that version
// makes of the seeds.
var versionFile = filepath.Join("testdata", "parser_version")

// TestParserVersion holds ParserVersion to what Parse makes of the seeds: a
// library reads its files again only when the version changes, so results that
// change under an old version never reach it.
func TestParserVersion(t *testing.T) {
	hash := outputHash(t)
	held, err := os.ReadFile(versionFile)
	if err != nil && !*update {
		t.Fatal(err)
	}
	version, old := "", ""
	if len(held) > 0 {
		if _, err := fmt.Sscan(string(held), &version, &old); err != nil {
			t.Fatalf("%s: %v", versionFile, err)
		}
	}
	switch {
	case version == ParserVersion && old == hash:
	case version == ParserVersion:
		t.Errorf("Parse's output on the seeds changed and ParserVersion is still %q: raise it, or libraries keep what the old parser made; then run go test -run ParserVersion -update", version)
	case !*update:
		t.Errorf("ParserVersion is %q and %s holds %q: run go test -run ParserVersion -update", ParserVersion, versionFile, version)
	default:
		if err := os.WriteFile(versionFile, fmt.Appendf(nil, "%s %s\n", ParserVersion, hash), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// outputHash is the hash of all that Parse makes of the seeds.
func outputHash(t *testing.T) string {
	t.Helper()
	var out bytes.Buffer
	files := seedFiles(t)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		p, err := Parse(name, files[name])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.NewEncoder(&out).Encode(p); err != nil {
			t.Fatal(err)
		}
	}
	sum := sha256.Sum256(out.Bytes())
	return hex.EncodeToString(sum[:])
}
