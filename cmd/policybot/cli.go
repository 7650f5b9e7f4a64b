package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"policybot/internal/bert"
	"policybot/internal/openai"
)

// A program is one run of policybot: its streams and its settings.
type program struct {
	settings
	env            []string
	stdin          io.Reader
	stdout, stderr io.Writer
	log            *slog.Logger
	level          slog.LevelVar
	client         *openai.Client // made by api
	local          *bert.Model    // opened by localEmbedder
	telegramClient *http.Client   // nil but in tests
	// began is set once the command line was understood: errors from then on
	// are failures, errors before are misuse.
	began bool
}

// Run runs one command line and returns its exit code: 0 when it did what was
// asked, 1 when it failed, 2 when the command line was wrong.
func Run(ctx context.Context, args, env []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{env: env, stdin: stdin, stdout: stdout, stderr: stderr}
	root := p.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	var m *misuse
	if err != nil && (!p.began || errors.As(err, &m)) {
		err = misuseOf(err, cmd)
	}
	return report(stderr, err)
}

// misuseOf marks an error of the command line and says where help is.
func misuseOf(err error, cmd *cobra.Command) error {
	var h *hinted
	if errors.As(err, &h) {
		return err
	}
	return hint(&misuse{err}, "'%s --help' shows how it is used", cmd.CommandPath())
}

const about = `policybot answers questions about a body of policy documents and proves every
sentence: each ends in the number of a source whose quoted words stand in the
document, letter for letter. What it cannot prove it does not say.

First put documents into the library, then ask:

  policybot ingest seeds
  policybot ask "到2025年杭州数字经济核心产业主营业务收入的目标是多少?"

or serve them in Telegram (TELEGRAM_BOT_TOKEN) or in this terminal:

  policybot serve --ingest seeds

Settings come from flags, then from the environment (the names in brackets),
then from the file .env. Secrets have no flags:

  TELEGRAM_BOT_TOKEN   token of the bot, from @BotFather
  OPENAI_API_KEY       key of an OpenAI-compatible service for CHAT_MODEL and
                       EMBEDDING_MODEL; without one nothing leaves this machine`

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "policybot",
		Short:         "Answers from policy documents, every sentence proven",
		Long:          about,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	p.flags(root.PersistentFlags())
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if err := p.fill(cmd, p.env); err != nil {
			p.began = true // its errors say what to do themselves
			return err
		}
		p.level.Set(slog.LevelWarn)
		if p.verbose {
			p.level.Set(slog.LevelDebug)
		}
		p.log = slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: &p.level}))
		return nil
	}
	root.AddCommand(p.serve(), p.ingest(), p.ask(), p.search(), p.docs(), p.eval(), p.export(), p.model())
	return root
}

// does makes a command's work into what cobra runs.
func (p *program) does(work func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		p.began = true
		return work(cmd.Context(), args)
	}
}

// group makes a command that only has commands below it: alone it shows its
// help, with a word that is none of them it is misused.
func group(cmd *cobra.Command, commands ...*cobra.Command) *cobra.Command {
	cmd.Args = cobra.NoArgs
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(commands...)
	return cmd
}

// oneOrMore and exactlyOne say in words what a command must be given.
func oneOrMore(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return misused("'%s' needs %s", cmd.CommandPath(), what)
		}
		return nil
	}
}

func exactlyOne(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return misused("'%s' takes %s, and was given %d", cmd.CommandPath(), what, len(args))
		}
		return oneOrMore(what)(cmd, args)
	}
}

// version is what the build knows of itself.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (v == "" || v == "(devel)") {
			v = s.Value[:min(12, len(s.Value))]
		}
	}
	return v
}

// question is the question of the arguments; "-" reads it from standard input.
func (p *program) question(args []string) (string, error) {
	q := strings.Join(args, " ")
	if q == "-" {
		const longest = 64 << 10 // far above what any question needs
		in, err := io.ReadAll(io.LimitReader(p.stdin, longest))
		if err != nil {
			return "", err
		}
		q = string(in)
	}
	if q = strings.TrimSpace(q); q == "" {
		return "", hint(misused("the question is empty"), `put it in quotes: policybot ask "西湖区2025年的目标是什么?"`)
	}
	return q, nil
}

// isTerminal reports whether a stream is a person's terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
