"""Plots of scored articles: along one article, why it has its score, and verdicts of a feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from garbled.documents import SEVERITIES, Score
from garbled.explanation import Explanation, GroupPart, Sum
from garbled.plots.drawing import draw_bars
from garbled.plots.style import COLOURS, GREY, HATCHES, drawing_on, wrap
from garbled.report.explain import meanings
from garbled.report.plain import plain
from garbled.report.summary import WORST_FIRST

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_ROWS = 40
"""Sources or days that are drawn; the others make one row together."""
OTHERS = "others"
_MARKS = {"minor": ("|", 6), "major": ("v", 7), "critical": ("X", 9)}
_TITLE = 70


def score_along(score: Score, *, axes: Axes | None = None) -> Axes:
    """The score of each paragraph along the article, and where its findings stand.

    Paragraphs that are not scored leave a gap. A bar, a triangle or a cross below is a minor,
    major or critical finding; 50 is the median machine segment that people scored.

    Raises:
        ValueError: the score has no paragraphs.
    """
    if not score.paragraphs:
        raise ValueError("a score without paragraphs has nothing to show")
    with drawing_on(axes, 2.8) as axes:
        places: dict[str, list[float]] = {severity: [] for severity in SEVERITIES}
        start = 0
        for scored in score.paragraphs:
            text = scored.paragraph.text
            end = start + len(text.split())
            if scored.score is not None:
                axes.plot([start, end], [scored.score] * 2, color=COLOURS[0], solid_capstyle="butt")
                axes.fill_between(
                    [start, end], 0, scored.score, color=COLOURS[6], alpha=0.4, linewidth=0
                )
            for finding in scored.findings:
                places[finding.severity].append(start + len(text[: finding.start].split()))
            start = end
        for severity, words in places.items():
            if words:
                marker, size = _MARKS[severity]
                axes.plot(
                    words,
                    [-6.0] * len(words),
                    marker,
                    color=COLOURS[2],
                    markersize=size,
                    label=f"{len(words)} {severity}",
                )
        if any(places.values()):
            axes.legend(loc="upper left", bbox_to_anchor=(0, -0.3), ncols=3, frameon=False)
        axes.axhline(50, color=GREY, linewidth=0.8, linestyle="--")
        axes.set(xlabel="words", ylabel="score", xlim=(0, max(start, 1)), ylim=(-12, 100))
        axes.set_title(_headline(score), loc="left", wrap=True)
    return axes


def contributions(
    explanation: Explanation | Sum, *, most: int = 12, axes: Axes | None = None
) -> Axes:
    """What moved a probability, in log-odds: right of the line speaks for mangling.

    Args:
        explanation: of an article, whose feature groups are shown, or the sum of a window, whose
            strongest features are.
        most: features to show.

    Raises:
        ValueError: the article was not scored, so there is nothing to explain.
    """
    own = explanation.article if isinstance(explanation, Explanation) else explanation
    if own is None:
        raise ValueError("the article was not scored, so no probability is explained")
    parts = [(own.prior, "prior"), (own.average, "the average text")]
    parts += _features(own.groups, most) or [
        (group.log_odds, f"{group.name}: {meanings()[group.name]['about']}") for group in own.groups
    ]
    with drawing_on(axes, 0.8 + 0.36 * len(parts)) as axes:
        draw_bars(axes, parts, 0.0)
        axes.set_xlabel("log-odds")
        axes.set_title(f"a probability of {own.probability:.2f}", loc="left")
    return axes


def _features(groups: Sequence[GroupPart], most: int) -> list[tuple[float, str]]:
    """The strongest features, and what the others come to; nothing where none are told."""
    found = [
        (feature.log_odds, meanings().get(group.name, {}).get(feature.name, feature.name))
        for group in groups
        for feature in group.features
    ]
    found.sort(key=lambda pair: -abs(pair[0]))
    rest = found[most:]
    if rest:
        found = [*found[:most], (sum(part for part, _ in rest), f"{len(rest)} more features")]
    return found


def verdicts(
    verdicts: Iterable[str],
    by: Iterable[Any],
    *,
    shares: bool = False,
    worst_first: bool | None = None,
    axes: Axes | None = None,
) -> Axes:
    """Verdicts by source, day or whatever else tells articles apart, a stacked bar for each.

    Args:
        verdicts: of the articles.
        by: what each is counted under.
        shares: show shares of each in place of numbers.
        worst_first: most held articles first, or the names in their order; if not given, texts
            are the former and days and numbers the latter.

    Raises:
        ValueError: there are not as many of one as of the other, or none.
    """
    judged, under = [str(v) for v in verdicts], list(by)
    if len(judged) != len(under) or not judged:
        raise ValueError(f"{len(judged)} verdicts for {len(under)} names: one each is wanted")
    counts = Counter(zip(under, judged, strict=True))
    rows = _rows(under, counts, worst_first)
    with drawing_on(axes, 1.2 + 0.34 * len(rows)) as axes:
        left = [0.0] * len(rows)
        totals = [sum(row[verdict] for verdict in WORST_FIRST) for _, row in rows]
        for place, verdict in enumerate(WORST_FIRST):
            wide = [
                row[verdict] / (total if shares else 1)
                for (_, row), total in zip(rows, totals, strict=True)
            ]
            if any(wide):
                axes.barh(
                    [-n for n in range(len(rows))],
                    wide,
                    0.75,
                    left=left,
                    label=verdict,
                    color=(COLOURS[2], "#ffffff", COLOURS[6], GREY)[place],
                    edgecolor=COLOURS[0],
                    linewidth=0.5,
                    hatch=HATCHES[place % 2],
                )
            left = [a + b for a, b in zip(left, wide, strict=True)]
        axes.set_yticks([-n for n in range(len(rows))], [wrap(name) for name, _ in rows])
        axes.set_xlabel("share of articles" if shares else "articles")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False)
    return axes


def _rows(
    under: Sequence[Any], counts: Counter[tuple[Any, str]], worst_first: bool | None
) -> list[tuple[str, Counter[str]]]:
    """A name and its verdicts for each row, at most ``MAX_ROWS`` and one for the others."""
    names = list(dict.fromkeys(under))
    if worst_first is None:
        worst_first = all(isinstance(name, str) for name in names)
    try:
        names.sort()
    except TypeError:  # names of several types
        names.sort(key=str)
    if worst_first:
        names.sort(key=lambda name: (-counts[name, "hold"], -counts[name, "review"]))
    rows = [(str(name), _verdicts_of([name], counts)) for name in names[:MAX_ROWS]]
    if names[MAX_ROWS:]:
        rows.append((f"{len(names) - MAX_ROWS} {OTHERS}", _verdicts_of(names[MAX_ROWS:], counts)))
    return rows


def _verdicts_of(names: Sequence[Any], counts: Counter[tuple[Any, str]]) -> Counter[str]:
    return Counter({v: sum(counts[name, v] for name in names) for v in WORST_FIRST})


def _headline(score: Score) -> str:
    numbers = "" if score.score is None else f", score {score.score:.0f}"
    return f"{plain(score.title or score.id, _TITLE)}: {score.verdict}{numbers}"
