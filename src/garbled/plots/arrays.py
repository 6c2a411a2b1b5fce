"""What a detector is worth, from arrays: separation, calibration, agreement with people.

Values that are NaN, of texts without a score, are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from garbled.plots.drawing import (
    draw_bars,
    draw_intervals,
    draw_reliability,
    draw_roc,
    draw_steps,
)
from garbled.plots.style import COLOURS, drawing_on
from garbled.report.explain import meanings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]
MANY = 3000
"""Points from which their density is shown in place of them."""


def distributions(
    values: Mapping[str, ArrayLike],
    *,
    label: str = "score",
    bins: int = 20,
    axes: Axes | None = None,
) -> Axes:
    """Histograms over one another, each as shares of its own texts.

    Args:
        values: name to the values of its texts.
        label: what is measured.
        bins: of equal width over all values.

    Raises:
        ValueError: there is no value at all.
    """
    known = {name: _finite(own) for name, own in values.items()}
    if not known or not sum(map(len, known.values())):
        raise ValueError("no value to draw: each text needs a number")
    edges = np.histogram_bin_edges(np.concatenate(list(known.values())), bins)
    shares = {
        f"{name} ({len(own):,})": np.histogram(own, edges)[0] / max(len(own), 1)
        for name, own in known.items()
    }
    with drawing_on(axes) as axes:
        draw_steps(axes, shares, edges)  # type: ignore[arg-type]
        axes.set(xlabel=label, ylabel="share of texts")
    return axes


def roc(curves: Mapping[str, tuple[ArrayLike, ArrayLike]], *, axes: Axes | None = None) -> Axes:
    """ROC curves with the area under each.

    Args:
        curves: name to scores, higher for worse, and whether each text is mangled.

    Raises:
        ValueError: a curve has no text of either class, or not as many labels as scores.
    """
    from sklearn.metrics import roc_auc_score, roc_curve

    points = {}
    for name, (scores, mangled) in curves.items():
        values, positive = _labelled(name, scores, mangled)
        false, true, _ = roc_curve(positive, values)
        points[f"{name} ({roc_auc_score(positive, values):.2f})"] = (false, true)
    with drawing_on(axes, 4.4) as axes:
        draw_roc(axes, points)
    return axes


def reliability(
    outcomes: Mapping[str, tuple[ArrayLike, ArrayLike]],
    *,
    bins: int = 15,
    is_even: bool = False,
    axes: Axes | None = None,
) -> Axes:
    """Share mangled against the probability that was said; on the diagonal is perfect.

    Bars are Wilson's 95 % intervals of each bin, as if its texts were independent.

    Args:
        outcomes: name to probabilities and whether each text is mangled.
        bins: of equal mass.
        is_even: do not spread small probabilities, for texts half of which are mangled.

    Raises:
        ValueError: a name has no text of either class, or not as many labels as probabilities.
    """
    from scipy.stats import binomtest

    points, bounds = {}, {}
    for name, (probabilities, mangled) in outcomes.items():
        values, positive = _labelled(name, probabilities, mangled)
        edges = np.quantile(values, np.linspace(0, 1, bins + 1)[1:-1])
        place = np.searchsorted(edges, values)
        own = [place == number for number in np.unique(place)]
        key = f"{name} ({len(values):,})"
        points[key] = ([values[i].mean() for i in own], [positive[i].mean() for i in own])
        tests = [binomtest(int(positive[i].sum()), int(i.sum())) for i in own]
        bounds[key] = [tuple(test.proportion_ci(method="wilson")) for test in tests]
    with drawing_on(axes, 4.4) as axes:
        draw_reliability(axes, points, bounds, is_even)
    return axes


def reliability_bins(
    bins: Mapping[str, tuple[ArrayLike, ArrayLike]], *, axes: Axes | None = None
) -> Axes:
    """The same of bins that were counted before, such as those of a report.

    Args:
        bins: name to the mean probability and the share mangled of each bin.

    Raises:
        ValueError: there is nothing to draw, or a name has not as many of one as of the other.
    """
    points = {name: (_finite(said), _finite(seen)) for name, (said, seen) in bins.items()}
    if not points or any(len(said) != len(seen) for said, seen in points.values()):
        raise ValueError("each bin needs a probability and a share")
    with drawing_on(axes, 4.4) as axes:
        draw_reliability(axes, points)  # type: ignore[arg-type]
    return axes


def intervals(
    found: Mapping[tuple[str, str], tuple[float, float, float]],
    *,
    label: str = "AUROC",
    reference: float = 0.5,
    axes: Axes | None = None,
) -> Axes:
    """Values with their intervals, a row for each first name, a marker for each second.

    Args:
        found: (language or system, series) to the value, its lower and its upper bound.
        label: what is measured.
        reference: where a dashed line stands, such as chance.

    Raises:
        ValueError: there is nothing to draw.
    """
    if not found:
        raise ValueError("no value to draw")
    n_rows, n_series = (len(set(names)) for names in zip(*found, strict=True))
    with drawing_on(axes, 0.8 + 0.2 * n_series + n_rows * max(0.4, 0.15 * n_series)) as axes:
        draw_intervals(axes, found, reference, label)
    return axes


def separation(
    matrix: Any,
    mangled: ArrayLike,
    names: Sequence[str] | None = None,
    *,
    most: int = 20,
    axes: Axes | None = None,
) -> Axes:
    """AUROC of each feature alone, the strongest first: what each feature group sees.

    Above 0.5 mangled texts have more of it, below less.

    Args:
        matrix: shape (n_texts, n_features), such as ``TextFeatures`` gives; NaN is left out.
        mangled: whether each text is, shape (n_texts,).
        names: of the columns; a data frame has its own.
        most: features to show.

    Raises:
        ValueError: the shapes do not fit, or no feature has values of both classes.
    """
    from sklearn.metrics import roc_auc_score

    names = [str(n) for n in (getattr(matrix, "columns", ()) if names is None else names)]
    values, positive = np.asarray(matrix, dtype=float), np.asarray(mangled, dtype=bool)
    if values.ndim != 2 or values.shape != (len(positive), len(names)):
        told = f"{values.shape}, {len(positive)} labels and {len(names)} names"
        raise ValueError(f"a matrix of texts by features with a label and a name each, not {told}")
    found = []
    for column, name in zip(values.T, names, strict=True):
        known = np.isfinite(column)
        if len(np.unique(positive[known])) == 2:
            found.append((float(roc_auc_score(positive[known], column[known])), name))
    if not found:
        raise ValueError("no feature has values of mangled and of other texts")
    found = sorted(found, key=lambda pair: -abs(pair[0] - 0.5))[:most]
    with drawing_on(axes, 0.8 + 0.36 * len(found)) as axes:
        draw_bars(axes, [(area - 0.5, _meaning(name)) for area, name in found], 0.5)
        axes.set_xlabel("AUROC of the feature alone")
    return axes


def quality(scores: ArrayLike, human: ArrayLike, *, axes: Axes | None = None) -> Axes:
    """Scores against what people say of the same texts, with the rank correlation.

    Args:
        scores: higher for worse.
        human: people's scores, higher for better.

    Raises:
        ValueError: fewer than three texts have both, or one of them never changes.
    """
    from scipy.stats import spearmanr

    x, y = np.asarray(human, dtype=float).ravel(), np.asarray(scores, dtype=float).ravel()
    if len(x) != len(y):
        raise ValueError(f"{len(y)} scores for {len(x)} texts that people scored")
    known = np.isfinite(x) & np.isfinite(y)
    x, y = x[known], y[known]
    if len(x) < 3 or not np.ptp(x) or not np.ptp(y):
        raise ValueError("a correlation needs three texts with two different scores of each kind")
    with drawing_on(axes) as axes:
        if len(x) > MANY:
            axes.hexbin(x, y, gridsize=40, cmap="Greys", bins="log", mincnt=1)
        else:
            axes.plot(x, y, ".", color=COLOURS[1], markersize=3)
        correlation = float(spearmanr(x, y).statistic)
        axes.set(xlabel="people's score, higher is better", ylabel="garbled's score")
        axes.set_title(f"{len(x):,} texts, rank correlation {correlation:.2f}", loc="left")
    return axes


def _meaning(name: str) -> str:
    """What a feature measures, where garbled knows it.

    >>> _meaning("names__name_doubled"), _meaning("length")
    ('names that stand twice in a row, per 100 words', 'length')
    """
    group, _, feature = name.partition("__")
    return meanings().get(group, {}).get(feature, name)


def _finite(values: ArrayLike) -> Vector:
    own: Vector = np.asarray(values, dtype=float).ravel()
    return own[np.isfinite(own)]


def _labelled(name: str, values: ArrayLike, mangled: ArrayLike) -> tuple[Vector, Mask]:
    own: Vector = np.asarray(values, dtype=float).ravel()
    positive: Mask = np.asarray(mangled, dtype=bool).ravel()
    if len(own) != len(positive):
        raise ValueError(f"{name}: {len(own)} values for {len(positive)} labels")
    known = np.isfinite(own)
    own, positive = own[known], positive[known]
    if not positive.any() or positive.all():
        raise ValueError(f"{name}: both mangled texts and others are needed")
    return own, positive
