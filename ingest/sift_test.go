package ingest

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A sifted expression finds what it would find unsifted, in lines of documents
// and in lines that nearly match.
func TestSiftedExpressionsMissNothing(t *testing.T) {
	all := map[string]sifted{
		"yearNumber": yearNumber, "plainNumber": plainNumber, "decree": decree, "numberLabel": numberLabel, "signedLabel": signedLabel,
		"lasts": lasts, "ended": ended, "dateline": dateline, "byline": byline, "authorLabel": authorLabel, "reporters": reporters,
		"reporterRow": reporterRow, "sourceLabel": sourceLabel, "officeLabel": officeLabel, "affiliation": affiliation,
		"siteNamed": siteNamed, "signedDate": signedDate, "datedOffice": datedOffice, "meeting": meeting, "dateLabel": dateLabel, "monthDay": monthDay,
		"planDrawn": planDrawn, "printedDay": printedDay, "recordNo": recordNo, "tells": tells,
	}
	check := func(t interface{ Errorf(string, ...any) }, line string) {
		for name, e := range all {
			if got, want := e.FindAllStringSubmatch(line, -1), e.Regexp.FindAllStringSubmatch(line, -1); !reflect.DeepEqual(got, want) {
				t.Errorf("%s in %q: %q instead of %q", name, line, got, want)
			}
			lines := strings.ReplaceAll(line, " ", "\n")
			if got, want := tells.inLines(lines, 2), tells.FindAllString(lines, 2); !slices.Equal(got, want) {
				t.Errorf("tells in %q: %q instead of %q", lines, got, want)
			}
		}
		var f force
		if f.read(line, "2024-02-07"); !hasAny(line, forceWords) && !reflect.DeepEqual(f, force{}) {
			t.Errorf("%q tells %+v", line, f)
		}
		if officeEnd.MatchString(line) && !strings.ContainsRune(officeEnds, lastRune(line)) {
			t.Errorf("%q ends as an office", line)
		}
		if chineseDate.MatchString(line) && !numeralYear(line) {
			t.Errorf("%q has no year", line)
		}
	}
	for _, raw := range seedFiles(t) {
		for line := range strings.Lines(string(raw)) {
			for len(line) > 0 { // as sentences, to have many
				piece, rest, _ := strings.Cut(line, "。")
				check(t, piece)
				line = rest
			}
		}
	}
	words := rapid.SampledFrom([]string{"杭政", "发", "〔", "〕", "（", "）", "[", "]", "2024", "19", "年", "月", "日", "12", "第", "号", "公告", "令", "文号", "文件编号", "发文字号", ":", "：", " ",
		"成文日期", "成文时间", "有效期", "至", "本通知", "自", "起", "施行", "实行", "之日", "满", "后", "《办法》", "会议", "举行", "召开", "强调", "作", "报告", "一月", "人民政府", "办公室", "领导小组", "中心", "大学", "银行", "机制", "公司", "为", "暂定", "试行", "期限", "三", "个月", "同时", "予以", "废止", "失效", "停止执行", "停止施行", "不再执行", "新华社", "日报", "社", "电", "讯",
		"来源", "作者", "编辑", "记者", "本报", "首席", "通讯员", "摄影", "发布机构", "发文机关", "发文单位", "系", "是", "与", "网", "在线", "无关", "版权所有", "主办", "张三", "李四",
		"据悉", "获悉", "表示", "介绍", "说", "，", "“", "”", "他", "告诉", "》", "提出", "要求", "二〇二四", "二", "十二", "发布时间", "日期", "审议", "制定", "第十五", "个五年", "规划", "建议", "印发", "浙ICP备", "公网安备", "网站标识码", "新闻信息服务许可证", "增值电信业务", "x"})
	rapid.Check(t, func(t *rapid.T) {
		check(t, strings.Join(rapid.SliceOfN(words, 1, 14).Draw(t, "words"), ""))
	})
}

// Every line that bareLine matches begins with one of bareOpeners.
func TestBareLinesOpenAsSaid(t *testing.T) {
	for _, line := range []string{"（2024年2月19日）", "(2024-02-19 11:35)", "2024-2-19", "制图：张三", "摄影 张三", "图/张三", "文／张三", "漫画：张三", "本报记者 张三", "本网通讯员 张三",
		"新华社记者 张三、李四", "首席记者 张三", "记者 张三", "通讯员 张三"} {
		if !bareLine.MatchString(line) || !isByline(line) {
			t.Errorf("%q: %v, %v", line, bareLine.MatchString(line), isByline(line))
		}
	}
}

func TestYearsIn(t *testing.T) {
	for text, want := range map[string][]string{
		"": nil, "年": nil, "24年": nil, "2024年和12020年，1899年、２０２４年": {"2024年", "2020年"}, "20a4年2024 年1999年": {"1999年"},
	} {
		var got []string
		for _, at := range yearsIn(text) {
			got = append(got, text[at[0]:at[1]])
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %q", text, got)
		}
	}
}
