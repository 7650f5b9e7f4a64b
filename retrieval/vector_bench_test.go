package retrieval

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"
)

// benchFull is the view of benchDocs with a vector for each passage.
var benchFull = sync.OnceValue(func() *view {
	vs := scattered(benchPassages, 512)
	v, err := newView(Corpus{}, func(yield func(Entry, error) bool) {
		n := 0
		for i, d := range benchDocs() {
			doc := &Document{ID: fmt.Sprint(i)}
			if i%20 == 0 {
				doc.Meta.Kind.Value = KindPolicy
			}
			for _, p := range d.passages {
				if !yield(Entry{Passage: p, Doc: doc, Vector: vs[n]}, nil) {
					return
				}
				n++
			}
		}
	})
	if err != nil {
		panic(err)
	}
	return v
})

func benchSearch(b *testing.B, q Query) {
	v, query := benchFull(), scattered(1, 512)[0]
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := v.search(context.Background(), newSought(q, time.Now()), query, neuralWeight); err != nil {
				b.Error(err)
			}
		}
	})
}

func BenchmarkVectors(b *testing.B) { benchSearch(b, Query{Text: "zzxqv", K: 10}) }

func BenchmarkFilter(b *testing.B) {
	benchSearch(b, Query{Text: "zzxqv", K: 10, Filter: Filter{Kinds: []string{KindPolicy}}})
}

func BenchmarkHybrid(b *testing.B) {
	benchSearch(b, Query{Text: "到2025年杭州数字经济核心产业主营业务收入的目标是多少?", K: 10})
}
