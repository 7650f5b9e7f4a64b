package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"policybot/bot"
	"policybot/internal/eval"
	"policybot/prompts"
	"policybot/retrieval"
)

func (p *program) ask() *cobra.Command {
	var asJSON, explain bool
	var history []string
	var narrow narrowing
	cmd := &cobra.Command{
		Use:   "ask QUESTION",
		Short: "Answer one question",
		Long: `Answer one question from the library. Every sentence of the answer ends in [n];
below it stand the sources: title, issuer or site, date, place, heading, and the
quoted words. When the documents do not answer, it says so, says what was
searched, and shows the nearest facts as such.

A question of "-" is read from standard input.`,
		Example: `  policybot ask "既有住宅加装电梯有什么政策?"
  policybot ask "那农村居民呢?" --history "西湖区城镇居民人均可支配收入目标是多少?"
  policybot ask --explain "城市大脑数字界面要集成哪些功能?"
  policybot ask --place 杭州市 --as-of 2023-06 "数字经济的目标是多少?"
  policybot ask --json "谁作了报告?" | jq '.claims[].text'`,
		Args: oneOrMore("a question"),
		RunE: p.does(func(ctx context.Context, args []string) error {
			text, err := p.question(args)
			if err != nil {
				return err
			}
			return p.answer(ctx, bot.Question{Text: text, History: history}, narrow, asJSON, explain)
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the answer as one line of JSON")
	cmd.Flags().BoolVar(&explain, "explain", false, "show what was searched and found, and which claims were dropped and why")
	cmd.Flags().StringArrayVar(&history, "history", nil, "an earlier question of the conversation; repeat it, oldest first")
	narrow.flags(cmd.Flags())
	return cmd
}

func (p *program) answer(ctx context.Context, q bot.Question, narrow narrowing, asJSON, explain bool) (err error) {
	l, err := p.openReady(ctx)
	if err != nil {
		return err
	}
	defer l.closeInto(&err)
	if q.Filter, err = narrow.filter(ctx, l.lib); err != nil {
		return err
	}
	answerer, err := p.answerer(l, l.journal.Save)
	if err != nil {
		return err
	}
	out := newPrinter(p.stdout, q.Text)
	emit := out.claim
	q.Head = out.head
	if asJSON {
		emit, q.Head = func(prompts.Claim) {}, nil
	}
	a, err := answerer.Answer(ctx, q, emit)
	if err != nil {
		return err
	}
	if asJSON {
		return eval.WriteJSON(p.stdout, lineFor(a, explain))
	}
	if err := out.rest(a); err != nil {
		return err
	}
	if explain {
		return out.explain(a, q.Filter)
	}
	return nil
}

// lineFor is an answer as JSON; how its hits were found and what was dropped
// are in it when asked for.
func lineFor(a *bot.Answer, explain bool) eval.Line {
	l := eval.NewLine(a.ID, a)
	if !explain {
		l.Dropped = nil
		for i := range l.Hits {
			l.Hits[i].LexicalRank, l.Hits[i].VectorRank = 0, 0
		}
	}
	return l
}

func (p *program) search() *cobra.Command {
	var asJSON bool
	var k int
	var narrow narrowing
	cmd := &cobra.Command{
		Use:   "search QUESTION",
		Short: "Show the passages that a question finds, best first",
		Long: `Show the passages that a question finds, best first, each with its score and its
rank among the lexical and the vector hits. No answer is written.`,
		Example: `  policybot search "人均可支配收入"
  policybot search --json -k 3 "加装电梯" | jq -r '.text'`,
		Args: oneOrMore("a question"),
		RunE: p.does(func(ctx context.Context, args []string) error {
			text, err := p.question(args)
			if err != nil {
				return err
			}
			if k < 1 {
				return misused("-k %d: ask for one passage at least", k)
			}
			return p.hits(ctx, retrieval.Query{Text: text, K: k}, narrow, asJSON)
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one passage a line as JSON")
	cmd.Flags().IntVarP(&k, "k", "k", 10, "how many passages at most")
	narrow.flags(cmd.Flags())
	return cmd
}

func (p *program) hits(ctx context.Context, q retrieval.Query, narrow narrowing, asJSON bool) (err error) {
	l, err := p.openReady(ctx)
	if err != nil {
		return err
	}
	defer l.closeInto(&err)
	if q.Filter, err = narrow.filter(ctx, l.lib); err != nil {
		return err
	}
	hits, err := l.index.Search(ctx, q)
	if err != nil {
		return err
	}
	if asJSON {
		for _, h := range hits {
			if err := eval.WriteJSON(p.stdout, eval.NewHit(h)); err != nil {
				return err
			}
		}
		return nil
	}
	if len(hits) == 0 {
		_, err := fmt.Fprintln(p.stdout, "nothing found")
		return err
	}
	out := newPrinter(p.stdout, q.Text)
	for i, h := range hits {
		out.hit(i+1, h)
	}
	return out.err
}
