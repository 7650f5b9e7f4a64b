package retrieval

import (
	"strings"
	"testing"
	"time"

	"policybot/internal/places"
)

func TestNearPlacesGoFirst(t *testing.T) {
	text := []string{"居家养老服务补贴按月发放。"}
	x := indexOf(t,
		told{id: "a-shanghai", place: "上海市", passages: text},
		told{id: "b-province", place: "浙江省", passages: text},
		told{id: "c-city", place: "杭州市", passages: text},
		told{id: "d-district", place: "杭州市西湖区", passages: text},
	)
	for _, tt := range []struct {
		name, question, place, want string
	}{
		{"named", "杭州市西湖区的居家养老补贴怎么发?", "", "d-district c-city b-province a-shanghai"},
		{"chosen", "居家养老补贴怎么发?", "杭州市西湖区", "d-district c-city b-province"},
		{"named and chosen", "杭州市的居家养老补贴怎么发?", "杭州市西湖区", "c-city d-district b-province"},
		{"neither", "居家养老补贴怎么发?", "", "a-shanghai b-province c-city d-district"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := Query{Text: tt.question, K: 9, Filter: Filter{Place: places.Parse(tt.place)}}
			if got := ids(ask(t, x, q)); got != tt.want {
				t.Errorf("found %s, want %s", got, tt.want)
			}
		})
	}
}

// TestInForceGoesFirst holds what was replaced or has expired behind what is in
// force on the day of the search, 2024-07-01, or on the day that is asked for.
func TestInForceGoesFirst(t *testing.T) {
	text := []string{"居家养老服务补贴按月发放。"}
	x := indexOf(t,
		told{id: "a-old", title: "西湖区居家养老补贴办法", number: "西政〔2020〕1号", date: "2020-01-10", passages: text},
		told{id: "b-expired", date: "2021-01-01", expires: "2023-12-31", passages: text},
		told{id: "c-new", date: "2022-03-01", effective: "2022-04-01", replaces: "西政〔2020〕1号", passages: text},
		told{id: "d-undated", passages: text},
	)
	for _, tt := range []struct {
		name, question, asOf, want, ended string
	}{
		{"today", "居家养老补贴怎么发?", "", "c-new d-undated a-old b-expired", "a-old b-expired"},
		{"today, and only what is in force", "目前有效的居家养老补贴规定有哪些?", "", "c-new d-undated", ""},
		{"before it was replaced", "居家养老补贴怎么发?", "2022-03", "a-old b-expired", ""},
		{"when it was replaced", "居家养老补贴怎么发?", "2022-04", "b-expired c-new", ""},
		{"said in the question", "2021年6月时居家养老补贴的标准是什么?", "", "a-old b-expired", ""},
		{"an option beats the question", "2021年6月时居家养老补贴的标准是什么?", "2024", "c-new", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			hits := ask(t, x, Query{Text: tt.question, K: 9, Filter: Filter{AsOf: tt.asOf}})
			if got := ids(hits); got != tt.want {
				t.Errorf("found %s, want %s", got, tt.want)
			}
			var ended []string
			for _, h := range hits {
				if h.Ended != nil {
					ended = append(ended, h.Doc.ID)
				}
			}
			if got := strings.Join(ended, " "); got != tt.ended {
				t.Errorf("ended: %s, want %s", got, tt.ended)
			}
		})
	}
	old := ask(t, x, Query{Text: "居家养老补贴怎么发?", K: 9})[2]
	if e := old.Ended; e == nil || e.Last != "2022-03-31" || e.By == nil || e.By.ID != "c-new" {
		t.Errorf("%s ended %+v, want until 2022-03-31, by c-new", old.Doc.ID, old.Ended)
	}
}

// TestReplacements names what ends another document and what does not.
func TestReplacements(t *testing.T) {
	const title = "居家养老服务补贴实施办法"
	for _, tt := range []struct {
		name     string
		old, new told
		want     bool
	}{
		{"by number", told{number: "杭政〔2020〕1号"}, told{replaces: "杭政〔2020〕1号"}, true},
		{"by title", told{title: title, date: "2020"}, told{replaces: title, date: "2022"}, true},
		{"by title, of the same place", told{title: title, place: "杭州市"}, told{replaces: title, place: "杭州市"}, true},
		{"by title, of another place", told{title: title, place: "宁波市"}, told{replaces: title, place: "杭州市"}, false},
		{"by a title that is anybody's", told{title: "通知公告"}, told{replaces: "通知公告"}, false},
		{"by one that began earlier", told{title: title, date: "2023"}, told{replaces: title, date: "2022"}, false},
		{"without a name", told{}, told{replaces: title}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.old.id, tt.new.id = "old", "new"
			docs := []*Document{tt.old.document(), tt.new.document()}
			ends := replacements(docs)
			if _, got := ends[docs[0]]; got != tt.want || len(ends) > 1 {
				t.Errorf("replaced: %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAuthority(t *testing.T) {
	text := []string{"居家养老服务补贴按月发放。"}
	x := indexOf(t,
		told{id: "a-news", kind: KindNews, passages: text}, told{id: "b-policy", kind: KindPolicy, passages: text},
		told{id: "c-reading", kind: KindReading, passages: text}, told{id: "d-unknown", passages: text})
	for tier, want := range map[string]string{
		"": "a-news b-policy c-reading d-unknown", KindPolicy: "b-policy", KindReading: "b-policy c-reading", KindOpinion: "a-news b-policy c-reading",
	} {
		if got := ids(ask(t, x, Query{Text: "居家养老补贴", K: 9, Filter: Filter{Tier: tier}})); got != want {
			t.Errorf("tier %q: found %s, want %s", tier, got, want)
		}
	}
	if got := ids(ask(t, x, Query{Text: "按政策原文,居家养老补贴怎么发?", K: 9})); got != "b-policy d-unknown a-news c-reading" {
		t.Errorf("a question for the text of a policy found %s", got)
	}
}

func TestRead(t *testing.T) {
	today := time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		question string
		want     Reading
	}{
		{"2023年6月时的补贴标准是多少?", Reading{AsOf: "2023-06"}},
		{"二〇二三年六月時的補貼標準是多少?", Reading{AsOf: "2023-06"}},
		{"截至2022年底有效的养老政策有哪些?", Reading{AsOf: "2022"}},
		{"截至2023年6月30日仍在施行的办法", Reading{AsOf: "2023-06-30"}},
		{"去年的时候执行的是什么标准?", Reading{AsOf: "2023"}},
		{"Which subsidies were in force in June 2023?", Reading{AsOf: "2023-06"}},
		{"As of 2022, which rules are valid?", Reading{AsOf: "2022"}},
		{"目前有效的养老补贴规定", Reading{Current: true}},
		{"现行有效的办法有哪些?", Reading{Current: true}},
		{"Which subsidies are currently in force?", Reading{Current: true}},
		{"2022年以来发布的养老文件", Reading{From: "2022"}},
		{"2023年3月前出台的文件", Reading{To: "2023-03"}},
		{"2020年至2022年印发的通知", Reading{From: "2020", To: "2022"}},
		{"今年发布的通知", Reading{From: "2024", To: "2024"}},
		{"政策原文怎么规定加装电梯?", Reading{Tier: KindPolicy}},

		// What a question is about says nothing of where the answer stands.
		{"2023年新增就业多少人?", Reading{}},
		{"到2025年数字经济的目标是多少?", Reading{}},
		{"2025年时数字经济要达到的目标要求是多少?", Reading{}},
		{"截至2022年底全市有多少养老机构?", Reading{}},
		{"截止2022年底出台了多少政策?", Reading{}},
		{"2023年6月时间安排是什么?", Reading{}},
		{"这个办法现在还有效吗?", Reading{}},
		{"目前实施了哪些项目?", Reading{}},
		{"As of 2022, how many homes were built?", Reading{}},
		{"", Reading{}},
	} {
		got := Read(tt.question, today)
		got.Places = nil
		if got.AsOf != tt.want.AsOf || got.Current != tt.want.Current || got.From != tt.want.From || got.To != tt.want.To || got.Tier != tt.want.Tier {
			t.Errorf("Read(%q) = %+v, want %+v", tt.question, got, tt.want)
		}
	}
}
