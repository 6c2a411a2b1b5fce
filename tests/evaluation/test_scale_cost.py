"""What an article costs at scale: it is measured on one thread, and put back afterwards."""

from __future__ import annotations

import os

import pytest
from texts import CLEAN, MANGLED

from garbled.cli import main
from garbled.errors import GarbledError
from garbled.evaluation.scale_cost import CostConfig, CostReport, run


@pytest.fixture
def articles(tmp_path):
    for name, paragraphs in (("clean", CLEAN), ("mangled", MANGLED)):
        (tmp_path / f"{name}.txt").write_text("\n\n".join(paragraphs), "utf-8")
    return tmp_path


def test_rounds_are_measured_and_the_environment_is_left_alone(articles, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    report = run(CostConfig(1000, repeats=2, articles=articles))
    assert os.environ["OMP_NUM_THREADS"] == "3"
    assert len(report.rounds) == 2
    assert min(report.rounds) > 0
    words = sum(len(text.split()) for text in (*CLEAN, *MANGLED)) / 2
    assert report.words_per_article == pytest.approx(words)
    assert report.megabytes > 50
    assert report.model.startswith("sha256:")


def test_the_estimate_is_of_the_median_round():
    report = CostReport(CostConfig(3_600_000), (0.5, 0.1, 0.2), 300, 400, "sha256:1")
    shown = report.to_markdown()
    assert "median 0.2000 (0.5000, 0.1000, 0.2000)" in shown
    assert "| 10 | 32 | 200 | 0.7 | 14 |" in shown
    assert "3,600,000 such articles:" in shown


def test_an_article_that_cannot_be_scored_is_told(articles):
    (articles / "clean.txt").write_bytes(b"\0" * 300)
    (articles / "mangled.txt").unlink()
    with pytest.raises(GarbledError, match="no article"):
        run(CostConfig(1000, repeats=1, articles=articles))


def test_one_measurement_at_a_time(capsys):
    assert main(["benchmark", "--estimate", "5", "--gate", "5"]) == 2
    assert "one of --gate, --serve, --load, --estimate and --breakdown" in capsys.readouterr().err
