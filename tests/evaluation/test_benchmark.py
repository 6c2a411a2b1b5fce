"""The benchmark: what it reads, what it sends, what it reports; nothing about how fast."""

from __future__ import annotations

from dataclasses import replace
from itertools import count, islice
from pathlib import Path

import pytest

from garbled.errors import GarbledError, ResourceError
from garbled.evaluation import evaluate
from garbled.evaluation.benchmark import (
    RAW,
    BenchmarkConfig,
    BenchmarkReport,
    ask_raw,
    read_articles,
    run,
    scoring,
    vary,
)
from garbled.evaluation.slices import NATIVE
from garbled.languagetool.handle import ServerHandle
from garbled.languagetool.install import installed_folder
from garbled.scorer import Scorer

SAMPLES = Path(__file__).parents[2] / "data" / "samples"

needs_languagetool = pytest.mark.skipif(
    installed_folder() is None, reason="run `garbled languagetool install`"
)


@pytest.fixture
def articles(tmp_path):
    for number in range(2):
        text = "\n\n".join(f"The pier at Ryde reopened on Monday, day {n}." for n in range(4))
        (tmp_path / f"{number}.txt").write_text(text, "utf-8")
    return tmp_path


def test_without_articles_and_outside_a_checkout_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GarbledError, match="--articles"):
        read_articles(None)


def test_in_a_checkout_the_samples_are_read_once_each(monkeypatch):
    monkeypatch.chdir(SAMPLES.parents[1])
    texts = list((SAMPLES / "originals").glob("*.txt")) + list((SAMPLES / "text").glob("*.txt"))
    assert len(read_articles(None)) == len(texts) > 20


def test_a_folder_without_articles_is_refused(tmp_path):
    (tmp_path / "empty.txt").touch()
    with pytest.raises(GarbledError, match="no article"):
        read_articles(tmp_path)


def test_no_two_articles_of_a_benchmark_are_the_same(articles):
    own = read_articles(articles)
    varied = list(islice(vary(own, count(1)), 6))
    paragraphs = [p.text for document in varied[::2] for p in document.paragraphs]
    assert len({document.id for document in varied}) == 6
    assert len(paragraphs) == len(set(paragraphs)) == 3 * len(own[0].paragraphs)
    assert [p.role for p in varied[0].paragraphs] == [p.role for p in own[0].paragraphs]


def test_a_server_that_is_not_there_is_named(articles):
    handle = ServerHandle("http://127.0.0.1:9/", None)
    with pytest.raises(ResourceError, match=r"127\.0\.0\.1:9.*LanguageTool failed"):
        ask_raw(handle)(read_articles(articles))


def test_what_failed_is_not_timed(articles, model):
    broken = replace(read_articles(articles)[0], paragraphs=(), error="truncated")
    with (
        Scorer("fast", model=model) as scorer,
        pytest.raises(GarbledError, match="truncated"),
    ):
        scoring(scorer)([broken])


def test_the_ratio_is_of_paired_rounds():
    report = BenchmarkReport(
        rounds={RAW: (10.0, 20.0, 5.0), "full": (9.0, 10.0, 5.0), "fast": (90.0, 80.0, 100.0)},
        n_articles={RAW: 48, "full": 48, "fast": 96},
        words_per_article=300.0,
        resident_megabytes=200.0,
        signature={"garbled": "0.1.0", "cores": 2},
    )
    assert report.ratios == pytest.approx((0.9, 0.5, 1.0))
    text = report.to_markdown()
    assert "median 0.90 (rounds: 0.90, 0.50, 1.00)" in text
    assert "| fast | 90.00 | 80.00 | 100.00 | 96 |" in text
    assert text.endswith("Signature: `garbled:0.1.0 | cores:2`")


@pytest.mark.languagetool
@needs_languagetool
def test_every_tier_is_timed_beside_languagetool_alone(articles, model):
    config = BenchmarkConfig(articles=articles, repeats=2, model=model, round_seconds=0.1)
    report = run(config)
    assert set(report.rounds) == {RAW, "full", "auto", "fast"}
    assert all(len(own) == 2 and min(own) > 0 for own in report.rounds.values())
    assert report.n_articles["full"] == report.n_articles[RAW]
    assert report.resident_megabytes > 20
    assert report.signature["server"] == "own, keeps no results"


@pytest.mark.languagetool
@needs_languagetool
def test_full_is_measured_where_languagetool_checked(config):
    report = evaluate(replace(config, max_grammar=40, clean=None, refits=False))
    n = {r.scorer: r.all.n for r in report.separation if (r.unit, r.slice) == ("window", NATIVE)}
    assert 0 < n["full"] < n["fast"] == n["full_without_grammar"]
    assert report.signature["checked_window_pairs"] >= n["full"]
    compared = {(r.slice, r.scorer): r.all.n for r in report.comparison if r.unit == "window"}
    assert compared[NATIVE, "grammar_matches"] == compared[NATIVE, "fast"] == n["full"]
    auto = next(t for t in report.tiers if t.tier == "auto")
    assert auto.n > 0
    assert auto.seconds > 0
    assert auto.difference.value == pytest.approx(auto.auroc.value - auto.against_auroc.value)
