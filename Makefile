# policybot: what a developer needs, with Go alone. "make help" lists it.
GO       ?= go
DATA     ?= data
FUZZTIME ?= 20s
# The tests that make soak runs long: some hundred kills, thousands of syncs.
SOAK     ?= Kill|Crash|Equals|Soak
export CGO_ENABLED ?= 0

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## ingest seeds/ and serve: in Telegram with TELEGRAM_BOT_TOKEN, else in this terminal
	@$(GO) run ./cmd/policybot serve --data $(DATA) --ingest seeds

.PHONY: build
build: ## build bin/policybot, static and stripped
	$(GO) build -trimpath -ldflags '-s -w' -o bin/policybot ./cmd/policybot

.PHONY: test
test: ## run every test; needs Go alone
	$(GO) test ./...

.PHONY: race
race: ## run the tests under the race detector, the longest in part; needs a C compiler
	CGO_ENABLED=1 $(GO) test -race -short ./...

.PHONY: lint
lint: ## gofmt, go vet and staticcheck
	@unformatted=$$(gofmt -l $$($(GO) list -f '{{.Dir}}' ./...)); \
	if [ -n "$$unformatted" ]; then echo "gofmt -w is due in:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

.PHONY: cover
cover: ## measure how much of the code the tests run
	$(GO) test -coverpkg=./... -coverprofile=cover.out ./...
	$(GO) tool cover -func=cover.out | tail -n 1

.PHONY: bench
bench: ## hold the speed of search against bleve, chromem-go and memory; BENCH=-full for more
	cd internal/bench && $(GO) run -mod=mod . $(BENCH)
	$(GO) test -run '^$$' -bench . -benchmem ./...

.PHONY: fuzz
fuzz: ## fuzz each fuzz test for FUZZTIME
	@set -e; for pkg in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "$$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) $$pkg; \
	  done; \
	done

.PHONY: campaigns
campaigns: ## the long kill and fault campaigns that match SOAK
	POLICYBOT_SOAK=1 $(GO) test -run '$(SOAK)' -count 1 -timeout 2h -v ./...

.PHONY: soak
soak: campaigns fuzz ## all long campaigns: kills, faults, and fuzzing

.PHONY: eval
eval: ## answer the question set on seeds/ and verify its claims, in a library of its own
	@$(GO) run ./cmd/policybot ingest --data $(DATA)/eval seeds
	@$(GO) run ./cmd/policybot eval --data $(DATA)/eval internal/eval/testdata/questions-dev.jsonl --run $(DATA)/eval/answers.jsonl
	@$(GO) run ./cmd/policybot eval --data $(DATA)/eval --claims internal/eval/testdata/claims-dev.jsonl --run $(DATA)/eval/verdicts.jsonl

.PHONY: golden
golden: ## write the golden files anew; read the diff before you commit it
	$(GO) test ./cmd/policybot -run "Golden|Readme" -update
	$(GO) test ./bot/telegram -run Conversation -update
