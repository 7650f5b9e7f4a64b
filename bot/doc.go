// Package bot answers questions: it searches, has a writer write, and keeps only what is proven.
package bot
