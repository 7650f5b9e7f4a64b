package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"policybot/internal/bert"
	"policybot/retrieval"
)

// What may embed.
const (
	embedOpenAI = "openai" // EMBEDDING_MODEL of the configured service
	embedLocal  = "local"  // a model on this machine, the one after ":" or the first of knownModels that is there
	embedHashed = "hashed" // words hashed, which needs nothing
)

// checkEmbedder refuses an embedder that there is not, or not without more
// settings.
func (s *settings) checkEmbedder() error {
	kind, model, named := strings.Cut(s.embedderKind, ":")
	switch {
	case named && (kind != embedLocal || !filepath.IsLocal(model) || model == "."):
		return misused("--embedder %s: only %s takes the name of a model, as %s:%s", s.embedderKind, embedLocal, embedLocal, defaultModel.Name)
	case kind == embedOpenAI && s.embeddingModel == "":
		return hint(misused("the embedder is %s, but no EMBEDDING_MODEL is set", embedOpenAI), "name the service's model that embeds in EMBEDDING_MODEL")
	case kind != "" && kind != embedOpenAI && kind != embedLocal && kind != embedHashed:
		return misused("there is no embedder %q: --embedder takes %s, %s or %s", s.embedderKind, embedOpenAI, embedLocal, embedHashed)
	}
	return nil
}

// embedder is the configured one. When none is, it is the configured service's
// model, else the local model if its files are there, else hashing, which
// knows words again and nothing of their meaning.
func (p *program) embedder() (retrieval.Embedder, error) {
	kind, _, _ := strings.Cut(p.embedderKind, ":")
	switch {
	case kind == embedOpenAI, kind == "" && p.embeddingModel != "":
		c, err := p.api()
		if err != nil {
			return nil, err
		}
		return c.Embedder(), nil
	case kind == embedLocal:
		return p.localEmbedder()
	case kind == "":
		m, err := p.localEmbedder()
		if err == nil {
			p.log.Info("no EMBEDDER: the local model is there and embeds", "embedder", m.Model())
			return m, nil
		}
		if !errors.Is(err, bert.ErrNoModel) {
			return nil, err
		}
	}
	p.log.Info("the embedder is lexical: no EMBEDDING_MODEL and no local model is set up", "embedder", retrieval.NewHashed().Model())
	return retrieval.NewHashed(), nil
}

// localEmbedder opens the local model, once: its weights are large.
func (p *program) localEmbedder() (*bert.Model, error) {
	if p.local != nil {
		return p.local, nil
	}
	dir := p.modelDir()
	m, err := bert.Open(dir)
	if errors.Is(err, bert.ErrNoModel) {
		return nil, hint(err, "'policybot model pull' fetches %s; --models names another folder", namesOfKnown())
	}
	if err != nil {
		return nil, hint(err, "'policybot model pull' fetches it anew")
	}
	p.local = m
	return m, nil
}

// modelDir is the folder of the local model.
func (p *program) modelDir() string {
	if name := p.namedModel(); name != "" {
		return filepath.Join(p.modelsDir(), name)
	}
	for _, m := range knownModels {
		dir := filepath.Join(p.modelsDir(), m.Name)
		if _, err := os.Stat(filepath.Join(dir, bert.SpecFile)); err == nil {
			return dir
		}
	}
	return filepath.Join(p.modelsDir(), defaultModel.Name)
}

// namedModel is the local model that the settings name, "" if they name none.
func (p *program) namedModel() string {
	_, name, _ := strings.Cut(p.embedderKind, ":")
	return name
}

func (p *program) modelsDir() string {
	if p.models != "" {
		return p.models
	}
	return filepath.Join(p.data, "models")
}

// embedderOf is the embedder for searching a library: the configured one. When
// none is, a library that was hashed is searched so until an ingest embeds it
// anew, also when a model has come since.
func (p *program) embedderOf(ctx context.Context, lib *retrieval.Library) (retrieval.Embedder, error) {
	c, err := lib.Current(ctx)
	if err != nil {
		return nil, err
	}
	if hashed := retrieval.NewHashed(); p.embedderKind == "" && p.embeddingModel == "" && c.Embedder == hashed.Model() {
		return hashed, nil
	}
	return p.embedder()
}
