package retrieval

import (
	"math"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

const notice = `为进一步支持中小企业稳定发展，经市政府研究同意，现就有关事项通知如下。
一、对生产经营正常的企业，按每人每月500元的标准给予稳岗补贴，补贴期限不超过6个月，由企业所在地人力社保部门审核发放。
二、对新招用高校毕业生并依法缴纳社会保险费的企业，给予一次性吸纳就业补贴2000元，同一企业全年不超过20万元。
三、各区、县（市）人力社保、财政部门要加强协作配合，简化办事流程，推行网上办理，确保资金及时足额到位。`

func TestReprinted(t *testing.T) {
	for _, c := range []struct {
		name, other string
		want        bool
	}{
		{"the same", notice, true},
		{"with a byline and a date", "稳岗补贴来了\n2024-02-19 11:35 来源：某某日报\n" + notice + "\n（记者 张三）", true},
		{"with other punctuation and spaces", strings.NewReplacer("，", ", ", "。\n", "．  ").Replace(notice), true},
		{"in traditional script", strings.NewReplacer("发", "發", "业", "業", "为", "為").Replace(notice), true},
		{"another figure", strings.Replace(notice, "500元", "800元", 1), false},
		{"another scale", strings.Replace(notice, "20万元", "20元", 1), false},
		{"two figures that trade places", strings.NewReplacer("2000元", "500元", "500元", "2000元").Replace(notice), false},
		{"half of it", notice[:len(notice)/2], false},
		{"another notice", strings.Repeat("为加强安全生产工作，各单位要立即开展隐患排查，落实整改责任，严肃追究事故责任人。", 5), false},
	} {
		if got, share := reprintableOf(notice).reprints(reprintableOf(c.other)); got != c.want {
			t.Errorf("%s: %v at a share of %.2f", c.name, got, share)
		}
		if got, _ := reprintableOf(c.other).reprints(reprintableOf(notice)); got != c.want {
			t.Errorf("%s, the other way round: %v", c.name, got)
		}
	}
}

// Sketches find what shares are made for: near texts nearly always, far ones
// seldom.
func TestSketchesFindNearTexts(t *testing.T) {
	meets := func(a, b textSketch) bool {
		return a.alike(b) >= leastAlike && slices.ContainsFunc(a.bands, func(h int64) bool { return slices.Contains(b.bands, h) })
	}
	near, found, far, wrong := 0, 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		sentence := rapid.StringOfN(rapid.RuneFrom(nil, unicode.Han), 20, 30, -1)
		common := strings.Join(rapid.SliceOfN(sentence, 10, 30).Draw(t, "common"), "。")
		own := strings.Join(rapid.SliceOfN(sentence, 0, 30).Draw(t, "own"), "。")
		a, b := common, common+own
		switch share := sharedShingles(shingles(a), shingles(b)); {
		case share >= reprintShare:
			near++
			if meets(sketch(a), sketch(b)) {
				found++
			}
		case share < 0.2:
			far++
			if meets(sketch(a), sketch(b)) {
				wrong++
			}
		}
	})
	if near == 0 || float64(found) < 0.93*float64(near) || float64(wrong) > 0.1*float64(max(far, 1)) {
		t.Errorf("of %d near pairs %d are found, of %d far ones %d", near, found, far, wrong)
	}
}

func TestSharedShingles(t *testing.T) {
	for _, c := range []struct {
		a, b []uint64
		want float64
	}{{[]uint64{1, 2, 3}, []uint64{2, 3, 4}, 0.5}, {nil, []uint64{1}, 0}, {[]uint64{1}, []uint64{1}, 1}} {
		if got := sharedShingles(c.a, c.b); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%v and %v share %f, want %f", c.a, c.b, got, c.want)
		}
	}
}
