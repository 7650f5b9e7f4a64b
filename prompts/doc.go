// Package prompts holds both directions of the contract with the model.
package prompts
