"""Plots of feature groups over many articles, of thresholds, and of bins with their intervals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot
from texts import CLEAN, MANGLED

from garbled import plots
from garbled.explanation import Explanation, GroupPart, explain_documents
from garbled.grammar import Grammar
from garbled.plots.style import drawing_on
from garbled.scorer import Scorer, _as_document

AT = np.array([0.01, 0.1, 0.5, 0.9, 0.99])


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    yield
    pyplot.close("all")


@pytest.fixture(scope="module")
def explained() -> dict[str, list[Explanation]]:
    settings = Scorer("fast").settings
    return {
        kind: list(explain_documents([_as_document("\n\n".join(text), "a")], settings, Grammar()))
        for kind, text in {"clean": CLEAN, "mangled": MANGLED}.items()
    }


def legend(axes) -> list[str]:
    return [text.get_text() for text in axes.get_legend().get_texts()]


def rows(axes) -> list[str]:
    return [label.get_text().partition(":")[0] for label in axes.get_yticklabels()]


def test_each_group_has_a_mark_an_article_and_the_first_one_tells_most(explained):
    axes = plots.groups(explained)
    axes.figure.canvas.draw()
    assert legend(axes) == ["clean (1)", "mangled (1)"]
    moved = [{g.name: g.log_odds for g in own[0].article.groups} for own in explained.values()]
    assert sorted(rows(axes)) == sorted(moved[0])
    apart = [abs(moved[0][name] - moved[1][name]) for name in rows(axes)]
    assert apart == sorted(apart, reverse=True)
    marks = [line for line in axes.lines if line.get_marker() not in ("None", "")]
    assert {line.get_marker() for line in marks} == {"o", "s"}
    first = [line.get_xdata()[0] for line in marks if line.get_marker() == "o"]
    assert first == [moved[0][name] for name in rows(axes)]


def test_a_group_that_only_one_kind_has_and_articles_without_a_score(explained):
    [one] = explained["clean"]
    more = replace(one, article=replace(one.article, groups=(GroupPart("grammar", 1.0),)))
    axes = plots.groups({"a": [one], "b": [more, replace(one, article=None)]})
    assert "grammar" in rows(axes)
    assert legend(axes) == ["a (1)", "b (1)"]
    with pytest.raises(ValueError, match="no article was scored"):
        plots.groups({"a": [replace(one, article=None)]})


def test_sweep_draws_curves_bands_and_marks_inside():
    band = np.array([[0.5] * 5, [0.2] * 5, [0.8] * 5])
    axes = plots.sweep(
        AT, {"band": band, "line": AT}, marks={"review": 0.3, "beside": 0.999}, label="share"
    )
    axes.figure.canvas.draw()
    assert legend(axes) == ["band", "line"]
    assert len(axes.collections) == 1
    assert [text.get_text() for text in axes.texts] == ["review"]
    assert axes.get_xlim() == (0.01, 0.99)
    ticks = [label.get_text() for label in axes.get_xticklabels()]
    assert ticks == ["0.01", "0.1", "0.3", "0.5", "0.7", "0.9", "0.99"]
    assert axes.get_ylabel() == "share"


def test_counts_stand_at_whole_numbers():
    axes = plots.sweep(AT, {"held": [2, 2, 1, 1, 0]})
    axes.figure.canvas.draw()
    assert all(float(tick).is_integer() for tick in axes.get_yticks())


@pytest.mark.parametrize("curves", [{}, {"a": [1, 2]}, {"a": np.zeros((2, 5))}])
def test_sweep_says_what_does_not_fit(curves):
    with pytest.raises(ValueError, match="for each place"):
        plots.sweep(AT, curves)


def test_reliability_shows_how_little_few_texts_say():
    reach = []
    for n in (40, 4_000):
        said, mangled = np.full(n, 0.5), np.arange(n) % 2 == 0
        axes = plots.reliability({"a": (said, mangled)}, bins=3, is_even=True)
        assert legend(axes) == [f"a ({n:,})"]
        [bar] = axes.collections
        [[(_, low), (_, high)]] = bar.get_segments()
        assert low < 0.5 < high
        reach.append(high - low)
    assert reach[0] > 5 * reach[1]
    assert axes.get_xscale() == "linear"
    assert plots.reliability({"a": (said, mangled)}).get_xscale() == "symlog"


def test_bins_of_a_report_are_drawn_as_they_are():
    axes = plots.reliability_bins({"a": ([0.1, 0.5], [0.2, 0.4])})
    x, y = axes.lines[1].get_data()
    assert (list(x), list(y)) == ([0.1, 0.5], [0.2, 0.4])
    for bins in ({}, {"a": ([0.1], [])}):
        with pytest.raises(ValueError, match="a probability and a share"):
            plots.reliability_bins(bins)


def test_a_backend_that_turns_interactive_with_its_first_figure_stays_so(monkeypatch):
    """As a notebook's does; else only the first plot of a notebook would show."""
    make = pyplot.subplots

    def subplots(*args, **options):
        mpl.interactive(True)
        return make(*args, **options)

    monkeypatch.setattr(pyplot, "subplots", subplots)
    before = mpl.is_interactive()
    mpl.interactive(False)
    try:
        with pytest.raises(RuntimeError), drawing_on(None):
            raise RuntimeError
        assert mpl.is_interactive()
    finally:
        mpl.interactive(before)
