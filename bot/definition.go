package bot

import (
	"regexp"
	"slices"
	"strings"
)

// askedDefinition matches questions for what something is or is to become: the
// group is the thing.
var askedDefinition = []*regexp.Regexp{
	regexp.MustCompile(`^(?:请问)?([^,。?、]{2,20}?)(?:的(?:功能|发展|目标|城市)?(?:定位|含义|意思|定义|概念|内涵)(?:是|指)|(?:要|将|计划|拟)?(?:打造|建设|建|发展|培育|升级|定位|做)成?为?|是|是指|指|指的是|意味着|代表)(?:什么|啥)(?:意思)?\??$`),
	regexp.MustCompile(`^(?:请问)?(?:什么(?:是|叫做?)|何[谓为])([^,。?、]{2,20}?)\??$`),
}

// defining are the words between a thing and what it is.
var defining = []string{"是", "就是", "为", "指", "即", "打造", "着力打造", "成为", "建成", "建设成", "建设为", "定位", "作为", "称为", "包括", "由", ":"}

// withoutQuotes takes out the marks around names.
var withoutQuotes = strings.NewReplacer("“", "", "”", "", `"`, "", "「", "", "」", "", "'", "", "‘", "", "’", "")

// definedIn is what a folded question asks the definition of; "" for another
// question.
func definedIn(folded string) string {
	for _, re := range askedDefinition {
		if m := re.FindStringSubmatch(folded); m != nil {
			return withoutQuotes.Replace(m[1])
		}
	}
	return ""
}

// definesIt reports whether a folded text says what a thing is: the thing with
// a word of defining directly behind it.
func definesIt(folded, thing string) bool {
	if thing == "" {
		return false
	}
	plain := withoutQuotes.Replace(folded)
	for at := range occurrences(plain, thing) {
		behind := plain[at+len(thing):]
		if slices.ContainsFunc(defining, func(w string) bool { return strings.HasPrefix(behind, w) }) {
			return true
		}
	}
	return false
}
