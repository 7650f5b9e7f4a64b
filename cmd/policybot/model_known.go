package main

import "policybot/internal/bert"

// publicHubs are the addresses of a model's files on public hubs, in the order
// in which they are asked.
var publicHubs = []string{
	"https://huggingface.co/{repository}/resolve/{revision}/{path}",
	"https://hf-mirror.com/{repository}/resolve/{revision}/{path}",
	"https://www.modelscope.cn/models/{repository}/resolve/master/{path}",
}

// A hubFile is a file of a model on the hubs.
type hubFile struct {
	path   string // in the model's repository
	name   string // in the model's folder
	size   int64
	sha256 string
}

// A knownModel is a model that can be pulled.
type knownModel struct {
	bert.Spec
	licence    string
	repository string
	revision   string
	files      []hubFile
}

// defaultModel embeds Chinese: 24 million weights, 512 numbers a text. Its card
// is https://huggingface.co/BAAI/bge-small-zh-v1.5; the repository has it as
// ONNX.
var defaultModel = knownModel{
	Spec: bert.Spec{
		Name: "bge-small-zh-v1.5", Weights: "model.onnx", Tokenizer: "tokenizer.json",
		SHA256: wholeWeights, Heads: 8, Pooling: bert.First,
		// Its vocabulary has no capital letters. Questions in traditional
		// characters found .44 of the right passages first, by vectors alone, and
		// simplified .52.
		Lowercase: new(true), Simplify: true,
		QueryPrefix: "为这个句子生成表示以用于检索相关文章：",
	},
	licence:    "MIT",
	repository: "Xenova/bge-small-zh-v1.5",
	revision:   "75c43b069aac4d136ba6bc1122f995fedcfd2781",
	files: []hubFile{
		{"tokenizer.json", "tokenizer.json", 439_125, "48cea5d44424912a6fd1ea647bf4fe50b55ab8b1e5879c3275f80e339e8fae26"},
		{"onnx/model.onnx", "model.onnx", 94_851_877, wholeWeights},
	},
}

// The SHA-256 of the repository's weights in 32 and in 8 bits.
const (
	wholeWeights     = "69a0b846f4f116b5e6aabf9546ea6754d02264f3211a13a1bd69b31b8040749a"
	quantizedWeights = "15b717c382bcb518ba457b93ea6850ede7f4f1cd8937454aa06972366cd19bcc"
)

// knownWeights says of weights by their SHA-256 what they are.
var knownWeights = map[string]string{
	wholeWeights:     "as published, in 32 bits",
	quantizedWeights: "as published, in 8 bits",
}

// size is how many bytes are fetched.
func (m knownModel) size() (n int64) {
	for _, f := range m.files {
		n += f.size
	}
	return n
}
