package main

import (
	"fmt"
	"strconv"
	"strings"

	"policybot/bot/telegram"
)

// groupShare is how many times a person's pace a whole group may ask.
const groupShare = 3

// telegramAccess reads who may use the bot, and how fast.
func (s *settings) telegramAccess() (admins, allowed []int64, pace telegram.Limits, err error) {
	if admins, err = readIDs("TELEGRAM_ADMINS", s.telegramAdmins); err != nil {
		return nil, nil, pace, err
	}
	if allowed, err = readIDs("TELEGRAM_ALLOW", s.telegramAllow); err != nil {
		return nil, nil, pace, err
	}
	n, err := strconv.Atoi(s.telegramPace)
	if err != nil || n < 0 || n > 1000 {
		return nil, nil, pace, hint(misused("TELEGRAM_PACE=%s is no number of questions a minute", s.telegramPace),
			"write a number up to 1000; 0 is no limit")
	}
	return admins, allowed, telegram.Limits{Person: n, Group: groupShare * n}, nil
}

// readIDs reads numbers with commas or spaces between them.
func readIDs(name, list string) (ids []int64, err error) {
	for _, field := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		id, err := strconv.ParseInt(field, 10, 64)
		if err != nil || id == 0 {
			return nil, hint(fmt.Errorf("%s has %s, which is no Telegram id", name, quoteName(field)),
				"write numeric ids with commas between them, such as 12345,-1001234567; a name with @ will not do")
		}
		ids = append(ids, id)
	}
	return ids, nil
}
