package ingest

import (
	"slices"
	"testing"

	"policybot/retrieval"
)

func TestDocumentNumbers(t *testing.T) {
	for _, c := range []struct{ head, want string }{
		{"杭政〔2024〕12号", "杭政〔2024〕12号"},
		{"杭政[2024]12号", "杭政〔2024〕12号"},
		{"杭政（2024）12号", "杭政〔2024〕12号"},
		{"杭政(2024)12号", "杭政〔2024〕12号"},
		{"杭政【2024】12号", "杭政〔2024〕12号"},
		{"杭政﹝2024﹞12号", "杭政〔2024〕12号"},
		{"杭政办函〔２０２４〕１２ 号", "杭政办函〔2024〕12号"},
		{"（浙政发〔2024〕第007号）", "浙政发〔2024〕7号"},
		{"发文字号：杭人社发〔2023〕108号", "杭人社发〔2023〕108号"},
		{"文 号: 国办发〔2020〕5号 主题分类：就业", "国办发〔2020〕5号"},
		{"财政部 税务总局公告2023年第6号", "财政部 税务总局公告2023年第6号"},
		{"中华人民共和国国务院令 第 722 号", "中华人民共和国国务院令第722号"},
		{"根据杭政〔2024〕12号文件精神，现将有关事项通知如下，请认真贯彻执行。", ""},
		{"来源：某某日报 2024年第12期", ""},
		{"西湖区文一西路〔2024〕号", ""},
	} {
		m := mustParse(t, "a.txt", "关于支持企业稳岗的通知\n"+c.head+"\n"+noticeText+"\n"+noticeText).Meta
		if m.Number.Value != c.want || (m.Number.From == "") != (c.want == "") {
			t.Errorf("%s is read as %q from %q, want %q", c.head, m.Number.Value, m.Number.From, c.want)
		}
	}
}

func TestForce(t *testing.T) {
	for _, c := range []struct {
		name, clause, effective, expires string
		replaces                         []string
	}{
		{"a day", "本通知自2024年3月1日起施行。", "2024-03-01", "", nil},
		{"Chinese numerals", "本办法自二〇二四年三月一日起施行。", "2024-03-01", "", nil},
		{"without a subject", "自2024年3月1日起正式实施。", "2024-03-01", "", nil},
		{"from its issue", "本通知自印发之日起施行。", "2024-02-07", "", nil},
		{"from today", "本通告自即日起执行。", "2024-02-07", "", nil},
		{"days after its issue", "本办法自发布之日起30日后施行。", "2024-03-08", "", nil},
		{"for years", "本办法自2024年3月1日起施行，有效期3年。", "2024-03-01", "2027-02-28", nil},
		{"for years, in words", "本办法自2024年3月1日起施行，有效期为五年。", "2024-03-01", "2029-02-28", nil},
		{"for months", "本细则自印发之日起施行，执行期限暂定8个月。", "2024-02-07", "2024-10-06", nil},
		{"up to a day", "本通知自2024年3月1日起施行，有效期至2026年12月31日。", "2024-03-01", "2026-12-31", nil},
		{"up to a day of the same year", "本通知自2024年3月1日起施行，有效期至12月31日止。", "2024-03-01", "2024-12-31", nil},
		{"up to an event", "本通知自印发之日起施行，有效期至响应解除之日止。", "2024-02-07", "", nil},
		{"ends another", "本通知自发布之日起施行，《关于旧补贴的通知》（杭政〔2019〕3号）同时废止。", "2024-02-07", "", []string{"杭政〔2019〕3号"}},
		{"ends several", "本办法自2024年3月1日起施行。《杭州市旧办法》《杭州市更旧办法》(杭政[2010]7号)予以废止。", "2024-03-01", "", []string{"杭州市旧办法", "杭政〔2010〕7号"}},
		{"does not end", "原《关于旧补贴的通知》未废止，继续执行。", "", "", nil},
		{"another document's day", "按照《社会保险法》自2011年7月1日起施行的规定，参保人员应当缴费。", "", "", nil},
		{"a measure's day", "企业应当在2024年6月1日前申报。", "", "", nil},
		{"an end before the beginning", "本通知自2024年3月1日起施行，有效期至2023年12月31日。", "2024-03-01", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := mustParse(t, "a.txt", "杭州市人民政府关于支持企业稳岗的通知\n"+noticeText+"\n"+c.clause+"\n杭州市人民政府\n2024年2月7日").Meta
			var replaces []string
			for _, r := range m.Replaces {
				replaces = append(replaces, r.Value)
			}
			if m.Signed.Value != "2024-02-07" || m.Effective.Value != c.effective || m.Expires.Value != c.expires || !slices.Equal(replaces, c.replaces) {
				t.Errorf("signed %q, effective %+v, expires %+v, replaces %q", m.Signed.Value, m.Effective, m.Expires, replaces)
			}
		})
	}
}

func TestSignedInChineseNumerals(t *testing.T) {
	m := mustParse(t, "a.txt", "杭州市人民政府关于支持企业稳岗的通知\n"+noticeText+"\n杭州市人民政府\n二〇二四年十二月二十一日").Meta
	if m.Signed.Value != "2024-12-21" || m.Date.Value != "2024-12-21" || m.Issuer.Value != "杭州市人民政府" {
		t.Errorf("signed %+v, date %+v, issuer %+v", m.Signed, m.Date, m.Issuer)
	}
}

func TestLanguage(t *testing.T) {
	for text, want := range map[string]string{
		noticeText: "zh-Hans",
		"為進一步支持中小企業穩定發展，經研究，現就有關事項通知如下，請結合實際認真貫徹執行。":                                         "zh-Hant",
		"To support small firms, the following measures take effect today and apply to all.": "en",
		"2024 12 31": "",
	} {
		if got := mustParse(t, "a.txt", text).Meta.Language.Value; got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}

func TestNationwide(t *testing.T) {
	for _, c := range []struct{ title, office, want string }{
		{"关于延续优惠政策的公告", "财政部 税务总局", retrieval.Nationwide},
		{"国务院办公厅关于稳就业的意见", "国务院办公厅", retrieval.Nationwide},
		{"国家税务总局南阳市税务局关于办税的通告", "国家税务总局南阳市税务局", "南阳市"},
		{"关于加强宣传的通知", "市委宣传部", ""},
	} {
		m := mustParse(t, "a.txt", c.title+"\n"+noticeText+"\n"+c.office+"\n2024年2月7日").Meta
		if m.Place.Value != c.want {
			t.Errorf("%s of %s is of %q from %q, want %q", c.title, c.office, m.Place.Value, m.Place.From, c.want)
		}
		if got := m.Jurisdiction(); c.want == retrieval.Nationwide && !got.IsZero() {
			t.Errorf("the whole country is the division %v", got)
		}
	}
}
