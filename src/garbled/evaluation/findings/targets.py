"""What was aimed at for findings, what was found, and whether it is met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from garbled.evaluation.findings.agreement import AS_IT_IS, AT_RATE, DOUBTS, FINDINGS
from garbled.evaluation.findings.results import AlarmRates, FindingResults, Held
from garbled.evaluation.findings.sorts import RARE
from garbled.evaluation.findings.suggested import ALL
from garbled.evaluation.metrics import Interval, Rate
from garbled.evaluation.results import Target
from garbled.evaluation.targets import Aim

CLEAN, PAPERS = "clean news", "originals of other papers"
RATES = (
    ("all", "all findings", 1.0),
    ("names", "findings of names", 0.2),
    ("severe", "major or worse", 0.1),
)
RECALL_WANTED = 0.8
RIGHT_WANTED, COVERAGE_WANTED = 0.5, 0.15
HELD_ALLOWED = {"clean": 0.001, "translation": 0.005}
HELD_WANTED = {"bad": 0.5, "wrecked": 0.5}
CLEAN_NEEDED = 3_000
MILLISECONDS_ALLOWED = 5.0


def fill_targets(results: FindingResults) -> tuple[Target, ...]:
    """Every row of the table, in its order."""
    parts = (_alarms, _slices, _recall, _tokens, _suggestions, _held, _cost)
    own = (target for part in parts for target in part(results))
    return (*own, *results.alignment.targets())


def _alarms(results: FindingResults) -> Iterator[Target]:
    rates = {own.copy: own for own in results.alarms}
    for copy in (CLEAN, PAPERS):
        yield from _rates(copy, rates.get(copy))


def _slices(results: FindingResults) -> Iterator[Target]:
    for own in results.slices:
        yield from _rates(own.copy, own)


def _rates(copy: str, own: AlarmRates | None) -> Iterator[Target]:
    for key, words, allowed in RATES:
        aim = Aim(
            f"alarms/{copy}/{key}".replace(" ", "_"),
            f"false alarms per 1,000 words, {copy}: {words}",
            highest=allowed,
            better="lower",
        )
        if own is None or not own.n_words:
            yield aim.fill(None)
            continue
        note = f"{own.n:,} articles, {own.n_words:,} words"
        found: Interval = getattr(own, key)
        yield aim.fill(found, own.n, note)


def _recall(results: FindingResults) -> Iterator[Target]:
    for own in results.recall:
        wanted = Aim("", "", RECALL_WANTED) if own.sort != RARE else Aim("", "")
        aim = replace(
            wanted, key=f"recall/{own.sort}".replace(" ", "_"), name=f"planted: {own.sort}"
        )
        yield aim.fill(own.found, own.n)


def _tokens(results: FindingResults) -> Iterator[Target]:
    found = {own.detector: own for own in results.tokens if own.set == "all"}
    for detector in (f"{FINDINGS}, {AS_IT_IS}", f"{DOUBTS}, at its best MCC"):
        own = found.get(detector)
        aim = Aim(f"mcc/{detector}".replace(" ", "_"), f"MCC with post-edits, tokens: {detector}")
        yield aim.fill(own.mcc if own else None, own.n_tokens if own else 0)
    for detector in (FINDINGS, DOUBTS, "LanguageTool alone", "tortured phrases alone"):
        own = found.get(f"{detector}, {AT_RATE}")
        aim = Aim(f"f1/{detector}".replace(" ", "_"), f"F1 with post-edits, {AT_RATE}: {detector}")
        note = f"{own.alarms:.2f} alarms per 1,000 words" if own else ""
        yield aim.fill(own.f1 if own else None, own.n_tokens if own else 0, note)


def _suggestions(results: FindingResults) -> Iterator[Target]:
    own = next((s for s in results.suggestions if s.kind == ALL), None)
    right = Aim("suggestions/right", "suggestions that are the original's words", RIGHT_WANTED)
    coverage = Aim("suggestions/coverage", "findings with a suggestion", COVERAGE_WANTED)
    yield right.fill(own.right if own else None, own.findings if own else 0)
    yield coverage.fill(own.coverage if own else None, own.findings if own else 0)


def _held(results: FindingResults) -> Iterator[Target]:
    found = {own.key: own for own in results.held}
    for key, allowed in HELD_ALLOWED.items():
        own = found.get(key)
        aim = Aim(f"hold/{key}", f"held: {own.copy if own else key}", highest=allowed,
                  better="lower")  # fmt: skip
        yield aim.fill_rate(own.held if own else None, own.n if own else 0, _few(own))
    for key, wanted in HELD_WANTED.items():
        own = found.get(key)
        aim = Aim(f"hold/{key}", f"held: {own.copy if own else key}", wanted)
        yield aim.fill(_share(own.held) if own else None, own.n if own else 0)


def _few(own: Held | None) -> str:
    is_few = own is not None and own.key == "clean" and own.n < CLEAN_NEEDED
    return f"fewer than {CLEAN_NEEDED:,} articles" if is_few else ""


def _share(rate: Rate) -> Interval | None:
    return Interval(rate.value, rate.low, rate.high) if rate.n else None


def _cost(results: FindingResults) -> Iterator[Target]:
    total = sum(own.milliseconds for own in results.cost)
    aim = Aim("cost", "milliseconds a paragraph beyond the scores",
              highest=MILLISECONDS_ALLOWED, better="lower")  # fmt: skip
    yield aim.fill(Interval(total) if results.cost else None, 0, "analysers and findings together")
