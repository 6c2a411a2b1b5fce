"""What the tests of hostile input share: samples of every format, and what must hold of any result.

Copy written for these tests.
"""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from garbled.documents import PARAGRAPH_BREAK, ROLES, Document
from garbled.ingest import Format, ReadOptions, read_bytes
from garbled.ingest.options import FORMATS

SAMPLES = Path(__file__).parent / "samples"
RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Herald</title>
<item><title>Pier</title><guid>1</guid>
<description>&lt;p&gt;It reopened.&lt;/p&gt;</description></item>
<item><title>Roof</title><link>http://herald.invalid/2</link>
<c:encoded xmlns:c="http://purl.org/rss/1.0/modules/content/"><![CDATA[<p>It leaks.</p>]]>
</c:encoded></item></channel></rss>"""
PAGE = b"""<!doctype html><html lang="en"><head><title>Pier</title></head><body><article>
<h1>Pier</h1>
<figure><figcaption>The pier.</figcaption></figure><p>It reopened on Saturday, said the board.</p>
<table><tr><td>Day</td><td>4,100</td></tr></table></article></body></html>"""
RECORDS = [{"id": "1", "title": "Pier", "text": "It reopened.", "language": "en"}, {"text": "Two."}]


def _parquet() -> bytes:
    out = BytesIO()
    pq.write_table(pa.Table.from_pylist(RECORDS), out)
    return out.getvalue()


def _sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


SAMPLE_OF_FORMAT: dict[Format, tuple[bytes, ...]] = {
    "text": (
        b"Pier reopens\n\nThe old pier\nreopened.\n\n- One\n- Two",
        "Caf\u00e9.".encode("utf-16"),
    ),
    "markdown": (_sample("pier.md"),),
    "html": (PAGE,),
    "feed": (RSS,),
    "jsonfeed": (_sample("feed.jsonfeed.json"),),
    "ninjs": (_sample("pier.ninjs1.json"), _sample("pier.ninjs2.json")),
    "nitf": (_sample("pier.nitf"),),
    "newsml": (_sample("message.newsml"),),
    "json": (json.dumps(RECORDS).encode(), json.dumps(RECORDS[0], indent=1).encode()),
    "jsonl": (b"\n".join(json.dumps(record).encode() for record in RECORDS),),
    "csv": (b'id,text,title\n1,It reopened.,Pier\n2,"Two, and\nmore",\n',),
    "parquet": (_parquet(),),
}
READ_FORMATS: tuple[Format, ...] = tuple(SAMPLE_OF_FORMAT)
assert set(READ_FORMATS) == set(FORMATS) - {"auto"}

EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u202egnp.exe\u202c",
    "../../etc/passwd",
    "file:///etc/passwd",
    "http://127.0.0.1:9/",
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
    "\u0000\u001b[2J\r\n",
    "\ud800",
    "\ufdfa" * 20,
    "e" + "\u0301\u0327" * 300,
    "a" * 5000,
    "😀👩‍👩‍👧‍👦\U0001d538",
    "]]>",
    "<![CDATA[",
    "%n%s${7*7}{{7*7}}",
    "\u2028\u2029\x85\x0b\x0c",
    "שלום مرحبا",
    "-->",
    "\ufeff",
)
"""What people put into fields to see what happens."""

_FRAGMENTS = (
    *("<p>", "</p>", "<br>", "<table>", "<li>", "<nitf>", "<body.content>", "<hl1>", "<item>"),
    *("<newsItem>", "<inlineXML>", "<inlineData>", "<entry>", "<description>", "<title>"),
    *("&x;", "&amp;", "&#0;", "&#x110000;", "<!DOCTYPE x [<!ENTITY x 'y'>]>", "<?xml?>"),
    *('{"', '":', '"', "{", "}", "[", "]", ",", "\\", "\\u", "NaN", "1e9999", "null", "-"),
    *('"text"', '"body_html"', '"bodies"', '"items"', '"content_html"', '"value"', '"guid"'),
    *("# ", "> ", "- ", "```", "|a|\n|-|\n", "---\n", "title: ", "[a](b)", "![", "\n\n", "\r"),
)
_BYTES = (
    *(b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\xed\xa0\x80", b"\xc0\x80", b"\xe9"),
    *(b"PAR1", b"\x1f\x8b"),
)
_PIECES = (*(text.encode("utf-8", "surrogatepass") for text in (*EVIL, *_FRAGMENTS)), *_BYTES)


def read_all(data: bytes, format: Format, **options: object) -> list[Document]:
    """The documents of an input, after a check of all that must hold of any document."""
    chosen = ReadOptions(**options)  # type: ignore[arg-type]
    documents = list(read_bytes(data, source="x", format=format, options=chosen))
    check(documents)
    return documents


def check(documents: list[Document]) -> None:
    """Every input gives documents; each is whole, says why it is not, and can be written out."""
    assert documents
    for document in documents:
        assert "unexpected" not in (document.error or "")
        assert document.error or document.paragraphs
        assert document.text == PARAGRAPH_BREAK.join(p.text for p in document.paragraphs)
        for index, paragraph in enumerate(document.paragraphs):
            assert (paragraph.index, paragraph.role in ROLES) == (index, True)
            assert paragraph.text
            assert document.text[paragraph.start : paragraph.end] == paragraph.text
        for said in (document.id, document.source, document.title, document.language):
            (said or "").encode()
            assert "\n" not in (said or "")
        (document.error or "").encode()
        assert len((document.error or "").splitlines()) < 2
        document.text.encode()
        assert "\0" not in document.text + document.id + document.source


def mutated(sample: bytes) -> st.SearchStrategy[bytes]:
    """A sample with bytes cut out, doubled, changed, put in, or its end cut off."""
    places = st.integers(0, len(sample))
    inserted = st.one_of(st.sampled_from(_PIECES), st.binary(max_size=8))
    edits = st.lists(st.tuples(places, st.integers(0, 40), inserted), min_size=1, max_size=6)

    def apply(changes: list[tuple[int, int, bytes]]) -> bytes:
        data = sample
        for place, length, piece in sorted(changes, reverse=True):
            data = data[:place] + piece + data[place + length :]
        return data

    return st.one_of(edits.map(apply), places.map(lambda end: sample[:end]))


pieces = st.lists(st.one_of(st.sampled_from(_PIECES), st.binary(max_size=12)), max_size=40)
soup = pieces.map(b"".join)
"""Bytes that look a little like every format."""

texts = st.one_of(st.sampled_from(EVIL), st.text(st.characters(), max_size=30))
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)


def objects(*names: str) -> st.SearchStrategy[dict[str, object]]:
    """JSON objects with some of these keys, whose values are of any kind."""
    return st.dictionaries(st.sampled_from(names), st.one_of(texts, json_values), max_size=8)
