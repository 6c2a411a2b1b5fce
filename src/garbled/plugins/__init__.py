"""garbled inside other programs: one module a host, which is never imported here."""
