"""Plots show what they are given, in any colours, whatever the names hold."""

from __future__ import annotations

import datetime
import io
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.colors import to_rgba
from texts import CLEAN, MANGLED

from garbled import plots
from garbled.documents import Document
from garbled.errors import ResourceError
from garbled.explanation import Explanation, explain_documents
from garbled.grammar import Grammar
from garbled.plots import articles, style
from garbled.scorer import Scorer

RANDOM = np.random.default_rng(0)
MANGLED_ONES = np.arange(400) % 4 == 0
SCORES = RANDOM.normal(size=400) + 2 * MANGLED_ONES
NAMES = ["$\\frac{", "a\nb\x1b[2J\u202e", "<b>x</b>", "_under_ ^", "x" * 300, "100 %"]


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    yield
    pyplot.close("all")


def drawn(axes) -> str:
    """The plot as SVG, drawn outside of garbled's own settings, as a notebook does."""
    stream = io.StringIO()
    axes.figure.savefig(stream, format="svg")
    return stream.getvalue()


def labels(axes) -> list[str]:
    return [label.get_text() for label in axes.get_yticklabels()]


def legend(axes) -> list[str]:
    return [text.get_text() for text in axes.get_legend().get_texts()]


@pytest.fixture(scope="module")
def explanation() -> Explanation:
    from garbled.scorer import _as_document

    text = "\n\n".join((CLEAN[0], *MANGLED))
    document: Document = _as_document(text, "a", "Harbour closes $\\frac{ its quay")
    settings = Scorer("fast").settings
    [own] = explain_documents([document], settings, Grammar())
    return own


def test_the_score_stands_over_each_paragraph_and_findings_below(explanation):
    score = explanation.score
    axes = plots.score_along(score)
    assert drawn(axes)
    heights = [p.score for p in score.paragraphs if p.score is not None]
    lines = [
        line for line in axes.lines if len(line.get_xdata()) == 2 and line.get_marker() == "None"
    ]
    assert [line.get_ydata()[0] for line in lines if line.get_ydata()[0] != 50] == heights
    n_findings = sum(len(p.findings) for p in score.paragraphs)
    marks = [line for line in axes.lines if line.get_marker() != "None"]
    assert sum(len(line.get_xdata()) for line in marks) == n_findings > 3
    assert len({line.get_marker() for line in marks}) == len(marks)
    n_words = sum(len(p.paragraph.text.split()) for p in score.paragraphs)
    assert axes.get_xlim() == (0, n_words)
    assert axes.get_title(loc="left").startswith("Harbour closes $\\frac{ its quay: hold")


def test_a_score_without_paragraphs_is_refused(explanation):
    with pytest.raises(ValueError, match="without paragraphs"):
        plots.score_along(replace(explanation.score, paragraphs=()))


def test_contributions_of_an_article_add_up_to_its_log_odds(explanation):
    axes = plots.contributions(explanation)
    assert drawn(axes)
    assert explanation.article is not None
    total = sum(patch.get_width() for patch in axes.patches)
    assert total == pytest.approx(explanation.article.log_odds)
    assert labels(axes)[0] == "prior"
    assert any(label.startswith("encoder: ") for label in labels(axes))


def test_contributions_of_a_window_are_its_features_and_add_up(explanation):
    window = explanation.windows[0].sum
    axes = plots.contributions(window, most=4)
    assert len(axes.patches) == 2 + 4 + 1
    assert labels(axes)[-1].endswith("more features")
    assert sum(p.get_width() for p in axes.patches) == pytest.approx(window.log_odds)


def test_bars_to_the_left_are_hatched(explanation):
    for patch in plots.contributions(explanation).patches:
        assert bool(patch.get_hatch()) == (patch.get_width() <= 0)


def test_an_unscored_article_has_nothing_to_explain(explanation):
    with pytest.raises(ValueError, match="not scored"):
        plots.contributions(replace(explanation, article=None))


def test_roc_curves_tell_their_area():
    axes = plots.roc({"good": (SCORES, MANGLED_ONES), "none": (RANDOM.random(400), MANGLED_ONES)})
    assert drawn(axes)
    good, none = legend(axes)
    assert good in {f"good (0.{n})" for n in range(88, 97)}
    assert none in {f"none (0.{n})" for n in range(40, 61)}
    dashes = {line.get_linestyle() for line in axes.lines[:2]}
    assert len(dashes) == 2
    x, y = axes.lines[0].get_data()
    assert (x[0], y[0], x[-1], y[-1]) == (0, 0, 1, 1)


def test_texts_without_a_score_are_left_out():
    scores = np.where(np.arange(400) < 100, np.nan, SCORES)
    some = plots.roc({"a": (scores, MANGLED_ONES)})
    rest = plots.roc({"a": (SCORES[100:], MANGLED_ONES[100:])})
    np.testing.assert_array_equal(some.lines[0].get_xdata(), rest.lines[0].get_xdata())


@pytest.mark.parametrize("draw", [plots.roc, plots.reliability])
@pytest.mark.parametrize(
    ("values", "mangled", "told"),
    [
        ([0.1, 0.2], [1, 1], "a: both mangled texts and others are needed"),
        ([], [], "a: both mangled texts and others are needed"),
        ([np.nan, 0.2], [1, 0], "a: both mangled texts and others are needed"),
        ([0.1, 0.2], [1], "a: 2 values for 1 labels"),
    ],
)
def test_curves_need_both_classes(draw, values, mangled, told):
    with pytest.raises(ValueError, match=told):
        draw({"a": (values, mangled)})


def test_calibrated_probabilities_lie_on_the_diagonal():
    said = RANDOM.random(20_000)
    mangled = RANDOM.random(20_000) < said
    axes = plots.reliability({"true": (said, mangled), "half": (said / 2, mangled)})
    assert drawn(axes)
    x, y = axes.lines[1].get_data()
    assert np.abs(x - y).max() < 0.05
    x, y = axes.lines[2].get_data()
    assert np.abs(2 * x - y).max() < 0.1


def test_distributions_are_shares_of_each():
    axes = plots.distributions({"a": [1, 2, 2, np.nan], "b": np.arange(10)}, bins=5)
    assert drawn(axes)
    assert legend(axes) == ["a (3)", "b (10)"]
    for patch in axes.patches:
        assert sum(patch.get_data().values) == pytest.approx(1)
    with pytest.raises(ValueError, match="no value"):
        plots.distributions({"a": [np.nan]})
    with pytest.raises(ValueError, match="no value"):
        plots.distributions({})


def test_intervals_have_a_row_a_name():
    found = {
        ("de", "fast"): (0.8, 0.7, 0.9),
        ("fr", "fast"): (0.7, np.nan, np.nan),
        ("fr", "large"): (0.9, 0.8, 0.95),
    }
    axes = plots.intervals(found, label="AUROC")
    assert drawn(axes)
    assert labels(axes) == ["de", "fr"]
    assert legend(axes) == ["fast", "large"]
    with pytest.raises(ValueError, match="no value"):
        plots.intervals({})


def test_separation_sorts_features_by_what_they_tell():
    matrix = np.column_stack(
        [RANDOM.normal(size=400), SCORES, -SCORES / 2 + RANDOM.normal(size=400)]
    )
    names = ["names__name_doubled", "words__words_ngrams", "length"]
    axes = plots.separation(matrix, MANGLED_ONES, names)
    assert drawn(axes)
    assert labels(axes)[0] == "log-odds from word pairs"
    assert labels(axes)[1] == "length"
    widths = [patch.get_width() for patch in axes.patches]
    assert widths[0] > 0.3
    assert widths[1] < 0
    assert len(plots.separation(matrix, MANGLED_ONES, names, most=1).patches) == 1


def test_separation_takes_a_frame_and_leaves_nan_out():
    pandas = pytest.importorskip("pandas")
    values = np.where(np.arange(400) % 3 == 0, np.nan, SCORES)
    frame = pandas.DataFrame({"words__words_ngrams": values, "empty": np.nan})
    axes = plots.separation(frame, MANGLED_ONES)
    assert labels(axes) == ["log-odds from word pairs"]


@pytest.mark.parametrize(
    ("matrix", "names"), [(np.zeros((400, 2)), ["a"]), (np.zeros((3, 1)), ["a"]), (SCORES, ["a"])]
)
def test_separation_says_what_does_not_fit(matrix, names):
    with pytest.raises(ValueError, match="a label and a name each, not"):
        plots.separation(matrix, MANGLED_ONES, names)


@pytest.mark.parametrize("n", [300, articles.MAX_ROWS * 100])
def test_quality_tells_the_rank_correlation(n):
    human = np.arange(n, dtype=float)
    axes = plots.quality(-human, np.where(human == 7, np.nan, human))
    assert drawn(axes)
    assert axes.get_title(loc="left") == f"{n - 1:,} texts, rank correlation -1.00"
    for scores, people in ((human, human[1:]), (human[:2], human[:2]), (np.ones(n), human)):
        with pytest.raises(ValueError, match=r"scores for|needs three texts"):
            plots.quality(scores, people)


def bars(axes) -> dict[str, list[float]]:
    """Verdict to its widths, from the first row down."""
    return {c.get_label(): [p.get_width() for p in c.patches] for c in axes.containers}


def test_sources_with_the_most_held_come_first():
    found = ["pass", "hold", "hold", "review", "hold", "pass", "error"]
    sources = ["a", "a", "b", "b", "b", "c", "c"]
    axes = plots.verdicts(found, sources)
    assert drawn(axes)
    assert labels(axes) == ["b", "a", "c"]
    assert bars(axes) == {
        "hold": [2, 1, 0],
        "review": [1, 0, 0],
        "pass": [0, 1, 1],
        "error": [0, 0, 1],
    }
    shares = bars(plots.verdicts(found, sources, shares=True))
    np.testing.assert_allclose(np.sum(list(shares.values()), axis=0), 1)
    assert labels(plots.verdicts(found, sources, worst_first=False)) == ["a", "b", "c"]


def test_days_and_numbers_stand_in_their_order():
    days = [datetime.date(2026, 5, day) for day in (10, 9, 10, 2)]
    assert labels(plots.verdicts(["hold", "pass", "hold", "pass"], days)) == [
        "2026-05-02",
        "2026-05-09",
        "2026-05-10",
    ]
    assert labels(plots.verdicts(["pass"] * 3, [10, 9, 2])) == ["2", "9", "10"]
    assert labels(plots.verdicts(["pass"] * 3, [None, 9, "a"])) == ["9", "None", "a"]


def test_many_sources_make_one_row_together():
    axes = plots.verdicts(["hold"] * 100, [f"s{n:02}" for n in range(100)])
    assert len(labels(axes)) == articles.MAX_ROWS + 1
    assert labels(axes)[-1] == "60 others"
    assert sum(bars(axes)["hold"]) == 100


def test_verdicts_differ_without_colour():
    containers = plots.verdicts(["hold", "review", "pass", "error"], ["a"] * 4).containers
    looks = {(c.patches[0].get_hatch(), grey(c.patches[0].get_facecolor())) for c in containers}
    assert len(looks) == 4


def grey(colour) -> int:
    red, green, blue, _ = to_rgba(colour)
    return round(10 * (0.299 * red + 0.587 * green + 0.114 * blue))


def test_verdicts_and_names_must_fit():
    for found, by in (([], []), (["hold"], []), (["hold"], ["a", "b"])):
        with pytest.raises(ValueError, match="one each is wanted"):
            plots.verdicts(found, by)


@pytest.mark.parametrize("name", NAMES)
def test_names_are_shown_as_they_are_and_bounded(name):
    """Nothing in a name is a formula, a control or a whole page."""
    for axes in (
        plots.verdicts(["hold"], [name]),
        plots.roc({name: (SCORES, MANGLED_ONES)}),
        plots.intervals({(name, name): (0.8, 0.7, 0.9)}),
        plots.separation(SCORES.reshape(-1, 1), MANGLED_ONES, [name]),
        plots.distributions({name: SCORES}),
    ):
        assert drawn(axes)
        shown = [*labels(axes), *(legend(axes) if axes.get_legend() else [])]
        assert all(text.replace("\n", "").isprintable() for text in shown)
        assert all(len(text) <= 60 for text in shown)


def test_given_axes_are_drawn_on():
    _, (left, right) = pyplot.subplots(1, 2)
    assert plots.roc({"a": (SCORES, MANGLED_ONES)}, axes=left) is left
    assert left.lines
    assert not right.lines
    assert len(pyplot.get_fignums()) == 1


def test_settings_of_the_notebook_stay():
    before = dict(pyplot.rcParams)
    plots.distributions({"a": SCORES})
    assert dict(pyplot.rcParams) == before


def test_matplotlib_is_asked_for_when_it_is_missing(monkeypatch):
    monkeypatch.setattr(style, "find_spec", lambda name: None)
    with pytest.raises(ResourceError, match=r"plots need matplotlib: install 'garbled\[plots\]'"):
        plots.distributions({"a": SCORES})


def test_importing_it_does_not_import_matplotlib():
    script = "import garbled.plots, sys; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr
