package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"policybot/internal/openai"
	"policybot/internal/openaitest"
)

// cli runs a command line with settings from the environment.
func cli(t *testing.T, env []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	code = Run(t.Context(), args, env, strings.NewReader(""), &out, &errs)
	if strings.Contains(out.String()+errs.String(), openaitest.Key) {
		t.Error("the key was printed")
	}
	return code, out.String(), errs.String()
}

func TestAskWithAModel(t *testing.T) {
	srv := openaitest.Start(t)
	data := t.TempDir()
	docs := filepath.Join(t.TempDir(), "docs")
	writeDoc(t, docs, "lift.txt", lift)
	env := []string{"OPENAI_API_KEY=" + openaitest.Key, "OPENAI_BASE_URL=" + srv.URL, "CHAT_MODEL=" + openaitest.ChatModel, "POLICYBOT_DATA=" + data}
	if code, _, errs := cli(t, env, "ingest", docs); code != exitOK {
		t.Fatal(errs)
	}
	srv.Script(openaitest.Text(`{"text":"电梯改造每台补贴15万元。","cites":[{"source":1,"quote":"每台补贴15万元"}]}
{"text":"电梯改造每台补贴50万元。","cites":[{"source":1,"quote":"每台补贴15万元"}]}
`), openaitest.Text("\n"))
	code, out, errs := cli(t, env, "ask", "电梯改造每台补贴多少?", "--explain")
	if code != exitOK || !strings.HasPrefix(out, "电梯改造每台补贴15万元。[1]\n") {
		t.Errorf("exit code %d, printed:\n%s%s", code, out, errs)
	}
	answer, explained, _ := strings.Cut(out, "searched for")
	if strings.Contains(answer, "50万元") {
		t.Errorf("what is not proven was said:\n%s", out)
	}
	if !strings.Contains(explained, "dropped (figure") || !strings.Contains(explained, openaitest.ChatModel) {
		t.Errorf("explained:\n%s", explained)
	}
}

func TestAskFallsBackToTheDocumentsOwnWords(t *testing.T) {
	srv := openaitest.Start(t)
	data := t.TempDir()
	docs := filepath.Join(t.TempDir(), "docs")
	writeDoc(t, docs, "lift.txt", lift)
	env := []string{"OPENAI_API_KEY=wrong", "OPENAI_BASE_URL=" + srv.URL, "CHAT_MODEL=" + openaitest.ChatModel, "POLICYBOT_DATA=" + data}
	if code, _, errs := cli(t, env, "ingest", docs); code != exitOK {
		t.Fatal(errs)
	}
	code, out, errs := cli(t, env, "ask", "电梯改造每台补贴多少?")
	if code != exitOK || !strings.Contains(out, "15万元") || !strings.Contains(out, chinese.note) {
		t.Errorf("exit code %d, printed:\n%s%s", code, out, errs)
	}
}

func TestAnotherEmbedderNeedsAnotherIngest(t *testing.T) {
	srv := openaitest.Start(t)
	data := t.TempDir()
	docs := filepath.Join(t.TempDir(), "docs")
	writeDoc(t, docs, "lift.txt", lift)
	plainEnv := []string{"POLICYBOT_DATA=" + data}
	model := append(plainEnv, "OPENAI_API_KEY="+openaitest.Key, "OPENAI_BASE_URL="+srv.URL, "EMBEDDING_MODEL="+openaitest.EmbeddingModel)
	if code, _, errs := cli(t, plainEnv, "ingest", docs); code != exitOK {
		t.Fatal(errs)
	}
	if code, _, errs := cli(t, model, "search", "电梯"); code != exitFailed || !strings.Contains(errs, "policybot: hint: ") || !strings.Contains(errs, "ingest again") {
		t.Errorf("exit code %d, said:\n%s", code, errs)
	}
	if code, out, errs := cli(t, model, "ingest", docs); code != exitOK || !strings.Contains(out, "1 embedded") {
		t.Fatalf("exit code %d: %s%s", code, out, errs)
	}
	if code, out, errs := cli(t, model, "search", "电梯"); code != exitOK || !strings.Contains(out, "关于电梯改造补贴的通知") {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
}

// A question that may take longer than usual is waited for longer by the client
// too; a shorter one leaves its own times.
func TestPatience(t *testing.T) {
	for deadline, want := range map[string]openai.Config{
		"":    {},
		"0s":  {},
		"20s": {},
		"3m":  {},
		"20m": {FirstToken: 10 * time.Minute, Idle: 5 * time.Minute, Deadline: 20 * time.Minute},
	} {
		use, err := (&settings{modelDeadline: deadline}).modelUse()
		if err != nil {
			t.Fatal(err)
		}
		got := use.patience(openai.Config{})
		if got.FirstToken != want.FirstToken || got.Idle != want.Idle || got.Deadline != want.Deadline {
			t.Errorf("%q: %s, %s, %s", deadline, got.FirstToken, got.Idle, got.Deadline)
		}
	}
}
