package main

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"policybot/ingest"
)

func TestMain(m *testing.M) {
	ingest.PDFChild()
	testscript.Main(m, map[string]func(){"policybot": main})
}

// The scripts run the real program, with -short those in which it does several
// things at once. $SEEDS is the folder of the seeds, $SETS that of the question
// sets, $TINY that of a small model, $MANY that of one for many scripts.
func TestScripts(t *testing.T) {
	dir, files := filepath.Join("testdata", "script"), []string(nil)
	if testing.Short() {
		for _, name := range []string{"ask", "ingest", "serve", "summary"} {
			files = append(files, filepath.Join(dir, name+".txtar"))
		}
		dir = ""
	}
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		Files:               files,
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			for name, dir := range map[string]string{"SEEDS": "../../seeds", "SETS": "../../internal/eval/testdata", "TINY": tinyModel, "MANY": manyModel} {
				abs, err := filepath.Abs(dir)
				if err != nil {
					return err
				}
				e.Setenv(name, abs)
			}
			return nil
		},
	})
}
