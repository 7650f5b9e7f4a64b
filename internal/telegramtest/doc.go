// Package telegramtest is a Telegram for tests: a Bot API server over HTTP
// that refuses what Telegram refuses, in Telegram's own words, and the people
// on the other side of it, who write, press buttons and look at their screen.
//
// Everything is kept in memory by Server. The server listens on a network
// inside the process, so that a test may run in a testing/synctest bubble:
// long polls, quotas and retry_after then pass in no time, on the bubble's
// clock. Error texts and limits follow Telegram's own open-source server
// (github.com/tdlib/telegram-bot-api, github.com/tdlib/td) and its reference
// (core.telegram.org/bots/api). In one way it is stricter than Telegram: a
// parameter or a field of an object that the Bot API does not have is refused,
// not ignored; the table of them is made from a published package, see spec.
package telegramtest
