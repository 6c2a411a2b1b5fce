"""Clean English through a translation engine, out and back: aligned pairs of one's own."""
