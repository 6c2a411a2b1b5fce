"""The sentences of an article that are aligned: those of every paragraph that is its copy."""

from __future__ import annotations

from collections.abc import Iterator

from garbled.documents import Document, Paragraph
from garbled.segment.articles import Sentence
from garbled.segment.normalise import unify
from garbled.segment.sentences import split_sentences
from garbled.segment.tokens import tokenise

LEFT_OUT_ROLES = frozenset({"furniture", "duplicate"})
"""What a page shows beside the article is not compared."""


def comparable_sentences(document: Document) -> tuple[Sentence, ...]:
    """Sentences with at least one word, in reading order; paragraphs must have their roles.

    Unlike ``garbled.segment.articles.analyse`` this reads lists, notes and bylines too: what
    changed there has changed.

    >>> from garbled.documents import Block
    >>> document = Document.from_blocks([Block("It rained. Much."), Block("Share", "furniture")],
    ...                                 id="a", source="a")
    >>> [(s.paragraph, s.start, s.end) for s in comparable_sentences(document)]
    [(0, 0, 10), (0, 11, 16)]
    """
    return tuple(
        sentence
        for paragraph in document.paragraphs
        if paragraph.role not in LEFT_OUT_ROLES
        for sentence in _cut(paragraph)
    )


def _cut(paragraph: Paragraph) -> Iterator[Sentence]:
    text = unify(paragraph.text)
    for start, end in split_sentences(text):
        tokens = tuple(tokenise(text[start:end], start))
        if any(token.is_word for token in tokens):
            yield Sentence(paragraph.index, paragraph.role, start, end, tokens)
