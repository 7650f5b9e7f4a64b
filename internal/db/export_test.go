package db

import "database/sql"

// Waiting is how many changes wait for a group's turn.
func (g *Group) Waiting() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.waiting)
}

// Flushes are how many flushes of the log were asked for on conn's database,
// and up to which of them the disk was.
func Flushes(conn *sql.DB) (asked, done uint64) {
	w := conn.Driver().(queue).log
	return w.asked.Load(), w.flushed.Load()
}
