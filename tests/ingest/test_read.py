import io
import os
import sys
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from garbled.documents import PARAGRAPH_BREAK, Document
from garbled.ingest import Limits, ReadOptions, read, read_bytes
from garbled.ingest.options import FORMATS
from garbled.ingest.reader import sniff


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in" / "b").mkdir(parents=True)
    (tmp_path / "in" / "z.txt").write_text("Last of all.")
    (tmp_path / "in" / "a.html").write_text("<p>The first.</p>")
    (tmp_path / "in" / "b" / "m.txt").write_text("In the middle.")
    (tmp_path / "in" / "ignored.exe").write_bytes(b"\x00")
    return tmp_path


def sources(documents: list[Document]) -> list[str]:
    return [document.source for document in documents]


def test_a_folder_is_read_sorted_and_known_kinds_only(folder: Path) -> None:
    documents = list(read(["in"]))
    assert sources(documents) == ["in/a.html", "in/z.txt", "in/b/m.txt"]
    assert all(document.error is None for document in documents)


def test_patterns(folder: Path) -> None:
    assert sources(list(read(["in/**/*.txt"]))) == ["in/b/m.txt", "in/z.txt"]


def test_a_file_named_twice_is_read_once(folder: Path) -> None:
    assert sources(list(read(["in/z.txt", "in", "in/z.txt"]))) == [
        "in/z.txt",
        "in/a.html",
        "in/b/m.txt",
    ]


def test_a_folder_goes_on_past_what_cannot_be_read(folder: Path) -> None:
    (folder / "in" / "dangling.txt").symlink_to(folder / "nowhere.txt")
    (folder / "in" / "folder.txt").mkdir()
    (folder / "in" / "empty.txt").touch()
    os.mkfifo(folder / "in" / "pipe.txt")
    documents = {document.source: document for document in read(["in"])}
    assert "link to a file that does not exist" in (documents["in/dangling.txt"].error or "")
    assert "empty" in (documents["in/empty.txt"].error or "")
    assert "not a regular file" in (documents["in/pipe.txt"].error or "")
    assert documents["in/z.txt"].text == "Last of all."


def test_links_out_of_a_folder_are_not_followed(folder: Path) -> None:
    (folder / "outside.txt").write_text("The secret.")
    (folder / "in" / "link.txt").symlink_to(folder / "outside.txt")
    (folder / "in" / "inner.txt").symlink_to(folder / "in" / "z.txt")
    documents = {document.source: document for document in read(["in"])}
    assert "leads out of the folder" in (documents["in/link.txt"].error or "")
    assert documents["in/inner.txt"].text == "Last of all."


@pytest.mark.parametrize("name", ["nowhere.txt", "*.nothing", "x" * 5000, "a\0b", "in/b/none"])
def test_what_is_not_there_is_one_unreadable_document(folder: Path, name: str) -> None:
    [document] = read([name])
    assert document.error
    assert document.paragraphs == ()


def test_a_folder_without_any_known_file(folder: Path) -> None:
    (folder / "bare").mkdir()
    [document] = read([folder / "bare"])
    assert "no file in this folder" in (document.error or "")


def test_names_that_are_not_utf8(folder: Path) -> None:
    Path(os.fsdecode(b"in/caf\xe9.txt")).write_text("The café.")
    documents = list(read(["in"]))
    assert "in/caf\ufffd.txt" in sources(documents)
    for document in documents:
        document.source.encode()


def test_a_200_megabyte_file_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "sparse.txt"
    with path.open("wb") as out:
        out.truncate(200_000_000)
    tracemalloc.start()
    [document] = read([path])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "larger than 20,000,000 bytes" in (document.error or "")
    assert peak < 5_000_000


def test_a_200_megabyte_line_is_skipped_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "sparse.csv"
    path.write_text("id,text\n1,Pier.\n")
    with path.open("ab") as out:
        out.write(b"2," + b"x" * 30_000_000)
    tracemalloc.start()
    first, second = read([path])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert first.text == "Pier."
    assert "longer than" in (second.error or "")
    assert peak < 20_000_000


class Stdin(io.TextIOWrapper):
    """Standard input fed with bytes."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BufferedReader(io.BytesIO(data)))


@pytest.mark.parametrize(
    ("data", "ids"),
    [
        (b"The pier reopened.", ["-"]),
        (b'{"id": 1, "text": "One."}\n{"text": "Two."}', ["1", "-#2"]),
        (b"id,text\n7,One.\n", ["7"]),
        (
            b"<rss><channel><item><guid>g</guid><description>One.</description></item></channel></rss>",
            ["g"],
        ),
        (b"<!doctype html><p>One pier.</p>", ["-"]),
        (b"", ["-"]),
    ],
)
def test_standard_input_is_sniffed(
    data: bytes, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Stdin(data))
    assert [document.id for document in read(["-"])] == ids


def test_standard_input_over_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Stdin(b"pier " * 1000))
    [document] = read(["-"], ReadOptions(limits=Limits(max_bytes=100)))
    assert "larger than 100 bytes" in (document.error or "")


def test_reading_is_lazy(folder: Path) -> None:
    documents = read(["in/a.html", "in/late.txt"])
    assert next(documents).source == "in/a.html"
    (folder / "in" / "late.txt").write_text("Written after reading began.")
    assert next(documents).text == "Written after reading began."


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"PAR1....", "parquet"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><feed xmlns='x'>", "feed"),
        (b"<!-- c --><rss version='2.0'>", "feed"),
        (b"  <html>", "html"),
        (b'{"text": "x"}', "jsonl"),
        (b"id;text;title\n", "csv"),
        (b"A text, of words\n", "text"),
    ],
)
def test_sniffing(head: bytes, kind: str) -> None:
    assert sniff(head) == kind


PIECES = [
    *(b"<p>", b"</p>", b"<html><body>", b"<br><br>", b"<figure>", b"<table><td>", b"<pre>"),
    *(b"<item>", b"</item>", b"<rss><channel>", b"<title>", b"<description>", b"<li><a href=x>"),
    *(b"&amp;", b"&x;", b"<!DOCTYPE x [", b"<![CDATA[", b"]]>", b"<entry><content type='html'>"),
    *(b"<script type='application/ld+json'>", b'{"@type":', b'{"text": "', b'"}', b'"', b","),
    *(b"\n", b"\n\n", b"id,text\n", b"PAR1", b"\xff\xfe", b"\xe9", b"\0", b"\xed\xa0\x80"),
    *(b"The pier reopened.", "e\u0301\u2028".encode()),
]
hostile = st.one_of(
    st.binary(max_size=300), st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join)
)


@settings(deadline=5000)
@given(
    data=hostile,
    format=st.sampled_from(FORMATS),
    encoding=st.sampled_from([None, "utf-16", "cp1252"]),
)
def test_any_bytes_give_documents_whose_offsets_hold(
    data: bytes, format: str, encoding: str | None
) -> None:
    options = ReadOptions(encoding=encoding)
    documents = list(read_bytes(data, source="x", format=format, options=options))  # type: ignore[arg-type]
    assert documents
    for document in documents:
        assert "unexpected" not in (document.error or "")
        assert document.error or document.paragraphs
        assert document.text == PARAGRAPH_BREAK.join(p.text for p in document.paragraphs)
        for paragraph in document.paragraphs:
            assert document.text[paragraph.start : paragraph.end] == paragraph.text
        document.text.encode()
        document.id.encode()
