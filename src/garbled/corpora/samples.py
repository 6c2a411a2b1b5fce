"""The sample pairs of ``data/samples``: our own articles through relays, a paragraph a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from garbled.errors import IngestError

SET, SYSTEM = "samples", "apertium"


def sample_rows(path: Path) -> Iterator[dict[str, object]]:
    """Rows as ``garbled.corpora.write.write_pairs`` takes them.

    Args:
        path: ``pairs.jsonl``, whose ids are of the form ``article:paragraph``.

    Raises:
        IngestError: it cannot be read, or a line is no such pair.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
        yield from map(_row, lines)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise IngestError(f"not the sample pairs ({error})", source=str(path)) from error


def _row(line: str) -> dict[str, object]:
    found = json.loads(line)
    article, _, paragraph = found["id"].rpartition(":")
    return {
        "set": SET,
        "lang_pair": found["chain"],
        "system": SYSTEM,
        "kind": "machine",
        "origlang": "en",
        "doc_id": article,
        "seg": int(paragraph),
        "original": found["original"],
        "retranslated": found["retranslated"],
    }
