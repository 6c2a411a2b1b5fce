"""A process that writes to a shared memory and reads from it: ``-m store.writer PATH NAME N``."""

from __future__ import annotations

import sys

from garbled.store import Kept, Store, result_key

from .conftest import make_document, make_score


def main(path: str, name: str, n: int) -> None:
    """Keep ``n`` results, a few at a time, opening the memory anew now and then."""
    for start in range(0, n, 20):
        with Store(path) as store:
            for number in range(start, start + 20, 4):
                store.keep([row(name, number + step) for step in range(4)])
                shared = row("shared", number)
                store.keep([shared])
                assert set(store.find([shared.key, row(name, start).key])) == {
                    shared.key,
                    row(name, start).key,
                }
            store.label((name, f"id-{start}"), "mangled")


def row(feed: str, number: int) -> Kept:
    document = make_document(f"Item {number} of {feed}.", number, feed)
    key = result_key(document.text.encode(), "")
    return Kept(key, feed, document.id, make_score(document))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
