"""What format an input is in: told by the suffix of its name, or shown by its first bytes."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

from garbled.errors import IngestError
from garbled.ingest.encoding import HEAD_BYTES, decode
from garbled.ingest.options import DEFAULT_OPTIONS, Format, ReadOptions
from garbled.ingest.sources import FORMAT_OF_SUFFIX

_PROLOGUE = re.compile(
    r"\s*(?:<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r"\s*<(?:[\w.-]{1,60}:)?([\w.-]{1,60})")
_FORMAT_OF_ROOT: dict[str, Format] = {
    **dict.fromkeys(("rss", "feed", "rdf", "channel"), "feed"),
    "nitf": "nitf",
    "newsml": "newsml",
    **dict.fromkeys(("newsitem", "newsmessage", "packageitem", "conceptitem"), "newsml"),
    **dict.fromkeys(("knowledgeitem", "planningitem", "catalogitem"), "newsml"),
}
_PAGE_TAGS = {"html", "head", "body", "div", "p", "article", "section", "h1"}
_OPENS_MARKDOWN = re.compile(
    r"#{1,6}[ \t]+\S[^\n]*\n[ \t\r]*\n|(?:---|\+\+\+)[ \t\r]*\n[a-zA-Z_]+[ \t]*[:=]"
)
"""A heading, or a front matter, as no plain text opens."""
_JSON_HINT = re.compile(
    r'"(?:items|bodies|headlines|usageterms|versioncreated|pubstatus|body_html|body_text)"\s*:'
)
"""Keys of JSON Feed and of ninjs."""
_LATER_ROOT = re.compile(r"<(?:\w+:)?(rss|feed|rdf|channel|nitf|newsItem|newsMessage)[\s>]", re.I)


def sniff(head: bytes, options: ReadOptions = DEFAULT_OPTIONS) -> Format:
    """The format that the first bytes of an input show; ``json`` is told further by its content.

    >>> sniff(b"PAR1"), sniff(b"<!doctype html>"), sniff(b"<?xml version='1.0'?><rss>")
    ('parquet', 'html', 'feed')
    >>> sniff(b"<newsItem guid='1'>"), sniff(b"<!DOCTYPE nitf SYSTEM 'nitf.dtd'><nitf>")
    ('newsml', 'nitf')
    >>> sniff(b'{"text": ""}'), sniff(b"[{"), sniff(b"id,text"), sniff(b"The pier reopened.")
    ('jsonl', 'json', 'csv', 'text')
    """
    if head.startswith(b"PAR1"):
        return "parquet"
    try:
        text = decode(head[:HEAD_BYTES], options).text.lstrip("\ufeff \t\r\n")
    except IngestError:  # an unknown encoding: the parser will say so
        return "text"
    if text.startswith("<"):
        return _markup_format(text)
    if text.startswith("{"):
        return _json_format(text, options)
    if re.match(r"\[\s*[\[{\"\]]", text):
        return "json"
    first = text.split("\n", 1)[0].strip()
    cells = {cell.strip(' "\r') for cell in re.split(r"[,;\t]", first)}
    if len(cells) > 1 and options.text_column in cells:
        return "csv"
    return "markdown" if _OPENS_MARKDOWN.match(text) else "text"


def format_of(data: bytes, *, source: str = "", options: ReadOptions = DEFAULT_OPTIONS) -> Format:
    """The format of a whole input, never ``auto``: ``read_bytes`` reads it as that.

    >>> format_of(b'{"version": "https://jsonfeed.org/version/1.1", "items": []}')
    'jsonfeed'
    """
    chosen = suffix_format(source) if options.format == "auto" else options.format
    if chosen == "auto":
        chosen = sniff(data[:HEAD_BYTES], options)
    if chosen != "json":
        return chosen
    from garbled.ingest.jsondata import read_json
    from garbled.ingest.jsonkinds import kind_of

    try:
        if opens_lines(decode(data, options).text.lstrip("\ufeff \t\r\n")):
            return "jsonl"
        return kind_of(read_json(BytesIO(data), options).value, options)
    except IngestError:
        return "json"


def suffix_format(name: str) -> Format:
    """The format that a file's name tells; ``auto`` where it tells none."""
    return FORMAT_OF_SUFFIX.get(Path(name.replace("\0", "")).suffix.lower(), "auto")


def opens_lines(text: str) -> bool:
    """Whether a JSON text is JSON lines: its first line is an object, and another follows it.

    >>> opens_lines('{"id": 1}\\n{"id": 2}'), opens_lines('{\\n"id": 1}')
    (True, False)
    """
    first, _, rest = text.partition("\n")
    if not first.startswith("{") or not rest.lstrip().startswith("{"):
        return False
    return first.rstrip().endswith("}")


def _markup_format(text: str) -> Format:
    position = 0
    while match := _PROLOGUE.match(text, position):
        position = match.end()
    if match := _ROOT.match(text, position):
        return _FORMAT_OF_ROOT.get(match[1].lower(), _unknown_root(text, match[1]))
    return _unknown_root(text, "")


def _unknown_root(text: str, name: str) -> Format:
    """A page, or what stands further down, or for other XML a feed, whose parser refuses it."""
    if name.lower() in _PAGE_TAGS:
        return "html"
    if later := _LATER_ROOT.search(text):
        return _FORMAT_OF_ROOT[later[1].lower()]
    return "feed" if text.startswith("<?xml") else "html"


def _json_format(text: str, options: ReadOptions) -> Format:
    """JSON lines, or a document; where the first line does not end, lines unless a key hints."""
    if opens_lines(text):
        return "jsonl"
    first, line_end, rest = text.partition("\n")
    from garbled.ingest.jsondata import JsonError, load_json

    try:
        value = load_json(first)
    except JsonError:
        return "json" if line_end or _JSON_HINT.search(text) else "jsonl"
    except IngestError:
        return "jsonl"
    is_record = isinstance(value, dict) and options.text_column in value
    return "jsonl" if is_record and not rest.strip() else "json"
