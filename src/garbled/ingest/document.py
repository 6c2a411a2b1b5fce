"""Parsed blocks to one document, within the limits."""

from __future__ import annotations

from collections.abc import Sequence

from garbled.documents import Block, Document, clean_text
from garbled.ingest.options import Limits

MAX_ID_LENGTH = 1000
MAX_LANGUAGE_LENGTH = 35  # BCP 47 asks for room for 35 characters


def make_document(
    blocks: Sequence[Block],
    limits: Limits,
    *,
    id: str,
    source: str,
    title: str | None = None,
    language: str | None = None,
    problems: Sequence[str | None] = (),
) -> Document:
    """A document of at most ``limits.max_items`` paragraphs; without any, an unreadable one."""
    known = [*dict.fromkeys(filter(None, (*problems, cut_problem(blocks, limits))))]
    blocks = blocks[: limits.max_items]
    document = Document.from_blocks(
        blocks,
        id=tidy_id(id),
        source=source,
        title=" ".join(title.split()) if title else None,
        language=tidy_language(language),
        error=joined(*known) or None,
    )
    if any(paragraph.role != "headline" for paragraph in document.paragraphs):
        return document
    known.append("no text to score")
    return Document.unreadable(joined(*known), id=document.id, source=source)


def cut_problem(blocks: Sequence[object], limits: Limits) -> str | None:
    """What to say of paragraphs that reach over the limit, to be asked before some are dropped."""
    if len(blocks) <= limits.max_items:
        return None
    return f"cut after {limits.max_items:,} paragraphs; split it"


def joined(*problems: str | None) -> str:
    """Several problems in one line.

    >>> joined("not valid UTF-8", None, "no text to score")
    'not valid UTF-8; no text to score'
    """
    return "; ".join(filter(None, problems))


def tidy_id(id: str) -> str:
    """An id on one line and of bounded length, else as it is.

    >>> tidy_id("wire-77\\n")
    'wire-77'
    """
    return one_line(id, MAX_ID_LENGTH)


def one_line(text: str, most: int) -> str:
    """The first ``most`` characters of a text on one line, as they can be written out."""
    return " ".join(clean_text(text[:most]).split())


def tidy_language(language: str | None) -> str | None:
    """A declared language as a BCP 47 tag.

    >>> tidy_language(" en_GB "), tidy_language("")
    ('en-GB', None)
    """
    tag = clean_text(language or "")[:MAX_LANGUAGE_LENGTH].strip().replace("_", "-")
    return tag or None


def as_text(value: object) -> str | None:
    """A name, title or tag as text; numbers are written out, structures are ignored.

    >>> as_text(7), as_text({"name": "7"})
    ('7', None)
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return str(value)
    except ValueError:  # an integer over sys.get_int_max_str_digits()
        return None
