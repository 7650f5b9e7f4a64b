package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"

	"github.com/spf13/cobra"

	"policybot/internal/eval"
	"policybot/prompts"
	"policybot/retrieval"
)

func (p *program) eval() *cobra.Command {
	var runFile, passages string
	var claims bool
	cmd := &cobra.Command{
		Use:   "eval SET.jsonl",
		Short: "Answer a question set, write the run, print the metrics",
		Long: `Measure policybot on a set of one JSON object a line, through the code that
answers in Telegram, and print one metric a line: name, value, count.

  questions  {"id","kind","question","history","answerable","evidence","answer_has"}
             are answered from the library
  rankings   {"id","question","relevant"} with --passages: the given passages
             {"id","text"} are ranked, in memory
  claims     {"id","true","kind","claim","doc","quote","meta"} with --claims: each
             is verified against the document it names, which must be in the library`,
		Example: `  policybot eval questions.jsonl --run answers.jsonl
  policybot eval rankings.jsonl --passages passages.jsonl --run ranked.jsonl
  policybot eval --claims claims.jsonl --run verdicts.jsonl`,
		Args: exactlyOne("one set"),
		RunE: p.does(func(ctx context.Context, args []string) (err error) {
			if claims && passages != "" {
				return misused("--claims and --passages are two different runs: give one of them")
			}
			out := io.Discard
			if runFile != "" {
				f, err := os.Create(runFile)
				if err != nil {
					return hint(fmt.Errorf("the run file cannot be written: %w", err), "name a file in a folder that is there with --run")
				}
				defer func() { err = errors.Join(err, f.Close()) }()
				out = f
			}
			meter := newMeter(p.stderr, "eval", isTerminal(p.stderr))
			defer meter.end()
			var score eval.Score
			switch {
			case claims:
				score, err = p.evalClaims(ctx, args[0], out, meter.tell)
			case passages != "":
				score, err = p.evalRanking(ctx, args[0], passages, out, meter.tell)
			default:
				score, err = p.evalAnswers(ctx, args[0], out, meter.tell)
			}
			if err != nil {
				return err
			}
			meter.end()
			return score.Print(p.stdout)
		}),
	}
	cmd.Flags().StringVar(&runFile, "run", "", "write the run to this file, one JSON object a line")
	cmd.Flags().StringVar(&passages, "passages", "", "rank the passages of this file instead of answering")
	cmd.Flags().BoolVar(&claims, "claims", false, "the set has claims: verify them instead of answering")
	return cmd
}

func (p *program) evalAnswers(ctx context.Context, file string, out io.Writer, tell eval.Progress) (score eval.Score, err error) {
	set, err := readSet(file, "set of questions", eval.ReadQuestions)
	if err != nil {
		return score, err
	}
	l, err := p.openReady(ctx)
	if err != nil {
		return score, err
	}
	defer l.closeInto(&err)
	answerer, err := p.answerer(l, nil) // measuring leaves no receipts and no gaps
	if err != nil {
		return score, err
	}
	run, err := eval.RunAnswers(ctx, answerer, set, out, tell)
	if err != nil {
		return score, err
	}
	texts, err := l.texts(ctx)
	if err != nil {
		return score, err
	}
	docs := map[string]string{}
	for _, t := range texts {
		docs[path.Base(t.Doc.Path)] += t.Text + "\n"
	}
	return eval.ScoreAnswers(set, run, docs), nil
}

func (p *program) evalRanking(ctx context.Context, file, passages string, out io.Writer, tell eval.Progress) (eval.Score, error) {
	set, err := readSet(file, "set of rankings", eval.ReadRanked)
	if err != nil {
		return eval.Score{}, err
	}
	pieces, err := readSet(passages, "file of passages", eval.ReadPieces)
	if err != nil {
		return eval.Score{}, err
	}
	emb, err := p.embedder()
	if err != nil {
		return eval.Score{}, err
	}
	x, err := p.newIndex(emb)
	if err != nil {
		return eval.Score{}, err
	}
	indexing := newMeter(p.stderr, "index", isTerminal(p.stderr))
	err = x.LoadEntries(ctx, retrieval.Corpus{Version: 1, Embedder: emb.Model()}, eval.Entries(ctx, pieces, emb, indexing.tell))
	indexing.end()
	if err != nil {
		return eval.Score{}, err
	}
	run, err := eval.RunRanking(ctx, x, set, out, tell)
	if err != nil {
		return eval.Score{}, err
	}
	return eval.ScoreRanking(set, run), nil
}

func (p *program) evalClaims(ctx context.Context, file string, out io.Writer, tell eval.Progress) (score eval.Score, err error) {
	set, err := readSet(file, "set of claims", eval.ReadGiven)
	if err != nil {
		return score, err
	}
	l, err := p.open(ctx)
	if err != nil {
		return score, err
	}
	defer l.closeInto(&err)
	texts, err := l.texts(ctx)
	if err != nil {
		return score, err
	}
	judge, err := p.judge(l)
	if err != nil {
		return score, err
	}
	var decide func(prompts.Claim) bool
	if judge != nil {
		decide = func(c prompts.Claim) bool {
			supported, err := judge.Judge(ctx, c)
			return supported && err == nil
		}
	}
	run, err := eval.RunClaims(set, eval.ByName(texts), decide, out, tell)
	var absent *eval.AbsentError
	if errors.As(err, &absent) {
		return score, hint(err, "ingest their folder first: policybot ingest PATH --data %s", quoteName(p.data))
	}
	if err != nil {
		return score, err
	}
	return eval.ScoreClaims(set, run), nil
}

func readSet[T any](file, what string, read func(io.Reader) ([]T, error)) ([]T, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, explainFile(err, file, what)
	}
	defer f.Close()
	set, err := read(f)
	if err != nil {
		return nil, hint(fmt.Errorf("%s cannot be read as a %s: %w", quoteName(file), what, err),
			"'policybot eval --help' shows the kinds of set")
	}
	return set, nil
}
