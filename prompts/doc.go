// Package prompts holds both directions of the contract with the model: Render
// writes a question and its passages as messages, by the files in templates/;
// Parse reads the claims that come back; and Verify proves each from the words
// that it quotes, or says why not. The words that its checks know are lists in
// data/. It stores nothing.
package prompts
