package ingest

import (
	"regexp"
	"strings"
)

var (
	docNumber = regexp.MustCompile(`^[\p{Han}（）()]{1,16}[〔\[【（(﹝［]\s?(?:19|20)\d{2}\s?[〕\]】）)﹞］]\s?第?\s?\d{1,5}\s?号$|^(?:[\p{Han} ]{0,20}公告)?(?:19|20)\d{2}年第\s?\d{1,4}号$`)
	dateline  = regexp.MustCompile(`^[（(]?(新华社|新华网|中新社|中新网|人民网|央视网|中国网|中证网|[\p{Han}]{2,8}(?:日报|晚报|晨报|时报|早报|商报|社|报|网|在线))[\p{Han}·]{0,8}?(?:(?:\d{4}年)?\d{1,2}月\d{1,2}日)?(?:电|讯)`)
	byline    = regexp.MustCompile(`(?:来源|作者|编辑|责编|责任编辑|记者|通讯员|供稿|发布时间|发布日期|时间|日期|浏览|浏览次数|点击|阅读|制图|摄影|校对|审核)\s*[:：]|^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?$|^(?:制图|摄影|图|文|漫画)\s*[/／:： ]\s*\p{Han}{2,4}$`)
)

// isDocNumber reports whether s is the number of an official document, such
// as 杭政〔2024〕12号.
func isDocNumber(s string) bool {
	return len(s) < 90 && strings.HasSuffix(s, "号") && docNumber.MatchString(s)
}

// isDateline reports whether s opens as an agency report does: 新华社杭州2月5日电.
func isDateline(s string) bool { return dateline.MatchString(firstRunes(s, 40)) }

// isByline reports whether a short line tells source, author or date.
func isByline(s string) bool { return len(s) < 300 && byline.MatchString(s) }
