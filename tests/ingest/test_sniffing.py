import json
from pathlib import Path

import pytest

from garbled.ingest import ReadOptions, format_of, read, read_bytes, sniff

NITF = "<nitf><body><body.content><p>The pier.</p></body.content></body></nitf>"
NEWSML = f"<newsItem guid='g'><contentSet><inlineXML>{NITF}</inlineXML></contentSet></newsItem>"
RSS = "<rss><channel><item><description>The pier.</description></item></channel></rss>"
XHTML = "<html xmlns='http://www.w3.org/1999/xhtml'><body><p>The pier.</p></body></html>"
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'


@pytest.mark.parametrize(
    ("text", "format"),
    [(RSS, "feed"), (NITF, "nitf"), (NEWSML, "newsml"), (XHTML, "html")],
)
@pytest.mark.parametrize(
    "prologue",
    [
        "",
        DECLARATION,
        f"\ufeff{DECLARATION}",
        f"{DECLARATION}<!-- <rss> <nitf> <newsItem> -->\n<?xml-stylesheet href='a.xsl'?>\n",
        f"{DECLARATION}<!DOCTYPE x SYSTEM 'x.dtd' [<!ENTITY a '<nitf>'> <!ELEMENT rss ANY>]>\n",
        "\n  <!-- c -->  ",
    ],
)
def test_xml_is_told_by_its_root(text: str, format: str, prologue: str) -> None:
    data = (prologue + text).encode()
    assert sniff(data) == format
    assert format_of(data, source="a.xml") == format
    [document] = read_bytes(data, source="a.xml")
    assert document.text == "The pier."


@pytest.mark.parametrize(
    ("root", "format"),
    [
        ("<n:nitf xmlns:n='urn:x'>", "nitf"),
        ("<newsMessage>", "newsml"),
        ("<packageItem>", "newsml"),
        ("<NewsML>", "newsml"),
        ("<rdf:RDF>", "feed"),
        ("<a:feed>", "feed"),
        ("<?xml version='1.0'?><unknown>", "feed"),
        ("<unknown>", "html"),
        ("<p>", "html"),
        ("<wire><nitf>", "nitf"),
    ],
)
def test_other_roots(root: str, format: str) -> None:
    assert sniff(root.encode()) == format


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ('{"text": "One."}\n{"text": "Two."}', "jsonl"),
        ('{"text": "One."}', "jsonl"),
        ('{"id": 1, "text": bad}\n{"text": "Two."}', "jsonl"),
        ('{"id": 1, "long": "' + "a" * 9000, "jsonl"),
        ('{"body_html": "' + "a" * 9000, "json"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "' + "a" * 9000, "json"),
        ('{"uri": "1", "body_html": "One."}', "json"),
        ('{\n  "text": "One."\n}', "json"),
        ('[{"text": "One."}]', "json"),
        ("[]", "json"),
        ("[sic] The pier reopened.", "text"),
        ("[1] The pier reopened.", "text"),
        ("# Pier\n\nIt reopened.", "markdown"),
        ("---\ntitle: Pier\n---\nIt reopened.", "markdown"),
        ("+++\ntitle = 'Pier'\n+++\nIt reopened.", "markdown"),
        ("#1 in the charts again", "text"),
        ("---\n\nIt reopened.", "text"),
    ],
)
def test_json_and_text(text: str, format: str) -> None:
    assert sniff(text.encode()) == format


def test_the_text_column_makes_a_record() -> None:
    options = ReadOptions(text_column="body_html")
    assert sniff(b'{"body_html": "One."}', options) == "jsonl"
    assert format_of(b'[{"body_html": "One."}]', options=options) == "json"


def test_files_are_told_by_suffix_and_content(tmp_path: Path) -> None:
    item = {"uri": "urn:1", "body_text": "The pier."}
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"content_text": "The pier."}]}
    files = {
        "a.md": "The *pier*.", "b.markdown": "The pier.", "c.nitf": NITF, "d.newsml": NEWSML,
        "e.xml": RSS, "f.xml": NITF, "g.xml": NEWSML, "h.xml": XHTML, "i.json": json.dumps(item),
        "j.json": json.dumps([item]), "k.json": json.dumps(feed), "l.json": '{"text": "The pier."}',
        "m.json": '{"text": "The pier."}\n{"text": "The pier."}',
        "n.JSON": '[{"text": "The pier."}]',
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    documents = list(read([tmp_path]))
    assert len(documents) == len(files) + 1
    for document in documents:
        assert (document.text, document.error) == ("The pier.", None)
