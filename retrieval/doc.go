// Package retrieval finds passages: it takes a question to the hits that may
// answer it.
//
// The Library keeps documents, passages and vectors in SQLite and publishes
// them as numbered corpora. An Index is a view of one corpus in memory, in
// three parts: postings for BM25 over character unigrams, bigrams and words
// (lexical.go), vectors in chromem-go (vector.go), and the documents' facts
// for filters. They stand in immutable segments, which a newer view shares and
// adds to (view.go), and which lie in a snapshot file for the next start
// (snapshot.go). Nothing but the Library is truth; the rest is rebuilt from it.
package retrieval
