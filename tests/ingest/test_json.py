"""JSON Feed, records in one JSON document, and what any JSON may hold."""

import json
from io import BytesIO
from pathlib import Path

import pytest

from garbled.documents import Document
from garbled.errors import IngestError
from garbled.ingest import Limits, ReadOptions, format_of, read, read_bytes
from garbled.ingest.jsondata import MAX_VALUES, read_json

SAMPLES = Path(__file__).parent / "samples"
ITEM = {"id": "1", "content_text": "The pier reopened."}
FEED = {"version": "https://jsonfeed.org/version/1.1", "title": "Herald", "items": [ITEM]}


def parse(value: object, **options: object) -> list[Document]:
    text = value if isinstance(value, str) else json.dumps(value)
    return list(read_bytes(text.encode(), source="a.json", options=ReadOptions(**options)))  # type: ignore[arg-type]


def body(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.role == "body"]


def value_of(text: str) -> object:
    return read_json(BytesIO(text.encode()), ReadOptions()).value


def test_json_feed() -> None:
    path = SAMPLES / "feed.jsonfeed.json"
    pier, ferry, summary, empty, nameless = read([path])
    assert (pier.id, pier.source, pier.language) == ("hw-1", f"{path}#hw-1", "en-GB")
    assert pier.title == "Pier reopens & roof closes"
    assert body(pier) == ["The old pier reopened on Saturday.", "Crowds came."]
    assert (ferry.id, ferry.language) == ("2", "de")
    assert body(ferry) == ["Die Fähre kam.", "Sie war spät."]
    assert (summary.id, body(summary)) == (
        "https://harbourwire.example/3",
        ["Only a summary of it."],
    )
    assert (empty.id, empty.error) == ("hw-4", "no text to score")
    assert (nameless.id, nameless.source) == (f"{path}#5", f"{path}#5")
    assert not any(document.error for document in (pier, ferry, summary, nameless))


@pytest.mark.parametrize(
    "feed",
    [
        {**FEED, "version": "https://jsonfeed.org/version/1"},
        {**FEED, "version": "1.1"},
        {**FEED, "items": [{**ITEM, "content_html": " "}]},
        {**FEED, "items": [{**ITEM, "content_html": "&lt;p&gt;The pier reopened.&lt;/p&gt;"}]},
        {**FEED, "items": [{**ITEM, "summary": "Short.", "title": None, "language": 7}]},
    ],
)
def test_dialects_of_json_feed(feed: object) -> None:
    [document] = parse(feed)
    assert (document.id, body(document), document.error) == ("1", ["The pier reopened."], None)


@pytest.mark.parametrize("value", [None, 7, True, [], {}, [[]], {"a": 1}, "", " "])
@pytest.mark.parametrize("field", ["id", "url", "title", "summary", "language", "content_html"])
def test_fields_of_any_kind_do_no_harm(field: str, value: object) -> None:
    [document] = parse({**FEED, "items": [{**ITEM, field: value}]})
    assert (body(document), document.error) == (["The pier reopened."], None)


def test_items_that_are_no_objects_are_said_and_the_rest_is_read() -> None:
    first, bad, last = parse({**FEED, "items": [ITEM, "x", ITEM]})
    assert bad.error == "item 2 is a text, not a JSON object"
    assert body(first) == body(last) == ["The pier reopened."]


def test_a_feed_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    text = json.dumps({**FEED, "items": [ITEM, {"id": "2", "content_text": 'The "ferry" sailed.'}]})
    whole = [document.text for document in parse(text)]
    for end in range(text.index('"items": [{') + 11, len(text)):
        documents = parse(text[:end], format="jsonfeed")
        assert documents[-1].error
        for document in documents:
            assert any(full.startswith(document.text) for full in whole)
    assert parse(text[: text.index("ferry")])[0].error is None


@pytest.mark.parametrize("feed", [{**FEED, "items": []}, {"version": FEED["version"]}, [], 7, None])
def test_what_is_no_feed(feed: object) -> None:
    [document] = parse(feed, format="jsonfeed")
    assert document.error


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ('{"id": 7, "text": "One."}', ["7"]),
        ('[{"id": 7, "text": "One."}, {"text": "Two."}]', ["7", "a.json#2"]),
        ('{\n "id": "7",\n "text": "One."\n}', ["7"]),
        ('{"items": [{"id": "x", "text": "One."}]}', ["x"]),
        ('{"id": 1, "text": "One."}\n{"id": 2, "text": "Two."}\n', ["1", "2"]),
        ('\ufeff[{"id": 7, "text": "One."}]', ["7"]),
    ],
)
def test_records_in_a_document(text: str, ids: list[str]) -> None:
    documents = parse(text)
    assert [document.id for document in documents] == ids
    assert not any(document.error for document in documents)


def test_records_keep_their_columns_by_option() -> None:
    [document] = parse(
        [{"key": "k", "body_html": "<p>One.</p>"}], text_column="body_html", id_column="key"
    )
    assert (document.id, body(document)) == ("k", ["One."])


def test_bad_records_are_said_and_the_rest_is_read() -> None:
    documents = parse(
        [{"text": "One."}, {"id": "x", "body": "no"}, 7, {"text": 7}, {"text": "Two."}]
    )
    errors = [document.error for document in documents]
    assert errors[0] is None
    assert errors[-1] is None
    assert "no column 'text'; there are: id, body" in (errors[1] or "")
    assert documents[1].id == "x"
    assert "item 3 is a number" in (errors[2] or "")
    assert "holds a int" in (errors[3] or "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "without any record"),
        ("{}", "no column 'text'"),
        ("7", "without any record"),
        ("{,}", "not JSON: "),
        ('{"a": 1} x', "not JSON: Extra data"),
        ("[" * 100_000, "nested too deep"),
        ('{"a":' * 100_000 + "1", "nested too deep"),
        (f"[{'0,' * MAX_VALUES}0]", "more than 2,000,000 values"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, message: str) -> None:
    [document] = parse(text)
    assert message in (document.error or "")
    assert document.paragraphs == ()


def test_numbers_that_are_none_and_numbers_that_are_too_long_are_nothing() -> None:
    assert value_of("[NaN, Infinity, -Infinity, 1e999]") == [None, None, None, float("inf")]
    assert value_of(f"[{'9' * 5000}, {'9' * 30}]") == [None, int("9" * 30)]
    [document] = parse(f'{{"id": {"9" * 5000}, "text": "One."}}')
    assert (document.id, document.error) == ("a.json#1", None)


def test_a_key_that_is_there_twice_is_said_at_its_own_record() -> None:
    one, two, three = parse(
        '[{"text": "A."}, {"text": "Old.", "text": "New."},'
        ' {"text": "C.", "x": [{"y": 1, "y": 2}]}]'
    )
    assert one.error is None
    assert "the key 'text' occurs twice" in (two.error or "")
    assert body(two) == ["New."]
    assert "the key 'y' occurs twice" in (three.error or "")
    line, fine = read_bytes(b'{"text": "A.", "text": "B."}\n{"text": "C."}', source="a.jsonl")
    assert "the key 'text' occurs twice" in (line.error or "")
    assert fine.error is None


def test_lone_surrogates_and_control_characters() -> None:
    [document] = parse(
        '{"id": "\\ud800x", "title": "\\udc00", "text": "A\\ud800 pier\\u0000 \\u001b[2J\tb."}'
    )
    assert document.text == "\ufffd\n\nA\ufffd pier [2J\tb."
    assert document.id == "\ufffdx"
    [bad] = parse('{"\\ud800": "A pier."}')
    assert bad.error
    bad.error.encode()


def test_line_breaks_in_strings_are_taken() -> None:
    assert value_of('{"text": "One.\n\tTwo."}') == {"text": "One.\n\tTwo."}


def test_items_are_bounded_and_only_the_last_is_said_to_be_cut() -> None:
    for value in ({**FEED, "items": [ITEM] * 9}, [{"text": "One."}] * 9):
        documents = parse(value, limits=Limits(max_items=4))
        assert [bool(document.error) for document in documents] == [False, False, False, True]


def test_a_text_over_the_limit_is_refused_alone() -> None:
    long, short = parse(
        {**FEED, "items": [{**ITEM, "content_text": "a" * 200}, ITEM]},
        limits=Limits(max_record_bytes=100),
    )
    assert "longer than 100 bytes" in (long.error or "")
    assert short.error is None


@pytest.mark.parametrize(
    ("value", "format"),
    [
        (FEED, "jsonfeed"),
        ([{"uri": "1", "body_text": "One."}], "ninjs"),
        ({"text": "One.", "bodies": []}, "json"),
        ({"anything": 7}, "json"),
    ],
)
def test_the_format_of_a_whole_document(value: object, format: str) -> None:
    assert format_of(json.dumps(value).encode(), source="a.json") == format
    assert format_of(json.dumps(value, indent=1).encode()) == format


def test_text_that_is_no_json_at_all_raises_for_callers() -> None:
    with pytest.raises(IngestError, match="not JSON"):
        read_json(BytesIO(b"The pier."), ReadOptions())
