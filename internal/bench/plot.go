package main

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"time"
)

// The plot's field, in pixels, and what its edges stand for; both axes are
// logarithmic.
const (
	plotLeft, plotRight  = 60, 560
	plotTop, plotBottom  = 24, 300
	fewest, most         = 1_000, 250_000
	shortest, longest    = 100 * time.Microsecond, 100 * time.Millisecond
	plotWidth, plotDepth = 700, 340
)

func across(passages int) float64 {
	share := math.Log(float64(passages)/fewest) / math.Log(float64(most)/fewest)
	return plotLeft + share*(plotRight-plotLeft)
}

func down(d time.Duration) float64 {
	share := math.Log(float64(d)/float64(shortest)) / math.Log(float64(longest)/float64(shortest))
	return plotBottom - min(1, max(0, share))*(plotBottom-plotTop)
}

// plot draws how the time of a search grows, as SVG.
func plot(sizes []size) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", plotWidth, plotDepth)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="white"/>`+"\n", plotWidth, plotDepth)
	for d := shortest; d <= longest; d *= 10 {
		fmt.Fprintf(&b, `<path d="M%d %.1fH%d" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%g ms</text>`+"\n",
			plotLeft, down(d), plotRight, plotLeft-6, down(d)+4, float64(d)/1e6)
	}
	for _, n := range []int{1_000, 10_000, 100_000, 250_000} {
		fmt.Fprintf(&b, `<path d="M%.1f %dV%d" stroke="#ddd"/><text x="%.1f" y="%d" text-anchor="middle">%d</text>`+"\n",
			across(n), plotTop, plotBottom, across(n), plotBottom+16, n)
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle">passages</text>`+"\n", (plotLeft+plotRight)/2, plotBottom+34)
	for _, line := range []struct {
		name, look string
		at         func(size) time.Duration
	}{
		{"words p50", `stroke="#1f77b4"`, func(s size) time.Duration { return s.words.at(.5) }},
		{"words p99", `stroke="#1f77b4" stroke-dasharray="5 3"`, func(s size) time.Duration { return s.words.at(.99) }},
		{"with vectors p50", `stroke="#d62728"`, func(s size) time.Duration { return s.together.at(.5) }},
		{"with vectors p99", `stroke="#d62728" stroke-dasharray="5 3"`, func(s size) time.Duration { return s.together.at(.99) }},
	} {
		drawLine(&b, line.name, line.look, sizes, line.at)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// drawLine draws one line with its name at its end, and its points.
func drawLine(b *bytes.Buffer, name, look string, sizes []size, at func(size) time.Duration) {
	var points []string
	for _, s := range sizes {
		points = append(points, fmt.Sprintf("%.1f,%.1f", across(s.passages), down(at(s))))
	}
	last := sizes[len(sizes)-1]
	fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke-width="2" %s/><text x="%.1f" y="%.1f">%s</text>`+"\n",
		strings.Join(points, " "), look, across(last.passages)+6, down(at(last))+4, name)
}
