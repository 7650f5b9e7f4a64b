// Package ingest turns files into documents and passages of the library: it
// reads the text of each format, takes out what is not part of it, finds what
// the document says of itself, and splits it into passages. Sync brings the
// library to what folders hold and publishes that as one corpus version; a
// Watch does so whenever they change.
//
// All that is kept is in the retrieval.Library. PDF files are read in a child
// process, so that a hostile one can take no more than that with it.
package ingest
