"""What is said of the service under load, and that it is measured at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from garbled.evaluation import serve_latency, serve_load
from garbled.evaluation.served import percentile
from garbled.languagetool.install import installed_folder

SAMPLES = Path(__file__).parents[2] / "data" / "samples" / "originals"
FINE = serve_load.LoadReport(
    seconds=10.0,
    latencies=(0.1, 0.2, 0.4),
    n_sent=3,
    n_lost=0,
    n_wrong=0,
    n_errors=0,
    n_degraded=1,
    n_told_to_wait=0,
    outage=serve_load.Outage(1.0, 1.1, 9.0),
    megabytes=400.0,
)
needs_languagetool = pytest.mark.skipif(
    installed_folder() is None, reason="LanguageTool is not installed"
)


def test_percentiles() -> None:
    values = [float(n) for n in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]


def test_a_fine_load() -> None:
    assert FINE.problems == []
    assert "| seconds from the kill until LanguageTool was back | 8.0 |" in FINE.to_markdown()
    assert "nothing wrong, nothing lost" in FINE.to_markdown()


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"n_lost": 1}, "1 requests without an answer"),
        ({"n_wrong": 2}, "2 answers differ"),
        ({"n_errors": 3}, "3 articles could not be scored"),
        ({"outage": serve_load.Outage(1.0, None, None)}, "did not say that it was degraded"),
        ({"outage": serve_load.Outage(1.0, 1.2, None)}, "did not come back"),
        ({"outage": serve_load.Outage(1.0, 1.2, 40.0)}, "more than 30 s"),
    ],
)
def test_what_is_wrong_with_a_load(changed: dict, problem: str) -> None:
    report = replace(FINE, **changed)
    assert any(problem in told for told in report.problems)
    assert problem in report.to_markdown()


def test_the_ratio_of_latencies() -> None:
    seconds = {
        serve_latency.LIBRARY: (1.0,) * 19 + (2.0,),
        serve_latency.SERVICE: (1.1,) * 20,
        serve_latency.RANDOM: (2.0,) * 20,
        serve_latency.RAW: (0.5,) * 20,
    }
    report = serve_latency.LatencyReport(seconds, dict.fromkeys(seconds, 1.0), {"service": 2.0}, {})
    assert report.ratio == pytest.approx(1.1)
    assert "| service, requests evenly spaced | 1.00 | 1100 | 1100 | 1100 | 20 |" in (
        report.to_markdown()
    )


@pytest.mark.slow
@pytest.mark.languagetool
@needs_languagetool
def test_a_short_load_on_a_real_service() -> None:
    report = serve_load.run(serve_load.LoadConfig(20.0, clients=3, articles=SAMPLES))
    assert report.n_sent > 0
    assert report.n_lost == 0
    assert report.n_wrong == report.n_errors == 0
    assert report.outage.said_at is not None


@pytest.mark.slow
@pytest.mark.languagetool
@needs_languagetool
def test_a_short_latency_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve_latency, "WARM_UP_SECONDS", 1.0)
    monkeypatch.setattr(serve_latency, "PEAK_SECONDS", 3.0)
    report = serve_latency.run(serve_latency.LatencyConfig(3.0, "fast", articles=SAMPLES))
    assert set(report.seconds) == {
        serve_latency.LIBRARY,
        serve_latency.SERVICE,
        serve_latency.RANDOM,
        serve_latency.RAW,
    }
    assert all(report.seconds.values())
    assert report.ratio > 0
