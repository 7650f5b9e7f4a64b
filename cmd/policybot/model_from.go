package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"policybot/internal/bert"
)

// The ends of the names of files of weights that can be read.
var weightsEnds = []string{".onnx", ".safetensors"}

// weightsName is what such a file is called in a model's folder.
func weightsName(end string) string { return "model" + end }

// A source is a file to take, from a folder or an archive.
type source struct {
	name string // its own, without a folder
	size int64
	open func() (io.ReadCloser, error)
}

// takeModel puts the weights of a model in a file, and the tokenizer beside it
// or given, into dir. They are tried before they replace what was there.
func takeModel(ctx context.Context, spec bert.Spec, dir, from, tokenizer string) error {
	sources, closeAll, err := sourcesOf(from, tokenizer)
	if err != nil {
		return err
	}
	defer closeAll()
	trying, err := os.MkdirTemp(dir, "trying-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(trying)
	spec.Weights = weightsName(path.Ext(sources[0].name))
	for i, name := range []string{spec.Weights, spec.Tokenizer} {
		if err := take(ctx, sources[i], filepath.Join(trying, name)); err != nil {
			return fmt.Errorf("taking %s from %s: %w", line(sources[i].name), quoteName(from), err)
		}
	}
	if spec.SHA256, _, err = fileSum(ctx, filepath.Join(trying, spec.Weights)); err != nil {
		return err
	}
	if err := writeSpec(trying, spec); err != nil {
		return err
	}
	m, err := bert.Open(trying)
	if err == nil {
		_, err = m.EmbedQuery(ctx, trial)
		err = errors.Join(err, m.Close()) // some systems move no open files
	}
	if err != nil {
		return hint(fmt.Errorf("%s does not hold weights of %s that work: %w", quoteName(from), spec.Name, err),
			"take model.onnx, model_quantized.onnx or model.safetensors, with the tokenizer.json of the same model")
	}
	// The old model is not whole from here until the new one is.
	if err := os.Remove(filepath.Join(dir, bert.SpecFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, name := range []string{spec.Weights, spec.Tokenizer, bert.SpecFile} {
		if err := os.Rename(filepath.Join(trying, name), filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return removeOthers(dir, spec)
}

// sourcesOf finds the weights and the tokenizer.
func sourcesOf(from, tokenizer string) (sources [2]source, closeAll func(), err error) {
	closeAll = func() {}
	switch strings.ToLower(filepath.Ext(from)) {
	case ".jar", ".zip":
		archive, err := zip.OpenReader(from)
		if err != nil {
			return sources, closeAll, explainFile(err, from, "archive")
		}
		closeAll = func() { archive.Close() }
		sources, err = inArchive(&archive.Reader)
		if err != nil {
			closeAll()
			return sources, func() {}, fmt.Errorf("%s: %w", quoteName(from), err)
		}
	case ".onnx", ".safetensors":
		if sources[0], err = plainSource(from, "file of weights"); err != nil {
			return sources, closeAll, err
		}
		if tokenizer == "" {
			tokenizer = filepath.Join(filepath.Dir(from), "tokenizer.json")
			if _, err := os.Stat(tokenizer); errors.Is(err, fs.ErrNotExist) {
				return sources, closeAll, hint(fmt.Errorf("there is no tokenizer.json beside %s", quoteName(from)), "--tokenizer names the file")
			}
		}
	default:
		return sources, closeAll, misused("--from takes a file .onnx, .safetensors, .jar or .zip, not %s", quoteName(from))
	}
	if tokenizer != "" {
		sources[1], err = plainSource(tokenizer, "tokenizer")
	}
	return sources, closeAll, err
}

func plainSource(name, what string) (source, error) {
	info, err := os.Stat(name)
	if err != nil {
		return source{}, explainFile(err, name, what)
	}
	if !info.Mode().IsRegular() {
		return source{}, fmt.Errorf("the %s %s is not a plain file", what, quoteName(name))
	}
	return source{filepath.Base(name), info.Size(), func() (io.ReadCloser, error) { return os.Open(name) }}, nil
}

// inArchive finds the one file of weights and the one tokenizer of an archive.
func inArchive(archive *zip.Reader) (sources [2]source, err error) {
	found := [2]int{}
	for _, f := range archive.File {
		name := path.Base(f.Name)
		kind := 0
		switch {
		case slices.Contains(weightsEnds, path.Ext(name)):
		case strings.HasSuffix(name, "tokenizer.json"):
			kind = 1
		default:
			continue
		}
		found[kind]++
		sources[kind] = source{name, int64(min(f.UncompressedSize64, 1<<62)), f.Open}
	}
	if found != [2]int{1, 1} {
		return sources, fmt.Errorf("the archive holds %d files of weights and %d tokenizers, one of each is needed", found[0], found[1])
	}
	return sources, nil
}

// take copies a file that is not larger than it says, and not larger than any
// model is.
func take(ctx context.Context, s source, to string) error {
	if s.size > bert.MaxWeights {
		return fmt.Errorf("it has %d bytes, more than any model that can be used", s.size)
	}
	in, err := s.open()
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	n, err := io.Copy(out, io.LimitReader(in, s.size+1))
	if err = errors.Join(err, ctx.Err()); err != nil {
		return err
	}
	if n != s.size {
		return fmt.Errorf("it has not the %d bytes that it should", s.size)
	}
	return out.Sync()
}
