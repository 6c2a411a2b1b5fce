"""Whatever comes in: documents come out, offsets hold, nothing is fetched, nothing hangs."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import socket
import threading
import zipfile
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hostile_input import (
    EVIL,
    READ_FORMATS,
    SAMPLE_OF_FORMAT,
    check,
    json_values,
    mutated,
    objects,
    read_all,
    soup,
    texts,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from garbled.documents import Document
from garbled.ingest import Format, ReadOptions, format_of, read, read_bytes, sniff
from garbled.ingest.options import FORMATS

bounded = settings(
    deadline=5000,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
per_format = pytest.mark.parametrize("format", READ_FORMATS)


@pytest.fixture(autouse=True)
def no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise AssertionError(f"a connection was tried: {args[1:]}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """What parsers import, and compile on first use, is no part of the time of one input."""
    for format, samples in SAMPLE_OF_FORMAT.items():
        for sample in samples:
            read_all(sample, format)


@per_format
@bounded
@given(data=st.one_of(st.binary(max_size=400), soup))
def test_any_bytes(format: Format, data: bytes) -> None:
    read_all(data, format)


@per_format
@bounded
@given(data=st.data())
def test_samples_with_damage(format: Format, data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(SAMPLE_OF_FORMAT[format]))
    read_all(data.draw(mutated(sample)), format)


@per_format
def test_samples_cut_off_anywhere(format: Format) -> None:
    for sample in SAMPLE_OF_FORMAT[format]:
        for end in range(0, len(sample), max(1, len(sample) // 60)):
            read_all(sample[:end], format)


@bounded
@given(data=st.one_of(soup, st.binary(max_size=200)))
def test_the_format_is_always_told_and_the_same_that_is_read(data: bytes) -> None:
    told = format_of(data)
    assert told in FORMATS
    assert told != "auto"
    assert sniff(data) in FORMATS
    check(list(read_bytes(data, source="-")))
    check(list(read_bytes(data, source="x", format=told)))


@per_format
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "cp1252", "utf-8-sig", "shift-jis"])
def test_samples_in_encodings_that_nothing_declares(format: Format, encoding: str) -> None:
    for sample in SAMPLE_OF_FORMAT[format]:
        text = sample.decode("utf-8", "replace")
        read_all(text.encode(encoding, "replace"), format)
        read_all(text.encode(encoding, "replace"), format, encoding=encoding)
        read_all(sample, format, encoding=encoding)


@per_format
def test_a_byte_order_mark_that_lies(format: Format) -> None:
    for sample in SAMPLE_OF_FORMAT[format]:
        for mark in (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\x00\x00"):
            read_all(mark + sample, format)


# --- structures ----------------------------------------------------------------------------------

_NINJS_KEYS = """uri guid type headline headline_short byline by located language body_text
    body_html bodies headlines descriptions description_text altids usageterms ednote associations
    pubstatus slugline title items text id"""
NINJS_KEYS = tuple(_NINJS_KEYS.split())
items = objects(*NINJS_KEYS)
FEED_KEYS = ("id", "url", "title", "content_html", "content_text", "summary", "language", "authors")


@bounded
@given(
    value=st.one_of(objects(*NINJS_KEYS), st.lists(objects(*NINJS_KEYS), max_size=3), json_values)
)
@pytest.mark.parametrize("format", ["ninjs", "json", "jsonfeed", "jsonl", "auto"])
def test_json_of_any_shape(format: Format, value: object) -> None:
    read_all(json.dumps(value).encode(), format)


@bounded
@given(items=st.lists(st.one_of(objects(*FEED_KEYS), json_values), max_size=4), extra=json_values)
def test_json_feeds_of_any_shape(items: list[object], extra: object) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": items, "language": extra}
    documents = read_all(json.dumps(feed).encode(), "jsonfeed")
    assert len(documents) == max(len(items), 1)


_ELEMENTS = """nitf head docdata doc-id ed-msg body body.head hedline hl1 hl2 note byline dateline
    abstract body.content p block bq media ul li media-caption media-producer table tr td body.end
    tagline rights a q newsMessage itemSet newsItem packageItem itemMeta contentMeta headline by
    contentSet inlineXML inlineData rightsInfo usageTerms edNote pubStatus rss channel item title
    guid link description entry content summary html div script h1 blockquote figure pre br style
    nav span"""
_ATTRIBUTES = "guid qcode class id type contenttype lang hidden rel encoding"


def _element(parts: tuple[str, dict[str, str], list[str]]) -> str:
    name, attributes, inner = parts
    told = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{told}>{''.join(inner)}</{name}>"


_clean = texts.map(lambda text: "".join(c for c in text if c.isprintable() or c in "\n\t"))
_leaf = st.one_of(_clean.map(escape), _clean.map(lambda t: f"<![CDATA[{t.replace(']]>', '')}]]>"))
trees = st.recursive(
    _leaf,
    lambda inner: st.tuples(
        st.sampled_from(_ELEMENTS.split()),
        st.dictionaries(st.sampled_from(_ATTRIBUTES.split()), _clean, max_size=2),
        st.lists(inner, max_size=4),
    ).map(_element),
    max_leaves=20,
)
ROOTS = {
    "nitf": "<nitf><body><body.content>{}</body.content></body></nitf>",
    "newsml": "<newsItem guid='g'><contentSet><inlineXML>{}</inlineXML></contentSet></newsItem>",
    "feed": "<rss><channel><item>{}</item></channel></rss>",
    "html": "<html><body>{}</body></html>",
    "auto": "<?xml version='1.0'?>{}",
}


@pytest.mark.parametrize("format", list(ROOTS))
@bounded
@given(tree=trees)
def test_xml_of_any_shape(format: Format, tree: str) -> None:
    text = ROOTS[format].format(tree)
    read_all(text.encode("utf-8", "surrogatepass"), format)


@bounded
@given(text=st.one_of(texts, st.lists(texts, max_size=8).map("\n\n".join)))
@pytest.mark.parametrize("format", ["text", "markdown", "html"])
def test_text_of_any_kind(format: Format, text: str) -> None:
    read_all(text.encode("utf-8", "surrogatepass"), format)


@bounded
@given(rows=st.lists(st.lists(texts, max_size=4), max_size=5))
def test_tables_of_any_shape(rows: list[list[str]]) -> None:
    text = "id,text,title\n" + "\n".join(",".join(row) for row in rows)
    read_all(text.encode("utf-8", "surrogatepass"), "csv")


# --- one field at a time -------------------------------------------------------------------------


_FEED = """<rss><channel><item><guid>{0}</guid><title>{0}</title><language>{0}</language>
<description>{0} The pier.</description></item></channel></rss>"""
_NITF = """<nitf><head><docdata management-status='{0}'><doc-id id-string='{0}'/>
<ed-msg info='{0}'/></docdata></head><body><body.head>
<hedline><hl1>{0}</hl1><hl2>{0}</hl2></hedline>
<byline>{0}</byline></body.head><body.content><p>{0} The pier.</p></body.content></body></nitf>"""
_NEWSML = """<newsItem guid='{0}'><rightsInfo><usageTerms>{0}</usageTerms></rightsInfo>
<itemMeta><pubStatus qcode='{0}'/><edNote>{0}</edNote></itemMeta><contentMeta>
<headline>{0}</headline><by>{0}</by><language tag='{0}'/></contentMeta>
<contentSet><inlineData>{0} The pier.</inlineData></contentSet></newsItem>"""


def _with_field(format: Format, evil: str) -> bytes:
    """A document whose every field holds the same text."""
    if template := {"feed": _FEED, "nitf": _NITF, "newsml": _NEWSML}.get(format):
        written = escape(evil.replace("\0", "").replace("\x1b", ""))
        return template.format(written).encode("utf-8", "surrogatepass")
    text = f"{evil} The pier."
    if format == "jsonfeed":
        item = dict.fromkeys(FEED_KEYS, evil) | {"content_html": text}
        return json.dumps({"version": evil, "language": evil, "items": [item]}).encode()
    if format == "ninjs":
        return json.dumps(dict.fromkeys(NINJS_KEYS[:9], evil) | {"body_html": text}).encode()
    return json.dumps({"id": evil, "title": evil, "language": evil, "text": text}).encode()


@pytest.mark.parametrize("format", ["feed", "nitf", "newsml", "jsonfeed", "ninjs", "json", "jsonl"])
@pytest.mark.parametrize("evil", EVIL, ids=ascii)
def test_the_same_evil_in_every_field(
    format: Format, evil: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    documents = read_all(_with_field(format, evil), format)
    assert any("The pier." in document.text for document in documents)
    assert list(tmp_path.iterdir()) == []
    for document in documents:
        assert "<script>" not in document.text or format in ("json", "jsonl")


def test_ids_that_are_paths_or_addresses_are_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("The secret of the pier.")
    for id in (str(secret), secret.as_uri(), f"../{secret.name}", f"{secret}\0.jpg"):
        for format in ("feed", "nitf", "newsml", "jsonfeed", "ninjs", "json"):
            for document in read_all(_with_field(format, id), format):  # type: ignore[arg-type]
                assert "secret of" not in document.text


def test_text_that_turns_its_direction_stays_as_it_is() -> None:
    for format in ("text", "markdown", "html"):
        [document] = read_all("The \u202epier\u202c reopened.".encode(), format)  # type: ignore[arg-type]
        assert document.text == "The \u202epier\u202c reopened."


# --- bombs and archives --------------------------------------------------------------------------


def _zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", data)
    return out.getvalue()


@per_format
@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, _zipped])
def test_compressed_input_is_refused_in_every_format_before_it_is_unpacked(
    format: Format, pack: object
) -> None:
    data = pack(b"The pier reopened. " * 20_000)  # type: ignore[operator]
    [document] = read_all(data, format)
    wanted = "no sound Parquet file" if format == "parquet" else "compressed|ZIP archive"
    assert any(word in (document.error or "") for word in wanted.split("|"))


def test_compressed_files_are_refused_by_any_suffix(tmp_path: Path) -> None:
    for name in ("a.txt", "a.xml", "a.json", "a.md", "a.nitf", "a.jsonl", "a.html"):
        (tmp_path / name).write_bytes(gzip.compress(b"The pier reopened. " * 1000))
    documents = list(read([tmp_path]))
    assert len(documents) == 7
    assert all("decompress it first" in (document.error or "") for document in documents)


def _bomb(levels: int = 12) -> str:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, levels))
    return f'<!ENTITY a0 "lol">{entities}'


XML_FORMATS = ("feed", "nitf", "newsml")
_ITEM = "<item><guid>{0}</guid><description>{0} The pier.</description></item>"
_DATA = "<contentSet><inlineData>{0} The pier.</inlineData></contentSet>"
WRAPPED = {
    "feed": f"<rss><channel>{_ITEM}</channel></rss>",
    "nitf": "<nitf><body><body.content><p>{0} The pier.</p></body.content></body></nitf>",
    "newsml": f"<newsItem guid='g'>{_DATA}</newsItem>",
}


@pytest.mark.parametrize("format", XML_FORMATS)
@pytest.mark.parametrize(
    ("subset", "use"),
    [
        (_bomb(), "&a11;"),
        (_bomb(), "<b x='&a11;'/>"),
        (f'<!ENTITY a "{"x" * 50_000}">', "&a;" * 5_000),
        ("<!ENTITY % p \"<!ENTITY a 'x'>\"> %p;", "&a;"),
        ('<!ENTITY a "&b;"><!ENTITY b "&a;">', "&a;"),
    ],
)
def test_entities_do_not_grow(format: Format, subset: str, use: str) -> None:
    text = f"<!DOCTYPE x [{subset}]>" + WRAPPED[format].format(use)
    documents = read_all(text.encode(), format)
    assert all(document.error for document in documents)
    assert sum(len(document.text) for document in documents) <= len(use) + 1000


@pytest.mark.parametrize("format", XML_FORMATS)
@pytest.mark.parametrize("use", ["&x;", "&amp;x;"])
def test_external_entities_are_not_read(format: Format, use: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    for declared in (
        f'<!ENTITY x SYSTEM "{secret.as_uri()}">',
        f'<!ENTITY x PUBLIC "-//x//y//EN" "{secret}">',
        f'<!ENTITY % p SYSTEM "{secret.as_uri()}"> %p; <!ENTITY x "y">',
    ):
        text = f"<!DOCTYPE x [{declared}]>" + WRAPPED[format].format(use)
        for document in read_all(text.encode(), format):
            assert "the secret" not in document.text + (document.error or "")
    included = (
        f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret}" parse="text"/>'
    )
    for document in read_all(WRAPPED[format].format(included).encode(), format):
        assert "the secret" not in document.text


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address on loopback, and the paths that were asked of it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<p>The fetched pier.</p>")

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_nothing_is_fetched_by_parsers_in_c_either(listener: tuple[str, list[str]]) -> None:
    """libxml2 opens its own sockets, which the fixture above does not see."""
    address, asked = listener
    doctype = f'<!DOCTYPE x SYSTEM "{address}/x.dtd" [<!ENTITY e SYSTEM "{address}/e">]>'
    style = f'<?xml-stylesheet href="{address}/s.xsl" type="text/xsl"?>'
    for format in XML_FORMATS:
        text = style + doctype + WRAPPED[format].format("&e;")
        read_all(text.encode(), format)  # type: ignore[arg-type]
    links = "".join(
        f"<{tag} src='{address}/{tag}' href='{address}/{tag}' data='{address}/{tag}'></{tag}>"
        for tag in ("img", "script", "link", "iframe", "base", "object", "video", "a")
    )
    refresh = f"<meta http-equiv='refresh' content='0;url={address}/r'>"
    page = f"<html><head>{refresh}{links}</head><body><p>The pier.</p>{links}</body></html>"
    read_all(page.encode(), "html")
    read_all(f"# Pier\n\n![a]({address}/i) [b]({address}/l)\n\n{links}".encode(), "markdown")
    keys = ("url", "external_url", "image", "banner_image", "id")
    item = {**{key: f"{address}/{key}" for key in keys}, "content_html": f"{links} A pier."}
    item["attachments"] = [{"url": f"{address}/attachment"}]
    feed = {"version": "https://jsonfeed.org/version/1.1", "next_url": f"{address}/n"}
    read_all(json.dumps({**feed, "items": [item]}).encode(), "jsonfeed")
    renditions = [{"href": f"{address}/rendition"}]
    story = {"uri": f"{address}/u", "renditions": renditions, "body_html": f"{links} A pier."}
    read_all(json.dumps(story).encode(), "ninjs")
    remote = f"<contentSet><remoteContent href='{address}/c'/></contentSet>"
    read_all(f"<newsItem guid='{address}/g'>{remote}</newsItem>".encode(), "newsml")
    for name in (f"{address}/feed.xml", address):
        documents = list(read([name]))
        assert all(document.error for document in documents)
        read_all(name.encode(), "feed")
    assert asked == []


@per_format
def test_a_word_of_a_million_characters(format: Format) -> None:
    word = "a" * 1_000_000
    made = {
        "csv": f"id,text\n1,{word}\n",
        "html": f"<p>{word}</p>",
        "json": json.dumps({"text": word}),
        "jsonl": json.dumps({"text": word}),
        "jsonfeed": json.dumps({"items": [{"content_text": word}]}),
        "ninjs": json.dumps({"body_text": word}),
        **{xml: WRAPPED[xml].format(word) for xml in XML_FORMATS},
    }
    if format == "parquet":
        out = io.BytesIO()
        pq.write_table(pa.table({"text": [word]}), out)
        [document] = read_all(out.getvalue(), format)
    else:
        [document] = read_all(made.get(format, word).encode(), format)
    assert word in document.text


def one(documents: list[Document]) -> Document:
    [document] = documents
    return document


@pytest.mark.parametrize("mark", ["\u0301\u0327", "\u0315\u0301", "\u0344"])
def test_a_letter_with_a_million_marks(mark: str) -> None:
    """Normalising these in one go takes hours."""
    document = one(read_all(("a" + mark * 500_000).encode(), "text"))
    assert len(document.text) >= 500_000


def test_options_do_not_change_what_holds() -> None:
    options = ReadOptions(
        id_column="text", text_column="id", title_column="id", language_column="id"
    )
    for format, samples in SAMPLE_OF_FORMAT.items():
        for sample in samples:
            check(list(read_bytes(sample, source="x", format=format, options=options)))
