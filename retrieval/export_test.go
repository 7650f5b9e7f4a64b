package retrieval

// KeepFrom makes Keep keep views of that many passages.
func (x *Index) KeepFrom(passages int) { x.keepsFrom = passages }
