package telegramtest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"
)

// Options make a Server; the zero value is a bot without quotas that sees, in
// groups, only what is meant for it.
type Options struct {
	Token       string // default DefaultToken
	Username    string // default "policy_test_bot"
	Limits      Limits
	ReadsGroups bool          // privacy mode off: every group message arrives
	Drafts      bool          // the server has sendMessageDraft
	CallbackTTL time.Duration // how long a pressed button waits for an answer; default 15 s
}

// DefaultToken is the token of a Server whose Options name none.
const DefaultToken = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"

// A Server is Telegram, as one bot sees it. Its methods may be called from
// any goroutine.
type Server struct {
	opts   Options
	client *http.Client
	self   user

	mu        sync.Mutex
	chats     map[int64]*Chat
	updates   []update // not yet confirmed, in order
	confirmed []update // confirmed ones, for Redeliver
	lastID    int64
	allowed   []string // of the last getUpdates that named any
	twice     bool
	backwards bool
	webhook   string
	secret    string // that it is posted with
	revoked   bool
	poll      *poll
	wake      chan struct{}
	callbacks map[string]*callback
	files     map[string]*File    // by file_id
	members   map[[2]int64]string // by chat and person
	typed     map[string]*Typed
	commands  map[string]string // scope and language -> commands
	faults    []*Fault
	hook      func(Call) *Fault
	calls     []Call
	sent      map[meter][]time.Time // when messages were accepted
	blocked   map[int64]time.Time   // chats that must wait, after a 429
}

// A poll is a getUpdates that waits.
type poll struct{ end chan struct{} }

// A Call is one request that the bot made and what it got.
type Call struct {
	At          time.Time
	Method      string
	Params      url.Values
	Code        int // 200, or Telegram's error_code; 0 when the connection was cut
	Description string
}

// New starts a server that ends with the test.
func New(t testing.TB, o Options) *Server {
	if o.Token == "" {
		o.Token = DefaultToken
	}
	if o.Username == "" {
		o.Username = "policy_test_bot"
	}
	if o.CallbackTTL == 0 {
		o.CallbackTTL = 15 * time.Second
	}
	network := newPipes()
	transport := &http.Transport{DialContext: network.dial}
	s := &Server{
		opts: o, client: &http.Client{Transport: transport},
		self:  user{ID: 110201543, IsBot: true, FirstName: "政策问答", Username: o.Username},
		chats: map[int64]*Chat{}, callbacks: map[string]*callback{}, files: map[string]*File{}, members: map[[2]int64]string{}, typed: map[string]*Typed{}, commands: map[string]string{},
		lastID: 873_200_100, wake: make(chan struct{}),
		sent: map[meter][]time.Time{}, blocked: map[int64]time.Time{},
	}
	srv := &http.Server{Handler: s}
	var done sync.WaitGroup
	done.Go(func() { _ = srv.Serve(network) })
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = srv.Close()
		_ = network.Close()
		done.Wait()
	})
	return s
}

// Token is the token that the server takes.
func (s *Server) Token() string { return s.opts.Token }

// URL is the server's base address, for Client.
func (s *Server) URL() string { return "http://telegram.test" }

// Calls are the requests that were made with one of the methods, oldest
// first; all of them without any.
func (s *Server) Calls(methods ...string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Call
	for _, c := range s.calls {
		if len(methods) == 0 || slices.Contains(methods, c.Method) {
			out = append(out, c)
		}
	}
	return out
}

// SetWebhook sets a webhook behind the bot's back; "" removes it.
func (s *Server) SetWebhook(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.webhook = url
	s.wakeUp()
}

// Revoke makes the token worthless, as its owner can at any time.
func (s *Server) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = true
	s.wakeUp()
}

// A reply is what a method gives back.
type reply struct {
	code       int
	result     any
	text       string
	parameters map[string]any
}

func ok(result any) reply { return reply{code: 200, result: result} }

func refuse(code int, format string, args ...any) reply {
	return reply{code: code, text: fmt.Sprintf(format, args...)}
}

// badRequest is a 400 with the first letter lowered, as Telegram puts it,
// unless it is an upper-case code.
func badRequest(text string) reply {
	if len(text) > 1 && (text[1] < 'A' || text[1] > 'Z') && text[1] != '_' {
		text = strings.ToLower(text[:1]) + text[1:]
	}
	return reply{code: 400, text: "Bad Request: " + text}
}

// ServeHTTP implements http.Handler, for a server on a real port.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/file/bot") {
		s.serveFile(w, r)
		return
	}
	token, method, found := strings.Cut(strings.TrimPrefix(r.URL.Path, "/bot"), "/")
	if !found || !strings.HasPrefix(r.URL.Path, "/bot") || !strings.Contains(token, ":") {
		s.write(w, refuse(404, "Not Found"))
		return
	}
	params, err := readParams(r)
	if err == nil {
		err = s.takeFiles(r, params)
	}
	if err != nil {
		s.write(w, badRequest(err.Error()))
		return
	}
	call := Call{At: time.Now(), Method: method, Params: params}
	fault := s.faultFor(call)
	if fault != nil && !fault.Applied {
		s.fail(w, r, fault, call, reply{})
		return
	}
	answer := s.dispatch(r.Context(), token, method, params)
	if fault != nil {
		s.fail(w, r, fault, call, answer)
		return
	}
	s.record(call, answer)
	s.write(w, answer)
}

func (s *Server) record(c Call, a reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Code, c.Description = a.code, a.text
	s.calls = append(s.calls, c)
}

func readParams(r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxUpload+1<<20)
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	params := r.URL.Query()
	switch kind {
	case "application/json":
		var fields map[string]json.RawMessage
		if err := json.NewDecoder(r.Body).Decode(&fields); err != nil {
			return nil, fmt.Errorf("can't parse JSON: %w", err)
		}
		for k, v := range fields {
			text := string(v)
			if len(v) > 0 && v[0] == '"' {
				if err := json.Unmarshal(v, &text); err != nil {
					return nil, err
				}
			}
			params.Set(k, text)
		}
	case "multipart/form-data":
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			return nil, err
		}
		maps.Copy(params, url.Values(r.MultipartForm.Value))
	default:
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, err
		}
		maps.Copy(params, form)
	}
	return params, nil
}

func (s *Server) write(w http.ResponseWriter, a reply) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.code)
	_, _ = w.Write(a.body())
}

func (a reply) body() []byte {
	out := map[string]any{"ok": a.code == 200}
	if a.code == 200 {
		out["result"] = a.result
	} else {
		out["error_code"], out["description"] = a.code, a.text
		if a.parameters != nil {
			out["parameters"] = a.parameters
		}
	}
	body, err := json.Marshal(out)
	if err != nil {
		panic(err) // results are built by this package
	}
	return body
}

type handler struct {
	do     func(*Server, context.Context, url.Values) reply
	params string // the names it takes, with a space after each
}

var handlers = map[string]handler{
	"getme":                  {(*Server).getMe, ""},
	"getupdates":             {(*Server).getUpdates, "offset limit timeout allowed_updates "},
	"deletewebhook":          {(*Server).deleteWebhook, "drop_pending_updates "},
	"setwebhook":             {(*Server).setWebhook, "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token "},
	"getwebhookinfo":         {(*Server).getWebhookInfo, ""},
	"setmycommands":          {(*Server).setMyCommands, "commands scope language_code "},
	"getmycommands":          {(*Server).getMyCommands, "scope language_code "},
	"sendchataction":         {(*Server).sendChatAction, "chat_id message_thread_id action "},
	"sendmessage":            {(*Server).sendMessage, "chat_id message_thread_id text parse_mode entities link_preview_options disable_notification protect_content reply_parameters reply_markup "},
	"editmessagetext":        {(*Server).editMessageText, "chat_id message_id text parse_mode entities link_preview_options reply_markup "},
	"editmessagereplymarkup": {(*Server).editMessageReplyMarkup, "chat_id message_id reply_markup "},
	"deletemessage":          {(*Server).deleteMessage, "chat_id message_id "},
	"sendmessagedraft":       {(*Server).sendMessageDraft, "chat_id message_thread_id draft_id text parse_mode entities "},
	"answerinlinequery":      {(*Server).answerInlineQuery, "inline_query_id results cache_time is_personal next_offset button "},
	"getfile":                {(*Server).getFile, "file_id "},
	"senddocument":           {(*Server).sendDocument, "chat_id message_thread_id document caption parse_mode disable_notification protect_content reply_parameters reply_markup "},
	"sendphoto":              {(*Server).sendPhoto, "chat_id message_thread_id photo caption parse_mode disable_notification protect_content reply_parameters reply_markup "},
	"getchatmember":          {(*Server).getChatMember, "chat_id user_id "},
	"answercallbackquery":    {(*Server).answerCallbackQuery, "callback_query_id text show_alert url cache_time "},
}

func (s *Server) dispatch(ctx context.Context, token, method string, params url.Values) reply {
	s.mu.Lock()
	valid := token == s.opts.Token && !s.revoked
	s.mu.Unlock()
	if !valid {
		return refuse(401, "Unauthorized")
	}
	h, known := handlers[strings.ToLower(method)]
	if !known || strings.EqualFold(method, "sendMessageDraft") && !s.opts.Drafts {
		return refuse(404, "Not Found: method not found")
	}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if !strings.Contains(" "+h.params, " "+name+" ") {
			return badRequest(fmt.Sprintf("%s has no parameter %q", method, name))
		}
		if !utf8.ValidString(params.Get(name)) {
			return badRequest("Strings must be encoded in UTF-8")
		}
	}
	odd := check(method, params)
	if a := h.do(s, ctx, params); odd == nil || a.code != http.StatusOK {
		return a // Telegram's own words come first
	}
	return badRequest(odd.Error())
}
