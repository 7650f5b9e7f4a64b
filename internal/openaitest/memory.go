package openaitest

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
)

// InMemory serves HTTP over pipes instead of TCP, for tests in a bubble of
// testing/synctest, where time passes only when everyone waits. Reach it with
// HTTPClient; call the returned stop before the bubble ends.
func InMemory(tb testing.TB) (s *Server, stop func()) {
	s = newServer(tb)
	s.URL = "http://model.test/v1"
	l := &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
	h := &http.Server{Handler: s}
	transport := &http.Transport{DialContext: l.dial}
	s.client = &http.Client{Transport: transport}
	var serving sync.WaitGroup
	serving.Go(func() { _ = h.Serve(l) }) // http.ErrServerClosed
	return s, func() {
		close(s.closed)
		transport.CloseIdleConnections()
		_ = h.Close()
		serving.Wait()
	}
}

// A pipeListener accepts the other ends of the pipes that dial makes.
type pipeListener struct {
	conns  chan net.Conn
	once   sync.Once
	closed chan struct{}
}

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Accept implements [net.Listener].
func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements [net.Listener].
func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr implements [net.Listener].
func (l *pipeListener) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "model.test" }
