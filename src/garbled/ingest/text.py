"""Plain text: blank lines part paragraphs, hard-wrapped lines are joined."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from statistics import median
from typing import BinaryIO

from garbled.documents import Block, Document
from garbled.ingest.document import make_document
from garbled.ingest.encoding import read_text
from garbled.ingest.options import MAX_ITEMS, ReadOptions

WRAP_WIDTH = 100
"""Longest line, in characters, that an editor or agency wire is taken to have wrapped."""
HEADLINE_WORDS = 20
HEADLINE_LENGTH = 150

_BLANK_LINE = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+|\f")
_LINE_END = re.compile(r"\r\n|[\r\v\x85\u2028]")
_BULLET = re.compile(r"\s*(?:[-*•‣·–]|\d{1,2}[.)])\s+\S")
_INDENT = re.compile(r"(?: {2,}|\t)\S")
_SENTENCE_END = re.compile(r"""[.!?…]["'”’)\]]*$""")
_NO_HEADLINE_END = tuple(".:;,-–—")


def parse(stream: BinaryIO, source: str, options: ReadOptions) -> Iterator[Document]:
    """One document from a plain text."""
    text, problem = read_text(stream, options)
    blocks = text_blocks(text, most=options.limits.max_items + 1)
    yield make_document(blocks, options.limits, id=source, source=source, problems=[problem])


def text_blocks(text: str, *, headline: bool = True, most: int = MAX_ITEMS + 1) -> list[Block]:
    """Paragraphs of a plain text, the first as headline if it looks like one, at most ``most``.

    >>> text_blocks("Pier reopens\\n\\nThe pier reopened\\non Monday after repairs.")
    [Block(text='Pier reopens', role='headline'), \
Block(text='The pier reopened on Monday after repairs.', role='body')]
    """
    text = _LINE_END.sub("\n", text).replace("\u2029", "\n\n")
    found = (block for chunk in _chunks(text) for block in _chunk_blocks(chunk, most))
    blocks = list(islice(found, most))
    if headline and len(blocks) > 1 and is_headline(blocks[0]):
        blocks[0] = blocks[0]._replace(role="headline")
    return blocks


def is_headline(block: Block) -> bool:
    """Whether a first paragraph reads as a headline: short, no final full stop.

    >>> is_headline(Block("Pier reopens")), is_headline(Block("The pier reopened."))
    (True, False)
    """
    text = block.text
    short = len(text) <= HEADLINE_LENGTH and len(text.split()) <= HEADLINE_WORDS
    return block.role == "body" and short and not text.rstrip("\"'”’)").endswith(_NO_HEADLINE_END)


def _chunks(text: str) -> Iterator[str]:
    """What stands between blank lines."""
    start = 0
    for match in _BLANK_LINE.finditer(text):
        yield text[start : match.start()]
        start = match.end()
    yield text[start:]


def _chunk_blocks(chunk: str, most: int) -> Iterator[Block]:
    """Lines between two blank lines: list items, wrapped paragraphs, or a paragraph each."""
    split = chunk.split("\n", most)
    lines = [line for line in split if line.strip()]
    if len(split) > most:
        yield from (Block(line.strip()) for line in lines)
    elif len(lines) > 1 and all(map(_BULLET.match, lines)):
        yield from (Block(line.strip(), "list") for line in lines)
    elif _is_wrapped(lines):
        yield from map(Block, _joined(lines))
    else:
        yield from (Block(line.strip()) for line in lines)


def _is_wrapped(lines: list[str]) -> bool:
    """Wrapped lines are short and mostly end within a sentence."""
    if len(lines) < 2 or median(map(len, lines)) > WRAP_WIDTH:
        return False
    ended = sum(bool(_SENTENCE_END.search(line.rstrip())) for line in lines[:-1])
    return ended <= 0.6 * (len(lines) - 1)


def _joined(lines: list[str]) -> Iterator[str]:
    """Wrapped lines as paragraphs; where some lines are indented, each of these opens one."""
    indented = [bool(_INDENT.match(line)) for line in lines]
    is_mixed = not all(indented[1:])
    paragraph: list[str] = []
    for line, is_indented in zip(lines, indented, strict=True):
        if is_indented and is_mixed and paragraph:
            yield " ".join(paragraph)
            paragraph = []
        paragraph.append(line.strip())
    yield " ".join(paragraph)
