package bert

// The matrix product is computed in tiles of tileRows rows and panelWidth
// columns, whose sums stay in the processor's registers; see Goto and van de
// Geijn, Anatomy of High-Performance Matrix Multiplication, 2008.
const (
	tileRows   = 6
	panelWidth = 16
	// blockRows are the rows that meet all panels before the next rows do: with
	// up to 2048 columns they stay in the second cache.
	blockRows = 16 * tileRows
)

// A matrix is the right side of products: k rows of n columns in panels of
// panelWidth columns, each panel row by row; the last is filled up with zeros.
type matrix struct {
	k, n   int
	panels []float32
	start  []float32 // what sums begin with, by column
}

func newMatrix(k, n int) *matrix {
	return &matrix{k: k, n: n, panels: make([]float32, k*wide16(n)), start: make([]float32, wide16(n))}
}

// resize makes m a matrix of zeros in the same memory.
func (m *matrix) resize(k, n int) {
	m.k, m.n = k, n
	m.panels, m.start = room(m.panels, k*wide16(n)), room(m.start, wide16(n))
	clear(m.panels)
	clear(m.start)
}

// wide16 is n rounded up to whole panels.
func wide16(n int) int { return (n + panelWidth - 1) / panelWidth * panelWidth }

// tall6 is n rounded up to whole tiles.
func tall6(n int) int { return (n + tileRows - 1) / tileRows * tileRows }

// panel is the panel of column j, a multiple of panelWidth.
func (m *matrix) panel(j int) []float32 { return m.panels[j*m.k : (j+panelWidth)*m.k] }

// setRows fills the columns from column on with the rows of from, width apart,
// as they are: row l of from becomes row l.
func (m *matrix) setRows(from []float32, width, column, n int) {
	for j := 0; j < n; j++ {
		p := m.panel((column + j) / panelWidth * panelWidth)
		at := (column + j) % panelWidth
		for l := range m.k {
			p[l*panelWidth+at] = from[l*width+j]
		}
	}
}

// setColumns fills the columns from column on with the n rows of from, width
// apart: row j of from becomes column j.
func (m *matrix) setColumns(from []float32, width, column, n int) {
	for j := range n {
		p := m.panel((column + j) / panelWidth * panelWidth)
		at := (column + j) % panelWidth
		for l, x := range from[j*width : j*width+m.k] {
			p[l*panelWidth+at] = x
		}
	}
}

// multiply sets c to a times the panels of m from column from to column to,
// both multiples of panelWidth. Rows of a stand lda apart and rows of c ldc;
// both have room for whole tiles.
func (m *matrix) multiply(c []float32, ldc int, a []float32, lda, rows, from, to int) {
	for block := 0; block < rows; block += blockRows {
		end := min(block+blockRows, rows)
		for j := from; j < to; j += panelWidth {
			p, start := m.panel(j), m.start[j:j+panelWidth]
			for i := block; i < end; i += tileRows {
				tile(m.k, a[i*lda:], lda, p, start, c[i*ldc+j:], ldc)
			}
		}
	}
}

// tileSimply is tile on any machine.
func tileSimply(k int, a []float32, lda int, panel, start, c []float32, ldc int) {
	for i := 0; i < tileRows; i += 2 {
		above, below := a[i*lda:][:k], a[(i+1)*lda:][:k]
		for j := 0; j < panelWidth; j += 4 {
			s0, s1, s2, s3 := start[j], start[j+1], start[j+2], start[j+3]
			t0, t1, t2, t3 := s0, s1, s2, s3
			for l, x := range above {
				y, w := below[l], panel[l*panelWidth+j:][:4]
				s0 += x * w[0]
				s1 += x * w[1]
				s2 += x * w[2]
				s3 += x * w[3]
				t0 += y * w[0]
				t1 += y * w[1]
				t2 += y * w[2]
				t3 += y * w[3]
			}
			copy(c[i*ldc+j:], []float32{s0, s1, s2, s3})
			copy(c[(i+1)*ldc+j:], []float32{t0, t1, t2, t3})
		}
	}
}
