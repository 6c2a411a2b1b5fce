"""Frames of every kind come back with their rows, columns and index, and the same scores."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from math import isnan
from typing import Any

import pyarrow as pa
import pytest
from texts import CLEAN, MANGLED

import garbled
from garbled.frames import RESULT_COLUMNS, score_frame
from garbled.ingest import read_bytes
from garbled.policy import Policies, Policy
from garbled.report import to_record
from garbled.scorer import Scorer

BODIES = ["\n\n".join(CLEAN), "\n\n".join(MANGLED), None, "", "Too short."]
VERDICTS = ["pass", "hold", "error", "error", "pass"]


def pandas_frame(columns: dict[str, list[Any]]) -> Any:
    return pytest.importorskip("pandas").DataFrame(columns)


def polars_frame(columns: dict[str, list[Any]]) -> Any:
    return pytest.importorskip("polars").DataFrame(columns)


def arrow_table(columns: dict[str, list[Any]]) -> Any:
    return pa.table(columns)


def arrow_batch(columns: dict[str, list[Any]]) -> Any:
    return pa.RecordBatch.from_pydict(columns)


KINDS = [pandas_frame, polars_frame, arrow_table, arrow_batch]
Make = Callable[[dict[str, list[Any]]], Any]


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer("fast")


def names_of(frame: Any) -> list[str]:
    is_arrow = isinstance(frame, pa.Table | pa.RecordBatch)
    return list(frame.schema.names if is_arrow else frame.columns)


def values(frame: Any, column: str) -> list[Any]:
    """The cells of a column; what is null in pandas as None."""
    cells = frame[column]
    if hasattr(cells, "to_pylist"):
        return list(cells.to_pylist())
    return [None if isinstance(cell, float) and isnan(cell) else cell for cell in cells.to_list()]


@pytest.mark.parametrize("make", KINDS)
def test_a_frame_comes_back_as_its_kind_with_the_results(make: Make, scorer):
    frame = make({"body": BODIES, "n": list(range(5))})
    scored = score_frame(frame, text="body", scorer=scorer)
    assert type(scored) is type(frame)
    assert names_of(scored) == ["body", "n", *RESULT_COLUMNS]
    assert values(scored, "n") == [0, 1, 2, 3, 4]
    assert values(scored, "body") == BODIES
    assert values(scored, "verdict") == VERDICTS
    assert values(scored, "error")[2] == "'body' is empty: nothing to score"
    assert values(scored, "error")[0] is None
    assert values(scored, "score")[2:] == [None, None, None]
    assert "name_corruption" in list(values(scored, "reasons")[1])
    assert list(values(scored, "reasons")[4]) == ["too_short"]
    assert values(scored, "n_findings")[1] > 3
    assert values(scored, "top_finding")[1]


@pytest.mark.parametrize("make", KINDS)
def test_scores_are_those_of_a_document(make: Make, scorer):
    scored = score_frame(make({"text": BODIES[:2]}), scorer=scorer)
    for row, body in enumerate(BODIES[:2]):
        line = json.dumps({"text": body}).encode()
        [document] = read_bytes(line, source="a", format="jsonl")
        [score] = scorer.score_documents([document])
        record = to_record(score)
        for name in ("score", "probability", "mangled_share", "n_words", "verdict"):
            assert values(scored, name)[row] == record[name]


@pytest.mark.parametrize("make", KINDS)
def test_an_empty_frame_gets_the_columns(make: Make, scorer):
    frame = make({"text": ["x"]})
    frame = frame[:0] if make in (pandas_frame, polars_frame) else frame.slice(0, 0)
    scored = score_frame(frame, scorer=scorer)
    assert len(scored) == 0
    assert names_of(scored) == ["text", *RESULT_COLUMNS]


def test_the_index_of_pandas_is_kept_with_labels_that_stand_twice(scorer):
    pandas = pytest.importorskip("pandas")
    index = pandas.MultiIndex.from_tuples([("b", 2), ("a", 1), ("a", 1), ("c", 0), ("b", 2)])
    frame = pandas.DataFrame({"text": BODIES}, index=index)
    scored = score_frame(frame, scorer=scorer)
    assert scored.index.equals(index)
    assert list(scored["verdict"]) == VERDICTS
    assert list(frame.columns) == ["text"]  # what came in is left alone


@pytest.mark.parametrize("dtype", ["object", "string", "category"])
def test_pandas_texts_of_every_type(dtype, scorer):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"text": pandas.Series(BODIES, dtype=dtype)})
    assert list(score_frame(frame, scorer=scorer)["verdict"]) == VERDICTS


def test_rows_of_mixed_types_say_what_they_are(scorer):
    pandas = pytest.importorskip("pandas")
    cells = ["Rain fell.", 42, 4.5, b"Rain fell.", ["Rain"], float("nan"), pandas.NA, True]
    frame = pandas.DataFrame({"text": pandas.Series(cells, dtype="object")})
    scored = score_frame(frame, scorer=scorer)
    assert list(scored["verdict"]) == ["pass", *["error"] * 7]
    told = [error for error in scored["error"] if isinstance(error, str)]
    assert told == [
        "'text' holds a int, not text",
        "'text' holds a float, not text",
        "'text' holds a bytes, not text",
        "'text' holds a list, not text",
        "'text' is empty: nothing to score",
        "'text' is empty: nothing to score",
        "'text' holds a bool, not text",
    ]


def test_a_column_of_numbers_is_no_text(scorer):
    scored = score_frame(pa.table({"text": [1, 2]}), scorer=scorer)
    assert scored["error"].to_pylist() == ["'text' holds a int, not text"] * 2


@pytest.mark.parametrize("make", KINDS)
@pytest.mark.parametrize("argument", ["text", "title", "id", "language", "source"])
def test_a_missing_column_is_named(make: Make, argument, scorer):
    frame = make({"text": ["x"], "b": ["y"]})
    with pytest.raises(garbled.GarbledError) as caught:
        score_frame(frame, **{argument: "nowhere"}, scorer=scorer)
    message = f"no column 'nowhere'; there are: text, b; name it with {argument}="
    assert str(caught.value) == message


@pytest.mark.parametrize("make", KINDS)
def test_duplicated_ids_are_named_with_their_rows(make: Make, scorer):
    frame = make({"text": ["x"] * 4, "guid": ["a", "b", "c", "b"]})
    with pytest.raises(
        garbled.GarbledError, match=r"'guid' does not tell rows apart: .*'b' in rows 1 and 3"
    ):
        score_frame(frame, id="guid", scorer=scorer)
    assert len(score_frame(frame, scorer=scorer)) == 4


def test_null_ids_are_no_duplicates(scorer):
    frame = pa.table({"text": ["Rain fell."] * 3, "guid": ["a", None, None]})
    assert len(score_frame(frame, id="guid", scorer=scorer)) == 3


@pytest.mark.parametrize("make", KINDS)
def test_results_write_over_no_column(make: Make, scorer):
    frame = make({"text": ["Rain fell."], "score": [3], "error": ["x"]})
    with pytest.raises(garbled.GarbledError, match=r"would write over: score, error; .*prefix="):
        score_frame(frame, scorer=scorer)
    scored = score_frame(frame, prefix="garbled_", scorer=scorer)
    assert values(scored, "score") == [3]
    assert values(scored, "garbled_verdict") == ["pass"]


def test_a_column_that_stands_twice_is_named(scorer):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame([["a", "b"]], columns=["text", "text"])
    with pytest.raises(garbled.GarbledError, match="text"):
        score_frame(frame, scorer=scorer)


@pytest.mark.parametrize("frame", [None, {"text": ["x"]}, ["x"], "x", 3])
def test_what_is_no_frame_is_refused(frame, scorer):
    with pytest.raises(garbled.GarbledError, match="a pandas, polars or Arrow frame is scored"):
        score_frame(frame, scorer=scorer)


def test_a_lazy_frame_is_refused(scorer):
    polars = pytest.importorskip("polars")
    with pytest.raises(garbled.GarbledError, match="collect it first"):
        score_frame(polars.LazyFrame({"text": ["x"]}), scorer=scorer)


def test_title_language_and_source_are_used():
    policies = Policies(feeds=(("wire", Policy(prior=0.5)),))
    frame = pa.table(
        {
            "body": [BODIES[0]] * 2,
            "head": ["Shares in Norgas.XX fell fell", None],
            "tongue": ["en", None],
            "feed": ["wire", None],
        }
    )
    columns = {"title": "head", "language": "tongue", "source": "feed"}
    scored = score_frame(frame, "body", **columns, tier="fast", policies=policies)
    one, two = scored["probability"].to_pylist()
    assert one > two
    assert "repetition" in scored["reasons"].to_pylist()[0]


def test_the_text_column_may_have_any_name(scorer):
    frame = pa.table({"title": [BODIES[1]], "id": [BODIES[0]]})
    assert score_frame(frame, "title", scorer=scorer)["verdict"].to_pylist() == ["hold"]
    assert score_frame(frame, "id", scorer=scorer)["verdict"].to_pylist() == ["pass"]


def test_importing_it_loads_no_library_of_frames():
    script = """
import sys, garbled.frames
print(bool({"pandas", "polars", "narwhals", "pyarrow"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


def test_scores_of_a_frame_can_be_written(scorer):
    """What comes back goes on into Parquet."""
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    pq.write_table(score_frame(pa.table({"text": BODIES}), scorer=scorer), stream)
    assert pq.read_table(stream)["verdict"].to_pylist() == VERDICTS
