// Package importtest holds the test of who may import whom: the direction of
// dependencies, and the one package that knows each library of others.
package importtest

import (
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "policybot/"

// may lists for each package what it may import of this module. A package
// that is not here yet is an error: decide what it may know, then add it.
var may = map[string][]string{
	"internal/bert":         {"internal/han"},
	"internal/db":           {},
	"internal/embedtest":    {"retrieval"},
	"internal/han":          {},
	"internal/importtest":   {},
	"internal/nearness":     {"internal/han"},
	"internal/nearness/gen": {"internal/bert", "internal/han", "internal/nearness"},
	"internal/places":       {"internal/han"},
	"internal/quantity":     {"internal/han"},
	"internal/openai":       {},
	"internal/openaitest":   {},
	"internal/rerank":       {},
	"internal/telegramtest": {},

	"retrieval":    {"internal/db", "internal/han", "internal/places", "internal/quantity"},
	"ingest":       {"retrieval", "internal/han", "internal/places", "internal/quantity"},
	"prompts":      {"retrieval", "internal/han", "internal/places", "internal/quantity"},
	"bot":          {"prompts", "retrieval", "internal/db", "internal/han", "internal/nearness", "internal/places", "internal/quantity"},
	"bot/telegram": {"bot", "ingest", "prompts", "retrieval", "internal/db", "internal/han", "internal/places"},

	"internal/eval": {"bot", "prompts", "retrieval", "internal/han"},
	// cmd/policybot knows everyone, and nobody knows it.
}

// only names the one package that imports a library of others, so that it can
// be replaced, and its traps are known, in one place.
var only = map[string]string{
	"github.com/cenkalti/backoff/v5":                     "internal/openai",
	"github.com/go-telegram-bot-api/telegram-bot-api/v5": "bot/telegram",
	"github.com/joho/godotenv":                           "cmd/policybot",
	"github.com/klippa-app/go-pdfium":                    "ingest",
	"github.com/tetratelabs/wazero":                      "ingest",
	"github.com/peterh/liner":                            "cmd/policybot",
	"github.com/philippgille/chromem-go":                 "retrieval",
	"github.com/sashabaranov/go-openai":                  "internal/openai",
	"github.com/schollz/progressbar/v3":                  "cmd/policybot",
	"github.com/sony/gobreaker/v2":                       "internal/openai",
	"github.com/spf13/cobra":                             "cmd/policybot",
	"github.com/spf13/pflag":                             "cmd/policybot",
	"github.com/wlynxg/chardet":                          "ingest",
	"github.com/xuri/excelize/v2":                        "ingest",
	"modernc.org/sqlite":                                 "internal/db",
}

// testsOnly may be imported by the tests of any package, and by nothing else.
var testsOnly = []string{
	"github.com/rogpeppe/go-internal",
	"go.uber.org/goleak",
	"pgregory.net/rapid",
	module + "internal/embedtest",
	module + "internal/openaitest",
	module + "internal/telegramtest",
}

// ownByGo is the prefix of the Go project's own libraries, which count as the
// standard library.
const ownByGo = "golang.org/x/"

func TestDependenciesPointOneWay(t *testing.T) {
	for name, pkg := range packages(t) {
		if name == "cmd/policybot" {
			continue
		}
		allowed, known := may[name]
		if !known {
			t.Errorf("%s is not in the table of this test: say there what it may import", name)
			continue
		}
		for _, path := range pkg.Imports {
			to, ours := strings.CutPrefix(path, module)
			if ours && !slices.Contains(allowed, to) {
				t.Errorf("%s imports %s: dependencies point the other way", name, to)
			}
		}
	}
}

func TestOnePackageKnowsEachLibrary(t *testing.T) {
	used := map[string]bool{}
	for name, pkg := range packages(t) {
		for _, path := range pkg.Imports {
			if !foreign(path) {
				continue
			}
			lib := library(path)
			used[lib] = true
			switch owner, known := only[lib]; {
			case !known:
				t.Errorf("%s imports %s, which has no owner in the table of this test", name, path)
			case owner != name:
				t.Errorf("%s imports %s, which only %s may", name, path, owner)
			}
		}
	}
	for lib, owner := range only {
		if !used[lib] {
			t.Errorf("%s does not import %s any more: take it out of the table and of go.mod", owner, lib)
		}
	}
}

func TestTestHelpersStayInTests(t *testing.T) {
	for name, pkg := range packages(t) {
		for _, path := range pkg.Imports {
			if slices.ContainsFunc(testsOnly, func(p string) bool { return within(path, p) }) {
				t.Errorf("%s imports %s outside its tests", name, path)
			}
		}
		for _, path := range slices.Concat(pkg.TestImports, pkg.XTestImports) {
			helper := slices.ContainsFunc(testsOnly, func(p string) bool { return within(path, p) })
			if foreign(path) && !helper && only[library(path)] != name {
				t.Errorf("the tests of %s import %s, which is not for them", name, path)
			}
		}
	}
}

func TestNoCgo(t *testing.T) {
	for name, pkg := range packages(t) {
		if len(pkg.CgoFiles) > 0 || slices.Contains(pkg.TestImports, "C") {
			t.Errorf("%s needs cgo: %v", name, pkg.CgoFiles)
		}
	}
}

// packages are the module's packages by their folders.
func packages(t *testing.T) map[string]*build.Package {
	t.Helper()
	root := filepath.Join("..", "..")
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		t.Fatal(err)
	}
	c := build.Default
	c.CgoEnabled = true // so that cgo files are seen, not left out
	all := map[string]*build.Package{}
	err := filepath.WalkDir(root, func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if name := d.Name(); dir != root && (strings.HasPrefix(name, ".") && name != ".." || name == "testdata" || name == "data" || name == "bin") {
			return filepath.SkipDir
		}
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil && dir != root {
			return filepath.SkipDir // a module of its own
		}
		pkg, err := c.ImportDir(dir, 0)
		if _, none := err.(*build.NoGoError); none {
			return nil
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, dir)
		if err != nil {
			return err
		}
		all[filepath.ToSlash(rel)] = pkg
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < len(may) {
		t.Errorf("%d packages found, the table has %d: take out those that are gone", len(all), len(may))
	}
	return all
}

// foreign reports whether a path is neither of the standard library, nor of
// the Go project, nor of this module.
func foreign(path string) bool {
	host, _, _ := strings.Cut(path, "/")
	return strings.Contains(host, ".") && !strings.HasPrefix(path, ownByGo)
}

// library is the entry of only that a path belongs to, or the path.
func library(path string) string {
	for lib := range only {
		if within(path, lib) {
			return lib
		}
	}
	return path
}

func within(path, prefix string) bool { return path == prefix || strings.HasPrefix(path, prefix+"/") }
