"""What a page says of its article in JSON-LD: headline, language, author, body."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from garbled.ingest.markup import plain

_TYPES = """Article NewsArticle ReportageNewsArticle AnalysisNewsArticle BackgroundNewsArticle
    OpinionNewsArticle ReviewNewsArticle BlogPosting LiveBlogPosting"""
ARTICLE_TYPES = frozenset(_TYPES.split())
MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class StructuredArticle:
    """The parts of a schema.org article that garbled uses."""

    headline: str | None = None
    language: str | None = None
    author: str | None = None
    body: str | None = None


def structured_article(tree: etree._Element) -> StructuredArticle:
    """The first article in the page's JSON-LD; an empty one if there is none that can be read."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _articles(data):
            return _article(node)
    return StructuredArticle()


def _articles(data: object, depth: int = 0) -> Iterator[dict[str, object]]:
    """Articles at the top, in lists, in ``@graph`` and as a page's ``mainEntity``."""
    if depth > MAX_DEPTH:
        return
    if isinstance(data, list):
        for entry in data:
            yield from _articles(entry, depth + 1)
    elif isinstance(data, dict):
        if _types(data) & ARTICLE_TYPES:
            yield data
        for key in ("@graph", "mainEntity"):
            yield from _articles(data.get(key), depth + 1)


def _types(node: dict[str, object]) -> set[str]:
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return {name.rsplit("/", 1)[-1] for name in names if isinstance(name, str)}


def _article(node: dict[str, object]) -> StructuredArticle:
    body = node.get("articleBody")
    return StructuredArticle(
        headline=_text(node.get("headline")) or _text(node.get("name")),
        language=_text(node.get("inLanguage")),
        author=_text(node.get("author")),
        body=body if isinstance(body, str) and body.strip() else None,
    )


def _text(value: object) -> str | None:
    """A property as text: itself, the name of the thing it is, or those of a list of things."""
    if isinstance(value, str):
        return plain(value) or None
    if isinstance(value, dict):
        name = value.get("name") or value.get("alternateName")
        return (plain(name) or None) if isinstance(name, str) else None
    if isinstance(value, list):
        names = [_text(entry) for entry in value[:10] if not isinstance(entry, list)]
        return ", ".join(filter(None, names)) or None
    return None
