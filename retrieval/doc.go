// Package retrieval finds passages: questions to hits.
package retrieval
