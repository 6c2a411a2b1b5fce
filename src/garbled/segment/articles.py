"""A document cut into sentences, tokens and windows: what every analyser reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby

from garbled.documents import Document, Paragraph
from garbled.segment.normalise import unify
from garbled.segment.sentences import split_sentences
from garbled.segment.tokens import Token, tokenise
from garbled.segment.windows import cut_windows


@dataclass(frozen=True)
class Sentence:
    """A sentence and its tokens, whose offsets are code points of the paragraph.

    What every analyser asks of the tokens is kept: an article is asked some twenty times.
    """

    paragraph: int
    role: str
    start: int
    end: int
    tokens: tuple[Token, ...]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The tokens as they are written."""
        return tuple([token.text for token in self.tokens])

    @cached_property
    def lowered(self) -> tuple[str, ...]:
        """The tokens in lower case."""
        return tuple(map(str.lower, self.texts))

    @cached_property
    def capitals(self) -> tuple[int, ...]:
        """Places of the tokens that begin with a capital."""
        return tuple([place for place, text in enumerate(self.texts) if text[0].isupper()])

    @cached_property
    def n_words(self) -> int:
        return sum([text[-1].isalnum() or text[0].isalnum() for text in self.texts])


@dataclass(frozen=True, slots=True)
class Window:
    """Consecutive scored sentences, the unit that the model sees."""

    sentences: tuple[Sentence, ...]
    n_words: int

    @property
    def tokens(self) -> Iterable[Token]:
        for sentence in self.sentences:
            yield from sentence.tokens

    @property
    def texts(self) -> list[str]:
        """Its tokens as they are written."""
        return list(chain.from_iterable(sentence.texts for sentence in self.sentences))

    def words_by_paragraph(self) -> dict[int, int]:
        """Words that the window takes from each paragraph."""
        return {
            index: sum(sentence.n_words for sentence in group)
            for index, group in groupby(self.sentences, key=lambda s: s.paragraph)
        }


@dataclass(frozen=True)
class Article:
    """A document with its checked sentences and its scored windows."""

    document: Document
    sentences: tuple[Sentence, ...]
    windows: tuple[Window, ...]

    @cached_property
    def n_words(self) -> int:
        """Words in the scored paragraphs."""
        return sum(window.n_words for window in self.windows)

    @cached_property
    def unified(self) -> tuple[str, ...]:
        """The unified text of each paragraph, by index."""
        return tuple(unify(paragraph.text) for paragraph in self.document.paragraphs)


def analyse(document: Document) -> Article:
    """Cut a document whose paragraphs have their roles into sentences, tokens and windows.

    >>> from garbled.documents import Block
    >>> blocks = [Block("It rained on Monday. Nobody minded."), Block("By Jo Lee", "byline")]
    >>> article = analyse(Document.from_blocks(blocks, id="a", source="a"))
    >>> len(article.sentences), len(article.windows), article.n_words
    (2, 1, 6)
    """
    sentences = tuple(
        sentence
        for paragraph in document.paragraphs
        if paragraph.is_checked
        for sentence in _sentences(paragraph)
    )
    scored = [s for s in sentences if document.paragraphs[s.paragraph].is_scored]
    spans = cut_windows([s.n_words for s in scored])
    return Article(document, sentences, tuple(make_window(scored[a:b]) for a, b in spans))


def make_window(sentences: Sequence[Sentence]) -> Window:
    return Window(tuple(sentences), sum(sentence.n_words for sentence in sentences))


def _sentences(paragraph: Paragraph) -> Iterable[Sentence]:
    text = unify(paragraph.text)
    for start, end in split_sentences(text):
        tokens = tokenise(text[start:end], start)
        if tokens:
            yield Sentence(paragraph.index, paragraph.role, start, end, tuple(tokens))
