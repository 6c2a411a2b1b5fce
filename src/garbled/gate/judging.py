"""The judgement on a feed's items: each is read alone, and only where it is not remembered."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from garbled.documents import Block, Document
from garbled.gate.envelope import Envelope, Item
from garbled.gate.unread import SparingScores
from garbled.ingest import ReadOptions, read_bytes
from garbled.ingest.document import tidy_id
from garbled.store.memory import Item as Entry
from garbled.store.memory import Memory, Outcome, Scores
from garbled.store.results import Store

NAME_DIGITS = 12
"""Digits of its content's digest by which an item without an id is known."""


def entries(envelope: Envelope, feed: str, options: ReadOptions) -> list[Entry]:
    """The feed's items, then what is lost of it, as the memory takes them."""
    columns: tuple[str, ...] = ()
    if envelope.format in ("json", "jsonl"):
        columns = (options.text_column, options.title_column, options.language_column)
    made = []
    for item in envelope.items:
        damage = "damaged" if item.fault else ""
        told = "\0".join([envelope.format, damage, *columns]).encode()
        content = b"\0".join([told, *item.context, envelope.content(item)])
        made.append(
            _entry(feed, item.id, content, partial(read_item, envelope, item, feed, options))
        )
    for lost in envelope.lost:
        content = b"\0".join([envelope.format.encode(), b"lost", lost.original])
        lost_read = partial(Document.unreadable, lost.message, id=feed, source=feed)
        made.append(_entry(feed, "", content, lost_read))
    return made


def _entry(feed: str, name: str, content: bytes, read: Callable[[], Document]) -> Entry:
    id = tidy_id(name) or digest(content)[:NAME_DIGITS]
    return Entry(content, id, f"{feed}#{id}", read)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read_item(envelope: Envelope, item: Item, feed: str, options: ReadOptions) -> Document:
    """The document of an item that is read alone; what was wrong with it is told in it."""
    data = envelope.alone(item)
    found = list(read_bytes(data, source=feed, format=envelope.format, options=options))
    document = found[0] if len(found) == 1 else _joined(found)
    if item.fault is None:
        return document
    return replace(document, error="; ".join(filter(None, [item.fault, document.error])))


def _joined(documents: Sequence[Document]) -> Document:
    """One item that reads as several, feeds in feeds for instance, is judged by all its text."""
    blocks = [Block(p.text, p.role) for document in documents for p in document.paragraphs]
    errors = dict.fromkeys(document.error for document in documents if document.error)
    return Document.from_blocks(
        blocks, id="", source=documents[0].source, error="; ".join(errors) or None
    )


def judge(entries: Sequence[Entry], scorer: Scores, store: Store | None) -> Iterator[Outcome]:
    """What becomes of each entry, in their order; without a store all are scored anew."""
    sparing = SparingScores(scorer)
    if store is not None:
        yield from Memory(sparing, store).judge(entries)
        return
    scores = sparing.score_documents(entry.read() for entry in entries)
    for entry, score in zip(entries, scores, strict=True):
        yield Outcome(entry, replace(score, id=entry.id, source=entry.source))
