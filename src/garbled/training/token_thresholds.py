"""Fits the weights of the small encoder's doubts and picks their thresholds: one command.

``python -m garbled.training.token_thresholds --pairs PAIRS --clean CLEAN`` writes
``resources/evidence/token_doubts.json`` for the encoder that ships. Thresholds are the lowest that
keep false alarms in budget on every source of human copy, with weights that have not seen it.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import resources
from math import ceil, inf
from pathlib import Path

import click

from garbled.analysers.confusion import load_confusions
from garbled.analysers.counts import NgramCounts
from garbled.analysers.run import COUNTS_FILE
from garbled.errors import GarbledError
from garbled.evidence.doubt import DOUBTS_FILE, Doubts
from garbled.evidence.tokens import find_runs, is_major, is_told, name_rule
from garbled.features.encoder import Encoder
from garbled.model.store import default_folder
from garbled.training.doubt_samples import TRANSLATIONS, describe_samples, read_samples
from garbled.training.doubt_weights import Weighed, cross_weigh, fit_weights, measure_copies
from garbled.training.encode import encoder_digest

BUDGET, CERTAIN_BUDGET, MAJOR_BUDGET = 0.4, 0.05, 0.03
"""False alarms per 1,000 words of human copy: all doubts, names and numbers, major ones."""
LENIENCE = {TRANSLATIONS: 2.0}
"""How many times the budget a source is given; a human translation may be clumsy."""
MIN_ALARMS = 4
"""Sources of human copy that would have fewer alarms at the budget are pooled."""
SUGGESTION_PRECISION = 0.5
MAJOR_PRECISION = 0.8
"""Share of the major findings in copies that must hold a changed word, in every set."""
LOWEST, HIGHEST, STEPS = 0.0, 12.0, 14
"""Where thresholds are sought, in log-odds, and how often the range is halved.

What is rather right than wrong is no finding, however few alarms it would give.
"""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A doubt in human copy, told or not."""

    source: str
    rule: str
    peak: float


def pick_token_thresholds(pairs: Path, clean: Path, encoder: Path, out: Path, seed: int) -> Doubts:
    """Write weights and thresholds for an encoder's doubts, with what was measured.

    Args:
        pairs: folder with the aligned pairs; only their stacking fold is used.
        clean: folder with clean articles; reserved ones are not used.
        encoder: folder of the small encoder and of the counts beside it.
        out: folder that the file is written to.
        seed: of the sample.

    Raises:
        GarbledError: there are no copies or no human articles to fit on.
        ResourceError: there is no encoder.
    """
    digest, counts = encoder_digest(encoder), NgramCounts.load(encoder / COUNTS_FILE)
    samples = read_samples(pairs, clean, seed)
    if not any(s.source for s in samples) or all(s.wrong is None for s in samples):
        raise GarbledError("no copies or no human articles to fit on", source=str(pairs))
    _say(f"reading {len(samples)} articles")
    described, ordinary = describe_samples(samples, Encoder(encoder), counts)
    doubts = fit_weights(described, Doubts(f"sha256:{digest}", ordinary))
    _say("picking thresholds")
    weighed = cross_weigh(described, doubts)
    doubts = pick_thresholds(weighed, doubts, counts)
    doubts, suggested = pick_suggestion(weighed, doubts, counts)
    content = {
        "source": "fitted by garbled.training.token_thresholds on aligned pairs and clean news",
        "doubts": asdict(doubts),
        "measured": {**measure(weighed, doubts, counts), "suggestions": suggested},
    }
    (out / DOUBTS_FILE).write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    return doubts


def pick_thresholds(weighed: Sequence[Weighed], doubts: Doubts, counts: NgramCounts) -> Doubts:
    """The lowest thresholds that keep to the budgets on every source of human copy."""
    human = [one for one in weighed if one.described.sample.source]
    words = count_words(human)
    least = _lowest(lambda t: Counter(_run_sources(human, t)), words, BUDGET)
    alarms = list(find_alarms(human, least, counts))

    def lowest(chosen: Sequence[Alarm], budget: float) -> float:
        return _lowest(lambda t: Counter(a.source for a in chosen if a.peak >= t), words, budget)

    open_ended = replace(doubts, least=least, name=inf, major=least)
    certain = [a for a in alarms if not is_told(a.rule, a.peak, open_ended)]
    name = max(least, lowest(certain, CERTAIN_BUDGET))
    grave = [a for a in alarms if is_major(a.rule, a.peak, open_ended)]
    major = max(least, lowest(grave, MAJOR_BUDGET), _precise(weighed, least))
    return replace(doubts, least=least, name=name, major=major)


def find_alarms(human: Iterable[Weighed], least: float, counts: NgramCounts) -> Iterator[Alarm]:
    """Every run of doubted words in human copy."""
    for one in human:
        for run in find_runs(one.sentences, least):
            yield Alarm(one.described.sample.source, name_rule(run, counts), run.peak)


def _run_sources(human: Iterable[Weighed], least: float) -> Iterator[str]:
    for one in human:
        if (one.log_odds >= least).any():
            yield from (one.described.sample.source for _ in find_runs(one.sentences, least))


def count_words(samples: Iterable[Weighed]) -> Counter[str]:
    """Scored words by source."""
    words: Counter[str] = Counter()
    for one in samples:
        words[one.described.sample.source] += one.described.sample.article.n_words
    return words


def _lowest(
    alarms_at: Callable[[float], Counter[str]], words: Mapping[str, int], budget: float
) -> float:
    """The lowest threshold at which no source has more alarms per 1,000 words than the budget."""
    low, high = LOWEST, HIGHEST
    for _ in range(STEPS):
        middle = (low + high) / 2
        if is_in_budget(alarms_at(middle), words, budget):
            high = middle
        else:
            low = middle
    return ceil(1_000 * high) / 1_000


def is_in_budget(alarms: Mapping[str, int], words: Mapping[str, int], budget: float) -> bool:
    """Whether each source keeps to the budget, those with few words together.

    >>> is_in_budget({"a": 4, "b": 1}, {"a": 10_000, "b": 100}, 0.4)
    False
    >>> is_in_budget({"a": 4, "b": 1}, {"a": 10_000, "b": 2_500}, 0.4)
    True
    """
    allowed = {
        source: n * budget * LENIENCE.get(source, 1.0) / 1_000 for source, n in words.items()
    }
    few = [source for source, n in allowed.items() if n < MIN_ALARMS]
    groups = [[source] for source in allowed if source not in few] + ([few] if few else [])
    return all(
        sum(alarms.get(source, 0) for source in group) <= sum(allowed[source] for source in group)
        for group in groups
    )


def pick_suggestion(
    weighed: Sequence[Weighed], doubts: Doubts, counts: NgramCounts
) -> tuple[Doubts, dict[str, float]]:
    """The least probability from which on half of the suggestions are the original's word.

    Returns:
        The doubts with it, and the share of the copies' findings that get a suggestion.
    """
    confusions = load_confusions(counts)
    tried: list[tuple[float, bool]] = []
    n_findings = 0
    for one in weighed:
        if one.described.sample.wrong is None:
            continue
        expected = dict(zip(_token_keys(one), one.described.sample.expected, strict=True))
        for run in find_runs(one.sentences, doubts.least):
            n_findings += 1
            if run.end - run.start == 1:
                word, probability = confusions.suggest(run.sentence.tokens, run.start)
                truth = expected[id(run.sentence), run.start]
                tried.append((probability, word is not None and word == truth))
    least = min(1.0, _lowest_above(tried, SUGGESTION_PRECISION))
    told = [is_right for probability, is_right in tried if probability >= least]
    measured = {"share": len(told) / max(1, n_findings), "right": sum(told) / max(1, len(told))}
    return replace(doubts, suggestion=least), {k: round(v, 3) for k, v in measured.items()}


def _precise(weighed: Sequence[Weighed], least: float) -> float:
    """The lowest threshold from which on findings in copies mostly hold a changed word."""
    sets: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for one in weighed:
        wrong = one.described.sample.wrong
        if wrong is None:
            continue
        is_wrong = dict(zip(_token_keys(one), wrong.tolist(), strict=True))
        sets[one.described.sample.set].extend(
            (run.peak, any(is_wrong[id(run.sentence), n] for n in range(run.start, run.end)))
            for run in find_runs(one.sentences, least)
        )
    return max(_lowest_above(found, MAJOR_PRECISION) for found in sets.values())


def _lowest_above(found: Iterable[tuple[float, bool]], wanted: float) -> float:
    """The lowest value such that, of those not below it, the wanted share is right.

    >>> _lowest_above([(0.9, True), (0.7, True), (0.5, False), (0.3, True), (0.1, False)], 0.75)
    0.3
    """
    right, lowest = 0, HIGHEST
    for place, (value, is_right) in enumerate(sorted(found, reverse=True), 1):
        right += is_right
        lowest = value if right >= wanted * place else lowest
    return round(lowest, 3)


def _token_keys(one: Weighed) -> list[tuple[int, int]]:
    return [
        (id(sentence), place)
        for sentence, log_odds in one.sentences
        for place in range(len(log_odds))
    ]


def measure(
    weighed: Sequence[Weighed], doubts: Doubts, counts: NgramCounts
) -> dict[str, dict[str, float]]:
    """Alarms per 1,000 words by source of human copy, and how well copies' words are told."""
    human = [one for one in weighed if one.described.sample.source]
    alarms = [
        alarm
        for alarm in find_alarms(human, doubts.least, counts)
        if is_told(alarm.rule, alarm.peak, doubts)
    ]
    everywhere = Counter(alarm.source for alarm in alarms)
    grave = Counter(a.source for a in alarms if is_major(a.rule, a.peak, doubts))
    measured = {
        source: {
            "words": n,
            "alarms": round(1_000 * everywhere[source] / n, 3),
            "major": round(1_000 * grave[source] / n, 3),
        }
        for source, n in count_words(human).items()
    }
    copies = [one for one in weighed if one.described.sample.wrong is not None]
    for name in sorted({one.described.sample.set for one in copies}):
        own = [one for one in copies if one.described.sample.set == name]
        measured[f"copies of {name}"] = measure_copies(own, doubts)
    return measured


def _say(message: str) -> None:
    print(f"doubts: {message}", file=sys.stderr, flush=True)


_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option("--pairs", type=_FOLDER, required=True, help="Folder with the aligned pairs.")
@click.option("--clean", type=_FOLDER, required=True, help="Folder with clean news.")
@click.option("--encoder", type=_FOLDER, help="Model folder; the one shipped if not given.")
@click.option("--out", type=_FOLDER, help="Folder to write to; the shipped one if not given.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the sample.")
def main(pairs: Path, clean: Path, encoder: Path | None, out: Path | None, seed: int) -> None:
    """Fit the weights of an encoder's doubts and pick their thresholds."""
    with resources.as_file(resources.files("garbled.resources").joinpath("evidence")) as shipped:
        doubts = pick_token_thresholds(
            pairs, clean, encoder or default_folder(), out or shipped, seed
        )
    click.echo(json.dumps(asdict(doubts), indent=1))


if __name__ == "__main__":
    main()
