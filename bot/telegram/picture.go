package telegram

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"time"

	"policybot/bot"
)

// The picture of /stats has no words, so that it is the same in every
// language: the caption says what the colours are.
var (
	paper    = color.RGBA{255, 255, 255, 255}
	ink      = color.RGBA{70, 78, 88, 255}
	rule     = color.RGBA{228, 231, 235, 255}
	answered = color.RGBA{66, 133, 201, 255} // 🟦
	refused  = color.RGBA{240, 160, 60, 255} // 🟧
	disliked = color.RGBA{214, 64, 69, 255}  // 🟥
	slowness = color.RGBA{120, 170, 90, 255} // 🟩
)

const (
	chartWidth   = 900
	chartHeight  = 520
	chartLeft    = 64
	chartRight   = 20
	upperTop     = 24  // of the counts
	upperBottom  = 300 // their zero line
	lowerTop     = 360 // of the times
	lowerBottom  = 470
	digitScale   = 2
	digitAdvance = 6 * digitScale
)

// chart draws days as bars: above how many questions were answered and how
// many not, with those whose answer was found bad in front; below how long
// nineteen in twenty answers took, and the half of them.
func chart(days []bot.Day) ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, chartWidth, chartHeight))
	draw.Draw(img, img.Bounds(), image.NewUniform(paper), image.Point{}, draw.Src)
	most, slowest := 1, time.Second
	for _, d := range days {
		most, slowest = max(most, d.Answers, d.Bad), max(slowest, d.Slow)
	}
	top, unit := round(most), timeUnit(slowest)
	longest := time.Duration(round(int((slowest+unit-1)/unit))) * unit
	axis(img, upperTop, upperBottom, top, "")
	axis(img, lowerTop, lowerBottom, int(longest/unit), suffixOf(unit))
	step := (chartWidth - chartLeft - chartRight) / max(1, len(days))
	for i, d := range days {
		x := chartLeft + i*step
		wide := max(2, step*7/10)
		up := func(n int) int { return upperBottom - (upperBottom-upperTop)*n/top }
		fill(img, x, up(d.Answers), x+wide, up(d.Refusals), answered)
		fill(img, x, up(d.Refusals), x+wide, upperBottom, refused)
		if d.Bad > 0 {
			fill(img, x+wide/3, up(d.Bad), x+wide*2/3, upperBottom, disliked)
		}
		high := func(t time.Duration) int {
			return lowerBottom - int(int64(lowerBottom-lowerTop)*int64(t)/int64(longest))
		}
		fill(img, x, high(d.Slow), x+wide, lowerBottom, slowness)
		fill(img, x, high(d.Median)-1, x+wide, high(d.Median)+1, ink)
		if len(d.Date) == len(time.DateOnly) && (len(days) <= 16 || i%7 == 0) {
			write(img, x, lowerBottom+12, d.Date[8:])
			if i == 0 || d.Date[8:] == "01" {
				write(img, x, lowerBottom+32, d.Date[5:7])
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil, fmt.Errorf("drawing the counts: %w", err)
	}
	return out.Bytes(), nil
}

// round is the next number whose half is round too.
func round(n int) int {
	for p := 1; ; p *= 10 {
		for _, f := range []int{2, 4, 6, 8, 10, 12, 16} {
			if f*p >= n {
				return f * p
			}
		}
	}
}

// timeUnit is the unit in which a time has few digits.
func timeUnit(t time.Duration) time.Duration {
	switch {
	case t <= time.Second:
		return 10 * time.Millisecond
	case t > 10*time.Minute:
		return time.Minute
	}
	return time.Second
}

func suffixOf(unit time.Duration) string {
	return map[time.Duration]string{10 * time.Millisecond: "0ms", time.Second: "s", time.Minute: "m"}[unit]
}

// axis draws the zero line, the half and the top of a part, with their values.
func axis(img *image.RGBA, top, bottom, most int, suffix string) {
	for _, part := range []int{0, 1, 2} {
		n := most * part / 2
		y := bottom - (bottom-top)*n/most
		c := rule
		if part == 0 {
			c = ink
		}
		fill(img, chartLeft-6, y, chartWidth-chartRight, y+1, c)
		label := fmt.Sprint(n)
		if n > 0 {
			label += suffix
		}
		write(img, chartLeft-12-digitAdvance*len(label), y-3*digitScale, label)
	}
}

func fill(img *image.RGBA, x0, y0, x1, y1 int, c color.RGBA) {
	draw.Draw(img, image.Rect(x0, y0, x1, y1), image.NewUniform(c), image.Point{}, draw.Src)
}

// glyphs are the digits, and what stands beside them, 5 by 7 dots.
var glyphs = map[rune]string{
	'0': ".###.#...##..###.#.###..##...#.###.", '1': "..#...##....#....#....#....#...###.",
	'2': ".###.#...#....#...#...#...#...#####", '3': ".###.#...#....#..##.....##...#.###.",
	'4': "...#...##..#.#.#..#.#####...#....#.", '5': "######....####.....#....##...#.###.",
	'6': ".###.#....#....####.#...##...#.###.", '7': "#####....#...#...#....#....#....#..",
	'8': ".###.#...##...#.###.#...##...#.###.", '9': ".###.#...##...#.####....#....#.###.",
	's': "...........#####.....###.....#####.",
	'm': "..........##.#.#.#.##.#.##.#.##.#.#",
}

// write draws digits.
func write(img *image.RGBA, x, y int, text string) {
	for _, r := range text {
		for i, dot := range strings.Split(glyphs[r], "") {
			if dot == "#" {
				px, py := x+i%5*digitScale, y+i/5*digitScale
				fill(img, px, py, px+digitScale, py+digitScale, ink)
			}
		}
		x += digitAdvance
	}
}
