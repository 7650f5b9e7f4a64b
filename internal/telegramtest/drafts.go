package telegramtest

import (
	"context"
	"net/url"
	"slices"
)

// sendMessageDraft is core.telegram.org/bots/api#sendmessagedraft: private
// chats only, and nothing that stays. Drafts count against the quotas as a
// kind of their own.
func (s *Server) sendMessageDraft(_ context.Context, params url.Values) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, bad := s.target(params)
	if bad != nil {
		return *bad
	}
	if c.isGroup() {
		return badRequest("TEXTDRAFT_PEER_INVALID")
	}
	if number(params, "draft_id", 0, 0, 1<<31-1) == 0 {
		return badRequest("DRAFT_ID_INVALID")
	}
	body, _, bad := text(params)
	if bad != nil {
		return *bad
	}
	if Units(body) > MaxText {
		return badRequest("MESSAGE_TOO_LONG")
	}
	if r, admitted := s.admit(c, "draft"); !admitted {
		return r
	}
	c.drafts = append(c.drafts, body)
	return ok(true)
}

// Drafts are the drafts that the bot showed in the chat, oldest first.
func (c *Chat) Drafts() []string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return slices.Clone(c.drafts)
}
