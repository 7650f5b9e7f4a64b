// Package bert turns texts into vectors with an encoder of the BERT family
// (Devlin et al., 2018) on this machine: it reads a model's files from a folder
// (weights as safetensors or ONNX, a tokenizer.json of the type WordPiece or
// Unigram), and computes in 32-bit numbers, over all cores, without padding. It
// stores nothing.
package bert
