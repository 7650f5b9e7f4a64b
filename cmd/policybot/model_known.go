package main

import (
	"fmt"
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
	knows      string // for people
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
	knows:      "Chinese",
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
	Spec:       manyLanguagesSpec("multilingual-e5-small", "model.safetensors", wholeManyLanguages),
	knows:      "a hundred languages; questions in English find Chinese passages",
	licence:    "MIT",
	repository: "intfloat/multilingual-e5-small",
	revision:   "614241f622f53c4eeff9890bdc4f31cfecc418b3",
	files: []hubFile{
		{"tokenizer.json", "tokenizer.json", 17_082_730, tokenizerManyLanguages},
		{"model.safetensors", "model.safetensors", 470_641_600, wholeManyLanguages},
	},
}

// manyLanguagesIn8Bits is the same with weights in 8 bits, for a quarter of the
// download: its vectors have a cosine of .99 to those of the other.
var manyLanguagesIn8Bits = knownModel{
	Spec:       manyLanguagesSpec("multilingual-e5-small-8bit", "model.onnx", quantizedManyLanguages),
	knows:      "the same, with weights in 8 bits",
	licence:    "MIT",
	repository: "Xenova/multilingual-e5-small",
	revision:   "761b726dd34fb83930e26aab4e9ac3899aa1fa78",
	files: []hubFile{
		{"tokenizer.json", "tokenizer.json", 17_082_730, tokenizerManyLanguages},
		{"onnx/model_quantized.onnx", "model.onnx", 118_308_185, quantizedManyLanguages},
	},
}

func manyLanguagesSpec(name, weights, sum string) bert.Spec {
	return bert.Spec{
		Name: name, Weights: weights, Tokenizer: "tokenizer.json",
		SHA256: sum, Heads: 12, Pooling: bert.Mean,
		// Questions in traditional characters found .59 of the right passages first,
		// by vectors alone, and simplified .65.
		Simplify:    true,
		QueryPrefix: "query: ", PassagePrefix: "passage: ",
	}
}

// knownModels can be pulled. The first that is there embeds when none is named.
var knownModels = []knownModel{defaultModel, manyLanguages, manyLanguagesIn8Bits}

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
	return strings.Join(names, ", ")
}

// listOfKnown tells of the known models, one a line.
func listOfKnown() string {
	var b strings.Builder
	for _, m := range knownModels {
		fmt.Fprintf(&b, "  %-26s  %s (%s licence, %d MB)\n", m.Name, m.knows, m.licence, m.size()>>20)
	}
	return b.String()
}

// The SHA-256 of published weights: in 32 bits, and what they became in 8.
const (
	wholeWeights     = "69a0b846f4f116b5e6aabf9546ea6754d02264f3211a13a1bd69b31b8040749a"
	quantizedWeights = "15b717c382bcb518ba457b93ea6850ede7f4f1cd8937454aa06972366cd19bcc"

	tokenizerManyLanguages = "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39"
	wholeManyLanguages     = "1a55775f53449dac10a2bcbc312469fac40b96d53198c407081a831f81c98477"
	quantizedManyLanguages = "f80102d3f2a1229f387d3c81909990d8945513e347b0eab049f7de3c6f98c193"
)

// knownWeights says of weights by their SHA-256 what they are.
var knownWeights = map[string]string{
	wholeWeights:           "as published, in 32 bits",
	quantizedWeights:       "as published, in 8 bits",
	wholeManyLanguages:     "as published, in 32 bits",
	quantizedManyLanguages: "as published, in 8 bits",
	// multilingual-e5-small as ONNX, in 32 bits and in 8 for AVX-512.
	"ca456c06b3a9505ddfd9131408916dd79290368331e7d76bb621f1cba6bc8665": "as published, in 32 bits",
	"dd476dd0c2514e9b9be83aeb3853fac0763e0bdf4a71645407587d77c48a2d88": "as published, in 8 bits",
}

// size is how many bytes are fetched.
func (m knownModel) size() (n int64) {
	for _, f := range m.files {
		n += f.size
	}
	return n
}
