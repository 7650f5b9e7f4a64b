package ingest

import (
	"math"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// A pdfRule is a straight line on a page, as its box in points from the top
// left corner: one of its sides is next to nothing.
type pdfRule struct {
	Left   float64 `json:"l"`
	Top    float64 `json:"u"`
	Right  float64 `json:"r"`
	Bottom float64 `json:"d"`
}

const (
	// thickest is how thick a line may be, in points; shortestRule how short.
	thickest, shortestRule = 3.5, 5
	// farthest bounds coordinates: a page is some 1,000 points wide.
	farthest = 1e6
	// A page that draws more than this draws no tables, or a map.
	maxPDFObjects, maxPDFSegments, maxPDFRules = 20_000, 20_000, 2_000
)

// pdfRules finds the straight lines, upright or level, that a page draws: they
// part the cells of its tables. What cannot be read is left out: a table is
// then read as lines of text.
func pdfRules(reader pdfium.Pdfium, page requests.Page, height float64) []pdfRule {
	count, err := reader.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: page})
	if err != nil || count.Count > maxPDFObjects {
		return nil
	}
	f := ruleFinder{reader: reader, height: height}
	for i := range count.Count {
		object, err := reader.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: page, Index: i})
		if err != nil {
			return nil
		}
		kind, err := reader.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: object.PageObject})
		if err != nil || kind.Type != enums.FPDF_PAGEOBJ_PATH {
			continue
		}
		f.path(object.PageObject)
		if len(f.rules) > maxPDFRules || f.segments > maxPDFSegments {
			return nil
		}
	}
	return f.rules
}

type ruleFinder struct {
	reader   pdfium.Pdfium
	height   float64
	rules    []pdfRule
	segments int
}

// add takes a box for a line if it is as thin as one.
func (f *ruleFinder) add(left, bottom, right, top float64) bool {
	r := pdfRule{Left: min(left, right), Right: max(left, right), Top: f.height - max(top, bottom), Bottom: f.height - min(top, bottom)}
	wide, high := r.Right-r.Left, r.Bottom-r.Top
	if !(min(wide, high) <= thickest) {
		return false
	}
	if max(wide, high) >= shortestRule && math.Abs(r.Left)+math.Abs(r.Right)+math.Abs(r.Top)+math.Abs(r.Bottom) < farthest {
		f.rules = append(f.rules, r)
	}
	return true
}

// path reads a path: one thin box, or the edges that it strokes.
func (f *ruleFinder) path(object references.FPDF_PAGEOBJECT) {
	box, err := f.reader.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: object})
	if err != nil || f.add(float64(box.Left), float64(box.Bottom), float64(box.Right), float64(box.Top)) {
		return
	}
	mode, err := f.reader.FPDFPath_GetDrawMode(&requests.FPDFPath_GetDrawMode{PageObject: object})
	if err != nil || !mode.Stroke { // a shade
		return
	}
	matrix, err := f.reader.FPDFPageObj_GetMatrix(&requests.FPDFPageObj_GetMatrix{PageObject: object})
	if err != nil {
		return
	}
	count, err := f.reader.FPDFPath_CountSegments(&requests.FPDFPath_CountSegments{PageObject: object})
	if err != nil {
		return
	}
	m := matrix.Matrix
	at := func(x, y float32) (float64, float64) {
		return float64(m.A*x + m.C*y + m.E), float64(m.B*x + m.D*y + m.F)
	}
	var x, y, firstX, firstY float64
	for i := 0; i < count.Count && f.segments <= maxPDFSegments; i++ {
		f.segments++
		segment, err := f.reader.FPDFPath_GetPathSegment(&requests.FPDFPath_GetPathSegment{PageObject: object, Index: i})
		if err != nil {
			return
		}
		kind, err := f.reader.FPDFPathSegment_GetType(&requests.FPDFPathSegment_GetType{PathSegment: segment.PathSegment})
		if err != nil {
			return
		}
		point, err := f.reader.FPDFPathSegment_GetPoint(&requests.FPDFPathSegment_GetPoint{PathSegment: segment.PathSegment})
		if err != nil {
			return
		}
		nextX, nextY := at(point.X, point.Y)
		switch kind.Type {
		case enums.FPDF_SEGMENT_MOVETO:
			firstX, firstY = nextX, nextY
		case enums.FPDF_SEGMENT_LINETO:
			f.add(x, y, nextX, nextY)
		}
		x, y = nextX, nextY
		closes, err := f.reader.FPDFPathSegment_GetClose(&requests.FPDFPathSegment_GetClose{PathSegment: segment.PathSegment})
		if err == nil && closes.IsClose {
			f.add(x, y, firstX, firstY)
		}
	}
}
