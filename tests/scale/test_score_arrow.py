"""The core of every engine: rows in, as many rows out, whatever is in them."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from texts import CLEAN, MANGLED, hostile_texts

import garbled
from garbled.documents import Document
from garbled.errors import GarbledError, IngestError, ModelError
from garbled.ingest import ReadOptions, read_bytes
from garbled.policy import Policies, Policy
from garbled.report.record import to_record
from garbled.report.schema import result_schema
from garbled.scale import Identity, ScaleConfig, SkewError, output_schema, score_arrow
from garbled.scale.process import prepare
from garbled.scorer import Scorer

from .articles import rows

MIXED: list[dict[str, Any]] = [
    {"id": "clean", "title": "Pier to close", "text": "\n\n".join(CLEAN), "source": "wire/a"},
    {"id": "mangled", "title": None, "text": "\n\n".join(MANGLED), "source": None},
    {"id": None, "title": "No text", "text": None, "source": "wire/a"},
    {"id": "mangled", "title": "The same id", "text": "", "source": "wire/b"},
    {"id": "short", "title": None, "text": "It rained.", "source": ""},
]


def batch_of(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows)


@pytest.fixture(scope="module")
def scored() -> list[dict[str, Any]]:
    return score_arrow(batch_of(MIXED), source="in.parquet").to_pylist()


# -- rows


def test_rows_come_out_as_they_went_in(scored) -> None:
    assert [row["id"] for row in scored] == [
        "clean", "mangled", "in.parquet#3", "mangled", "short",
    ]  # fmt: skip
    assert [row["source"] for row in scored] == [
        "wire/a", "in.parquet#2", "wire/a", "wire/b", "in.parquet#5",
    ]  # fmt: skip
    assert [row["verdict"] for row in scored] == ["pass", "hold", "error", "error", "pass"]


def test_a_bad_row_says_why(scored) -> None:
    for row in scored[2:4]:
        assert row["error"] == "'text' is empty: nothing to score"
        assert (row["score"], row["probability"], row["n_findings"]) == (None, None, 0)
        assert row["reasons"] == ["unreadable"]
    assert [row["error"] for row in scored if row["verdict"] != "error"] == [None] * 3


def test_a_row_is_what_the_record_of_its_document_says(scored) -> None:
    document = next(iter(read_bytes("\n\n".join(MANGLED).encode(), source="a.txt")))
    with Scorer("fast") as scorer:
        record = to_record(next(iter(scorer.score_documents([document]))))
    row = scored[1]
    for name in ("score", "probability", "mangled_share", "n_words", "language", "reasons"):
        assert row[name] == record[name], name
    findings = [f for p in record["paragraphs"] for f in p["findings"]]
    assert findings
    assert row["n_findings"] == len(findings)
    assert [{k: v for k, v in f.items() if k != "paragraph"} for f in row["findings"]] == findings
    assert (row["garbled"], row["model"]) == (garbled.__version__, record["signature"]["model"])
    assert row["tier"] == "fast"


def test_findings_stand_where_they_say(scored) -> None:
    for finding in scored[1]["findings"]:
        text = MANGLED[finding["paragraph"]]
        assert text[finding["start"] : finding["end"]] == finding["quote"]


def test_the_record_instead_of_findings() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    config = ScaleConfig(detail="record")
    found = score_arrow(batch_of(MIXED), config)
    assert found.schema == output_schema(config)
    records = [json.loads(line) for line in found["record"].to_pylist()]
    for record in records:
        jsonschema.validate(record, result_schema())
    assert [r["id"] for r in records] == found["id"].to_pylist()
    assert found["n_findings"].to_pylist()[1] > 0


def test_texts_can_be_left_out() -> None:
    for config in (ScaleConfig(texts=False), ScaleConfig(texts=False, detail="record")):
        found = score_arrow(batch_of(MIXED), config)
        assert found["n_findings"].to_pylist()[1] > 0
        written = repr(found.to_pylist())
        assert "Gazp" not in written
        assert "Pier" not in written


def test_an_empty_batch_has_the_schema() -> None:
    empty = pa.RecordBatch.from_pydict({"text": pa.array([], pa.string())})
    assert score_arrow(empty).schema == output_schema(ScaleConfig())


def test_numbers_of_rows_are_the_callers() -> None:
    found = score_arrow(batch_of([{"text": "a"}, {"text": "b"}]), source="s", numbers=[8, 3])
    assert found["id"].to_pylist() == ["s#8", "s#3"]


# -- what may stand in a column


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["\n\n".join(CLEAN), None], pa.large_string()),
        pa.array(["\n\n".join(CLEAN), None], pa.string()).dictionary_encode(),
        pa.array(["\n\n".join(CLEAN).encode(), None], pa.binary()),
        pa.array(["\n\n".join(CLEAN), None], pa.string_view()),
    ],
    ids=lambda column: str(column.type),
)
def test_text_in_any_type_that_holds_text(column: pa.Array, scored) -> None:
    found = score_arrow(pa.RecordBatch.from_arrays([column], ["text"]))
    assert found["verdict"].to_pylist() == ["pass", "error"]
    assert found["n_words"][0].as_py() == scored[0]["n_words"]


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (pa.array([7, None]), "holds a int, not text"),
        (pa.array([["a"], None]), "holds a list, not text"),
        (pa.array([{"a": "b"}, None]), "holds a dict, not text"),
        (pa.array([None, None]), "is empty"),
    ],
    ids=lambda value: str(getattr(value, "type", "")),
)
def test_a_column_that_holds_no_text_gives_rows_that_say_so(column: pa.Array, said: str) -> None:
    found = score_arrow(pa.RecordBatch.from_arrays([column], ["text"]))
    assert found["verdict"].to_pylist() == ["error", "error"]
    assert said in found["error"][0].as_py()
    assert "is empty" in found["error"][1].as_py()


def test_bytes_that_are_no_utf8_are_read_and_told_of() -> None:
    broken = pa.array([b"caf\xe9 in the harbour"], pa.binary()).view(pa.string())
    found = score_arrow(pa.RecordBatch.from_arrays([broken], ["text"])).to_pylist()
    assert found[0]["verdict"] in ("review", "error")
    assert found[0]["error"]


def test_a_missing_column_is_named_with_those_that_are_there() -> None:
    with pytest.raises(IngestError, match="no column 'text'; there are: body, url"):
        score_arrow(pa.RecordBatch.from_pydict({"body": ["a"], "url": ["b"]}))
    config = ScaleConfig(read=ReadOptions(text_column="body"))
    assert score_arrow(pa.RecordBatch.from_pydict({"body": ["It fell."]}), config).num_rows == 1


def test_a_column_that_is_there_twice_is_named() -> None:
    twice = pa.RecordBatch.from_arrays([pa.array(["a"]), pa.array(["b"])], ["text", "text"])
    with pytest.raises(IngestError, match="'text' is there 2 times"):
        score_arrow(twice)


def test_one_poison_row_takes_no_other_along(monkeypatch) -> None:
    """A document that cannot even be made is a row too."""
    whole = Document.from_blocks.__func__  # type: ignore[attr-defined]

    def poisoned(cls: type[Document], blocks: Any, **fields: Any) -> Document:
        if fields["id"] == "item-1":
            raise RuntimeError("poison")
        return whole(cls, blocks, **fields)

    monkeypatch.setattr(Document, "from_blocks", classmethod(poisoned))
    found = score_arrow(batch_of(rows(3)), source="s").to_pylist()
    assert [row["verdict"] == "error" for row in found] == [False, True, False]
    assert "RuntimeError: poison" in found[1]["error"]


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "id": st.none() | hostile_texts,
                "text": st.none() | hostile_texts,
                "title": st.none() | hostile_texts,
                "source": st.none() | hostile_texts,
                "language": st.none() | hostile_texts,
            }
        ),
        min_size=1,
        max_size=4,
    )
)
def test_hostile_rows_come_out(made: list[dict[str, Any]]) -> None:
    schema = pa.schema([(name, pa.string()) for name in made[0]])
    for row in made:
        for name, value in row.items():
            row[name] = value and value.encode("utf-8", "replace").decode()
    for detail in ("findings", "record"):
        config = ScaleConfig(detail=detail)  # type: ignore[arg-type]
        found = score_arrow(pa.RecordBatch.from_pylist(made, schema=schema), config)
        assert found.num_rows == len(made)
        assert set(found["verdict"].to_pylist()) <= {"pass", "review", "hold", "error"}


# -- what it is done with


def test_feeds_are_judged_by_their_own_policies() -> None:
    text = "\n\n".join(MANGLED)
    batch = batch_of([{"text": text, "source": "wire/a#1"}, {"text": text, "source": "desk#1"}])
    policies = Policies(feeds=(("wire/*", Policy(prior=0.001)),))
    low, usual = score_arrow(batch, ScaleConfig(policies=policies))["probability"].to_pylist()
    assert low < usual


def test_a_process_prepares_a_configuration_once() -> None:
    prepare.cache_clear()
    for _ in range(3):
        score_arrow(batch_of([{"text": "a"}]), ScaleConfig(prior=0.2))
    assert prepare.cache_info().misses == 1


def test_a_configuration_travels() -> None:
    config = ScaleConfig(prior=0.2, texts=False).pinned()
    copy = pickle.loads(pickle.dumps(config))  # noqa: S301
    assert copy == config
    assert hash(copy) == hash(config)
    assert copy.identity.garbled == garbled.__version__
    assert copy.identity.model.startswith("sha256:")


def test_another_version_on_the_worker_is_told_before_anything_is_read(monkeypatch) -> None:
    sent = pickle.dumps(ScaleConfig())
    monkeypatch.setattr(garbled, "__version__", "9.9.9")
    with pytest.raises(SkewError, match=r"has garbled 9\.9\.9, not [\d.]+; install the same"):
        pickle.loads(sent)  # noqa: S301


def test_another_model_on_the_worker_is_told() -> None:
    wanted = ScaleConfig(identity=Identity(garbled.__version__, "sha256:other"))
    with pytest.raises(SkewError, match=r"has model sha256:[0-9a-f]+, not sha256:other"):
        score_arrow(batch_of([{"text": "a"}]), wanted)


def test_another_encoder_on_the_worker_is_told() -> None:
    own = ScaleConfig().pinned().identity
    wanted = ScaleConfig(identity=Identity(garbled.__version__, own.model, "abc"))
    with pytest.raises(SkewError, match="has encoder small only, not abc"):
        score_arrow(batch_of([{"text": "a"}]), wanted)


def test_a_model_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not a model folder"):
        score_arrow(batch_of([{"text": "a"}]), ScaleConfig(model=str(tmp_path)))


def test_grammar_in_a_tier_without_it() -> None:
    with pytest.raises(GarbledError, match="tier fast has no grammar"):
        ScaleConfig(grammar=True)


def test_an_unknown_detail() -> None:
    with pytest.raises(GarbledError, match="detail is findings or record, not 'all'"):
        ScaleConfig(detail="all")  # type: ignore[arg-type]
