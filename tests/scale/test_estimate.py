"""The estimate on paper: what it is linear in, and what it leaves apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from garbled.scale.estimate import JVM_MEGABYTES, SPREAD, Measured, estimate

MEASURED = Measured(
    articles_per_second=20, cores=2, words_per_article=300, megabytes_per_process=400
)
N = 100_000_000


def test_core_hours_are_articles_times_seconds() -> None:
    found = estimate(MEASURED, N)
    assert found.core_hours == pytest.approx(N * (2 / 20) / 3600)
    assert (found.articles, found.words_per_article) == (N, 300)


def test_longer_articles_cost_more_in_proportion() -> None:
    assert estimate(MEASURED, N, words_per_article=600).core_hours == pytest.approx(
        2 * estimate(MEASURED, N).core_hours
    )


def test_more_machines_take_less_time_and_as_many_core_hours() -> None:
    one, ten = estimate(MEASURED, N, cores=16), estimate(MEASURED, N, nodes=10, cores=16)
    assert one.core_hours == ten.core_hours
    assert one.hours == pytest.approx(10 * ten.hours)
    assert one.hours == pytest.approx(one.core_hours / 16 / SPREAD)
    assert one.gigabytes == ten.gigabytes


def test_memory_is_a_process_a_core_and_the_javas() -> None:
    plain = estimate(MEASURED, N, cores=8)
    with_grammar = estimate(MEASURED, N, cores=8, grammar=True)
    assert plain.gigabytes == pytest.approx((8 * 400 + JVM_MEGABYTES) / 1000)
    assert with_grammar.gigabytes - plain.gigabytes == pytest.approx(JVM_MEGABYTES / 1000)
    assert estimate(replace(MEASURED, megabytes_per_process=800), N).gigabytes > plain.gigabytes
