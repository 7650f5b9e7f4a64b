// Package ingest turns files into documents and passages of the library.
package ingest
