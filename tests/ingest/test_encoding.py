import codecs

import pytest

from garbled.documents import Document
from garbled.ingest import Limits, ReadOptions, read_bytes
from garbled.ingest.encoding import known_encoding

TEXT = "Café Möwe reopened on the pier."


def one(data: bytes, options: ReadOptions | None = None, **named: str) -> Document:
    [document] = read_bytes(data, source="a.txt", options=options or ReadOptions(), **named)
    return document


@pytest.mark.parametrize(
    ("mark", "codec"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_byte_order_marks(mark: bytes, codec: str) -> None:
    document = one(mark + TEXT.encode(codec))
    assert (document.text, document.error) == (TEXT, None)


def test_wrong_encoding_is_read_as_windows_1252_and_damaged() -> None:
    document = one(TEXT.encode("cp1252"))
    assert document.text == TEXT
    assert document.error == "not valid UTF-8 at byte 3, read as windows-1252; pass --encoding"


def test_the_given_encoding_is_used() -> None:
    document = one("Причал открыт".encode("koi8-r"), ReadOptions(encoding="koi8-r"))
    assert (document.text, document.error) == ("Причал открыт", None)


def test_utf16_without_a_mark_needs_the_option() -> None:
    data = TEXT.encode("utf-16-le")
    assert "pass --encoding utf-16-le" in (one(data).error or "")
    assert one(data, ReadOptions(encoding="utf-16-le")).text == TEXT


def test_utf8_cut_within_a_character_keeps_the_sound_ones() -> None:
    document = one(("Café Möwe, Größe, Brücke, é" * 3).encode()[:-1])
    assert "Café Möwe, Größe, Brücke" in document.text
    assert "characters replaced" in (document.error or "")


def test_an_unknown_encoding_is_named() -> None:
    assert "unknown encoding 'klingon'" in (
        one(b"A pier.", ReadOptions(encoding="klingon")).error or ""
    )


def test_a_declared_encoding_is_used_in_html() -> None:
    page = f"<html><head><meta charset=windows-1252></head><body><p>{TEXT}</p></body></html>"
    [document] = read_bytes(page.encode("cp1252"), source="a.html")
    assert TEXT in document.text
    assert document.error is None


def test_valid_utf8_wins_over_a_wrong_declaration() -> None:
    page = f"<html><head><meta charset=iso-8859-1></head><body><p>{TEXT}</p></body></html>"
    [document] = read_bytes(page.encode(), source="a.html")
    assert TEXT in document.text


@pytest.mark.parametrize("name", ["zlib", "rot13", "hex", "idna", "punycode", "no\0pe", ""])
def test_codecs_that_are_no_file_encodings_are_refused(name: str) -> None:
    assert known_encoding(name) is None


@pytest.mark.parametrize("data", [b"", b" \n\t ", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
@pytest.mark.parametrize("kind", ["text", "html", "feed", "jsonl", "csv", "parquet"])
def test_empty_input_is_unreadable(data: bytes, kind: str) -> None:
    [document] = read_bytes(data, source="a", format=kind)  # type: ignore[arg-type]
    assert document.error
    assert document.paragraphs == ()


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "ZIP"),
        (b"\x1f\x8b\x08....", "gunzip"),
        (b"\x89PNG\r\n....", "image"),
        (b"plain\0text", "NUL"),
        (bytes(range(1, 9)) * 40, "control bytes"),
    ],
)
@pytest.mark.parametrize("kind", ["text", "html", "feed", "jsonl", "csv"])
def test_binary_input_is_unreadable_and_says_what_to_do(
    data: bytes, advice: str, kind: str
) -> None:
    [document] = read_bytes(data, source="a", format=kind)  # type: ignore[arg-type]
    assert advice in (document.error or "")
    assert document.paragraphs == ()


def test_the_byte_limit() -> None:
    options = ReadOptions(limits=Limits(max_bytes=10))
    assert one(b"0123456789", options).text == "0123456789"
    assert "larger than 10 bytes" in (one(b"01234567890", options).error or "")
