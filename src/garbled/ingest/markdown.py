"""Markdown (CommonMark, and tables), made to HTML by markdown-it and read as that.

Code is furniture: it is shown and left alone. A picture that stands alone is its caption.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from lxml import etree

from garbled.documents import Block, Document
from garbled.errors import IngestError
from garbled.ingest.blocks import html_blocks
from garbled.ingest.document import as_text, cut_problem, make_document
from garbled.ingest.encoding import read_text
from garbled.ingest.markup import html_tree, plain, xml_text
from garbled.ingest.options import Limits, ReadOptions
from garbled.ingest.text import text_blocks

MAX_CHARACTERS = 1_000_000
MAX_LINES = 20_000
MAX_MARKS = 20_000
"""Up to these, reading takes markdown-it a few seconds; longer input is read as plain text."""
MAX_NESTING = 100

_MARKS = "[]*_!`<>|&\\"
_FRONT_MATTER = re.compile(
    r"(?s)\A(---|\+\+\+)[ \t]*\n(?=[\w-]+[ \t]*[:=])(.{0,100000}?)\n\1[ \t]*(?:\n|\Z)"
)
_FIELD = re.compile(r"(?m)^(title|author|lang|language)[ \t]*:[ \t]*(\S.*)$", re.IGNORECASE)
_COMMENT = re.compile(r"\s#.*")


class Front(NamedTuple):
    """What a front matter says, and the text after it."""

    text: str
    fields: dict[str, str]


def parse(stream: BinaryIO, source: str, options: ReadOptions) -> Iterator[Document]:
    """One document. Its title is the front matter's, or the first heading if that opens it.

    Raises:
        IngestError: the input is too large, empty or binary.
    """
    text, problem = read_text(stream, options)
    front = front_matter(text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    blocks, fault = _blocks(front.text, options.limits)
    title = front.fields.get("title") or _opening_heading(blocks)
    author = front.fields.get("author")
    yield make_document(
        [*([Block(author, "byline")] if author else []), *_under(title, blocks)],
        options.limits,
        id=source,
        source=source,
        title=title,
        language=front.fields.get("lang") or front.fields.get("language"),
        problems=[problem, fault, cut_problem(blocks, options.limits)],
    )


def front_matter(text: str) -> Front:
    r"""A text without its front matter, and what that says, in lower case names.

    >>> front_matter("---\ntitle: 'Pier: open'\ntags: [a]\n---\nIt reopened.")
    Front(text='It reopened.', fields={'title': 'Pier: open'})
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        return Front(text, {})
    fields = _toml_fields(match[2]) if match[1] == "+++" else _yaml_fields(match[2])
    tidy = {name.lower(): plain(value) for name, value in fields.items()}
    return Front(text[match.end() :], {name: value for name, value in tidy.items() if value})


def _yaml_fields(text: str) -> dict[str, str]:
    """The fields on one line; what else YAML can write is not asked for."""
    fields: dict[str, str] = {}
    for name, value in _FIELD.findall(text):
        value = value.strip()
        if value[0] in "'\"" and value[0] in value[1:]:
            value = value[1 : value.rindex(value[0])].replace("''", "'").replace('\\"', '"')
        elif value[0] in "[{|>&*!":
            continue
        else:
            value = _COMMENT.sub("", value)
        fields.setdefault(name, value)
    return fields


def _toml_fields(text: str) -> dict[str, str]:
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return {}
    texts = ((name, as_text(data.get(name))) for name in ("title", "author", "lang", "language"))
    return {name: value for name, value in texts if value}


def _blocks(text: str, limits: Limits) -> tuple[list[Block], str | None]:
    """Paragraphs with their roles, and why they are those of a plain text, if they are."""
    n_marks = sum(map(text.count, _MARKS))
    if len(text) > MAX_CHARACTERS or text.count("\n") > MAX_LINES or n_marks > MAX_MARKS:
        return _as_text(text, limits), "too long for Markdown and read as plain text; split it"
    try:
        html, depth = _html(text)
        if depth >= MAX_NESTING:
            return _as_text(text, limits), "nested too deep and read as plain text"
        return html_blocks(_tidied(html_tree(html)), limits) if html.strip() else [], None
    except (RecursionError, IngestError):
        return _as_text(text, limits), "no Markdown that can be read, and read as plain text"


def _as_text(text: str, limits: Limits) -> list[Block]:
    return text_blocks(text, headline=False, most=limits.max_items + 1)


def _html(text: str) -> tuple[str, int]:
    """The HTML of a Markdown text, and how deep it is nested."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": True, "maxNesting": MAX_NESTING}).enable("table")
    environment: dict[str, Any] = {}
    tokens = reader.parse(text, environment)
    depth = max((token.level for token in tokens), default=0)
    return reader.renderer.render(tokens, reader.options, environment), depth + 1


def _tidied(root: etree._Element) -> etree._Element:
    """A tree whose code is furniture and whose pictures are their captions."""
    for code in list(root.iter("code")):
        parent = code.getparent()
        if parent is not None and parent.tag == "pre" and not (parent.text or "").strip():
            parent.tag = "aside"
    for image in list(root.iter("img")):
        parent = image.getparent()
        is_alone = parent is not None and parent.tag == "p" and len(parent) == 1
        if is_alone and not ((parent.text or "") + (image.tail or "")).strip():
            parent.tag = "figcaption"
            parent.text = xml_text(image.get("title") or image.get("alt") or "")
    return root


def _opening_heading(blocks: list[Block]) -> str | None:
    """The first heading, unless text stands above it."""
    first = next((block for block in blocks if block.role not in ("caption", "furniture")), None)
    return first.text if first and first.role in ("headline", "subhead") else None


def _under(title: str | None, blocks: list[Block]) -> list[Block]:
    """The blocks without the one that is the title; other first-level headings are subheads."""
    rest = list(blocks)
    for index, block in enumerate(rest):
        if block.role in ("headline", "subhead") and block.text == title:
            del rest[index]
            break
    return [b._replace(role="subhead") if b.role == "headline" else b for b in rest]
