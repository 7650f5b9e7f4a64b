package prompts_test

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"policybot/ingest"
	"policybot/prompts"
	"policybot/retrieval"
)

// A generated table: what its rows and columns are, and where its figures have
// their unit.
type madeTable struct {
	labels, columns []string
	years           bool
	values          [][]string
	unit            string
	source          prompts.Source
	rows            []string // as the passage tells them
}

var (
	madeLabels = [][]string{
		{"地区生产总值", "数字经济核心产业增加值", "软件业务收入", "跨境电商进出口额", "规模以上工业增加值", "一般公共预算收入"},
		{"东城区", "湖西县", "南河区", "北山市", "滨江新城", "高铁新区"},
		{"新建学校项目", "旧城改造项目", "水库加固工程", "地铁三号线工程", "养老服务设施", "人才公寓"},
	}
	madeColumns = [][]string{
		{"2020年", "2022年", "2025年", "2030年"},
		{"2023年目标", "2024年目标", "2025年目标"},
		{"目标值 2023年", "目标值 2024年", "目标值 2025年"},
		{"计划投资", "完成投资"},
		{"城镇", "农村"},
		{"上半年", "下半年", "全年"},
	}
	madeUnits = []string{"亿元", "万元"}
)

// makeTable writes a table in one of the ways in which offices do, and has it
// read as a document.
func makeTable(t *testing.T, r *rand.Rand) madeTable {
	t.Helper()
	m := madeTable{labels: slices.Clone(madeLabels[r.IntN(len(madeLabels))]), columns: madeColumns[r.IntN(len(madeColumns))], unit: madeUnits[r.IntN(len(madeUnits))]}
	r.Shuffle(len(m.labels), func(i, j int) { m.labels[i], m.labels[j] = m.labels[j], m.labels[i] })
	m.labels = m.labels[:3+r.IntN(3)]
	m.years = strings.Contains(m.columns[0], "20")
	const aboveAll, column, heading, cell, row = 0, 1, 2, 3, 4
	where := r.IntN(5)
	head, grid := []string{"指标"}, [][]string{}
	if where == column {
		head = append(head, "单位")
	}
	for _, c := range m.columns {
		if where == heading {
			c += "（" + m.unit + "）"
		}
		head = append(head, c)
	}
	head = append(head, "属性")
	used := map[int]bool{}
	for i, label := range m.labels {
		line := []string{label}
		if where == row {
			line[0] += "（" + m.unit + "）"
		}
		if where == column {
			line = append(line, m.unit)
		}
		m.values = append(m.values, nil)
		for range m.columns {
			n := 3 + r.IntN(900)
			for used[n] {
				n++
			}
			used[n] = true
			text := fmt.Sprint(n)
			if n%3 == 0 {
				text += ".5"
			}
			m.values[i] = append(m.values[i], text)
			if where == cell {
				text += m.unit
			}
			line = append(line, text)
		}
		grid = append(grid, append(line, []string{"预期性", "约束性"}[r.IntN(2)]))
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write([]string{"北湖市主要指标"})
	if where == aboveAll {
		_ = w.Write([]string{"单位：" + m.unit})
	}
	_ = w.Write(head)
	_ = w.WriteAll(grid)
	p, err := ingest.Parse("a.csv", []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Passages) != 1 {
		t.Fatalf("%d passages:\n%s", len(p.Passages), p.Text)
	}
	doc := &retrieval.Document{ID: "d", Meta: p.Meta}
	m.source = prompts.Source{Passage: p.Passages[0], Doc: doc}
	lines := strings.Split(p.Passages[0].Text, "\n")
	m.rows = lines[len(lines)-len(m.labels):]
	return m
}

// A telling is a sentence on cells of a table: each named by row and column.
type telling struct {
	text   string
	quotes []int // rows
}

// figure is a cell's figure with its unit.
func (m madeTable) figure(row, col int) string { return m.values[row][col] + m.unit }

// when is how a sentence names a column.
func (m madeTable) when(col int) string {
	return strings.TrimPrefix(m.columns[col], "目标值 ")
}

// single tells one cell, in several ways.
func (m madeTable) single(label, when, figure string) []string {
	out := []string{
		label + when + "为" + figure + "。",
		when + label + "为" + figure + "。",
		when + "，" + label + "为" + figure + "。",
	}
	if m.years {
		year := when[:len("2020年")]
		out = append(out, "到"+year+"，"+label+"达到"+figure+"。", label+"在"+year+"为"+figure+"。", "北湖市"+year+label+"的指标是"+figure+"。")
	}
	return out
}

func (m madeTable) verify(t telling) prompts.Verdict {
	c := prompts.Claim{Text: t.text}
	for _, q := range t.quotes {
		c.Cites = append(c.Cites, prompts.Cite{Source: 1, Quote: m.rows[q]})
	}
	return prompts.Verify(c, []prompts.Source{m.source})
}

// honest are true tellings of the table and false are the same with two cells,
// columns or rows swapped.
func (m madeTable) tellings(r *rand.Rand) (honest, false_ []telling) {
	row, other := r.IntN(len(m.labels)), r.IntN(len(m.labels)-1)
	if other >= row {
		other++
	}
	col, next := r.IntN(len(m.columns)), r.IntN(len(m.columns)-1)
	if next >= col {
		next++
	}
	l, k := m.labels[row], m.labels[other]
	c, d := m.when(col), m.when(next)
	lc, ld, kc, kd := m.figure(row, col), m.figure(row, next), m.figure(other, col), m.figure(other, next)
	one, both := []int{row}, []int{row, other}
	add := func(list *[]telling, quotes []int, texts ...string) {
		for _, text := range texts {
			*list = append(*list, telling{text, quotes})
		}
	}
	add(&honest, one, m.single(l, c, lc)...)
	add(&honest, both, m.single(l, c, lc)...)
	add(&false_, one, m.single(l, c, ld)...)  // another column's figure
	add(&false_, one, m.single(k, c, lc)...)  // another row's name
	add(&false_, both, m.single(l, c, kc)...) // another row's figure
	add(&false_, both, m.single(k, d, lc)...)
	two := func(l, c, a, d, b string) []string {
		return []string{
			l + c + "为" + a + "，" + d + "为" + b + "。",
			c + "、" + d + l + "分别为" + a + "、" + b + "。",
			l + c + "和" + d + "分别为" + a + "和" + b + "。",
			l + "：" + c + a + "，" + d + b + "。",
			l + "为" + a + "（" + c + "）、" + b + "（" + d + "）。",
		}
	}
	add(&honest, one, two(l, c, lc, d, ld)...)
	add(&false_, one, two(l, c, ld, d, lc)...)
	add(&false_, both, two(l, c, kc, d, kd)...)
	rows := func(l, a, k, b string) []string {
		return []string{
			c + l + "为" + a + "，" + k + "为" + b + "。",
			c + l + "、" + k + "分别为" + a + "、" + b + "。",
			l + c + "为" + a + "；" + k + c + "为" + b + "。",
			l + "和" + k + c + "分别为" + a + "和" + b + "。",
		}
	}
	add(&honest, both, rows(l, lc, k, kc)...)
	add(&false_, both, rows(l, kc, k, lc)...)
	if m.years {
		y, z := c[:len("2020年")], d[:len("2020年")]
		add(&honest, one, l+"由"+y+"的"+lc+"变为"+z+"的"+ld+"。")
		add(&false_, one, l+"由"+y+"的"+ld+"变为"+z+"的"+lc+"。")
	}
	return honest, false_
}

// readTable has a CSV file read as a document, and returns its one passage.
func readTable(t *testing.T, raw string) prompts.Source {
	t.Helper()
	p, err := ingest.Parse("a.csv", []byte(raw))
	if err != nil || len(p.Passages) != 1 {
		t.Fatal(err, p)
	}
	return prompts.Source{Passage: p.Passages[0], Doc: &retrieval.Document{ID: "d", Meta: p.Meta}}
}

// TestTableRows tells rows of other shapes: quotes are the lines of the
// passage that have the words.
func TestTableRows(t *testing.T) {
	const (
		years    = "单位：亿元\n年份,工业投资,民生投资\n2020年,12,34\n2022年,15,38\n2025年,21,47\n"
		twofold  = "单位：万人\n区县,城镇 2020年,城镇 2025年,农村 2020年,农村 2025年\n东城区,31,33,8,6\n湖西县,12,15,21,19\n"
		projects = "项目名称,建设单位,总投资（万元）,2024年计划（万元）\n北湖市第一人民医院迁建工程（一期）,市卫健委,82000,31000\n北湖大桥改造,市交通局,15600,9800\n"
		fees     = "收费项目,单位,标准\n住宅登记费,元/件,80\n非住宅登记费,元/件,550\n"
	)
	for _, c := range []struct {
		table, quotes, claim string
		want                 bool
	}{
		{years, "2025年", "2025年工业投资为21亿元。", true},
		{years, "2025年", "2025年民生投资为21亿元。", false},
		{years, "2025年", "2020年工业投资为21亿元。", false},
		{years, "2020年 2025年", "工业投资从2020年的12亿元增加到2025年的21亿元。", true},
		{years, "2020年 2025年", "工业投资从2020年的21亿元增加到2025年的12亿元。", false},
		{years, "2020年 2025年", "2025年工业投资较2020年增加，达到21亿元。", true},
		{years, "2025年", "到2025年，工业投资和民生投资分别达到21亿元和47亿元。", true},
		{years, "2025年", "到2025年，工业投资和民生投资分别达到47亿元和21亿元。", false},
		{years, "2025年", "2025年工业投资为21万元。", false},
		{twofold, "东城区", "东城区2025年城镇33万人，农村6万人。", true},
		{twofold, "东城区", "东城区2025年城镇31万人，农村8万人。", false},
		{twofold, "东城区", "东城区2025年城镇6万人，农村33万人。", false},
		{twofold, "湖西县", "2020年，湖西县农村为21万人。", true},
		{twofold, "湖西县", "2020年，东城区农村为21万人。", false},
		{twofold, "湖西县", "2025年，湖西县农村为21万人。", false},
		{twofold, "东城区", "In 2025 the figure for 东城区城镇 is 330,000 people.", true},
		{projects, "迁建", "北湖市第一人民医院迁建工程总投资82000万元。", true},
		{projects, "迁建", "北湖市第一人民医院迁建工程总投资8.2亿元，2024年计划3.1亿元。", true},
		{projects, "迁建", "北湖市第一人民医院迁建工程总投资3.1亿元。", false},
		{projects, "迁建", "北湖市第一人民医院迁建工程总投资82000元。", false},
		{projects, "迁建", "北湖大桥改造总投资82000万元。", false},
		{projects, "迁建 大桥", "北湖大桥改造总投资15600万元，北湖市第一人民医院迁建工程总投资82000万元。", true},
		{projects, "迁建 大桥", "北湖大桥改造总投资82000万元，北湖市第一人民医院迁建工程总投资15600万元。", false},
		{projects, "大桥", "市交通局的北湖大桥改造总投资15600万元。", true},
		{projects, "大桥", "市卫健委的北湖大桥改造总投资15600万元。", false},
		{fees, "非住宅", "非住宅登记费标准为550元/件。", true},
		{fees, "非住宅", "住宅登记费标准为550元/件。", false},
		{fees, "住宅 非住宅", "住宅登记费标准为80元/件，非住宅登记费标准为550元/件。", true},
		{fees, "住宅 非住宅", "住宅登记费标准为550元/件，非住宅登记费标准为80元/件。", false},
	} {
		s := readTable(t, c.table)
		claim := prompts.Claim{Text: c.claim}
		for _, w := range strings.Fields(c.quotes) {
			i := slices.IndexFunc(strings.Split(s.Text, "\n"), func(l string) bool { return strings.Contains(l, "："+w) || strings.Contains(l, w) && w != "住宅" })
			if i < 0 {
				t.Fatalf("no row %s in\n%s", w, s.Text)
			}
			claim.Cites = append(claim.Cites, prompts.Cite{Source: 1, Quote: strings.Split(s.Text, "\n")[i]})
		}
		if v := prompts.Verify(claim, []prompts.Source{s}); v.OK != c.want {
			t.Errorf("%s: kept %v, want %v: %s %s\n%s", c.claim, v.OK, c.want, v.Check, v.Reason, s.Text)
		}
	}
}

// TestTableMutations tells generated tables honestly, which must be kept, and
// with two cells, columns or rows swapped, which must be rejected.
func TestTableMutations(t *testing.T) {
	r := rand.New(rand.NewPCG(20, 25))
	tables := 30
	if os.Getenv("POLICYBOT_SOAK") != "" {
		tables = 1000
	}
	var kept, trues, caught, falses int
	shown := map[string]int{}
	show := func(kind string, m madeTable, c telling, v prompts.Verdict) {
		if shown[kind]++; shown[kind] <= 12 {
			var quotes []string
			for _, q := range c.quotes {
				quotes = append(quotes, m.rows[q])
			}
			t.Logf("%s: %s %s\n    %s\n    %s", kind, v.Check, v.Reason, c.text, strings.Join(quotes, "\n    "))
		}
	}
	for range tables {
		m := makeTable(t, r)
		honest, false_ := m.tellings(r)
		for _, c := range honest {
			trues++
			if v := m.verify(c); v.OK {
				kept++
			} else {
				show("dropped", m, c, v)
			}
		}
		for _, c := range false_ {
			falses++
			if v := m.verify(c); !v.OK {
				caught++
			} else {
				show("missed", m, c, v)
			}
		}
	}
	t.Logf("honest kept %d of %d; swapped rejected %d of %d", kept, trues, caught, falses)
	if kept*1000 < trues*995 || caught*10000 < falses*9995 {
		t.Errorf("honest tellings kept %d of %d, swapped ones rejected %d of %d; want .995 and .9995", kept, trues, caught, falses)
	}
}
