"""The gate: a feed in, the same feed out without what is held, and what was held with reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

import garbled
from garbled.documents import Score
from garbled.gate.annotation import Note
from garbled.gate.envelope import NO_CONTEXT, Envelope, write
from garbled.gate.held import Held
from garbled.gate.judging import digest, entries, judge
from garbled.ingest.options import DEFAULT_OPTIONS, ReadOptions
from garbled.store.memory import Outcome, Scores
from garbled.store.results import Store

Way = Literal["pass", "hold"]
Watch = Callable[[Iterable[Outcome]], Iterable[Outcome]]


@dataclass(frozen=True, slots=True)
class GateOptions:
    """What becomes of items.

    Args:
        review: whether what is to be reviewed goes out.
        unreadable: whether what cannot be read is reviewed or held.
        annotate: whether each item that goes out says its verdict.
        read: how items are read.
    """

    review: Way = "pass"
    unreadable: Literal["review", "hold"] = "review"
    annotate: bool = False
    read: ReadOptions = DEFAULT_OPTIONS


@dataclass(slots=True)
class Gated:
    """What came of a feed.

    Args:
        output: the feed without what is held; None where the one item that it is, is held.
        held: the items that do not go out, in the feed's order.
        n_items: items of the feed, those that are lost among them.
        verdicts: how many items had which verdict, an editor's word before the model's.
        n_remembered, n_degraded: results out of the memory, and such as lack grammar.
        faults: what was wrong, one line each.
        remarks: what was put right at no loss, one line each.
    """

    output: bytes | None = None
    held: list[Held] = field(default_factory=list)
    n_items: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    n_remembered: int = 0
    n_degraded: int = 0
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def gate(
    envelope: Envelope,
    feed: str,
    scorer: Scores,
    store: Store | None = None,
    options: GateOptions = GateOptions(),
    watch: Watch = iter,
) -> Gated:
    """Judge a feed's items and take out those that are held.

    Args:
        envelope: the feed, as ``open_envelope`` gives it.
        feed: its name, by which its policy is found and its history is kept.
        scorer: scores what is new.
        store: the memory of what was scored before; None scores all anew.
        options: what becomes of items.
        watch: the outcomes pass through it as they come.
    """
    gated = Gated()
    if envelope.fault:
        gated.faults.append(f"{feed}: {envelope.fault}")
    if envelope.text.remark:
        gated.remarks.append(f"{feed}: {envelope.text.remark}")
    made = entries(envelope, feed, options.read)
    gated.n_items = len(made)
    stays: list[bool] = []
    notes: list[Note | None] = []
    by = f"garbled {garbled.__version__}, model {scorer.settings.digest[:19]}"
    for number, outcome in enumerate(watch(judge(made, scorer, store))):
        is_lost = number >= len(envelope.items)
        is_kept = not is_lost and _stays(outcome, options)
        _count(gated, outcome)
        if not is_kept:
            gated.held.append(_held(envelope, feed, number, outcome))
        if not is_lost:
            stays.append(is_kept)
            notes.append(_note(outcome, by) if options.annotate and is_kept else None)
    gated.output = write(envelope, stays, notes)
    return gated


def _stays(outcome: Outcome, options: GateOptions) -> bool:
    decision = outcome.decision
    if decision == "error":
        decision = "review" if options.unreadable == "review" else "hold"
    return decision == "pass" or (decision == "review" and options.review == "pass")


def _count(gated: Gated, outcome: Outcome) -> None:
    result = outcome.result
    gated.verdicts[outcome.decision] += 1
    gated.n_remembered += outcome.is_remembered
    if outcome.verdict == "error" or "input_damaged" in result.reasons:
        error = result.error if isinstance(result, Score) else result.record["error"]
        gated.faults.append(f"{outcome.item.source}: {error}")
    is_degraded = result.degraded if isinstance(result, Score) else result.is_degraded
    gated.n_degraded += bool(is_degraded)


def _held(envelope: Envelope, feed: str, number: int, outcome: Outcome) -> Held:
    if number < len(envelope.items):
        item = envelope.items[number]
        content, original, context = envelope.content(item), envelope.original(item), item.context
    else:
        content = original = envelope.lost[number - len(envelope.items)].original
        context = NO_CONTEXT
    key = digest(b"\0".join([feed.encode("utf-8", "replace"), content]))
    return Held(key, feed, envelope.format, original, context, outcome.to_record)


def _note(outcome: Outcome, by: str) -> Note:
    result = outcome.result
    score = None if result.score is None else round(result.score, 1)
    probability = None if result.probability is None else round(result.probability, 4)
    return Note(outcome.verdict, score, probability, tuple(result.reasons), by, outcome.label)
