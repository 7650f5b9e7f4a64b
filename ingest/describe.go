package ingest

import "policybot/retrieval"

func describe(name string, kept []line, removed []retrieval.Removed) retrieval.Meta {
	_, _ = name, removed
	for _, l := range kept {
		if headingShape(l.text) {
			return retrieval.Meta{Title: retrieval.Field{Value: l.text, From: "title line"}}
		}
	}
	return retrieval.Meta{}
}
