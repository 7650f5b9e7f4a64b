package bot

import (
	"strings"
	"testing"
)

// TestOtherLevels asks for a figure of no place, of the city and of the
// district: the city's is told first with its district's under it, but who
// asks for the district gets that alone, and so does who asks for what only
// one of them measures.
func TestOtherLevels(t *testing.T) {
	a := extractor(library(t,
		paper{name: "district", place: "宁波市鄞州区", date: "2024-02-01", passages: []string{"提升养老服务能力,社区助餐服务网络的覆盖社区达到160个。", "加装电梯40台。"}},
		paper{name: "city", place: "宁波市", date: "2023-01-01", passages: []string{"完善养老服务体系,社区助餐服务网络的服务老人超过30万人、食堂达到500家,受到群众欢迎。", "社区助餐服务网络每天服务2万人,慈溪市占一半。", "渔业码头夜间照明由港务公司负责维护。"}},
		paper{name: "elsewhere", place: "杭州市西湖区", date: "2023-01-01", passages: []string{"社区助餐服务网络达到88个点位。"}},
	))
	both := "宁波市：社区助餐服务网络的服务老人超过30万人、食堂达到500家,受到群众欢迎。|鄞州区：提升养老服务能力,社区助餐服务网络的覆盖社区达到160个。"
	for _, tt := range []struct {
		question, want string
		note           bool
	}{
		{"宁波市社区助餐服务网络的目标是多少?", both, true},
		{"鄞州区社区助餐服务网络的目标是多少?", "社区助餐服务网络的覆盖社区达到160个。", false},
		{"宁波市社区助餐服务网络的服务老人目标是多少?", "社区助餐服务网络的服务老人超过30万人、食堂达到500家", false},
		{"社区助餐服务网络实际服务了多少人?", "", false},
		{"加装电梯的目标是多少台?", "鄞州区：加装电梯40台。", false},
	} {
		ans := ask(t, a, tt.question)
		if got := said(ans); !strings.Contains(got, tt.want) || !tt.note && strings.Contains(got, "|") {
			t.Errorf("%s\n got %s\nwant %s", tt.question, got, tt.want)
		}
		if got := strings.Contains(ans.Note, "另一个口径"); got != tt.note {
			t.Errorf("%s: the note is %q", tt.question, ans.Note)
		}
	}
	if got := said(ask(t, a, "社区助餐服务网络的目标是多少?")); strings.Contains(got, "宁波市") != strings.Contains(got, "鄞州区") {
		t.Errorf("of no place: %s", got)
	}
}
