package main

import (
	"slices"
	"strings"
	"testing"

	"policybot/bot/telegram"
)

func TestTelegramAccess(t *testing.T) {
	s := settings{telegramAdmins: "1, 2", telegramAllow: "3 -1004", telegramPace: "5"}
	admins, allowed, pace, err := s.telegramAccess()
	if err != nil || !slices.Equal(admins, []int64{1, 2}) || !slices.Equal(allowed, []int64{3, -1004}) ||
		pace != (telegram.Limits{Person: 5, Group: 15}) {
		t.Errorf("%v %v %v %v", admins, allowed, pace, err)
	}
	for name, s := range map[string]settings{
		"TELEGRAM_ADMINS": {telegramAdmins: "@li", telegramPace: "5"},
		"TELEGRAM_ALLOW":  {telegramAllow: "0", telegramPace: "5"},
		"TELEGRAM_PACE":   {telegramPace: "many"},
	} {
		if _, _, _, err := s.telegramAccess(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
