package telegramtest

// Spoken makes the message a voice message of so many seconds, which the bot
// can download.
func (s *Server) Spoken(data string, seconds int) SendOption {
	file := s.file(&File{Kind: "voice", Data: []byte(data), Size: len(data)})
	return func(m *Message) {
		file(m)
		object := m.service["document"].(map[string]any)
		delete(m.service, "document")
		object["duration"] = seconds
		m.add("voice", object)
	}
}
