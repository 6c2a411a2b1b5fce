"""A report as one HTML page that needs nothing else: no script, no font, no image to fetch.

Pages are put together from ``Markup``, which is made from plain text by ``element`` alone and
escapes it: what is not ``Markup`` cannot reach the page unescaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from importlib import resources
from itertools import groupby

import regex

from garbled.evaluation.blocks import Block, Figure, Prose, Remark, Section, Table
from garbled.evaluation.svg import Plot

_STYLE = resources.files("garbled.resources").joinpath("report.css")
_NUMERIC = regex.compile(r"[-+≤≥✓✗?–\d]|at (most|least) |no ")
_CODE = regex.compile(r"`([^`]+)`")
_ITEM = "- "
_SHORT = 40
"""Characters of what may be a figure."""


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(tag: str, *content: str, **attributes: str) -> Markup:
    """An element; content that is not ``Markup`` is escaped, and so is every attribute.

    >>> element("td", "a < b", element("b", "c"), class_="x")
    '<td class="x">a &lt; b<b>c</b></td>'
    """
    own = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for name, value in attributes.items()
    )
    inner = "".join(c if isinstance(c, Markup) else escape(c, quote=False) for c in content)
    return Markup(f"<{tag}{own}>{inner}</{tag}>")


def to_html(sections: Iterable[Section], plots: Mapping[str, Plot]) -> str:
    """The page.

    Args:
        sections: what it says.
        plots: pictures by the name that a ``Figure`` has; a figure without one is left out.
    """
    own = list(sections)
    title = own[0].title if own else "Report"
    head = element(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup(
            '<meta http-equiv="Content-Security-Policy" '
            "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        ),
        element("title", title),
        element("style", Markup(_STYLE.read_text("utf-8"))),
    )
    body = element("body", element("main", *(part for s in own for part in _section(s, plots))))
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def _section(section: Section, plots: Mapping[str, Plot]) -> Iterable[Markup]:
    yield element(f"h{section.level}", section.title)
    for is_figure, blocks in groupby(section.blocks, key=lambda b: isinstance(b, Figure)):
        if is_figure:
            shown = [plots[b.name] for b in blocks if isinstance(b, Figure) and b.name in plots]
            if shown:
                yield element("div", *map(_figure, shown), class_="figures")
        else:
            yield from (part for block in blocks for part in _block(block))


def _block(block: Block) -> Iterable[Markup]:
    match block:
        case Prose(text):
            yield from map(_paragraph, regex.split(r"\n\s*\n", text.strip()))
        case Remark(text):
            yield element("p", text)
        case Table():
            yield element("div", _table(block), class_="wide", tabindex="0")


def _paragraph(text: str) -> Markup:
    """A paragraph, or a list where every line begins or goes on an item."""
    if not text.startswith(_ITEM):
        return element("p", *_inline(text))
    items = regex.split(r"\n(?=- )", text)
    return element("ul", *(element("li", *_inline(i.removeprefix(_ITEM))) for i in items))


def _inline(text: str) -> list[str]:
    """Plain text with ``code`` and *emphasis* as elements; nothing else is markup."""
    parts = _CODE.split(text)
    found: list[str] = []
    for place, part in enumerate(parts):
        found += [element("code", part)] if place % 2 else _emphasis(part)
    return found


def _emphasis(text: str) -> list[str]:
    parts = regex.split(r"(?<!\w)\*([^\s*](?:[^*]*[^\s*])?)\*(?!\w)", text)
    return [element("em", part) if place % 2 else part for place, part in enumerate(parts)]


def _table(table: Table) -> Markup:
    head = element("tr", *(element("th", cell, scope="col") for cell in table.head))
    rows = [
        element(
            "tr",
            element("th", row[0], scope="row"),
            *map(_cell, row[1:], table.head[1:]),
        )
        for row in table.rows
    ]
    return element(
        "table",
        element("caption", table.caption),
        element("thead", head),
        element("tbody", *rows),
    )


def _cell(text: str, head: str) -> Markup:
    """A figure's interval stays on one line; on a phone the head stands beside the cell."""
    figure = text.replace(", ", ",\u00a0").replace(" %", "\u00a0%")
    if _NUMERIC.match(text) and len(text) < _SHORT:
        figure = figure.replace("✓ ", "✓\u00a0").replace("✗ ", "✗\u00a0").replace("? ", "?\u00a0")
        return element("td", figure, class_="n", data_head=head)
    return element("td", text, class_="t", data_head=head)


def _figure(plot: Plot) -> Markup:
    return element("figure", Markup(plot.svg), element("figcaption", plot.caption))
