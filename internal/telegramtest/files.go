package telegramtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	_ "image/png" // photos are decoded, as Telegram does
	"io"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
)

// Limits of files: core.telegram.org/bots/api#getfile, #sendphoto, #sendmessage
// and the length of captions, in UTF-16 units after parsing.
const (
	MaxDownload = 20 << 20
	maxUpload   = 50 << 20
	maxPhoto    = 10 << 20
	MaxCaption  = 1024
)

// A File is what a message carries besides its text, which is its caption.
type File struct {
	Kind string // document or photo
	Name string
	Data []byte
	Size int
	id   string
}

// Document makes the message a file. The fields that are there already stay.
func (s *Server) Document(name string, data []byte) SendOption {
	return s.file(&File{Kind: "document", Name: name, Data: data, Size: len(data)})
}

// LargeDocument is a file of a size that nobody can download.
func (s *Server) LargeDocument(name string, size int) SendOption {
	return s.file(&File{Kind: "document", Name: name, Size: size})
}

func (s *Server) file(f *File) SendOption {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.id = fmt.Sprintf("BQACAgUAAx%04d", len(s.files)+1)
	s.files[f.id] = f
	object := map[string]any{"file_id": f.id, "file_unique_id": "AgAD" + f.id[10:], "file_size": f.Size, "mime_type": "application/octet-stream"}
	if f.Name != "" {
		object["file_name"] = f.Name
	}
	return func(m *Message) {
		m.File = f
		m.add("document", object)
	}
}

// InAlbum makes the message one of several that were sent at once.
func InAlbum(id string) SendOption { return func(m *Message) { m.add("media_group_id", id) } }

// Caption is the text of a message with a file.
func Caption(text string) SendOption { return func(m *Message) { m.add("caption", text) } }

// Via makes the message one that another bot wrote for the person to send.
func Via(bot string) SendOption {
	return func(m *Message) {
		m.add("via_bot", map[string]any{"id": 424242, "is_bot": true, "first_name": bot, "username": bot})
	}
}

func (m *Message) add(field string, value any) {
	if m.service == nil {
		m.service = map[string]any{}
	}
	m.service[field] = value
}

func (s *Server) getFile(_ context.Context, params url.Values) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[params.Get("file_id")]
	switch {
	case f == nil:
		return badRequest("Invalid file_id")
	case f.Size > MaxDownload:
		return badRequest("File is too big")
	}
	return ok(map[string]any{"file_id": f.id, "file_unique_id": "AgAD" + f.id[10:], "file_size": f.Size, "file_path": "documents/" + f.id + path.Ext(f.Name)})
}

// serveFile answers GET /file/bot<token>/<file_path>.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	token, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/file/bot"), "/")
	call := Call{Method: "file", Params: url.Values{"path": {name}}}
	if fault := s.faultFor(call); fault != nil {
		s.fail(w, r, fault, call, reply{})
		return
	}
	id := strings.TrimSuffix(path.Base(name), path.Ext(name))
	s.mu.Lock()
	f := s.files[id]
	valid := token == s.opts.Token && !s.revoked
	s.mu.Unlock()
	switch {
	case !valid:
		s.write(w, refuse(401, "Unauthorized"))
	case f == nil || path.Dir(name) != "documents":
		s.write(w, refuse(404, "Not Found"))
	default:
		s.record(call, ok(nil))
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Length", strconv.Itoa(len(f.Data)))
		_, _ = w.Write(f.Data)
	}
}

// takeFiles keeps the files of a request's body and names them in params.
func (s *Server) takeFiles(r *http.Request, params url.Values) error {
	if r.MultipartForm == nil {
		return nil
	}
	for field, headers := range r.MultipartForm.File {
		part, err := headers[0].Open()
		if err != nil {
			return err
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		s.mu.Lock()
		f := &File{Kind: field, Name: headers[0].Filename, Data: data, Size: len(data), id: fmt.Sprintf("BQACAgUAAx%04d", len(s.files)+1)}
		s.files[f.id] = f
		s.mu.Unlock()
		params.Set(field, f.id)
	}
	return nil
}

func (s *Server) sendDocument(_ context.Context, params url.Values) reply {
	return s.sendFile(params, "document", func(f *File) string {
		if f.Size > maxUpload {
			return "File is too big"
		}
		return ""
	})
}

func (s *Server) sendPhoto(_ context.Context, params url.Values) reply {
	return s.sendFile(params, "photo", func(f *File) string {
		size, _, err := image.DecodeConfig(bytes.NewReader(f.Data))
		switch {
		case err != nil:
			return "IMAGE_PROCESS_FAILED"
		case f.Size > maxPhoto:
			return "File is too big"
		case size.Width+size.Height > 10000, size.Width > 20*size.Height, size.Height > 20*size.Width:
			return "PHOTO_INVALID_DIMENSIONS"
		}
		return ""
	})
}

func (s *Server) sendFile(params url.Values, kind string, wrong func(*File) string) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files[params.Get(kind)]
	switch {
	case params.Get(kind) == "":
		return badRequest("There is no " + kind + " in the request")
	case f == nil:
		return badRequest("Wrong remote file identifier specified: Wrong string length")
	case f.Size == 0:
		return badRequest("File must be non-empty")
	}
	if why := wrong(f); why != "" {
		return badRequest(why)
	}
	var caption string
	var es []Entity
	if params.Get("caption") != "" {
		var bad *reply
		if caption, es, bad = text(url.Values{"text": params["caption"], "parse_mode": params["parse_mode"]}); bad != nil {
			return *bad
		}
	}
	if Units(caption) > MaxCaption {
		return badRequest("Message caption is too long")
	}
	object := any(map[string]any{"file_id": f.id, "file_unique_id": "AgAD" + f.id[10:], "file_size": f.Size, "file_name": f.Name})
	if kind == "photo" {
		object = []any{map[string]any{"file_id": f.id, "file_unique_id": "AgAD" + f.id[10:], "file_size": f.Size, "width": 1, "height": 1}}
	}
	m := &Message{Text: caption, Entities: es, File: f}
	m.add(kind, object)
	return s.send(params, m)
}

// Member sets what a person is in a chat: creator, administrator, member,
// restricted, left or kicked.
func (c *Chat) Member(u *User, status string) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.members[[2]int64{c.ID, u.ID}] = status
}

func (s *Server) getChatMember(_ context.Context, params url.Values) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, bad := s.target(params)
	if bad != nil {
		return *bad
	}
	id, err := strconv.ParseInt(params.Get("user_id"), 10, 64)
	if err != nil || id <= 0 {
		return badRequest("Invalid user_id specified")
	}
	status := s.members[[2]int64{c.ID, id}]
	if status == "" && !c.isGroup() {
		status = "member"
	}
	if status == "" {
		return badRequest("PARTICIPANT_ID_INVALID")
	}
	return ok(map[string]any{"status": status, "user": map[string]any{"id": id, "is_bot": false, "first_name": "?"}})
}

// describe is how a file shows on the screen.
func (f *File) describe() string {
	if f.Kind == "photo" {
		if size, _, err := image.DecodeConfig(bytes.NewReader(f.Data)); err == nil {
			return fmt.Sprintf("🖼 %d×%d", size.Width, size.Height)
		}
	}
	return "📎 " + f.Name
}

// checkForceReply refuses a force_reply that Telegram would.
func checkForceReply(raw string) *reply {
	var markup struct {
		Force       *bool   `json:"force_reply"`
		Placeholder *string `json:"input_field_placeholder"`
	}
	if json.Unmarshal([]byte(raw), &markup) != nil || markup.Force == nil {
		return nil
	}
	if p := markup.Placeholder; !*markup.Force || p != nil && (*p == "" || Units(*p) > 64) {
		r := badRequest("Can't parse force reply JSON object")
		return &r
	}
	return nil
}
