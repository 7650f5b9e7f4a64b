package bot

import (
	"regexp"
	"strings"
	"time"

	"policybot/internal/han"
)

// titles are the offices that a question may ask the holder of.
const titles = `书记|[市区县镇乡局处院校部省厅所站科校行社]长|主任|主席|委员长|董事长|总经理|经理|总裁|会长|理事长|秘书长|负责人|法人|作者|发言人|主编|总编`

// surnames are the most common family names, which together cover about nine
// in ten people.
const surnames = `王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛段郝顾龚邵万覃武钱戴严莫孔向常汤施俞章鲁`

var (
	askedHolder = regexp.MustCompile(`(` + titles + `)(?:现在|目前|当前|如今|现)?(是|叫|为|姓)?(谁|哪位|什么名字|什么)|(谁|哪位)(是|担任|任|当).{0,8}(` + titles + `)`)
	// askedOfPerson matches questions for somebody's office: 张三是谁.
	askedOfPerson = regexp.MustCompile(`^(\p{Han}{2,4}?)(?:是|担任|现任|任)(?:了|的)?(?:谁|什么人|何人|做什么的|干什么的|什么(?:职务|职位|职业|身份|岗位|官))(?:的)?[?？]?$`)
	endsInTitle   = regexp.MustCompile(`(?:` + titles + `|记者|教授|研究员|工程师|医生|院士|委员|代表|干事|部员|队员|骑手)[:、,]?$`)
	// forWhom matches questions that ask for whom something is, not for a person.
	forWhom    = regexp.MustCompile(`[为给对替帮]谁|(?:面向|针对|服务|照顾|适用于?)谁|谁(?:可以|能|能够|有资格|符合)`)
	askedDuty  = regexp.MustCompile(`(?:由谁|谁来|谁|哪[个家]?(?:部门|单位|机构))(?:负责|牵头|主管|承担|组织|审批|发放|管理?|监督|实施|落实|办理)`)
	askedNow   = regexp.MustCompile(`现任|现在|目前|当前|如今`)
	askedTitle = regexp.MustCompile(titles)
	current    = regexp.MustCompile(`^.*(现任|现在|目前|当前|如今|新任|前任|是|的|谁|请问)`)
)

// holder is the title, with the end of its office's name, whose holder a
// question asks for (教育局局长); "" for another question.
func (r reading) holder() string {
	m := askedHolder.FindString(r.Folded)
	if m == "" && r.Foreign {
		return r.officeHeld()
	}
	if m == "" {
		return ""
	}
	title := askedTitle.FindString(m)
	// The office goes with the title: 教育局局长 is not 民政局局长.
	before, _, _ := strings.Cut(fold(r.bare()), title)
	office := []rune(current.ReplaceAllString(before[strings.LastIndexAny(before, ",。?!、")+1:], ""))
	if len(office) < 2 || !han.IsHan(office[len(office)-1]) {
		return title
	}
	return string(office[max(0, len(office)-3):]) + title
}

// person is the one whose office a question asks for (张三是谁, 张三担任什么职务),
// folded; "" for another question.
func (r reading) person() string {
	if m := askedOfPerson.FindStringSubmatch(r.Folded); m != nil && strings.ContainsRune(surnames, []rune(m[1])[0]) {
		return m[1]
	}
	return ""
}

// entitled reports whether a folded text has a title directly before a name:
// 党支部书记张三.
func entitled(folded, name string) bool {
	for at := range occurrences(folded, name) {
		if endsInTitle.MatchString(folded[:at]) {
			return true
		}
	}
	return false
}

// asksDuty reports whether a question asks who is responsible for something,
// which an office is more often than a person.
func (r reading) asksDuty() bool { return r.Asks == asksWho && askedDuty.MatchString(r.Folded) }

// heldLongAgo reports whether a question asks who holds an office now and a
// document is more than a year older than the newest: offices change hands.
func (r reading) heldLongAgo(v View, p piece) bool {
	told, newest := p.src.Doc.Meta.Date.Value, v.Stats().To
	if !askedNow.MatchString(r.Folded) || r.holder() == "" || len(r.Years) > 0 {
		return false
	}
	day, err := time.Parse(time.DateOnly, told)
	last, err2 := time.Parse(time.DateOnly, newest)
	return err == nil && err2 == nil && day.AddDate(1, 0, 0).Before(last)
}

// namesHolder reports whether a folded text names somebody in an office: the
// title with a name directly behind it (市委书记周江勇).
func namesHolder(folded, title string) bool {
	for at := range occurrences(folded, title) {
		name := []rune(strings.TrimLeft(folded[at+len(title):], ":、,"))
		if len(name) > 1 && strings.ContainsRune(surnames, name[0]) {
			return true
		}
	}
	return false
}
