from __future__ import annotations

import json
from dataclasses import replace

import pytest

from garbled.documents import Score
from garbled.report import to_record
from garbled.report.record import to_line

CONTRACT = [
    "schema_version",
    "id",
    "source",
    "title",
    "language",
    "score",
    "probability",
    "verdict",
    "reasons",
    "mangled_share",
    "degraded",
    "n_words",
    "error",
    "paragraphs",
    "signature",
]
PARAGRAPH = ["index", "start", "end", "role", "text", "score", "probability", "findings"]
FINDING = ["kind", "rule", "severity", "start", "end", "quote", "suggestion", "message"]
SIGNATURE = [
    *("garbled", "model", "tier", "languagetool", "prior", "thresholds", "encoder", "house_list"),
]


def test_fields_stand_in_the_order_of_the_contract(make_score):
    record = to_record(make_score())
    assert list(record) == CONTRACT
    assert list(record["paragraphs"][1]) == PARAGRAPH
    assert list(record["paragraphs"][1]["findings"][0]) == FINDING
    assert list(record["signature"]) == SIGNATURE


def test_numbers_are_rounded(make_score):
    record = to_record(make_score())
    assert record["schema_version"] == 1
    assert (record["score"], record["probability"], record["mangled_share"]) == (
        87.2,
        0.9313,
        0.8124,
    )
    body = record["paragraphs"][1]
    assert (body["score"], body["probability"]) == (91.0, 0.9512)


def test_what_is_undefined_is_null(make_score, error_score):
    headline = to_record(make_score())["paragraphs"][0]
    assert headline["score"] is None
    assert headline["probability"] is None
    record = to_record(error_score)
    assert [key for key, value in record.items() if value is None] == [
        "title",
        "language",
        "score",
        "probability",
        "mangled_share",
    ]


def test_quotes_stand_at_their_offsets_after_json_and_back(make_score):
    record = json.loads(to_line(to_record(make_score())))
    paragraphs = record["paragraphs"]
    text = "\n\n".join(paragraph["text"] for paragraph in paragraphs)
    findings = 0
    for paragraph in paragraphs:
        assert text[paragraph["start"] : paragraph["end"]] == paragraph["text"]
        for finding in paragraph["findings"]:
            findings += 1
            assert paragraph["text"][finding["start"] : finding["end"]] == finding["quote"]
    assert findings == 3


def test_without_texts_no_word_of_the_article_is_left(make_score):
    score = make_score()
    line = to_line(to_record(score, texts=False))
    for wording in ("Norgas", "pump", "group", "Tuesday", "instrument"):
        assert wording not in line
    record = json.loads(line)
    assert list(record) == CONTRACT
    assert record["title"] is None
    finding = record["paragraphs"][1]["findings"][1]
    assert list(finding) == ["kind", "rule", "severity", "start", "end"]
    whole = to_record(score)["paragraphs"][1]["findings"][1]
    assert finding.items() <= whole.items()


@pytest.mark.parametrize("hostile", ["\x1b[2J", "a\nb", "\u2028", "\u0085", "\x9b1m", "\u202ex"])
def test_a_line_is_one_line_and_drives_no_terminal(make_score, hostile):
    score = replace(make_score(), id=hostile, title=hostile)
    line = to_line(to_record(score))
    assert len(line.splitlines()) == 1
    assert not {"\x1b", "\x9b", "\u202e"} & set(line)
    assert json.loads(line)["title"] == hostile


def test_a_file_name_that_is_no_text_can_be_written(error_score):
    score: Score = replace(error_score, source="caf\udce9.txt", id="caf\udce9.txt")
    record = to_record(score)
    assert record["source"] == "caf\\udce9.txt"
    to_line(record).encode("utf-8")


def test_a_number_that_json_lacks_is_refused(make_score):
    with pytest.raises(ValueError, match="JSON"):
        to_line(to_record(make_score(probability=float("nan"))))
