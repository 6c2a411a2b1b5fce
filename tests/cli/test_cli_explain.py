from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

MANGLED = (
    "The meeting of the harbour has said in monday that the old quay will be closed until the "
    "spring, afterwards that the engineers they found rust in eleven of his forty legs of iron. "
    "Works by value of 3,5 millions of pounds they have to begin in January."
)


@pytest.fixture
def article(tmp_path: Path) -> str:
    path = tmp_path / "pier.txt"
    path.write_text(MANGLED, "utf-8")
    return str(path)


@pytest.fixture
def explain(garbled, model_folder: Path):
    def run(*args: str):
        return garbled("explain", *args, "--tier", "fast", "--model", str(model_folder))

    return run


def test_it_explains_the_score_that_score_gives(explain, garbled, article, model_folder):
    result = explain(article)
    assert (result.code, result.err) == (0, "")
    record = json.loads(result.out)
    scored = garbled("score", article, "--tier", "fast", "--model", str(model_folder), "--quiet")
    whole = json.loads(scored.out)
    for field in ("id", "verdict", "score", "probability", "reasons", "signature"):
        assert record[field] == whole[field]
    total = record["article"]["log_odds"]
    assert 1 / (1 + math.exp(-total)) == pytest.approx(whole["probability"], abs=1e-4)


def test_table(explain, article):
    result = explain(article, "--format", "table")
    assert result.code == 0
    assert "average text" in result.out
    assert "worst 1 of 1 windows" in result.out
    assert "The meeting of the harbour" in result.out


def test_no_text(explain, article):
    result = explain(article, "--format", "table", "--no-text")
    assert "average text" in result.out
    assert "harbour" not in result.out


def test_windows_can_be_left_out(explain, article):
    record = json.loads(explain(article, "--windows", "0").out)
    assert record["windows"] == []
    assert record["n_windows"] == 1


def test_the_prior_is_one_part_of_the_sum(explain, article):
    usual, certain = (json.loads(explain(article, "--prior", p).out) for p in ("0.1", "0.5"))
    assert certain["article"]["prior"] == 0.0
    assert usual["article"]["prior"] == pytest.approx(math.log(1 / 9))
    assert usual["article"]["groups"] == certain["article"]["groups"]


def test_an_input_that_cannot_be_read_is_reported(explain, article, tmp_path):
    broken = tmp_path / "empty.txt"
    broken.write_text("", "utf-8")
    result = explain(str(broken), article)
    assert result.code == 3
    assert "empty.txt" in result.err
    assert [json.loads(line)["verdict"] == "error" for line in result.out.splitlines()] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    "args", [(), ("x", "--windows", "-1"), ("x", "--format", "csv"), ("x", "--prior", "1")]
)
def test_a_wrong_call_is_exit_code_2(garbled, args):
    result = garbled("explain", *args)
    assert result.code == 2
    assert "Error: " in result.err
