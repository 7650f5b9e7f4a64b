// Package telegram is policybot in Telegram: it takes what people write and
// press, asks an Answerer, and shows the answer with its sources.
//
// An update is owed an answer from the moment it is taken: it is committed to
// the inbox before Telegram is told that it arrived, and leaves the inbox only
// when its answer was accepted. In SQLite it keeps the inbox (telegram_inbox,
// without the text once an update is dealt with), the replies under way
// (telegram_reply), updates that could not be read (telegram_quarantine), the
// last questions of each conversation (telegram_turn), groups that moved
// (telegram_move), and its offset and the key of its buttons (telegram_state).
package telegram
