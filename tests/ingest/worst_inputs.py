"""Inputs that are made to take long or much memory; as a script, it reads one under limits.

``python worst_inputs.py FORMAT FILE`` prints as JSON how many documents there were, the CPU seconds
of the longest wait for one of them, and the most memory that the process used, in bytes.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MAX_MEMORY = 1_000_000_000
"""Bytes of address space."""

_EMPTY_NITF = (
    "<nitf><body><body.head><hedline><hl1>Pier</hl1></hedline></body.head>{}</body></nitf>"
)
_VALUE = "='b'"
_EMPTY_FEED = "<rss><channel><item><description>{}</description></item></channel></rss>"


def _nitf(content: str) -> bytes:
    return _EMPTY_NITF.format(f"<body.content>{content}</body.content>").encode()


def _feed(content: str) -> bytes:
    return _EMPTY_FEED.format(content).encode()


def _newsml(meta: str) -> bytes:
    return f"<newsItem><contentMeta>{meta}</contentMeta></newsItem>".encode()


def _names(number: int, value: str = "") -> str:
    return " ".join(f"a{n}{value}" for n in range(number))


def _parquet(**columns: Any) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, compression="zstd", dictionary_pagesize_limit=1 << 30)
    return out.getvalue()


def _shared_text() -> bytes:
    import pyarrow as pa

    long = pa.array(["a" * 60_000_000])
    return _parquet(text=pa.DictionaryArray.from_arrays(pa.array([0] * 64), long))


def _empty_rows() -> bytes:
    import pyarrow as pa

    return _parquet(text=pa.nulls(50_000_000, pa.string()))


Make = Callable[[], bytes]
WORST: dict[str, tuple[str, Make]] = {
    "text: a word": ("text", lambda: b"a" * 19_999_999),
    "text: short lines": ("text", lambda: b"a\n" * 9_999_999),
    "text: short paragraphs": ("text", lambda: b"a\n\n" * 6_600_000),
    "text: indented lines": ("text", lambda: b"a b c d e\n" + b"   a b c d e f\n" * 900_000),
    "text: combining marks": ("text", lambda: ("a" + "\u0301\u0327" * 4_000_000).encode()),
    "text: broken UTF-16": ("text", lambda: b"\xff\xfe" + b"\x00\xd8" * 9_000_000),
    "text: broken UTF-8": ("text", lambda: b"\xe9" * 19_000_000),
    "markdown: images": ("markdown", lambda: b"![" * 9_900),
    "markdown: brackets": ("markdown", lambda: b"[" * 19_000),
    "markdown: emphasis": ("markdown", lambda: b"a**b" * 4_000 + b"c* " * 4_000),
    "markdown: lists": ("markdown", lambda: b"- a\n" * 19_000),
    "markdown: a wide table": (
        "markdown",
        lambda: b"|a" * 200 + b"|\n" + b"|-" * 200 + b"|\n" + b"|\n" * 17_000,
    ),
    "markdown: nested quotes": ("markdown", lambda: (b"> " * 90 + b"a\n\n") * 200),
    "markdown: prose": ("markdown", lambda: b"The pier reopened on Monday. " * 34_000),
    "html: tags": ("html", lambda: b"<p>a " * 199_000),
    "html: too many tags": ("html", lambda: b"<p>" * 6_600_000),
    "html: nested": ("html", lambda: b"<div>" * 95_000 + b"pier" + b"</div>" * 95_000),
    "html: attributes": ("html", lambda: f"<p {_names(300_000)}>x".encode()),
    "html: many attributes": ("html", lambda: f"<p {_names(1_000)}>x".encode() * 3_000),
    "html: hinting classes": (
        "html",
        lambda: b"<div class=ad>" * 190 + b"<b></b>" * 90_000,
    ),
    "html: lists": ("html", lambda: b"<ul><li>a</ul>" * 3_900),
    "html: tables": ("html", lambda: b"<table><tr><td>a</table>" * 2_900),
    "html: entities": ("html", lambda: b"<p>" + b"&#x1d538;" * 2_000_000),
    "html: line breaks": ("html", lambda: b"<p>" + b"a<br> <br>" * 99_000),
    "html: structured data": (
        "html",
        lambda: b"<p>a</p>" + b"<script type='application/ld+json'>[[]]</script>" * 99_000,
    ),
    "feed: items": ("feed", lambda: _feed("a</description></item><item><description>" * 99_000)),
    "feed: tags": ("feed", lambda: _feed("<y a='b'/>" * 1_900_000)),
    "feed: text and tags": ("feed", lambda: _feed("<y/>x" * 1_900_000)),
    "feed: never closed": ("feed", lambda: b"<rss><channel><item>" + b"<title>a" * 400_000),
    "feed: bare less-than": ("feed", lambda: _feed("<" * 1_900_000)),
    "feed: bare ampersands": ("feed", lambda: _feed("&" * 1_900_000)),
    "feed: entities": (
        "feed",
        lambda: b"<!DOCTYPE rss [<!ENTITY a 'b'>]>" + _feed("&a;" * 1_900_000),
    ),
    "feed: declarations": ("feed", lambda: b"<!DOCTYPE r [" + b"<!ENTITY a 'b'>" * 1_200_000),
    "feed: HTML": ("feed", lambda: _feed("<![CDATA[" + "<p>a" * 190_000 + "]]>")),
    "feed: attributes": ("feed", lambda: f"<rss {_names(900_000, _VALUE)}><item/></rss>".encode()),
    "nitf: paragraphs": ("nitf", lambda: _nitf("<p>a</p>" * 99_000)),
    "nitf: escaped HTML": ("nitf", lambda: _nitf("<p>&lt;b&gt;</p>" * 99_000)),
    "nitf: one text": ("nitf", lambda: _nitf("a\n\n" * 3_000_000)),
    "nitf: nested stories": ("nitf", lambda: b"<nitf>" * 250 + b"<p>a</p>" * 90_000),
    "newsml: renditions": (
        "newsml",
        lambda: b"<newsItem><contentSet>" + b"<inlineData/>" * 1_400_000,
    ),
    "newsml: descriptions": ("newsml", lambda: _newsml("<description>a</description>" * 190_000)),
    "newsml: nested items": (
        "newsml",
        lambda: b"<newsMessage>" + b"<packageItem>" * 240 + b"<newsItem/>" * 190_000,
    ),
    "json: lists": ("json", lambda: b"[" + b"[]," * 990_000 + b"[]]"),
    "json: objects": ("json", lambda: b"[" + b'{"":0},' * 990_000 + b"{}]"),
    "json: keys": ("json", lambda: json.dumps(dict.fromkeys(map(str, range(1_400_000)))).encode()),
    "json: cut off": ("json", lambda: b"[" + b'{"text":"a"},' * 900_000),
    "json: backslashes": ("json", lambda: b'"' + b"\\" * 19_000_001),
    "json: digits": ("json", lambda: b"[" + b"9" * 19_000_000 + b"]"),
    "json: nested": ("json", lambda: b"[" * 19_000_000),
    "ninjs: headlines": (
        "ninjs",
        lambda: json.dumps({"body_text": "a", "headlines": [{"value": "<b>a"}] * 190_000}).encode(),
    ),
    "ninjs: standfirsts": (
        "ninjs",
        lambda: json.dumps(
            {"body_text": "a " * 900_000, "descriptions": ["a b"] * 60_000}
        ).encode(),
    ),
    "jsonfeed: HTML": (
        "jsonfeed",
        lambda: json.dumps({"items": [{"content_html": "<p>a" * 190_000}]}).encode(),
    ),
    "jsonl: lists": ("jsonl", lambda: (b"[" + b"[]," * 600_000 + b"[]]\n") * 10),
    "csv: a wide header": ("csv", lambda: b"a," * 900_000 + b"text\n" + b"x\n" * 90_000),
    "csv: a quote that never closes": ("csv", lambda: b'id,text\n"' + b"a\n" * 1_900_000),
    "parquet: a page": ("parquet", lambda: _parquet(text=["a" * 200_000_000])),
    "parquet: a text that rows share": ("parquet", _shared_text),
    "parquet: empty rows": ("parquet", _empty_rows),
}


def read_under_limits(format: str, path: str) -> dict[str, float]:
    """Limit this process's memory, and read a file."""
    from garbled.ingest import ReadOptions, read, read_bytes

    list(read_bytes(b"<p>The pier reopened on Monday, said the board.</p>", source="-"))
    if format != "parquet":  # whose library reserves more than it uses
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    n_documents, longest, before = 0, 0.0, time.process_time()
    for _ in read([path], ReadOptions(format=format)):  # type: ignore[arg-type]
        now = time.process_time()
        n_documents, longest, before = n_documents + 1, max(longest, now - before), now
    longest = max(longest, time.process_time() - before)
    return {"documents": n_documents, "longest": longest, "memory": _most_memory()}


def _most_memory() -> int:
    """Bytes. ``getrusage`` would count what the process that started this one had used."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(told.split()[1]) * 1024


if __name__ == "__main__":
    print(json.dumps(read_under_limits(*sys.argv[1:])))
