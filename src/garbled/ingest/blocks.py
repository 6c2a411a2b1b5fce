"""Markup to paragraphs: each block-level element becomes a paragraph with the role of its tag."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple, cast

from lxml import etree

from garbled.documents import Block, Role
from garbled.ingest.markup import holds_html, holds_tags, html_tree
from garbled.ingest.options import Limits
from garbled.ingest.text import text_blocks


class Vocabulary(NamedTuple):
    """What the tags of a markup language mean: a role, a paragraph of its own, nothing to read."""

    role_of_tag: Mapping[str, Role]
    block_tags: frozenset[str]
    unread_tags: frozenset[str]


def vocabulary(
    tags_of_role: Mapping[Role, str], neutral: str, unread: str, base: Vocabulary | None = None
) -> Vocabulary:
    """A vocabulary from tags in one string each; ``base`` is a language that it extends."""
    own = {tag: role for role, tags in tags_of_role.items() for tag in tags.split()}
    roles = {**(base.role_of_tag if base else {}), **own}
    blocks = {*(base.block_tags if base else ()), *roles, *neutral.split()}
    dropped = {*(base.unread_tags if base else ()), *unread.split()}
    return Vocabulary(roles, frozenset(blocks), frozenset(dropped))


HTML = vocabulary(
    {
        "headline": "h1",
        "subhead": "h2 h3 h4 h5 h6 legend",
        "quote": "blockquote",
        "list": "li dt dd td th",
        "caption": "figure figcaption",
        "byline": "address",
        "furniture": "nav footer aside form button label menu dialog",
    },
    neutral="""html body div p pre section article main header hgroup center table caption tr
        ul ol dl details summary fieldset hr""",
    unread="""head script style template noscript svg math iframe object video audio canvas
        select textarea""",
)
# Too common on whole articles ("post author-jane comments-open") to say anything of the parts.
_UNHINTED = {"html", "body", "main", "article"}
_HINTING_ATTRIBUTES = ("class", "id", "itemprop", "rel")
_STICKY: frozenset[Role] = frozenset(
    {"furniture", "caption", "credit", "byline", "dateline", "quote", "note"}
)
_STICKS_OUT: frozenset[Role | None] = frozenset({"furniture", "credit"})
# The role of a paragraph that is nothing but this element.
_INLINE_ROLE: dict[str, Role] = {"a": "furniture", "small": "furniture", "time": "dateline"}
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[a-z]+")
_LINE_GAP = re.compile(r"\n[\n ]*\n")
_LONG_CELL = 25
"""Words from which a table cell or link is read as text: old pages are laid out in tables."""
_MAX_COUNTED = 2_000
"""Parts of an element up to which its words are counted, which bounds the time of it."""


class MarkupBlock(NamedTuple):
    """A paragraph with the element that held it; ``marked`` if attributes gave the role."""

    text: str
    role: Role
    element: etree._Element
    marked: bool = False


class _Context(NamedTuple):
    element: etree._Element
    role: Role
    marked: bool


def markup_text_blocks(text: str, limits: Limits) -> list[Block]:
    """Paragraphs of an HTML fragment, once more escaped or not, or of plain text without tags.

    Raises:
        IngestError: no HTML can be read from it.

    >>> markup_text_blocks("<h2>Pier</h2>It reopened.<br><br>Crowds came.", Limits())
    [Block(text='Pier', role='subhead'), Block(text='It reopened.', role='body'), \
Block(text='Crowds came.', role='body')]
    """
    if not holds_tags(text):
        text = html.unescape(text)
        if not holds_html(text):
            return text_blocks(text, headline=False)
    return html_blocks(html_tree(text), limits)


def html_blocks(root: etree._Element, limits: Limits, vocabulary: Vocabulary = HTML) -> list[Block]:
    """Paragraphs of a tree in document order, with their roles."""
    return [Block(block.text, block.role) for block in walk(root, limits, vocabulary)]


def walk(
    root: etree._Element, limits: Limits, vocabulary: Vocabulary = HTML
) -> Iterator[MarkupBlock]:
    """Paragraphs of a tree with the elements that hold them, at most ``max_items + 1``.

    What is nested deeper than ``max_depth`` is read as if its tags were not there.
    """
    builder = _Builder(root, vocabulary)
    depth = count = 0
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, node in walker:
        if event == "start":
            depth += 1
            is_unread = node.tag in vocabulary.unread_tags or "hidden" in node.attrib
            if is_unread:
                walker.skip_subtree()
            flushed = builder.open(node, with_text=not is_unread, flat=depth > limits.max_depth)
        else:
            flushed = builder.close(node, flat=depth > limits.max_depth)
            depth -= event == "end"
        for block in flushed:
            yield block
            count += 1
            if count > limits.max_items:
                return
    yield from builder.flush()


class _Builder:
    """Collects inline text until a block-level tag opens or closes."""

    def __init__(self, root: etree._Element, vocabulary: Vocabulary) -> None:
        self.root = root
        self.vocabulary = vocabulary
        self.half = _count_words(root, 1000) // 2
        self.contexts = [_Context(root, "body", False)]
        self.parts: list[str] = []
        self.inside = dict.fromkeys(_INLINE_ROLE, 0)
        self.length_inside = dict.fromkeys(_INLINE_ROLE, 0)

    def open(self, node: etree._Element, *, with_text: bool, flat: bool) -> list[MarkupBlock]:
        flushed: list[MarkupBlock] = []
        if node.tag in self.vocabulary.block_tags:
            flushed = self.flush()
            if not flat:
                self.contexts.append(self._context(node))
        if node.tag in self.inside:
            self.inside[node.tag] += 1
        if node.tag == "br":
            self.parts.append("\n")
        if with_text:
            self.add(node.text)
        return flushed

    def close(self, node: etree._Element, *, flat: bool) -> list[MarkupBlock]:
        flushed: list[MarkupBlock] = []
        if isinstance(node.tag, str):
            if node.tag in self.inside:
                self.inside[node.tag] -= 1
            if node.tag in self.vocabulary.block_tags:
                flushed = self.flush()
                if not flat:
                    self.contexts.pop()
        if node is not self.root:
            self.add(node.tail)
        return flushed

    def add(self, text: str | None) -> None:
        if not text:
            return
        is_preformatted = self.contexts[-1].element.tag == "pre"
        self.parts.append(text if is_preformatted else _SPACE.sub(" ", text))
        for tag, depth in self.inside.items():
            self.length_inside[tag] += len(text.strip()) if depth else 0

    def flush(self) -> list[MarkupBlock]:
        """The paragraphs collected since the last flush: more than one where ``<br><br>`` is."""
        if not self.parts:
            return []
        text = "".join(self.parts)
        size = len(text.strip())
        if not size:
            self._clear()
            return []
        context = self.contexts[-1]
        pieces = _LINE_GAP.split(text)
        if context.element.tag == "pre":
            pieces = [block.text for block in text_blocks(text, headline=False)]
        tidy = [piece for piece in (" ".join(piece.split()) for piece in pieces) if piece]
        inline = next((t for t, n in self.length_inside.items() if n >= 0.9 * size), None)
        self._clear()
        return [
            MarkupBlock(
                piece,
                _refined(context, piece, inline),
                context.element,
                context.marked,
            )
            for piece in tidy
        ]

    def _clear(self) -> None:
        self.parts.clear()
        self.length_inside = dict.fromkeys(_INLINE_ROLE, 0)

    def _context(self, node: etree._Element) -> _Context:
        outer = self.contexts[-1]
        own = self.vocabulary.role_of_tag.get(node.tag)
        if outer.role == "furniture":
            return _Context(node, "furniture", outer.marked)
        if hint := _hinted(node, self.half):
            return _Context(node, hint, True)
        if outer.role in _STICKY and own not in _STICKS_OUT:
            return _Context(node, outer.role, outer.marked)
        if node.tag == "p" and outer.element.tag in ("td", "th"):
            return _Context(node, "body", False)
        return _Context(node, own or outer.role, False)


def _refined(context: _Context, text: str, inline: str | None) -> Role:
    """Small print and bare links are furniture; a long table cell is text.

    ``inline`` is the inline tag that holds nearly all of the text, if one does.
    """
    role = context.role
    is_long = len(text.split()) >= _LONG_CELL
    if role in ("body", "list") and inline and (inline == "small" or not is_long):
        return _INLINE_ROLE[inline]
    if role == "list" and is_long and context.element.tag in ("td", "th", "div", "p"):
        return "body"
    return role


def _hinted(node: etree._Element, half: int) -> Role | None:
    """The role that an element's attributes name, if it is short enough to be only that.

    ``half`` the words of the whole are never furniture: then the attribute is of the article.
    """
    if node.tag in _UNHINTED or not node.attrib:
        return None
    named = " ".join(filter(None, (node.get(name) for name in _HINTING_ATTRIBUTES)))
    for word in _WORD.findall(named[:1000].lower()):
        role, max_words = _hints().get(word, (None, 0))
        most = min(max_words, half) if role == "furniture" else max_words
        if role and _count_words(node, most + 1, _MAX_COUNTED) <= most:
            return role
    return None


def _count_words(node: etree._Element, enough: int, most: int = 100_000) -> int:
    """Words of an element, up to about ``enough``; that many if it has over ``most`` parts."""
    count = 0
    for number, part in enumerate(node.iter()):
        count += len((part.text or "").split()) if isinstance(part.tag, str) else 0
        count += len((part.tail or "").split()) if part is not node else 0
        if count >= enough or number >= most:
            return max(count, enough)
    return count


@cache
def _hints() -> dict[str, tuple[Role, int]]:
    data = (files("garbled") / "resources" / "roles" / "markup.toml").read_text("utf-8")
    return {
        word: (cast(Role, role), entry["max_words"])
        for role, entry in tomllib.loads(data).items()
        for word in entry["words"]
    }
