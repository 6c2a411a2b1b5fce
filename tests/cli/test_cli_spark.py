"""``garbled spark`` without a cluster: what it asks for, and what it says where Spark is not."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from garbled.policy import Policy
from garbled.scale import ScaleConfig, Summary


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """What the command asks the library for, which answers without Spark."""
    spark = importlib.import_module("garbled.scale.spark")
    found: dict[str, Any] = {"failures": ()}

    @contextmanager
    def session(master: str | None, settings: Mapping[str, str]) -> Iterator[str]:
        found.update(master=master, settings=settings)
        yield "session"

    def score(session: Any, source: str, output: str, config: ScaleConfig, **rest: Any) -> Summary:
        found.update(source=source, output=output, config=config, **rest)
        rest["tell"]("a.parquet: 3 rows")
        return Summary(1, 0, {"pass": 2, "error": 1}, found["failures"])

    monkeypatch.setattr(spark, "spark_session", session)
    monkeypatch.setattr(spark, "score_with_spark", score)
    monkeypatch.chdir(tmp_path)
    return found


def test_by_default_it_is_the_fast_tier_without_grammar(asked, garbled) -> None:
    result = garbled("spark", "IN.parquet", "OUT.parquet")
    assert (result.code, result.err) == (0, "garbled: a.parquet: 3 rows\n")
    assert result.out == "1 file scored, 0 finished before; 3 rows: 2 pass, 1 error\n"
    assert (asked["source"], asked["output"], asked["master"]) == (
        "IN.parquet",
        "OUT.parquet",
        None,
    )
    assert asked["config"] == ScaleConfig()
    assert asked["settings"] == {}


def test_options_reach_the_run(asked, garbled, tmp_path) -> None:
    (tmp_path / "names.txt").write_text("Gazette & Sons\n")
    result = garbled(
        "spark", "in", "out", "--master", "spark://a:7077", "--conf", "spark.executor.memory=4g",
        "--conf", "spark.x=a=b", "--tier", "auto", "--grammar", "--prior", "0.3", "--no-text",
        "--text-column", "body", "--source-column", "feed", "--detail", "record", "--quiet",
        "--house-list", "names.txt", "--rows-per-task", "50", "--start-over",
    )  # fmt: skip
    assert (result.code, result.err) == (0, "")
    assert asked["settings"] == {"spark.executor.memory": "4g", "spark.x": "a=b"}
    config = asked["config"]
    assert (config.tier, config.grammar, config.prior, config.texts) == ("auto", True, 0.3, False)
    assert (config.read.text_column, config.source_column) == ("body", "feed")
    assert (config.detail, config.house_list.terms) == ("record", ("Gazette & Sons",))
    assert (asked["rows_per_task"], asked["start_over"]) == (50, True)


def test_the_desks_file_says_policies_and_names_but_not_the_tier(asked, garbled, tmp_path) -> None:
    (tmp_path / "garbled.toml").write_text(
        'tier = "full"\ngrammar = true\nprior = 0.2\n[feeds."wire/*"]\nhold = 0.9\n'
    )
    assert garbled("spark", "in", "out").code == 0
    config = asked["config"]
    assert (config.tier, config.grammar) == ("fast", False)
    assert config.policies.of("wire/fr#1") == Policy(prior=0.2, hold=0.9)


def test_files_that_failed_are_told(asked, garbled) -> None:
    asked["failures"] = (("b.parquet", "no column 'text'; there are: id"),)
    result = garbled("spark", "in", "out", "--quiet")
    assert result.code == 3
    assert result.err == "garbled: b.parquet: no column 'text'; there are: id\n"
    assert "1 failed" in result.out


@pytest.mark.parametrize("setting", ["spark.x", "=a"])
def test_a_setting_that_is_none(asked, garbled, setting: str) -> None:
    result = garbled("spark", "in", "out", "--conf", setting)
    assert result.code == 2
    assert "is not NAME=VALUE" in result.err


def test_grammar_needs_a_tier_that_has_it(asked, garbled) -> None:
    result = garbled("spark", "in", "out", "--grammar")
    assert (result.code, result.err) == (
        2,
        "garbled: tier fast has no grammar; choose tier auto or full\n",
    )


def test_without_pyspark_it_says_what_to_install(garbled, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    result = garbled("spark", "in", "out")
    assert (result.code, result.out) == (2, "")
    assert result.err == "garbled: no PySpark here: pip install 'garbled[spark]'\n"
