package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/joho/godotenv"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// settings is what can be set with a flag, in the environment or in a file.
type settings struct {
	data    string // the folder of the library
	file    string // the settings file
	verbose bool

	telegramToken  string
	telegramURL    string
	telegramAdmins string
	telegramAllow  string
	telegramPace   string
	telegramStaff  string
	// telegramAccessBy is accessOpen or accessByInvite.
	telegramAccessBy string
	telegramWebhook  string
	telegramListen   string
	retentionDays    string
	transcribeURL    string
	transcribeModel  string
	transcribeKey    string

	openaiKey      string
	openaiURL      string
	openaiVersion  string
	chatModel      string
	judgeModel     string
	modelContext   string
	modelDeadline  string
	tokensPerson   string
	tokensDay      string
	costDay        string
	modelPrice     string
	embeddingModel string
	rerankURL      string
	rerankModel    string
	rerankKey      string
	embeddingPrice string
	embeddingRPM   string
	embeddingTPM   string
	embedderKind   string // one of the embed constants, embedLocal perhaps with ":" and a model; "" takes what is there
	models         string // the folder of local models; "" is models in the data folder
}

const (
	// defaultChatModel answers when there is a key of OpenAI's and no model was
	// named; other services have other models.
	defaultChatModel = "gpt-4o-mini"
	// noModel as a chat model is none, also where there would be a default.
	noModel = "none"
)

// A setting is one of the settings with its names.
type setting struct {
	to   *string
	flag string // "" for secrets, which a list of processes would show
	env  string
	def  string
	help string
}

func (s *settings) all() []setting {
	return []setting{
		{&s.data, "data", "POLICYBOT_DATA", "data", "folder of the library"},
		{&s.telegramToken, "", "TELEGRAM_BOT_TOKEN", "", "token of the bot, from @BotFather; without one serve opens a chat in the terminal"},
		{&s.telegramURL, "telegram-url", "TELEGRAM_API_URL", "https://api.telegram.org", "address of the Bot API server"},
		{&s.telegramAdmins, "telegram-admins", "TELEGRAM_ADMINS", "", "numeric ids of the people who look after the bot and its documents in Telegram, with commas"},
		{&s.telegramAllow, "telegram-allow", "TELEGRAM_ALLOW", "", "numeric ids of the people and chats that the bot is for, with commas; empty is everyone"},
		{&s.telegramAccessBy, "telegram-access", "TELEGRAM_ACCESS", accessOpen, "\"invite\" lets in only those whom TELEGRAM_ALLOW lists or an admin invited"},
		{&s.telegramStaff, "telegram-staff", "TELEGRAM_STAFF", "", "numeric ids of the people who may see /stats and /gaps and change nothing, with commas"},
		{&s.telegramPace, "telegram-pace", "TELEGRAM_PACE", "12", "questions a minute that a person may ask, and a group three times as many; 0 is no limit"},
		{&s.telegramWebhook, "telegram-webhook", "TELEGRAM_WEBHOOK", "", "public https address that Telegram posts updates to; empty is polling"},
		{&s.telegramListen, "telegram-listen", "TELEGRAM_LISTEN", "127.0.0.1:8443", "where the webhook listens, for a proxy that ends TLS"},
		{&s.transcribeModel, "transcribe-model", "TRANSCRIBE_MODEL", "", "model that hears voice messages, such as whisper-1; without one people are asked to type"},
		{&s.transcribeURL, "transcribe-url", "TRANSCRIBE_URL", "", "address of its service, up to /audio/transcriptions; empty is that of OPENAI_BASE_URL, with its key"},
		{&s.transcribeKey, "", "TRANSCRIBE_KEY", "", "key for TRANSCRIBE_URL"},
		{&s.retentionDays, "retention-days", "RETENTION_DAYS", "180", "days that a server keeps questions, answers and feedback; 0 is for ever"},
		{&s.openaiKey, "", "OPENAI_API_KEY", "", "key of an OpenAI-compatible API; with none, and no address of a service, nothing leaves the machine"},
		{&s.openaiURL, "openai-url", "OPENAI_BASE_URL", "", "address of that API, such as http://localhost:11434/v1"},
		{&s.openaiVersion, "openai-version", "OPENAI_API_VERSION", "", "api-version of an Azure service, whose models are its deployments; empty for all others"},
		{&s.chatModel, "chat-model", "CHAT_MODEL", "", "model that writes answers; \"none\" for none (default with a key of OpenAI's: " + defaultChatModel + ")"},
		{&s.judgeModel, "judge-model", "JUDGE_MODEL", "", "model that decides on claims which the checks cannot compare, such as translations; empty is none"},
		{&s.modelContext, "model-context", "MODEL_CONTEXT", "12000", "most tokens of passages and rules that the model is sent; the weakest passages are left out, whole"},
		{&s.modelDeadline, "model-deadline", "MODEL_DEADLINE", "3m", "how long the model may take for a question before the documents' own words take its place"},
		{&s.tokensPerson, "model-tokens-person", "MODEL_TOKENS_PERSON", "0", "tokens of the model that a person may use in a day; 0 is no limit"},
		{&s.tokensDay, "model-tokens-day", "MODEL_TOKENS_DAY", "0", "tokens of the model that all may use in a day; 0 is no limit"},
		{&s.costDay, "model-cost-day", "MODEL_COST_DAY", "0", "what the model may cost in a day by MODEL_PRICE; 0 is no limit"},
		{&s.modelPrice, "model-price", "MODEL_PRICE", "", "price of a million tokens asked and answered, such as 0.15/0.60"},
		{&s.embedderKind, "embedder", "EMBEDDER", "", "what embeds passages: openai, local (or local:NAME, one of several models) or hashed; empty is the first of them that is set up. Another one embeds the library again at the next ingest"},
		{&s.models, "models", "POLICYBOT_MODELS", "", "folder of local models (default: models in the folder of the library)"},
		{&s.embeddingModel, "embedding-model", "EMBEDDING_MODEL", "", "model of that API that embeds passages"},
		{&s.embeddingPrice, "embedding-price", "EMBEDDING_PRICE", "", "what a million tokens cost at that model, such as 0.02; \"ingest --dry-run\" then tells the cost"},
		{&s.embeddingRPM, "embedding-rpm", "EMBEDDING_RPM", "", "requests a minute that the account may send to that model; empty is no limit but what the service refuses"},
		{&s.embeddingTPM, "embedding-tpm", "EMBEDDING_TPM", "", "tokens a minute, likewise"},
		{&s.rerankURL, "rerank-url", "RERANK_URL", "", "address of a reranker that orders the best passages, such as http://localhost:8080/v1/rerank; empty is none"},
		{&s.rerankModel, "rerank-model", "RERANK_MODEL", "", "its model, where the server has several"},
		{&s.rerankKey, "", "RERANK_API_KEY", "", "its key, where it asks for one"},
	}
}

// flags adds the settings that every command takes.
func (s *settings) flags(f *pflag.FlagSet) {
	for _, o := range s.all() {
		if o.flag != "" {
			f.StringVar(o.to, o.flag, o.def, o.help+" ["+o.env+"]")
		}
	}
	f.StringVar(&s.file, "config", ".env", "settings file with NAME=value lines")
	f.BoolVarP(&s.verbose, "verbose", "v", false, "log what happens to standard error")
}

// fill takes what no flag set from the environment, then from the settings
// file, then from the defaults.
func (s *settings) fill(cmd *cobra.Command, env []string) error {
	file, err := s.readFile(cmd.Flags().Changed("config"))
	if err != nil {
		return err
	}
	set := map[string]string{}
	for _, pair := range env {
		if name, value, ok := strings.Cut(pair, "="); ok {
			set[name] = value
		}
	}
	for _, o := range s.all() {
		if o.flag != "" && cmd.Flags().Changed(o.flag) {
			continue
		}
		for _, value := range []string{set[o.env], file[o.env], o.def} {
			if *o.to = strings.TrimSpace(value); *o.to != "" {
				break
			}
		}
	}
	switch {
	case s.chatModel == "" && s.openaiKey != "" && s.openaiURL == "":
		s.chatModel = defaultChatModel
	case s.chatModel == noModel:
		s.chatModel = ""
	}
	return s.check()
}

// readFile reads the settings file. One that was not asked for may be absent.
func (s *settings) readFile(asked bool) (map[string]string, error) {
	f, err := os.Open(s.file)
	if errors.Is(err, fs.ErrNotExist) && !asked {
		return nil, nil
	}
	if err != nil {
		return nil, explainFile(err, s.file, "settings file")
	}
	defer f.Close()
	set, err := godotenv.Parse(f)
	if err != nil {
		// The parser's own words quote the file, which holds secrets.
		return nil, hint(fmt.Errorf("the settings file %s cannot be read", quoteName(s.file)),
			"write one NAME=value a line; put values with spaces or # in double quotes")
	}
	return set, nil
}

// check refuses settings that cannot work together.
func (s *settings) check() error {
	if s.data == "" {
		return misused("--data is empty: name the folder of the library")
	}
	if (s.chatModel != "" || s.embeddingModel != "" || s.judgeModel != "") && s.openaiKey == "" && s.openaiURL == "" {
		return hint(misused("a model is set, but neither OPENAI_API_KEY nor OPENAI_BASE_URL"),
			"set the key of the service, or the address of one that needs none; or unset CHAT_MODEL and EMBEDDING_MODEL to work without a model")
	}
	_, _, err := s.pace()
	if _, bad := s.price(); err != nil || bad != nil {
		return cmp.Or(err, bad)
	}
	if _, err := s.modelUse(); err != nil {
		return err
	}
	return s.checkEmbedder()
}

// pace is how many requests and tokens may be sent a minute to embed, 0 for no
// limit.
func (s *settings) pace() (requests, tokens int, err error) {
	for _, l := range []struct {
		to          *int
		name, value string
	}{{&requests, "EMBEDDING_RPM", s.embeddingRPM}, {&tokens, "EMBEDDING_TPM", s.embeddingTPM}} {
		if l.value == "" {
			continue
		}
		if *l.to, err = strconv.Atoi(l.value); err != nil || *l.to < 0 {
			return 0, 0, misused("%s %s is no number of one a minute or more; 0 is no limit", l.name, quoteName(line(l.value)))
		}
	}
	return requests, tokens, nil
}

// price is what a million tokens cost to embed, 0 when that is not known.
func (s *settings) price() (float64, error) {
	if s.embeddingPrice == "" {
		return 0, nil
	}
	p, err := strconv.ParseFloat(s.embeddingPrice, 64)
	if err != nil || !(p >= 0 && p < 1e6) {
		return 0, misused("EMBEDDING_PRICE %s is no price: give what a million tokens cost, such as 0.02", quoteName(line(s.embeddingPrice)))
	}
	return p, nil
}
