package retrieval

// Passages are the passages of a document of the current view, in the order in
// which they stand in it; nil when the document is not searched.
func (x *Index) Passages(docID string) []Passage {
	v := x.view.Load()
	var out []Passage
	from, to := v.parts(docID)
	for d := from; d < to; d++ {
		out = append(out, v.passages[v.from[d]:v.end(d)]...)
	}
	return out
}

// Admits reports whether a search with f would look into document d.
func (f Filter) Admits(d *Document) bool { return f.admits(d) }
