"""What scoring costs, taken apart: all of it is measured, and nothing stays changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from texts import CLEAN, MANGLED

from garbled import pipeline
from garbled.cli import main
from garbled.evaluation import breakdown
from garbled.evaluation.breakdown import Breakdown, Pace
from garbled.evaluation.peers import PEERS, installed_peers, open_peer
from garbled.evaluation.stage_times import REST, time_stages
from garbled.features.base import FeatureGroup
from garbled.features.encoder import EncoderFeatures
from garbled.features.groups import CONFIGURATIONS
from garbled.ingest import read
from garbled.scorer import Scorer


@pytest.fixture
def articles(tmp_path):
    for name, paragraphs in (("clean", CLEAN), ("mangled", MANGLED)):
        (tmp_path / f"{name}.txt").write_text("\n\n".join(paragraphs), "utf-8")
    return tmp_path


def test_every_stage_is_timed_and_the_pipeline_is_as_before(articles):
    before = (pipeline.find_faults, FeatureGroup.transform, EncoderFeatures.read)
    with Scorer("fast") as scorer:
        stages = time_stages(scorer, list(read([articles])))
    groups = {f"features: {name}" for name in CONFIGURATIONS["fast"]}
    assert groups < set(stages)
    assert REST in stages
    assert len(stages) == len(groups) + 6
    assert min(stages.values()) >= 0
    assert stages["features: encoder"] == max(stages.values())
    assert (pipeline.find_faults, FeatureGroup.transform, EncoderFeatures.read) == before


def test_the_clocks_are_taken_off_after_a_failure(articles):
    before = pipeline.find_faults
    with Scorer("fast") as scorer, pytest.raises(AttributeError):
        time_stages(scorer, [None])
    assert pipeline.find_faults is before


def test_textstat_reads_all_of_its_set():
    values = open_peer("textstat, its full set")(" ".join(CLEAN))
    assert len(values) == len(set(map(str, values))) == 13


@pytest.mark.parametrize("name", list(PEERS))
def test_a_peer_reads_where_it_is_installed(name):
    if name not in installed_peers():
        pytest.skip(f"{name} is not installed")
    open_peer(name)(" ".join(MANGLED))


def test_what_is_shown_is_what_was_measured():
    shown = Breakdown(
        stages={"features: encoder": 0.03, "language": 0.01},
        tools={"fast": Pace(0.05, 400.0)},
        batches={16: Pace(0.04, 410.0)},
        workers={1: Pace(0.04, 1.0), 2: Pace(0.02, 1.0)},
        lengths={50: 0.01, 400: 0.04},
        cold_start=(1.5, 1.25),
        words=300.0,
        paragraphs=12.0,
        windows=4.0,
        signature={"cores": 2},
    ).to_markdown()
    assert "| fast | 20.0 | 240 | 6,000 | 400 |" in shown
    assert "| features: encoder | 30.00 | 75% |" in shown
    assert "| all | 40.00 | 100% |" in shown
    assert "| 16 | 25.0 | 410 |" in shown
    assert "| 2 | 50.0 | 2.00 |" in shown
    assert "| 400 | 40.0 | 10.00 |" in shown
    assert "1.50 s of CPU, 1.25 s by the clock" in shown


def test_articles_of_a_length_have_it_and_differ(articles):
    own = breakdown._of_length(list(read([articles])), 150, 1)
    made = [next(own) for _ in range(3)]
    assert [len(article.text.split()) for article in made] == [150] * 3
    assert len({article.text for article in made}) == 3


@pytest.mark.slow
def test_the_command_measures_everything(articles, monkeypatch, capsys):
    run = breakdown.run

    def small(config):
        return run(replace(config, n_articles=8, batches=(4,), lengths=(50, 100)))

    monkeypatch.setattr(breakdown, "run", small)
    command = ["benchmark", "--breakdown", "--repeats", "1", "--articles", str(articles)]
    assert main(command) == 0
    shown = capsys.readouterr().out
    for row in ("fast", "textstat, its full set", "features: encoder", "4", "1", "100"):
        assert f"| {row} |" in shown
    assert "Cold start" in shown
