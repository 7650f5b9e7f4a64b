package bot

import (
	"regexp"
	"strings"
)

// titles are the offices that a question may ask the holder of.
const titles = `书记|[市区县镇乡局处院校部省厅所站科校行社]长|主任|主席|委员长|董事长|总经理|经理|总裁|会长|理事长|秘书长|负责人|法人|作者|发言人|主编|总编`

// surnames are the most common family names, which together cover about nine
// in ten people.
const surnames = `王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛段郝顾龚邵万覃武钱戴严莫孔向常汤施俞章鲁`

var (
	askedHolder = regexp.MustCompile(`(` + titles + `)(是|叫|为|姓)?(谁|哪位|什么名字|什么)|(谁|哪位)(是|担任|任|当).{0,8}(` + titles + `)`)
	askedTitle  = regexp.MustCompile(titles)
)

// holder is the office whose holder a question asks for; "" for another question.
func (r reading) holder() string {
	m := askedHolder.FindString(r.Folded)
	if m == "" && r.Foreign {
		return r.officeHeld()
	}
	if m == "" {
		return ""
	}
	return askedTitle.FindString(m)
}

// namesHolder reports whether a folded text names somebody in an office: the
// title with a name directly behind it (市委书记周江勇).
func namesHolder(folded, title string) bool {
	for at := 0; ; {
		i := strings.Index(folded[at:], title)
		if i < 0 {
			return false
		}
		at += i + len(title)
		name := []rune(strings.TrimLeft(folded[at:], ":、,"))
		if len(name) > 1 && strings.ContainsRune(surnames, name[0]) {
			return true
		}
	}
}
