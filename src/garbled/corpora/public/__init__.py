"""Public corpora that a user may fetch: listing, fetching safely, and making pairs of them."""
