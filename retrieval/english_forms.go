package retrieval

import (
	"slices"
	"strings"
)

// bases are the forms under which the glossary may know a word: itself, and
// what it may be a plural or another form of a verb of. As in WordNet's
// morphology, endings are only proposed and the table decides: building stands
// there itself, builds and built do not. A stemmer would have to decide alone,
// and those at hand also take one word for another (university and universe,
// organization and organ), which costs more here than a form that is missed.
func bases(word string) []string {
	word = spelled(word)
	out := []string{word}
	put := func(b string) {
		if len(b) > 1 && !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	if b, ok := irregular[word]; ok {
		put(b)
	}
	switch {
	case strings.HasSuffix(word, "ies"):
		put(word[:len(word)-3] + "y")
		put(word[:len(word)-1])
	case strings.HasSuffix(word, "es"):
		put(word[:len(word)-1])
		put(word[:len(word)-2])
	case strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss"):
		put(word[:len(word)-1])
	case strings.HasSuffix(word, "ied"):
		put(word[:len(word)-3] + "y")
	case strings.HasSuffix(word, "ed"):
		verbs(word[:len(word)-2], put)
	case strings.HasSuffix(word, "ing"):
		verbs(word[:len(word)-3], put)
	}
	return out
}

// verbs proposes the verbs that a stem without its ed or ing may be of:
// reach-, reduc(e)-, plan(n)-.
func verbs(stem string, put func(string)) {
	if len(stem) < 2 {
		return
	}
	put(stem)
	put(stem + "e")
	if n := len(stem); stem[n-1] == stem[n-2] {
		put(stem[:n-1])
	}
}

// spelled is a word in American spelling: organise and labour may be asked for
// either way. It is applied to the table and to questions alike, so that it
// need not be right of words that are spelled one way only.
func spelled(word string) string {
	for _, end := range []string{"ise", "ised", "ises", "ising", "isation", "isations"} {
		if stem, ok := strings.CutSuffix(word, end); ok && len(stem) > 3 {
			return stem + "iz" + end[2:]
		}
	}
	return british.Replace(word)
}

var british = strings.NewReplacer("labour", "labor", "neighbour", "neighbor", "harbour", "harbor", "colour", "color", "favour", "favor",
	"behaviour", "behavior", "centre", "center", "theatre", "theater", "metre", "meter", "litre", "liter", "fibre", "fiber",
	"programme", "program", "ageing", "aging", "licence", "license", "defence", "defense", "enrolment", "enrollment",
	"fulfilment", "fulfillment", "catalogue", "catalog", "travelling", "traveling", "traveller", "traveler", "labelling", "labeling",
	"grey", "gray", "storey", "story", "judgement", "judgment", "paediatric", "pediatric", "anaemia", "anemia", "cheque", "check",
	"tyre", "tire", "aluminium", "aluminum", "counsellor", "counselor", "organisation", "organization", "mould", "mold", "cosy", "cozy")

// irregular leads from forms that no ending tells to the table's.
var irregular = map[string]string{
	"built": "build", "held": "hold", "made": "make", "paid": "pay", "grew": "grow", "grown": "grow", "rose": "rise", "risen": "rise",
	"fell": "fall", "fallen": "fall", "took": "take", "taken": "take", "gave": "give", "given": "give", "began": "begin", "begun": "begin",
	"wrote": "write", "written": "write", "chose": "choose", "chosen": "choose", "led": "lead", "met": "meet", "spent": "spend",
	"won": "win", "sold": "sell", "bought": "buy", "taught": "teach", "kept": "keep", "lost": "lose", "said": "say", "got": "get",
	"saw": "see", "seen": "see", "drew": "draw", "drawn": "draw", "drove": "drive", "driven": "drive", "lent": "lend", "sent": "send",
	"lit": "light", "laid": "lay", "sought": "seek", "stood": "stand", "undertook": "undertake", "undertaken": "undertake",
	"children": "child", "men": "man", "women": "woman", "lives": "life", "feet": "foot", "teeth": "tooth", "mice": "mouse",
	"criteria": "criterion", "analyses": "analysis", "crises": "crisis", "bases": "basis", "persons": "person", "people": "person",
	"staying": "stay", "leaves": "leave", "wives": "wife", "halves": "half", "knives": "knife", "shelves": "shelf", "media": "medium",
	"higher": "high", "highest": "high", "larger": "large", "largest": "large", "lower": "low", "lowest": "low", "cleaner": "clean",
	"older": "old", "oldest": "old", "younger": "young", "greener": "green", "smaller": "small", "faster": "fast", "better": "good",
	"best": "good", "cheaper": "cheap", "poorer": "poor", "newly": "new", "jointly": "joint", "annually": "annual", "safer": "safe",
	"stronger": "strong", "poorest": "poor", "biggest": "big", "bigger": "big", "fewer": "few", "dying": "die", "lying": "lie",
}
