package telegramtest

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

// post sends a request with a file.
func post(t *testing.T, s *Server, method, field, name string, data []byte, pairs ...string) answer {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		if err := form.WriteField(pairs[i], pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile(field, name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	resp, err := s.Client().Post(s.URL()+"/bot"+s.Token()+"/"+method, form.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var a answer
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		t.Fatal(err)
	}
	return a
}

func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestFilesOfThePeople(t *testing.T) {
	on(t, Options{}, func(t *testing.T, s *Server, c *Chat, u *User) {
		c.Send(u, "", Forwarded(), s.Document("通知.txt", []byte("文")), InAlbum("9"), Caption("看"))
		c.Send(u, "", s.LargeDocument("big.pdf", MaxDownload+1))
		var list []struct {
			Message struct {
				Document struct {
					ID   string `json:"file_id"`
					Name string `json:"file_name"`
					Size int    `json:"file_size"`
				}
				Caption string
				Album   string `json:"media_group_id"`
				Date    int    `json:"forward_date"`
			}
		}
		if err := json.Unmarshal(ask(t, s, "getUpdates").Result, &list); err != nil || len(list) != 2 {
			t.Fatal(err, list)
		}
		m := list[0].Message
		if m.Document.Name != "通知.txt" || m.Document.Size != 3 || m.Caption != "看" || m.Album != "9" || m.Date == 0 {
			t.Errorf("%+v", m)
		}
		var f struct {
			Path string `json:"file_path"`
		}
		if err := json.Unmarshal(ask(t, s, "getFile", "file_id", m.Document.ID).Result, &f); err != nil {
			t.Fatal(err)
		}
		get := func(token, path string) (int, string) {
			resp, err := s.Client().Get(s.URL() + "/file/bot" + token + "/" + path)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, _ := io.ReadAll(resp.Body)
			return resp.StatusCode, string(body)
		}
		if code, body := get(s.Token(), f.Path); code != http.StatusOK || body != "文" {
			t.Errorf("%d %q", code, body)
		}
		if code, _ := get("1:x", f.Path); code != 401 {
			t.Errorf("another token gets %d", code)
		}
		if code, _ := get(s.Token(), "documents/none"); code != 404 {
			t.Errorf("no file is %d", code)
		}
		for id, want := range map[string]string{"x": "Bad Request: invalid file_id", list[1].Message.Document.ID: "Bad Request: file is too big"} {
			if a := ask(t, s, "getFile", "file_id", id); a.Description != want {
				t.Errorf("%s: %s", id, a.Description)
			}
		}
		if !strings.Contains(c.Screen(), "📎 通知.txt") {
			t.Errorf("the screen is\n%s", c.Screen())
		}
	})
}

func TestFilesOfTheBot(t *testing.T) {
	on(t, Options{}, func(t *testing.T, s *Server, c *Chat, u *User) {
		small := picture(t, 40, 20)
		for _, tc := range []struct {
			method, field string
			data          []byte
			caption, want string
		}{
			{"sendDocument", "document", []byte("a,b"), "表", ""},
			{"sendPhoto", "photo", small, "图", ""},
			{"sendPhoto", "photo", []byte("no image"), "", "Bad Request: IMAGE_PROCESS_FAILED"},
			{"sendPhoto", "photo", picture(t, 2100, 100), "", "Bad Request: PHOTO_INVALID_DIMENSIONS"},
			{"sendDocument", "document", nil, "", "Bad Request: file must be non-empty"},
			{"sendDocument", "photo", small, "", `Bad Request: sendDocument has no parameter "photo"`},
			{"sendDocument", "document", []byte("x"), strings.Repeat("字", 1025), "Bad Request: message caption is too long"},
		} {
			if a := post(t, s, tc.method, tc.field, "f", tc.data, "chat_id", "7", "caption", tc.caption); a.Description != tc.want {
				t.Errorf("%s %.20q: %s, want %s", tc.method, tc.caption, a.Description, tc.want)
			}
		}
		if a := ask(t, s, "sendDocument", "chat_id", 7, "document", "nothing"); a.OK || !strings.Contains(a.Description, "wrong remote file identifier") {
			t.Errorf("%+v", a)
		}
		all := c.FromBot()
		if len(all) != 2 || string(all[0].File.Data) != "a,b" || all[1].Text != "图" || !strings.Contains(c.Screen(), "🖼 40×20\n  图") {
			t.Errorf("people see\n%s", c.Screen())
		}
		if a := ask(t, s, "editMessageText", "chat_id", 7, "message_id", 1, "text", "x"); a.Description != "Bad Request: there is no text in the message to edit" {
			t.Error(a.Description)
		}
		if a := ask(t, s, "sendMessage", "chat_id", 7, "text", "x", "reply_markup", `{"force_reply":true,"input_field_placeholder":""}`); a.OK {
			t.Error("an empty placeholder was taken")
		}
		if a := ask(t, s, "sendMessage", "chat_id", 7, "text", "x", "reply_markup", `{"force_reply":true,"input_field_placeholder":"标题"}`); !a.OK {
			t.Error(a.Description)
		}
		g := s.Group(-5, "g")
		g.Member(u, "administrator")
		for id, want := range map[string]string{"7": `"administrator"`, "8": "", "x": ""} {
			if a := ask(t, s, "getChatMember", "chat_id", -5, "user_id", id); a.OK != (want != "") || !strings.Contains(string(a.Result), want) {
				t.Errorf("%s: %s %s", id, a.Result, a.Description)
			}
		}
	})
}
