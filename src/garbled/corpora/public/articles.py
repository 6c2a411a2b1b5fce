"""Clean English: articles to count in, to measure false alarms on, or to retranslate."""

from __future__ import annotations

import csv
import html
import json
from collections.abc import Iterator
from io import StringIO

from garbled.corpora.public.rows import Row, Unpacked, read_lines, read_text
from garbled.errors import IngestError


def convert_scifact(unpacked: Unpacked) -> Iterator[Row]:
    """SciFact's ``corpus.jsonl``: an abstract a line, its sentences in a list."""
    for path, _ in unpacked.files():
        for number, line in enumerate(read_lines(path), start=1):
            try:
                entry = json.loads(line)
                text = " ".join(" ".join(map(str, entry["abstract"])).split())
                name, title = str(entry["doc_id"]), str(entry["title"])
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise IngestError(f"line {number} is no abstract", source=path.name) from error
            yield {"doc_id": f"{unpacked.corpus.name}.{name}", "title": title, "text": text}


def convert_paragraphs(unpacked: Unpacked) -> Iterator[Row]:
    """Plain text, a paragraph a line, each an article of its own."""
    for path, _ in unpacked.files():
        for number, line in enumerate(read_lines(path)):
            if line:
                name = f"{unpacked.corpus.name}.{path.stem}.{number}"
                yield {"doc_id": name, "title": None, "text": line}


def convert_agnews(unpacked: Unpacked) -> Iterator[Row]:
    """AG's news: class, headline and description in CSV, with entities and stray backslashes."""
    for path, _ in unpacked.files():
        for number, row in enumerate(csv.reader(StringIO(read_text(path)))):
            if len(row) != 3:
                raise IngestError(f"line {number + 1} is no item", source=path.name)
            title, text = (html.unescape(cell).replace("\\", " ") for cell in row[1:])
            yield {
                "doc_id": f"{unpacked.corpus.name}.{number}",
                "title": " ".join(title.split()),
                "text": " ".join(text.split()),
            }
