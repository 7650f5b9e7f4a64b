package main

import (
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"testing"
)

// TestReduceKeepsNearness reduces vectors that differ in four directions of
// twenty: what was near stays near, in the same numbers each time.
func TestReduceKeepsNearness(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	vectors := make([][]float32, 300)
	for i := range vectors {
		vectors[i] = make([]float32, 20)
		for j := range vectors[i] {
			spread := 0.001
			if j%5 == 0 {
				spread = 1
			}
			vectors[i][j] = float32(3 + spread*random.NormFloat64())
		}
	}
	whole := centred(vectors)
	for _, v := range whole {
		scale(v, 1/length(v))
	}
	small := reduce(vectors, 4)
	again := reduce(vectors, 4)
	for i := range small {
		if l := length(small[i]); math.Abs(l-1) > 1e-9 {
			t.Fatalf("vector %d has the length %f", i, l)
		}
		for k, x := range small[i] {
			if x != again[i][k] {
				t.Fatalf("number %d of vector %d is %v, then %v", k, i, x, again[i][k])
			}
		}
		j := (i + 7) % len(small)
		if got, want := dot(small[i], small[j]), dot(whole[i], whole[j]); math.Abs(got-want) > 0.01 {
			t.Errorf("vectors %d and %d: cosine %f of 4 numbers, %f of 20", i, j, got, want)
		}
	}
}

func TestSmall(t *testing.T) {
	got := small([]float64{0, 1, -1, 0.5, -0.25}, 100)
	for i, want := range []int8{0, 100, -100, 50, -25} {
		if int8(got[i]) != want {
			t.Errorf("number %d: %d, want %d", i, int8(got[i]), want)
		}
	}
	if got := small([]float64{1, -1}, 200); int8(got[0]) != 127 || int8(got[1]) != -127 {
		t.Errorf("what is too long is %v, want ±127", got)
	}
}

func TestWords(t *testing.T) {
	dir := t.TempDir()
	list := filepath.Join(dir, "list")
	tables := filepath.Join(dir, "tables")
	write := func(path, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(list, "看病 556 v\n王小明 900 nr\n杭州 900 ns\n三 900 m\n少見 3 n\n電梯 524 n\nabc 900 n\n一二三四五六七 900 i\n坏行\n")
	write(filepath.Join(tables, "a.txt"), "# 注释\n! 守卫\n看病 坐车~回家 = 就医 fee:社会保险费\n")
	words, err := readWords(list)
	if err != nil {
		t.Fatal(err)
	}
	if err := joinTables(words, tables); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"看病": 556, "电梯": 524, "坐车": 1, "回家": 1, "就医": 1}
	if len(words) != len(want) {
		t.Errorf("%v, want %v", words, want)
	}
	for w, n := range want {
		if words[w] != n {
			t.Errorf("%s: %d, want %d", w, words[w], n)
		}
	}
	if err := joinTables(words, filepath.Join(dir, "none")); err == nil {
		t.Error("a folder without tables is no error")
	}
}

func TestToldApart(t *testing.T) {
	words, vectors := toldApart([]string{"看病", "龘", "龖", "就医"}, [][]float32{{1, 2}, {0, 1}, {0, 1}, {2, 1}})
	if len(words) != 2 || words[0] != "看病" || words[1] != "就医" || vectors[1][0] != 2 {
		t.Errorf("%v with %v, want 看病 and 就医 with theirs", words, vectors)
	}
}
