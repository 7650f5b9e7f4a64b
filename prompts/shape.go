package prompts

import (
	"encoding/json"
	"strings"

	"policybot/internal/han"
)

// The bounds of a shaped reply. Servers try all the sentences that may be quoted
// for each word that is written.
const (
	mostQuotable    = 150 // sentences
	maxShapedClaims = 12
	maxShapedCites  = 4 // of one claim
)

// A schema is a JSON schema, as far as it is needed here. The order in which an
// object's properties stand is the order in which a model writes them.
type schema struct {
	Type       string          `json:"type,omitempty"`
	AnyOf      []schema        `json:"anyOf,omitempty"`
	Properties json.RawMessage `json:"properties,omitempty"`
	Required   []string        `json:"required,omitempty"`
	More       *bool           `json:"additionalProperties,omitempty"`
	Items      *schema         `json:"items,omitempty"`
	MinItems   int             `json:"minItems,omitempty"`
	MaxItems   int             `json:"maxItems,omitempty"`
	Enum       []any           `json:"enum,omitempty"`
}

// Shape is the JSON schema of the reply to a request, for servers that can hold
// a model to one: a list of claims, or of a refusal, as Parse reads it. A cite is
// a sentence of a source and then that source's number, so that a small model
// cannot quote what does not stand there, nor be led astray by a wrong number.
// What it claims of the sentence is its own; Verify judges it as any other.
func Shape(r Request) json.RawMessage {
	var cites []schema
	left := mostQuotable
	for i, s := range r.Sources {
		quotes := quotable(data(s.Text))
		quotes = quotes[:min(left, len(quotes))]
		if left -= len(quotes); len(quotes) > 0 {
			cites = append(cites, object(property{"quote", schema{Enum: quotes}}, property{"source", schema{Enum: []any{i + 1}}}))
		}
	}
	line := []schema{object(property{"refuse", schema{Type: "string"}})}
	if len(cites) > 0 {
		claim := object(
			property{"text", schema{Type: "string"}},
			property{"cites", schema{Type: "array", MinItems: 1, MaxItems: maxShapedCites, Items: &schema{AnyOf: cites}}})
		line = append([]schema{claim}, line...)
	}
	return mustMarshal(object(property{"claims", schema{Type: "array", MinItems: 1, MaxItems: maxShapedClaims, Items: &schema{AnyOf: line}}}))
}

// JudgeShape is the JSON schema of a judge's reply.
func JudgeShape() json.RawMessage {
	return mustMarshal(object(property{"supported", schema{Type: "boolean"}}))
}

// clauseMarks are what a sentence has and a heading has not.
const clauseMarks = "，,。；;：:！!？?"

// quotable are the sentences of a text that are long enough to prove something,
// each once, without headings.
func quotable(text string) []any {
	var out []any
	seen := map[string]bool{}
	for _, span := range han.Sentences(text) {
		s := span.In(text)
		if len([]rune(s)) >= MinQuote && !seen[s] && (strings.ContainsAny(s, clauseMarks) || strings.HasSuffix(s, ".")) {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// A property is a name and what stands under it.
type property struct {
	name string
	is   schema
}

// object is an object that has these properties and no others.
func object(properties ...property) schema {
	out := schema{Type: "object", More: new(false)}
	inside := []byte{'{'}
	for i, p := range properties {
		if i > 0 {
			inside = append(inside, ',')
		}
		inside = append(append(append(inside, mustMarshal(p.name)...), ':'), mustMarshal(p.is)...)
		out.Required = append(out.Required, p.name)
	}
	out.Properties = append(inside, '}')
	return out
}

// mustMarshal is for what always marshals: texts, numbers and schemas.
func mustMarshal(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}
