import csv
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from garbled.documents import Document
from garbled.ingest import Limits, ReadOptions, read, read_bytes

ROWS = [
    {"id": 1, "text": "The pier closed.", "title": "Pier closes", "language": "en_GB"},
    {"id": "b", "text": "<p>It reopened.</p><p>Crowds came.</p>", "title": None, "language": None},
    {"id": None, "text": "<3 this pier.", "title": None, "language": None},
    {"id": "d", "text": "", "title": "Nothing", "language": None},
]


def as_jsonl(rows: list[dict]) -> bytes:
    return "\n".join(map(json.dumps, rows)).encode()


def as_csv(rows: list[dict]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def as_parquet(rows: list[dict]) -> bytes:
    out = io.BytesIO()
    columns = {
        name: [None if row.get(name) is None else str(row[name]) for row in rows]
        for name in rows[0]
    }
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


WRITERS = {"jsonl": as_jsonl, "csv": as_csv, "parquet": as_parquet}


def parse(data: bytes, kind: str, options: ReadOptions | None = None) -> list[Document]:
    return list(read_bytes(data, source=f"t.{kind}", options=options or ReadOptions()))


@pytest.mark.parametrize("kind", WRITERS)
def test_rows(kind: str) -> None:
    first, markup, unnamed, empty = parse(WRITERS[kind](ROWS), kind)
    assert (first.id, first.source) == ("1", f"t.{kind}#1")
    assert (first.title, first.language) == ("Pier closes", "en-GB")
    assert first.text == "Pier closes\n\nThe pier closed."
    assert [paragraph.text for paragraph in markup.paragraphs] == ["It reopened.", "Crowds came."]
    assert (unnamed.id, unnamed.text) == (f"t.{kind}#3", "<3 this pier.")
    assert (empty.id, empty.paragraphs) == ("d", ())
    assert "'text' is empty" in (empty.error or "")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_missing_column_is_named_once_with_those_there(kind: str) -> None:
    rows = [{"key": "1", "body": "The pier."}, {"key": "2", "body": "A roof."}]
    [document] = parse(WRITERS[kind](rows), kind)
    assert document.error == "no column 'text'; there are: key, body; pass --text-column"
    options = ReadOptions(text_column="body", id_column="key")
    assert [d.id for d in parse(WRITERS[kind](rows), kind, options)] == ["1", "2"]


@pytest.mark.parametrize("kind", WRITERS)
def test_equal_ids_are_kept(kind: str) -> None:
    rows = [{"id": "x", "text": "One."}, {"id": "x", "text": "Two."}]
    assert [(d.id, d.source) for d in parse(WRITERS[kind](rows), kind)] == [
        ("x", f"t.{kind}#1"),
        ("x", f"t.{kind}#2"),
    ]


@pytest.mark.parametrize("kind", WRITERS)
def test_a_path_as_id_stays_an_id(kind: str) -> None:
    [document] = parse(WRITERS[kind]([{"id": "../../etc/passwd", "text": "One."}]), kind)
    assert document.id == "../../etc/passwd"
    assert document.text == "One."


@pytest.mark.parametrize("kind", WRITERS)
def test_a_text_over_the_record_limit_is_unreadable_and_the_rest_goes_on(kind: str) -> None:
    rows = [{"id": "1", "text": "a" * 9000}, {"id": "2", "text": "Two."}]
    options = ReadOptions(limits=Limits(max_record_bytes=5000))
    long, short = parse(WRITERS[kind](rows), kind, options)
    assert "longer than 5,000 bytes" in (long.error or "")
    assert short.text == "Two."


@pytest.mark.parametrize(
    "line",
    [
        '{"id": 1, "text": "cut',
        '["a", "list"]',
        "7",
        "[" * 100_000,
        '{"id": 1, "text": ' + "9" * 10_000 + "}",
        '{"id": 1, "text": {"a": 1}}',
        '{"id": 1, "body": "elsewhere"}',
    ],
)
def test_a_bad_json_line_is_unreadable_and_the_rest_goes_on(line: str) -> None:
    data = f'{{"id": 0, "text": "One."}}\n{line}\n\n{{"id": 2, "text": "Two."}}'
    first, bad, last = parse(data.encode(), "jsonl")
    assert (first.text, last.text) == ("One.", "Two.")
    assert last.source == "t.jsonl#4"
    assert bad.error
    assert bad.paragraphs == ()


def test_lone_surrogates_become_replacement_characters() -> None:
    first, second = parse(
        b'{"id": "\\ud800", "text": "A \\udc80 pier."}\n{"id": 2, "text": "<p>\\ud83d</p>"}',
        "jsonl",
    )
    assert (first.id, first.text, second.text) == ("\ufffd", "A \ufffd pier.", "\ufffd")


def test_bytes_that_are_no_utf8_damage_their_own_line_only() -> None:
    data = b'{"text": "Caf\xe9."}\n' + '{"text": "Café."}'.encode()
    first, second = parse(data, "jsonl")
    assert (first.text, second.text) == ("Café.", "Café.")
    assert "windows-1252" in (first.error or "")
    assert second.error is None


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_utf16_with_a_mark(kind: str) -> None:
    data = WRITERS[kind]([{"id": "1", "text": "Café."}]).decode().encode("utf-16")
    [document] = parse(data, kind)
    assert document.text == "Café."


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters(delimiter: str) -> None:
    data = f"id{delimiter}text\n1{delimiter}The pier closed.\n".encode()
    assert [document.text for document in parse(data, "csv")] == ["The pier closed."]


def test_quoted_cells_over_several_lines() -> None:
    [document] = parse(b'id,text\n1,"One.\n\nTwo, three."\n', "csv")
    assert [paragraph.text for paragraph in document.paragraphs] == ["One.", "Two, three."]


def test_rows_of_the_wrong_length() -> None:
    short, long, sound = parse(b"id,text\n1\n2,One,two\n3,Three.\n", "csv")
    assert "ends before 'text'" in (short.error or "")
    assert long.text == "One"
    assert "3 cells under 2 columns" in (long.error or "")
    assert sound.error is None


def test_a_stray_quote_is_bounded_by_the_record_limit() -> None:
    rows = "".join(f"{n},Pier {n}.\n" for n in range(500))
    options = ReadOptions(limits=Limits(max_record_bytes=1000))
    documents = parse(f'id,text\n0,"open\n{rows}'.encode(), "csv", options)
    assert "longer than 1,000 bytes" in (documents[0].error or "")
    assert documents[-1].text == "Pier 499."


def test_a_damaged_parquet_file() -> None:
    data = as_parquet(ROWS)
    for broken in (data[:-20], data[:40] + b"\xff" * 40 + data[80:], b"PAR1PAR1"):
        documents = parse(broken, "parquet")
        assert documents[-1].error
        assert "unexpected" not in documents[-1].error


def test_parquet_without_rows_is_empty_and_not_damaged() -> None:
    out = io.BytesIO()
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), out)
    [document] = parse(out.getvalue(), "parquet")
    assert document.error == "empty: nothing to score"


def test_parquet_strings_that_are_no_utf8() -> None:
    out = io.BytesIO()
    binary = pa.array([b"Caf\xe9.", b"Pier."]).view(pa.string())
    pq.write_table(pa.table({"text": binary}), out)
    first, second = parse(out.getvalue(), "parquet")
    assert (first.text, second.text) == ("Café.", "Pier.")
    assert "windows-1252" in (first.error or "")


def test_parquet_of_other_types() -> None:
    out = io.BytesIO()
    texts = pa.array(["One.", "One.", "Two."]).dictionary_encode()
    pq.write_table(pa.table({"id": pa.array([1, 2, 3]), "text": texts}), out)
    assert [d.id for d in parse(out.getvalue(), "parquet")] == ["1", "2", "3"]
    out = io.BytesIO()
    pq.write_table(pa.table({"text": pa.array([["a", "list"]])}), out)
    [document] = parse(out.getvalue(), "parquet")
    assert document.error == "'text' holds a list, not text"


def test_large_tables_stream(tmp_path) -> None:
    path = tmp_path / "big.jsonl"
    with path.open("w") as out:
        for n in range(2000):
            out.write(json.dumps({"id": n, "text": f"Pier {n}."}) + "\n")
    options = ReadOptions(limits=Limits(max_bytes=1000))  # less than the file: it streams
    documents = read([path], options)
    assert next(documents).id == "0"
    assert sum(1 for _ in documents) == 1999
