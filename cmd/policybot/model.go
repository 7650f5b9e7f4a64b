package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"policybot/internal/bert"
)

func (p *program) model() *cobra.Command {
	return group(&cobra.Command{
		Use:   "model",
		Short: "Fetch and show the model that embeds on this machine",
	}, p.modelPull(), p.modelShow())
}

func (p *program) modelPull() *cobra.Command {
	var name, from, tokenizer string
	var hubs []string
	cmd := &cobra.Command{
		Use:   "pull",
		Short: "Fetch a local model from the public hubs, or take it from a file",
		Long: `Fetch a model into the folder of models:

` + listOfKnown() + `
The hubs are asked in order; what is there of a broken download is kept and
completed. Every file is checked against the checksum that is known of it.

With --from the weights are taken from a file that is there already: ONNX or
safetensors, in 32, 16 or 8 bits, or a .jar or .zip that holds one. Beside it must
lie its tokenizer.json, or --tokenizer names it.

Then set EMBEDDER=local, or local:NAME where there are several models, or leave it
empty, and ingest again.`,
		Example: `  policybot model pull
  policybot model pull --model multilingual-e5-small-8bit
  policybot model pull --from ~/Downloads/model.safetensors`,
		Args: cobra.NoArgs,
		RunE: p.does(func(ctx context.Context, _ []string) error {
			name = cmp.Or(name, p.namedModel(), defaultModel.Name)
			m, ok := knownByName(name)
			if !ok {
				return misused("there is no model %q to pull: known are %s", name, namesOfKnown())
			}
			dir := filepath.Join(p.modelsDir(), m.Name)
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return hint(fmt.Errorf("the folder of the model cannot be made: %w", err), "--models names another folder")
			}
			var err error
			if from != "" {
				err = takeModel(ctx, m.Spec, dir, from, tokenizer)
			} else {
				err = (&puller{m, hubs, hubPatience, p.stderr}).pull(ctx, dir)
			}
			if err != nil {
				return err
			}
			return p.tellModel(ctx, dir)
		}),
	}
	cmd.Flags().StringVar(&name, "model", "", "which one (default: that of --embedder, or "+defaultModel.Name+")")
	cmd.Flags().StringVar(&from, "from", "", "take the weights from this file instead of the hubs")
	cmd.Flags().StringVar(&tokenizer, "tokenizer", "", "with --from: the tokenizer's file, if it does not lie beside as tokenizer.json")
	cmd.Flags().StringArrayVar(&hubs, "hub", publicHubs, "address of files on a hub, with {repository}, {revision} and {path}; may be repeated")
	cmd.MarkFlagsMutuallyExclusive("from", "hub")
	return cmd
}

func (p *program) modelShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show",
		Short: "Show the local model, check its files and try it",
		Args:  cobra.NoArgs,
		RunE: p.does(func(ctx context.Context, _ []string) error {
			return p.tellModel(ctx, p.modelDir())
		}),
	}
}

// trial is embedded to see how long it takes.
const trial = "本办法自公布之日起施行。"

// tellModel prints what the model in dir is, and checks it.
func (p *program) tellModel(ctx context.Context, dir string) error {
	m, err := bert.Open(dir)
	if errors.Is(err, bert.ErrNoModel) {
		return hint(err, "'policybot model pull' fetches %s", namesOfKnown())
	}
	if err != nil {
		return hint(err, "'policybot model pull' fetches it anew")
	}
	s := m.Spec()
	sum, size, err := fileSum(ctx, filepath.Join(dir, s.Weights))
	if err != nil {
		return err
	}
	if sum != s.SHA256 {
		return hint(fmt.Errorf("the weights %s are not those that were fetched: their SHA-256 is %s, not %s", s.Weights, sum, s.SHA256),
			"'policybot model pull' fetches them anew")
	}
	began := time.Now()
	if err := m.Load(); err != nil {
		return hint(err, "'policybot model pull' fetches it anew")
	}
	loaded := time.Since(began)
	began = time.Now()
	if _, err := m.EmbedQuery(ctx, trial); err != nil {
		return err
	}
	origin := "not known to policybot"
	if note, ok := knownWeights[sum]; ok {
		origin = note
	}
	layers, dim, tokens := m.Size()
	out := printer{w: p.stdout}
	out.printf("model     %s, %d layers, %d numbers a text, at most %d tokens\n", line(s.Name), layers, dim, tokens)
	out.printf("folder    %s\n", line(dir))
	out.printf("weights   %s, %d bytes, SHA-256 %s: %s\n", line(s.Weights), size, sum, origin)
	out.printf("embedder  %s\n", line(m.Model()))
	out.printf("speed     loaded in %v, a short question in %v\n", loaded.Round(time.Millisecond), time.Since(began).Round(100*time.Microsecond))
	return out.err
}
