"""Explanations for a terminal and as JSON lines."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, TextIO

from garbled.explanation import (
    Doubt,
    Explanation,
    FeaturePart,
    GroupPart,
    Passage,
    Sum,
    WindowPart,
)
from garbled.model.verdicts import REASON_OF_GROUP
from garbled.report.plain import plain
from garbled.report.record import to_line, to_record

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

SHOWN_FEATURES = 2
SHOWN_LOG_ODDS = 0.05
"""A feature that adds less than this is not shown in the table."""
_PLAIN_WIDTH = 120
_OPENING_LIMIT = 100


@cache
def meanings() -> Mapping[str, Mapping[str, str]]:
    """Group to what it is about (``about``) and what each of its features measures."""
    text = (files("garbled") / "resources" / "features.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def write_jsonl(explanations: Iterable[Explanation], stream: TextIO, *, texts: bool = True) -> None:
    """One explanation a line, flushed at once. Log-odds are not rounded: they add up."""
    for explanation in explanations:
        stream.write(to_line(to_explanation_record(explanation, texts=texts)) + "\n")
        stream.flush()


def to_explanation_record(explanation: Explanation, *, texts: bool = True) -> dict[str, Any]:
    """The explanation as a JSON object; with ``texts=False`` none of the article's wording."""
    record = to_record(explanation.score, texts=texts)
    kept = ("schema_version", "id", "source", "title", "verdict", "score", "probability", "reasons")
    article, model = explanation.article, explanation.article_model
    return {
        **{key: record[key] for key in kept},
        "error": record["error"],
        "article": None if article is None else _sum_record(article),
        "article_model": None if model is None else _sum_record(model),
        "n_windows": explanation.n_windows,
        "windows": [_window_record(window, texts) for window in explanation.windows],
        "signature": record["signature"],
    }


def _sum_record(parts: Sum) -> dict[str, Any]:
    return {
        "log_odds": parts.log_odds,
        "prior": parts.prior,
        "average_text": parts.average,
        "groups": [_group_record(group) for group in parts.groups],
    }


def _group_record(group: GroupPart) -> dict[str, Any]:
    record: dict[str, Any] = {
        "group": group.name,
        "reason": REASON_OF_GROUP.get(group.name),
        "log_odds": group.log_odds,
    }
    if group.features:
        record["features"] = [
            {"feature": f.name, "value": f.value, "average": f.average, "log_odds": f.log_odds}
            for f in group.features
        ]
    return record


def _window_record(window: WindowPart, texts: bool) -> dict[str, Any]:
    return {
        "passages": [_passage_record(passage, texts) for passage in window.passages],
        "n_words": window.n_words,
        "probability": window.sum.probability,
        **_sum_record(window.sum),
        "tokens": [
            {**_passage_record(doubt.passage, texts), "log_odds": doubt.log_odds}
            for doubt in window.doubts
        ],
    }


def _passage_record(passage: Passage, texts: bool) -> dict[str, Any]:
    placed = {"paragraph": passage.paragraph, "start": passage.start, "end": passage.end}
    return {**placed, "quote": passage.quote} if texts else placed


def write_table(explanations: Iterable[Explanation], stream: TextIO, *, texts: bool = True) -> None:
    """The sums for a person. Nothing in the texts can drive the terminal."""
    from rich.console import Console

    console = Console(file=stream, width=None if stream.isatty() else _PLAIN_WIDTH)
    for explanation in explanations:
        _print(explanation, console, texts)


def _print(explanation: Explanation, console: Console, texts: bool) -> None:
    _say(console, _headline(explanation, texts))
    if explanation.article is None or explanation.article_model is None:
        said = explanation.score.error or ", ".join(explanation.score.reasons) or "not scored"
        _say(console, f"nothing to explain: {said}\n")
        return
    console.print(_table(explanation.article))
    _say(console, f"the same, as the article model sums up its {explanation.n_windows} windows")
    console.print(_table(explanation.article_model))
    for place, window in enumerate(explanation.windows, start=1):
        _say(console, _window_line(window, place, explanation.n_windows, texts))
        console.print(_table(window.sum))
        if window.doubts and texts:
            _say(console, "words that the network doubts: " + _doubts(window.doubts) + "\n")


def _say(console: Console, line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)


def _headline(explanation: Explanation, texts: bool) -> str:
    score = explanation.score
    title = score.title if texts and score.title else score.id
    reasons = f" ({', '.join(score.reasons)})" if score.reasons else ""
    numbers = ""
    if score.score is not None and score.probability is not None:
        numbers = f", score {score.score:.1f}, probability {score.probability:.2f}"
    return plain(f"{title}: {score.verdict}{numbers}{reasons}")


def _window_line(window: WindowPart, place: int, total: int, texts: bool) -> str:
    paragraphs = sorted({passage.paragraph for passage in window.passages})
    where = " to ".join(str(p) for p in dict.fromkeys((paragraphs[0], paragraphs[-1])))
    plural = "s" * (len(paragraphs) > 1)
    opening = f": “{plain(window.opening, _OPENING_LIMIT)}”" if texts else ""
    return (
        f"worst {place} of {total} windows, paragraph{plural} {where},"
        f" probability {window.sum.probability:.2f}{opening}"
    )


def _doubts(doubts: Iterable[Doubt]) -> str:
    return ", ".join(f"{plain(d.passage.quote, 40)} {d.log_odds:+.1f}" for d in doubts)


def _table(parts: Sum) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("log-odds", justify="right", no_wrap=True)
    table.add_column("part", no_wrap=True)
    table.add_column("what it is", overflow="fold")
    table.add_column("here", justify="right", no_wrap=True)
    table.add_column("usually", justify="right", no_wrap=True)
    table.add_row(f"{parts.prior:+.2f}", "prior", "how many texts are expected to be mangled")
    table.add_row(f"{parts.average:+.2f}", "average text", "one with nothing out of the way")
    for group in parts.groups:
        style = "red" if group.log_odds > 0 else "green"
        total = Text(f"{group.log_odds:+.2f}", style)
        table.add_row(total, group.name, meanings()[group.name]["about"])
        for feature in _shown(group):
            table.add_row(*_feature_cells(group.name, feature), style="dim")
    table.add_section()
    said = f"a probability of {parts.probability:.2f}"
    table.add_row(Text(f"{parts.log_odds:+.2f}", "bold"), "sum", said)
    return table


def _shown(group: GroupPart) -> list[FeaturePart]:
    """The strongest features that add something worth a line."""
    strong = [f for f in group.features if abs(f.log_odds) >= SHOWN_LOG_ODDS]
    return strong[:SHOWN_FEATURES]


def _feature_cells(group: str, feature: FeaturePart) -> tuple[str, ...]:
    """A feature in plain English, with its value here and in the average text.

    >>> _feature_cells("names", FeaturePart("name_doubled", 1.25, 0.01, 0.8))[2:]
    ('  names that stand twice in a row, per 100 words: more than usual', '1.25', '0.01')
    """
    value = feature.value if feature.value is not None else float("nan")
    than = "more" if value > feature.average else "less"
    meaning = f"  {meanings()[group][feature.name]}: {than} than usual"
    return f"({feature.log_odds:+.2f})", "", meaning, f"{value:.2f}", f"{feature.average:.2f}"
