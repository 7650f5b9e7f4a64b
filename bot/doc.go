// Package bot answers questions: it searches, has a writer write, and keeps
// only what is proven. An Answerer does that for whoever brings the question:
// bot/telegram, a terminal, or an evaluation.
//
// A Journal keeps in SQLite what was answered, as receipts that old answers
// open from (answers, answer_passages), what people thought of it (feedback),
// how much the model was used by day and person (model_use), and the key of the
// hashes that stand for persons (journal_key).
package bot
