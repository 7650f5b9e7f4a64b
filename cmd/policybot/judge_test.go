package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"policybot/internal/openaitest"
)

var claimAsked = regexp.MustCompile(`(?s)<claim [0-9a-f]+>\n(.*)\n</claim `)

// TestEvalWithJudge measures the claims on the seeds with a judge that knows
// the truth, and with one that approves of everything: what the checks refute
// stays refuted.
func TestEvalWithJudge(t *testing.T) {
	file := filepath.Join("..", "..", "prompts", "testdata", "claims.jsonl")
	truth := map[string]bool{}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		var c struct {
			Claim string
			True  bool
		}
		if err := json.Unmarshal(s.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		truth[c.Claim] = c.True
	}
	data := t.TempDir()
	run := func(env []string, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := Run(t.Context(), append(args, "--data", data), env, strings.NewReader(""), &out, &errs); code != 0 {
			t.Fatalf("%q ends with %d: %s", args, code, errs.String())
		}
		return out.String()
	}
	run(nil, "ingest", filepath.Join("..", "..", "seeds"))
	for name, approves := range map[string]func(claim string) bool{
		"a judge that knows":       func(claim string) bool { return truth[claim] },
		"a judge that says always": func(string) bool { return true },
	} {
		t.Run(name, func(t *testing.T) {
			server := openaitest.Start(t)
			server.Write(func(r *openaitest.Request) string {
				m := claimAsked.FindStringSubmatch(r.Text("user"))
				if m == nil {
					t.Error("the judge is not shown a claim")
					return ""
				}
				return `{"supported":` + strconv.FormatBool(approves(m[1])) + `}`
			})
			out := run([]string{"OPENAI_API_KEY=" + openaitest.Key, "OPENAI_BASE_URL=" + server.URL, "JUDGE_MODEL=" + openaitest.ChatModel},
				"eval", "--claims", file)
			for _, metric := range []string{"true claims kept", "false claims rejected"} {
				m := regexp.MustCompile(metric + ` +(\d\.\d+)`).FindStringSubmatch(out)
				if m == nil {
					t.Fatalf("no %s in\n%s", metric, out)
				}
				if v, err := strconv.ParseFloat(m[1], 64); err != nil || v < .95 {
					t.Errorf("%s %s, want .95", metric, m[1])
				}
			}
			t.Logf("%d claims were judged\n%s", len(server.Requests()), out)
		})
	}
}
