package main

import (
	"slices"
	"strings"

	"policybot/internal/bert"
)

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

// manyLanguages embeds a hundred languages, so that questions in one find
// passages in another: 118 million weights, most of them the vectors of 250,002
// pieces of words, 384 numbers a text. Its card is
// https://huggingface.co/intfloat/multilingual-e5-small.
var manyLanguages = knownModel{
	Spec: bert.Spec{
		Name: "multilingual-e5-small", Weights: "model.safetensors", Tokenizer: "tokenizer.json",
		SHA256: wholeManyLanguages, Heads: 12, Pooling: bert.Mean,
		// Questions in traditional characters found .59 of the right passages first,
		// by vectors alone, and simplified .65.
		Simplify:    true,
		QueryPrefix: "query: ", PassagePrefix: "passage: ",
	},
	licence:    "MIT",
	repository: "intfloat/multilingual-e5-small",
	revision:   "614241f622f53c4eeff9890bdc4f31cfecc418b3",
	files: []hubFile{
		{"tokenizer.json", "tokenizer.json", 17_082_730, "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39"},
		{"model.safetensors", "model.safetensors", 470_641_600, wholeManyLanguages},
	},
}

// knownModels can be pulled. The first that is there embeds when none is named.
var knownModels = []knownModel{defaultModel, manyLanguages}

// knownByName is the known model of a name.
func knownByName(name string) (knownModel, bool) {
	i := slices.IndexFunc(knownModels, func(m knownModel) bool { return m.Name == name })
	if i < 0 {
		return knownModel{}, false
	}
	return knownModels[i], true
}

// namesOfKnown lists the known models for people.
func namesOfKnown() string {
	var names []string
	for _, m := range knownModels {
		names = append(names, m.Name)
	}
	return strings.Join(names, " and ")
}

// The SHA-256 of published weights: in 32 bits, and what they became in 8.
const (
	wholeWeights       = "69a0b846f4f116b5e6aabf9546ea6754d02264f3211a13a1bd69b31b8040749a"
	quantizedWeights   = "15b717c382bcb518ba457b93ea6850ede7f4f1cd8937454aa06972366cd19bcc"
	wholeManyLanguages = "1a55775f53449dac10a2bcbc312469fac40b96d53198c407081a831f81c98477"
)

// knownWeights says of weights by their SHA-256 what they are.
var knownWeights = map[string]string{
	wholeWeights:       "as published, in 32 bits",
	quantizedWeights:   "as published, in 8 bits",
	wholeManyLanguages: "as published, in 32 bits",
	// multilingual-e5-small as ONNX in 32 bits, in 8 for AVX-512, and in 8 as the
	// repository Xenova/multilingual-e5-small has it.
	"ca456c06b3a9505ddfd9131408916dd79290368331e7d76bb621f1cba6bc8665": "as published, in 32 bits",
	"dd476dd0c2514e9b9be83aeb3853fac0763e0bdf4a71645407587d77c48a2d88": "as published, in 8 bits",
	"f80102d3f2a1229f387d3c81909990d8945513e347b0eab049f7de3c6f98c193": "as published, in 8 bits",
}

// size is how many bytes are fetched.
func (m knownModel) size() (n int64) {
	for _, f := range m.files {
		n += f.size
	}
	return n
}
