// Command policybot answers questions about a body of policy documents, in
// Telegram or in the terminal, and proves every sentence with a quotation.
//
// It is the one place that knows every other package: it reads the settings,
// opens the library and hands the parts to each other. What it stores lies in
// the data folder, all in the one file policybot.db.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"policybot/ingest"
)

func main() {
	ingest.PDFChild()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks for an orderly end; from then on signals kill.
	context.AfterFunc(ctx, stop)
	code := Run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
