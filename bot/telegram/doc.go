// Package telegram is policybot in Telegram: it takes what people write and
// press, asks an Answerer, and shows the answer with its sources.
//
// An update is owed an answer from the moment it is taken, by polling or by
// webhook: it is committed to the inbox before Telegram is told that it
// arrived, and leaves the inbox only when its answer was accepted. What people
// type in inline mode is the exception: of each person the latest query alone is
// answered, at once or not at all, and nothing of it is kept.
//
// No answer waits for the disk, where Config.DB is from db.Prompt: what is
// committed survives the program, however it ends, and Telegram is told that an
// update arrived once it would survive a power cut too. So neither loses a
// question. A power cut may undo what was done in the last second or two, and
// an answer of then is made and told once more; a killed program tells no first
// part of an answer twice.
//
// In SQLite it keeps the inbox (telegram_inbox; of an update that is dealt with
// only the id), the replies under way (telegram_reply, until they are
// delivered), updates that could not be read (telegram_quarantine), the last
// questions of each conversation (telegram_turn), the language, place and date
// that people chose (telegram_person, by a keyed hash), which messages are
// answers, for the reactions to them (telegram_shown, without words), groups
// that moved (telegram_move), and its offset and the key of its buttons
// (telegram_state). It takes part in the purge of a document, and forgets a
// person who wants it. A voice message is a file in the system's temporary
// folder while it is heard.
//
// Admins look after the documents from their private chats. For that it keeps
// what they sent (telegram_upload, telegram_upload_file; the files in a folder
// that is a source of the library), what they did (telegram_audit), who may ask
// by their word (telegram_access, telegram_invite with hashed secrets), the
// choices of groups (telegram_group), and its own messages whose answer changes
// a document's description (telegram_prompt).
//
// The methods of the Bot API that it uses, and what a failure means; all of
// them obey 429, and 401 ends Run with ErrToken:
//
//	getMe, deleteWebhook, setWebhook   tried until it succeeds; a refusal ends Run
//	getUpdates                         tried again; 409 waits for the other program, or removes a webhook
//	setMyCommands                      logged; the old menu stays
//	sendMessageDraft                   asked for at the start; refused by a chat, its answers stream by edits, for ten
//	                                   minutes first; unknown, or refused by chat after chat, all do for an hour
//	sendChatAction                     nothing
//	sendMessage                        tried until it succeeds; 403 and lost chats end the update; refused markup
//	                                   goes out as plain text, then without buttons; a moved group is followed
//	editMessageText                    the same; a message that is gone is sent anew, an unchanged one is fine
//	answerCallbackQuery                three times; one that is too old is let go
//	answerInlineQuery                  logged; the next key asks again
//	getFile and the file itself        five times; then the person is told
//	sendPhoto, sendDocument            as sendMessage, for admins
//	getChatMember                      without an answer nobody is taken for a group's admin
package telegram
