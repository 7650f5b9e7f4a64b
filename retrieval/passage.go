package retrieval

import (
	"fmt"
	"iter"

	"policybot/internal/places"
)

// A Field is one fact about a document and where it was read. An unknown fact
// is the zero Field; it is never guessed.
type Field struct {
	Value string `json:"value,omitempty"`
	// From says where the value was read, in words for an admin: "byline",
	// "file name", "text: 12月17日,…", "front matter".
	From string `json:"from,omitempty"`
}

// Meta is what is known of a document.
type Meta struct {
	Title  Field `json:"title"`
	Issuer Field `json:"issuer"` // the office or paper that speaks
	Site   Field `json:"site"`   // where the page was taken from
	Author Field `json:"author"`
	Date   Field `json:"date"`  // of publication: 2024-02-19, 2024-02 or 2024
	Place  Field `json:"place"` // full name down from the prefecture or province: 杭州市西湖区; or Nationwide
	Kind   Field `json:"kind"`  // one of the Kind constants
	// Number is the issuer's number of an official document, in one form:
	// 杭政〔2024〕12号, 财政部 税务总局公告2023年第6号.
	Number Field `json:"number,omitzero"`
	// Signed is the day on which the document was made (成文日期), as 2024-02-19.
	Signed Field `json:"signed,omitzero"`
	// Effective and Expires are the first and the last day on which it is in
	// force, as 2024-02-19.
	Effective Field `json:"effective,omitzero"`
	Expires   Field `json:"expires,omitzero"`
	// Language is the text's: zh-Hans, zh-Hant or en.
	Language Field `json:"language,omitzero"`
	// Replaces are the documents that this one ends (废止), each by its number
	// or, without one, its title.
	Replaces []Field `json:"replaces,omitempty"`
}

// Nationwide is the Place of a document for the whole country. It is no
// division: Jurisdiction is zero, as for a document that may speak of any
// place.
const Nationwide = "全国"

// Fields are the fields of one value by the names that admins write and read;
// they can be set through the pointers.
func (m *Meta) Fields() iter.Seq2[string, *Field] {
	return func(yield func(string, *Field) bool) {
		for _, f := range []struct {
			name  string
			field *Field
		}{
			{"title", &m.Title}, {"issuer", &m.Issuer}, {"site", &m.Site}, {"author", &m.Author},
			{"date", &m.Date}, {"place", &m.Place}, {"kind", &m.Kind}, {"number", &m.Number},
			{"signed", &m.Signed}, {"effective", &m.Effective}, {"expires", &m.Expires}, {"language", &m.Language},
		} {
			if !yield(f.name, f.field) {
				return
			}
		}
	}
}

// The kinds of document, most authoritative first.
const (
	KindPolicy  = "policy"  // the text of a policy itself
	KindReading = "reading" // an office explains its own policy
	KindReport  = "report"  // a report on a meeting or speech that sets policy
	KindNews    = "news"
	KindOpinion = "opinion"
)

// Kinds are the kinds of document, most authoritative first.
var Kinds = []string{KindPolicy, KindReading, KindReport, KindNews, KindOpinion}

// Jurisdiction is the division that Place names; the zero Place if it is
// unknown or Nationwide.
func (m Meta) Jurisdiction() places.Place { return places.Parse(m.Place.Value) }

// A Removed is a piece of the original that cleaning took out, with the reason.
type Removed struct {
	Start  int    `json:"start"` // byte offset in the decoded original
	End    int    `json:"end"`
	Reason string `json:"reason"` // navigation, spam, disclaimer, contact, related, invisible, …
	Text   string `json:"text"`
}

// A Document is one revision of one file, without its text.
type Document struct {
	// ID names the document through all its revisions.
	ID string `json:"id"`
	// Source is the folder or upload that the document belongs to.
	Source string `json:"source"`
	// Path is the document's name within its source, with slashes.
	Path string `json:"path"`
	// Revision numbers this content of the document, over the whole library.
	Revision int64 `json:"revision"`
	// Hash is the SHA-256 of the original file, in hex.
	Hash string `json:"hash"`
	Meta Meta   `json:"meta"`
	// Reprint is the group of near-identical texts that this revision belongs
	// to: documents of one corpus with the same number are reprints.
	Reprint int64 `json:"reprint,omitempty"`
	// Retired documents are kept and not searched.
	Retired bool `json:"retired,omitempty"`
}

// A Passage is a piece of a document that is found and cited as a whole.
type Passage struct {
	// DocID and Revision name the text that Start and End count in.
	DocID    string `json:"doc_id"`
	Revision int64  `json:"revision"`
	// Heading is the path of headings above the passage, outermost first. The
	// headings' own words stand in the document too.
	Heading []string `json:"heading,omitempty"`
	// Start and End are byte offsets into the cleaned text; Text is that piece,
	// letter for letter.
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
	// Page and LastPage are the pages of the original, from 1, on which the
	// passage begins and ends; 0 where the format has no pages.
	Page     int `json:"page,omitempty"`
	LastPage int `json:"last_page,omitempty"`
}

// Pages says on which pages of the original the passage stands, as 第3页 or
// 第3–4页; "" for an original without pages.
func (p Passage) Pages() string {
	switch {
	case p.Page == 0:
		return ""
	case p.LastPage > p.Page:
		return fmt.Sprintf("第%d–%d页", p.Page, p.LastPage)
	}
	return fmt.Sprintf("第%d页", p.Page)
}

// A Hit is a passage that was found, with why.
type Hit struct {
	Passage
	Doc *Document `json:"doc"`
	// Score orders the hits; it is comparable within one answer only.
	Score float64 `json:"score"`
	// LexicalRank and VectorRank count from 1; 0 means not found that way.
	LexicalRank int `json:"lexical_rank,omitempty"`
	VectorRank  int `json:"vector_rank,omitempty"`
	// Ended is set when the document is no longer in force, on the day of the
	// search or, where that asks for a date, at that date.
	// Like Reprints it is no part of what is kept with an answer.
	Ended *Ending `json:"-"`
	// Reprints are the passages of other documents that print the same text;
	// they are no hits of their own.
	Reprints []Hit `json:"-"`
}

// A Filter narrows a search before the best are cut off. Its zero value lets
// everything through.
type Filter struct {
	Place places.Place // documents of this place, of what lies in it, or above it
	From  string       // publication dates from, as 2024, 2024-02 or 2024-02-19
	To    string       // and to, inclusive
	// AsOf is a date as 2024, 2024-02 or 2024-02-19: only what was in force at
	// the end of that year, month or day.
	AsOf  string
	Kinds []string // of these kinds
	Tier  string   // of this kind or a more authoritative one
	Docs  []string // of these document IDs
}

// A Query is one search.
type Query struct {
	Text   string
	K      int // how many hits at most
	Filter Filter
	// WordsOnly asks neither an embedder, which may be a service, nor a reranker.
	WordsOnly bool
}
