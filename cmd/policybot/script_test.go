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

// The scripts run the real program. $SEEDS is the folder of the seeds, $SETS
// that of the question sets, $TINY that of a small model.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			for name, dir := range map[string]string{"SEEDS": "../../seeds", "SETS": "../../internal/eval/testdata", "TINY": tinyModel} {
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
