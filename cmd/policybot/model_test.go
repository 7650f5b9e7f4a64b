package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"policybot/internal/bert"
)

// tinyModel is the folder of a small model with random weights.
const tinyModel = "../../internal/bert/testdata/tiny"

// manyModel is that of another, built as multilingual-e5-small is.
const manyModel = "../../internal/bert/testdata/unigram"

func tinyFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(tinyModel, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// knownTiny is the small model as if it were known.
func knownTiny(t *testing.T) knownModel {
	t.Helper()
	m := knownModel{repository: "someone/tiny", revision: "abc",
		Spec: bert.Spec{Name: "tiny", Weights: "model.onnx", Tokenizer: "tokenizer.json", Heads: 4, Pooling: bert.First}}
	for _, name := range []string{"tokenizer.json", "model.onnx"} {
		data := tinyFile(t, name)
		m.SHA256 = fmt.Sprintf("%x", sha256.Sum256(data))
		m.files = append(m.files, hubFile{"at/" + name, name, int64(len(data)), m.SHA256})
	}
	return m
}

// What is known of the models that can be pulled fits together.
func TestKnownModels(t *testing.T) {
	hexadecimal := regexp.MustCompile(`^[0-9a-f]+$`)
	for _, m := range knownModels {
		sums := map[string]string{}
		for _, f := range m.files {
			sums[f.name] = f.sha256
			if len(f.sha256) != 64 || !hexadecimal.MatchString(f.sha256) || f.size <= 0 || f.size > bert.MaxWeights {
				t.Errorf("%s: %s of %d bytes has the checksum %s", m.Name, f.path, f.size, f.sha256)
			}
		}
		if sums[m.Weights] != m.SHA256 || sums[m.Tokenizer] == "" || knownWeights[m.SHA256] == "" || len(m.revision) != 40 || m.licence != "MIT" && m.licence != "Apache-2.0" {
			t.Errorf("%s: %+v", m.Name, m)
		}
		if found, ok := knownByName(m.Name); !ok || found.repository != m.repository {
			t.Errorf("%s is not found by its name", m.Name)
		}
	}
}

// A hub serves the small model, and misbehaves once for each file.
func hub(t *testing.T, misbehave func(w http.ResponseWriter, r *http.Request, data []byte)) (address string, ranges *[]string) {
	t.Helper()
	ranges = new([]string)
	done := map[string]bool{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, ok := strings.CutPrefix(r.URL.Path, "/someone/tiny/abc/at/")
		if !ok {
			http.NotFound(w, r)
			return
		}
		data := tinyFile(t, name)
		*ranges = append(*ranges, r.Header.Get("Range"))
		if misbehave != nil && !done[name] {
			done[name] = true
			misbehave(w, r, data)
			return
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	}))
	t.Cleanup(srv.Close)
	return srv.URL + "/{repository}/{revision}/{path}", ranges
}

// breakOff sends half of a file.
func breakOff(w http.ResponseWriter, _ *http.Request, data []byte) {
	w.Header().Set("Content-Length", fmt.Sprint(len(data)))
	_, _ = w.Write(data[:len(data)/2])
}

func opens(t *testing.T, dir string) {
	t.Helper()
	m, err := bert.Open(dir)
	if err == nil {
		err = m.Load()
	}
	if err != nil {
		t.Error(err)
	}
	if parts, err := filepath.Glob(filepath.Join(dir, "*"+partEnd)); len(parts) > 0 || err != nil {
		t.Errorf("%v is left (%v)", parts, err)
	}
}

func TestPullGoesOnWhereItBrokeOff(t *testing.T) {
	address, ranges := hub(t, breakOff)
	dir := t.TempDir()
	p := puller{knownTiny(t), []string{address, address}, time.Minute, io.Discard}
	if err := p.pull(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	opens(t, dir)
	want := fmt.Sprintf("[ bytes=%d-  bytes=%d-]", p.model.files[0].size/2, p.model.files[1].size/2)
	if got := fmt.Sprint(*ranges); got != want {
		t.Errorf("the hub was asked for %s, want %s", got, want)
	}
	if err := p.pull(t.Context(), dir); err != nil || len(*ranges) != 4 {
		t.Errorf("what is there was fetched again (%v)", err)
	}
}

func TestPullSurvivesBadHubs(t *testing.T) {
	good, _ := hub(t, nil)
	for name, misbehave := range map[string]func(http.ResponseWriter, *http.Request, []byte){
		"an error": func(w http.ResponseWriter, _ *http.Request, _ []byte) { http.Error(w, "no", http.StatusForbidden) },
		"another file of that size": func(w http.ResponseWriter, _ *http.Request, data []byte) {
			_, _ = w.Write(bytes.Repeat([]byte("x"), len(data)))
		},
		"a longer file": func(w http.ResponseWriter, _ *http.Request, data []byte) {
			_, _ = w.Write(append(data, 'x'))
		},
		"an endless file": func(w http.ResponseWriter, r *http.Request, data []byte) {
			for r.Context().Err() == nil {
				if _, err := w.Write(bytes.Repeat([]byte("x"), 1<<16)); err != nil {
					return
				}
			}
		},
		"a page of HTML": func(w http.ResponseWriter, _ *http.Request, _ []byte) { _, _ = io.WriteString(w, "<html>") },
		"another part": func(w http.ResponseWriter, _ *http.Request, data []byte) {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes 5-%d/%d", len(data)-1, len(data)))
			w.WriteHeader(http.StatusPartialContent)
			_, _ = w.Write(data[5:])
		},
	} {
		t.Run(name, func(t *testing.T) {
			bad, _ := hub(t, misbehave)
			dir := t.TempDir()
			var said strings.Builder
			p := puller{knownTiny(t), []string{bad, good}, time.Minute, &said}
			if err := p.pull(t.Context(), dir); err != nil {
				t.Fatal(err)
			}
			opens(t, dir)
			if !strings.Contains(said.String(), "did not give tokenizer.json") {
				t.Errorf("said:\n%s", said.String())
			}
		})
	}
}

func TestPullWaitsForNoSilentHub(t *testing.T) {
	silent, _ := hub(t, func(_ http.ResponseWriter, r *http.Request, _ []byte) { <-r.Context().Done() })
	var said strings.Builder
	p := puller{knownTiny(t), []string{silent}, 50 * time.Millisecond, &said}
	if err := p.pull(t.Context(), t.TempDir()); err == nil || !strings.Contains(said.String(), "it sent nothing for 50ms") {
		t.Errorf("%v, said:\n%s", err, said.String())
	}
}

func TestPullSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	p := puller{knownTiny(t), []string{"http://127.0.0.1:1/{path}", "::"}, time.Minute, io.Discard}
	err := p.pull(t.Context(), dir)
	var h *hinted
	if !errors.As(err, &h) || !strings.Contains(h.hint, "--from") || !strings.Contains(err.Error(), "none of 2 hubs") {
		t.Errorf("%v", err)
	}
	if files, err := os.ReadDir(dir); len(files) != 0 || err != nil {
		t.Errorf("%v is left (%v)", files, err)
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := p.pull(stopped, dir); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

func TestPullFromAnArchive(t *testing.T) {
	archive := func(names ...string) string {
		file := filepath.Join(t.TempDir(), "model.jar")
		f, err := os.Create(file)
		if err != nil {
			t.Fatal(err)
		}
		z := zip.NewWriter(f)
		for _, name := range names {
			w, err := z.Create("some/where/x-" + name)
			if err == nil {
				_, err = w.Write(tinyFile(t, name))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(z.Close(), f.Close()); err != nil {
			t.Fatal(err)
		}
		return file
	}
	models := t.TempDir()
	code, out, errs := cli(t, nil, "model", "pull", "--models", models, "--from", archive("model.onnx", "tokenizer.json"))
	if code != exitOK || !strings.Contains(out, "2 layers, 32 numbers") || !strings.Contains(out, "not known") {
		t.Fatalf("exit code %d:\n%s%s", code, out, errs)
	}
	opens(t, filepath.Join(models, defaultModel.Name))
	for _, names := range [][]string{{"model.onnx"}, {"tokenizer.json"}, {"model.onnx", "quantized.onnx", "tokenizer.json"}} {
		if code, _, errs := cli(t, nil, "model", "pull", "--models", models, "--from", archive(names...)); code != exitFailed || !strings.Contains(errs, "one of each") {
			t.Errorf("%v: exit code %d:\n%s", names, code, errs)
		}
	}
	opens(t, filepath.Join(models, defaultModel.Name)) // what was there is as it was
}
