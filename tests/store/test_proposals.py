"""Thresholds from a history: they keep to the numbers, and say when nothing can."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from garbled.documents import ParagraphScore
from garbled.errors import GarbledError
from garbled.store import Kept, Store, result_key
from garbled.store.proposals import MIN_ITEMS, Proposal, propose
from garbled.store.statements import Observed

from .conftest import change, make_document, make_score, patient

DAY = 86_400.0
STYLES = ("pass review hold", "pass review review", "review hold hold", "hold hold hold")
"""Verdicts by style of most copy, and of copy with more and more findings."""


def history(
    n: int, days: float, by_style: str = STYLES[0], seed: int = 0, backlog: int = 0
) -> list[Observed]:
    """Items that come evenly, with probabilities spread evenly; a backlog comes at once."""
    random_ = random.Random(seed)
    moments = [0.0] * backlog + [days * DAY * (i + 1) / n for i in range(n)]
    return [Observed(at, round(random_.random(), 4), 0.3, 0.7, by_style) for at in moments]


def counted(observed: list[Observed], review: float, hold: float, verdict: str) -> int:
    """The verdict's items, told one by one."""
    styles = [(o.probability or 0) >= review for o in observed]
    certain = [(o.probability or 0) >= hold for o in observed]
    found = [o.by_style.split()[a + b] for o, a, b in zip(observed, styles, certain, strict=True)]
    return found.count(verdict)


def a_day(observed: list[Observed], proposal: Proposal, verdict: str) -> float:
    n = counted(observed, proposal.review, proposal.hold, verdict)
    return n / len(observed) * proposal.items_a_day


def test_the_hold_threshold_keeps_to_the_number_and_is_the_lowest_that_does() -> None:
    observed = history(1000, 10)
    proposal = propose(observed, holds_a_day=5)
    assert proposal.items_a_day == pytest.approx(100, rel=0.01)
    assert proposal.held.n == counted(observed, 0.3, proposal.hold, "hold")
    assert a_day(observed, proposal, "hold") == proposal.held.a_day <= 5
    lower = sorted(o.probability for o in observed if o.probability < proposal.hold)[-1]
    assert counted(observed, 0.3, lower, "hold") / 10 > 5 * 0.999
    assert proposal.review == 0.3
    assert proposal.held.low < proposal.held.a_day < proposal.held.high
    assert proposal.held_before == pytest.approx(30, abs=5)


def test_both_thresholds_keep_to_their_numbers() -> None:
    observed = [o for seed, style in enumerate(STYLES[:3]) for o in history(400, 10, style, seed)]
    observed.sort()
    proposal = propose(observed, holds_a_day=10, reviews_a_day=20 + 40)
    assert a_day(observed, proposal, "hold") <= 10
    assert a_day(observed, proposal, "review") <= 60
    assert proposal.review <= proposal.hold


@settings(patient, max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 10_000), st.sampled_from(STYLES)), min_size=MIN_ITEMS, max_size=200
    ),
    st.floats(0.5, 60),
    st.none() | st.floats(0.5, 60),
)
def test_no_history_makes_a_proposal_break_its_numbers(
    told: list[tuple[int, str]], holds: float, reviews: float | None
) -> None:
    n = len(told)
    observed = [
        Observed(i * 5 * DAY / (n - 1), p / 10_000, 0.3, 0.7, style)
        for i, (p, style) in enumerate(told)
    ]
    new_a_day = (n - 1) / 5
    never = 0.3 if reviews is None else 2.0
    least_held = counted(observed, never, 2.0, "hold") / n * new_a_day
    least_reviewed = counted(observed, never, 2.0, "review") / n * new_a_day
    if least_held > holds:
        with pytest.raises(GarbledError, match="findings alone would hold"):
            propose(observed, holds, reviews)
        return
    try:
        proposal = propose(observed, holds, reviews)
    except GarbledError:  # only where holding more, by lower thresholds, would leave fewer reviews
        assert reviews is not None
        assert least_reviewed > reviews
        return
    assert a_day(observed, proposal, "hold") <= holds + 1e-9
    if reviews is not None:
        assert a_day(observed, proposal, "review") <= reviews + 1e-9
    assert 0 < proposal.review <= proposal.hold < 1


def test_a_backlog_tells_thresholds_but_no_rate() -> None:
    proposal = propose(history(100, 10, backlog=900), holds_a_day=1)
    assert proposal.items_a_day == pytest.approx(10)
    assert proposal.n_items == 1000
    assert proposal.held.n == pytest.approx(100, abs=1)


@pytest.mark.parametrize(
    ("observed", "said"),
    [
        ([], "its history has 0 items over 0.0 days; 100 items over 3 days are needed"),
        (history(99, 10), "its history has 99 items"),
        (history(500, 2), "500 items over 2.0 days"),
        (history(0, 1, backlog=500), "500 items over 0.0 days"),
        (
            [o._replace(probability=None, by_style="pass pass pass") for o in history(200, 5)],
            "none of its items was long enough",
        ),
    ],
)
def test_a_history_that_says_too_little_is_refused(observed: list[Observed], said: str) -> None:
    with pytest.raises(GarbledError, match=said):
        propose(observed, 5)


def test_holds_that_no_threshold_avoids_are_said() -> None:
    observed = history(1000, 10, "hold hold hold")
    for reviews in (None, 5):
        with pytest.raises(GarbledError, match="findings alone would hold 1e\\+02"):
            propose(observed, 5, reviews)
    always = history(1000, 10, "review review review")
    with pytest.raises(GarbledError, match=r"send to review 1e\+02 of its items a day"):
        propose(always, 5, 5)


def test_items_that_could_not_be_scored_count_as_they_stand() -> None:
    unscored = [
        o._replace(probability=None, by_style="review review review") for o in history(100, 10)
    ]
    observed = sorted([*history(900, 10), *unscored], key=lambda o: o.first_at)
    proposal = propose(observed, 5, 15)
    assert a_day(observed, proposal, "review") <= 15
    with pytest.raises(GarbledError, match="send to review 10 "):
        propose(observed, 5, 8)


def test_the_memory_gives_each_item_once_by_its_newest_result(store: Store, path: Path) -> None:
    document = make_document("Text.")
    plain = tuple(ParagraphScore(part.paragraph) for part in make_score(document).paragraphs)
    for number, probability in enumerate((0.9, 0.5)):
        key = result_key(str(number).encode(), "")
        score = make_score(document, probability=probability, verdict="hold", paragraphs=plain)
        store.keep([Kept(key, "wire", "id-1", score), Kept(key, "other", "id-1", score)])
    change(path, "UPDATE results SET scored_at = id")
    [observed] = store.observed("wire")
    assert observed == Observed(1.0, 0.5, 0.3, 0.7, "pass hold review")


def test_other_models_and_priors_results_are_left_out(store: Store, path: Path) -> None:
    for number in range(4):
        document = make_document(f"Text {number}.", number)
        key = result_key(document.text.encode(), "")
        store.keep([Kept(key, "wire", document.id, make_score(document))])
    change(path, "UPDATE results SET model = 'old' WHERE id = 1")
    change(path, "UPDATE results SET prior = 0.3 WHERE id = 2")
    assert len(store.observed("wire")) == 2
