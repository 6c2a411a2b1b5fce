from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from garbled.documents import KINDS, ROLES, SEVERITIES, VERDICTS
from garbled.report import REASONS, result_schema, to_record
from garbled.report.record import to_line


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = result_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("texts", [True, False])
def test_records_keep_to_the_schema(validator, make_score, error_score, texts):
    scores = [
        make_score(),
        error_score,
        make_score(score=None, probability=None, mangled_share=None, reasons=("too_short",)),
        make_score(verdict="review", error="was cut off", degraded=("grammar",)),
        make_score(title=None, language=None),
    ]
    for score in scores:
        validator.validate(json.loads(to_line(to_record(score, texts=texts))))


def test_enumerations_are_those_of_the_code():
    schema = result_schema()
    definitions = schema["$defs"]
    assert schema["properties"]["verdict"]["enum"] == list(VERDICTS)
    assert schema["properties"]["reasons"]["items"]["enum"] == list(REASONS)
    assert definitions["paragraph"]["properties"]["role"]["enum"] == list(ROLES)
    assert definitions["finding"]["properties"]["kind"]["enum"] == list(KINDS)
    assert definitions["finding"]["properties"]["severity"]["enum"] == list(SEVERITIES)


def test_schema_names_every_field_of_a_record(make_score):
    schema, record = result_schema(), to_record(make_score())
    paragraph = record["paragraphs"][1]
    definitions = schema["$defs"]
    assert list(schema["properties"]) == list(record) == schema["required"]
    assert list(definitions["paragraph"]["properties"]) == list(paragraph)
    assert list(definitions["finding"]["properties"]) == list(paragraph["findings"][0])
    assert list(definitions["signature"]["properties"]) == list(record["signature"])


def test_fields_may_be_added(validator, make_score):
    validator.validate(to_record(make_score()) | {"relay_language": "ru"})


@pytest.mark.parametrize(
    "changes",
    [
        {"schema_version": 2},
        {"verdict": "fail"},
        {"reasons": ["bad_vibes"]},
        {"reasons": ["too_short", "too_short"]},
        {"score": 100.1},
        {"score": "87"},
        {"probability": 1.5},
        {"n_words": -1},
        {"id": None},
        {"paragraphs": None},
        {"signature": {}},
        {"verdict": "error", "error": None, "score": None},
    ],
)
def test_what_breaks_the_contract_is_refused(validator, make_score, changes):
    record = to_record(make_score())
    assert validator.is_valid(record)
    assert not validator.is_valid(record | changes)


@pytest.mark.parametrize("field", ["kind", "severity"])
def test_a_finding_of_no_known_sort_is_refused(validator, make_score, field):
    record = to_record(make_score())
    record["paragraphs"][1]["findings"][0][field] = "odd"
    assert not validator.is_valid(record)


def test_every_reason_is_explained_in_one_line():
    assert len(REASONS) == 17
    for reason, meaning in REASONS.items():
        assert reason.isidentifier()
        assert reason == reason.lower()
        assert meaning.strip() == meaning != ""
        assert "\n" not in meaning
