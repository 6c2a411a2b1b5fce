"""Names in an article, for planting: runs of capitalised words within sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from garbled.documents import Block, Document
from garbled.evaluation.findings.planting_words import NO_NAMES, TITLES
from garbled.segment.articles import Sentence, analyse
from garbled.segment.tokens import Token

EXCERPT_WORDS = 220
_TITLE_CASE = regex.compile(r"\p{Lu}\p{Ll}{2,}")
_DEMONYM = regex.compile(r"\p{Lu}\p{Ll}{2,}(?:an|ish|ese)")
_CODE = regex.compile(
    r",?(?: (?:Co|Inc|Corp|Ltd|Plc|LLC|LP|SA|AG|NV|SE)\b\.?)?"
    r" [<(] ?([A-Z\d]{1,6}\.[A-Z]{1,2}) ?[>)]"
)
_CREDIT = regex.compile(r"(?:Reporting|Editing|Writing|reporting|editing|writing|Corrects) ")
_JOINTS = frozenset({"of"})


@dataclass(frozen=True, slots=True)
class Name:
    """A name within a sentence; ``words`` are its tokens, with joints such as *of*.

    ``title`` stands before it, ``code`` is the instrument code that follows it in brackets, which
    end at ``code_end``, and ``follows`` is the next word.
    """

    paragraph: int
    words: tuple[Token, ...]
    title: Token | None = None
    code: str | None = None
    code_end: int = -1
    follows: Token | None = None

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def start(self) -> int:
        return self.words[0].start

    @property
    def end(self) -> int:
        return self.words[-1].end


@dataclass(frozen=True)
class Excerpt:
    """The beginning of an article, its names and its demonyms that stand before a noun."""

    id: str
    paragraphs: tuple[str, ...]
    names: tuple[Name, ...]
    demonyms: tuple[Name, ...]

    def document(self) -> Document:
        return self.with_texts(self.paragraphs)

    def with_texts(self, paragraphs: Sequence[str], suffix: str = "") -> Document:
        """A document of these paragraphs in place of its own."""
        blocks = [Block(text) for text in paragraphs]
        return Document.from_blocks(blocks, id=self.id + suffix, source=self.id)


def take_excerpt(id: str, paragraphs: Sequence[str], words: int = EXCERPT_WORDS) -> Excerpt:
    """The first paragraphs of an article up to so many words, with their names."""
    kept: list[str] = []
    for text in paragraphs:
        if kept and sum(len(p.split()) for p in kept) + len(text.split()) > words:
            break
        kept.append(text)
    document = Document.from_blocks(map(Block, kept), id=id, source=id)
    article = analyse(document)
    sentences = [s for s in article.sentences if not _CREDIT.search(_text(s, document))]
    texts = tuple(p.text for p in document.paragraphs)
    return Excerpt(
        id,
        texts,
        tuple(name for s in sentences for name in find_names(s, texts[s.paragraph])),
        tuple(name for s in sentences for name in _demonyms(s)),
    )


def _text(sentence: Sentence, document: Document) -> str:
    return document.paragraphs[sentence.paragraph].text[sentence.start : sentence.end]


def find_names(sentence: Sentence, text: str) -> Iterator[Name]:
    """Runs of title-case words that do not open the sentence."""
    tokens = sentence.tokens
    place = 1
    while place < len(tokens):
        end = _run(tokens, place)
        if end > place and not _opens(tokens[place - 1]):
            yield _name(sentence.paragraph, tokens, place, end, text)
        place = max(end, place) + 1


def _run(tokens: Sequence[Token], place: int) -> int:
    """Where the run of name words that begins here ends; at once where none begins."""
    end = place
    while end < len(tokens) and _is_name_word(tokens[end]):
        if end > place and tokens[end].start != tokens[end - 1].end + 1:
            break
        end += 1
        joined = end + 1 < len(tokens) and tokens[end].text in _JOINTS
        if joined and _is_name_word(tokens[end + 1]):
            end += 1
    return end


def _is_name_word(token: Token) -> bool:
    return (
        _TITLE_CASE.fullmatch(token.text) is not None
        and token.text not in NO_NAMES
        and token.text not in TITLES
    )


def _opens(before: Token) -> bool:
    """Whether what follows is capitalised whatever it is."""
    return not before.is_word and before.text != ","


def _name(paragraph: int, tokens: Sequence[Token], start: int, end: int, text: str) -> Name:
    before = tokens[start - 1]
    title = before if before.text in TITLES and tokens[start].start == before.end + 1 else None
    after = tokens[end] if end < len(tokens) else None
    beside = after is not None and after.is_word and after.start == tokens[end - 1].end + 1
    code = _CODE.match(text, tokens[end - 1].end)
    return Name(
        paragraph,
        tuple(tokens[start:end]),
        title,
        code.group(1) if code else None,
        code.end() if code else -1,
        after if beside else None,
    )


def _demonyms(sentence: Sentence) -> Iterator[Name]:
    for before, token, after in zip(
        sentence.tokens, sentence.tokens[1:], sentence.tokens[2:], strict=False
    ):
        if before.text.islower() and _DEMONYM.fullmatch(token.text) and after.text.islower():
            yield Name(sentence.paragraph, (token,))
