package bot

import "strings"

// longestRow is how many bytes a row may have that is told whole.
const longestRow = 900

// tableRow reports whether a text is the row of a table, as ingest tells it:
// heading：value，heading：value.
func tableRow(s string) bool {
	if len(s) > longestRow || strings.ContainsAny(s, "。；？?") {
		return false
	}
	pieces := strings.Split(s, "，")
	named := 0
	for _, p := range pieces {
		if i := strings.Index(p, "："); i > 0 && i <= 60 && i+len("：") < len(p) {
			named++
		}
	}
	return named >= 2 && named*3 >= len(pieces)*2
}
