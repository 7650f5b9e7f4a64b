package retrieval

import "testing"

func TestInForce(t *testing.T) {
	for _, tt := range []struct {
		name, date, effective, expires, asOf string
		want                                 bool
	}{
		{"published before", "2023-05-01", "", "", "2023-06-15", true},
		{"published after", "2023-06-16", "", "", "2023-06-15", false},
		{"published in the month", "2023-06-30", "", "", "2023-06", true},
		{"published in the year", "2023-12-31", "", "", "2023", true},
		{"only the year of its date is known", "2023", "", "", "2023-06", true},
		{"published, and not in force yet", "2023-05-01", "2023-07-01", "", "2023-06", false},
		{"on its first day", "2023-05-01", "2023-07-01", "", "2023-07-01", true},
		{"on its last day", "2020-01-01", "", "2023-06-15", "2023-06-15", true},
		{"on the day after", "2020-01-01", "", "2023-06-15", "2023-06-16", false},
		{"it ended in the month", "2020-01-01", "", "2023-06-15", "2023-06", false},
		{"it ended with the month", "2020-01-01", "", "2023-06-30", "2023-06", true},
		{"it ended with the year", "2020-01-01", "", "2023-12-31", "2023", true},
		{"it ends in some month", "2020-01-01", "", "2023-06", "2023-06-20", true},
		{"it ended in some month before", "2020-01-01", "", "2023-05", "2023-06", false},
		{"no date is known", "", "", "", "2023", false},
		{"no date that anybody wrote", "2023", "", "2024", "x", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := Meta{Date: Field{Value: tt.date}, Effective: Field{Value: tt.effective}, Expires: Field{Value: tt.expires}}
			if got := (Filter{AsOf: tt.asOf}).Admits(&Document{Meta: m}); got != tt.want {
				t.Errorf("in force as of %s: %v, want %v", tt.asOf, got, tt.want)
			}
		})
	}
}
