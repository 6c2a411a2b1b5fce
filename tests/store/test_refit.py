"""How far labels move thresholds: little, the right way, back again, and never too far."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garbled.errors import GarbledError
from garbled.policy import Policy
from garbled.store import Kept, Store, result_key
from garbled.store.refit import MAX_SHIFT, Labelled, fit_shift

from .conftest import change, make_document, make_score, patient

labels = st.lists(
    st.builds(Labelled, st.floats(0, 1).map(lambda p: round(p, 4)), st.booleans()), max_size=30
)
probabilities = st.floats(0, 1)


def test_false_alarms_raise_thresholds_and_missed_ones_lower_them() -> None:
    assert fit_shift([Labelled(0.9, False)]) > 0 > fit_shift([Labelled(0.05, True)])


@patient
@given(labels, probabilities)
def test_one_more_label_moves_little_and_the_right_way(
    before: list[Labelled], probability: float
) -> None:
    shift = fit_shift(before)
    up = fit_shift([*before, Labelled(probability, False)]) - shift
    down = fit_shift([*before, Labelled(probability, True)]) - shift
    assert 0 <= up <= 0.1 + 1e-3
    assert -0.1 - 1e-3 <= down <= 0


@patient
@given(labels)
def test_the_shift_is_bounded_and_the_order_of_labels_is_nothing(given: list[Labelled]) -> None:
    shift = fit_shift(given)
    assert abs(shift) <= MAX_SHIFT
    assert fit_shift(given[::-1]) == shift


def test_labels_as_the_probabilities_say_move_nothing() -> None:
    """One false alarm at 0.9 is undone by nine that were mangled; at 0.5 by one."""
    assert fit_shift([]) == 0
    assert fit_shift([Labelled(0.9, False), *[Labelled(0.9, True)] * 9]) == 0
    assert fit_shift([Labelled(0.5, False), Labelled(0.5, True)]) == 0


@patient
@given(labels)
def test_the_opposite_labels_at_the_opposite_probabilities_undo_each_other(
    given: list[Labelled],
) -> None:
    mirrored = [Labelled(1 - p, not is_mangled) for p, is_mangled in given]
    assert fit_shift([*given, *mirrored]) == pytest.approx(0, abs=1e-3)
    assert fit_shift(mirrored) == pytest.approx(-fit_shift(given), abs=2e-3)


def test_many_labels_come_near_what_they_say() -> None:
    """Where half of what was given 0.9 is mangled, 0.9 means one half: a shift of 2.2, bounded."""
    half = [Labelled(0.9, number % 2 == 0) for number in range(2000)]
    assert fit_shift(half) == MAX_SHIFT
    most = [Labelled(0.9, number % 4 != 0) for number in range(4000)]
    assert fit_shift(most) == pytest.approx(1.099, abs=0.03)


def keep(store: Store, n: int, probability: float | None = 0.9, feed: str = "wire") -> None:
    for number in range(n):
        document = make_document(f"Text {number}.", number, feed)
        key = result_key(document.text.encode(), "")
        score = make_score(document, probability=probability)
        store.keep([Kept(key, feed, document.id, score)])


def test_a_label_moves_its_feed_and_no_other(store: Store) -> None:
    keep(store, 2)
    keep(store, 1, feed="other")
    store.label(("wire", "id-0"), "false_alarm")
    assert store.policies() == {"wire": Policy(shift=0.089)}
    store.label(("wire", "id-1"), "false_alarm")
    assert store.policies()["wire"].shift == pytest.approx(0.176, abs=0.01)


def test_the_last_word_counts_and_can_be_taken_back(store: Store) -> None:
    keep(store, 2)
    store.label(("wire", "id-0"), "false_alarm")
    one = store.policies()
    labelled = store.label(("wire", "id-1"), "false_alarm")
    assert labelled.label == "false_alarm"
    store.label(labelled.result_id, "mangled")
    assert [(label.item_id, label.word) for label in store.labels()] == [
        ("id-1", "mangled"),
        ("id-0", "false_alarm"),
    ]
    assert store.unlabel(labelled.result_id).word == "mangled"
    assert store.policies() == one
    assert store.unlabel(("wire", "id-0")).item_id == "id-0"
    assert store.policies() == {}
    with pytest.raises(GarbledError, match="has no label"):
        store.unlabel(("wire", "id-0"))


def test_a_label_is_on_the_content_whatever_scored_it(store: Store, path: Path) -> None:
    document = make_document("Text.")
    old, new = (result_key(b"Text.", configuration) for configuration in ("old", "new"))
    store.keep([Kept(old, "wire", "id-1", make_score(document, probability=0.9))])
    store.label(1, "false_alarm")
    store.keep([Kept(new, "wire", "id-1", make_score(document, probability=0.4))])
    [label] = store.labels()
    assert (label.result_id, label.probability) == (2, 0.4)
    assert {result.label for result in store.results()} == {"false_alarm"}
    assert store.words([new, result_key(b"Text 2.", "new")]) == {("wire", new): "false_alarm"}
    store.unlabel(1)
    assert store.labels() == []


def test_a_forgotten_results_label_stays_and_can_be_removed(store: Store, path: Path) -> None:
    keep(store, 1)
    store.label(("wire", "id-0"), "false_alarm")
    change(path, "DELETE FROM results")
    assert store.policies() == {"wire": Policy(shift=0.089)}
    store.unlabel(("wire", "id-0"))
    assert store.policies() == {}


def test_a_label_without_a_probability_is_kept_but_moves_nothing(store: Store) -> None:
    keep(store, 1, probability=None)
    store.label(("wire", "id-0"), "mangled")
    assert len(store.labels("wire")) == 1
    assert store.labels("other") == []
    assert store.policies() == {}


def test_an_unknown_word_is_refused(store: Store) -> None:
    keep(store, 1)
    with pytest.raises(GarbledError, match="a label is false_alarm or mangled, not 'fine'"):
        store.label(("wire", "id-0"), "fine")  # type: ignore[arg-type]


@patient
@given(
    st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(-MAX_SHIFT, MAX_SHIFT), st.booleans()
)
def test_thresholds_stay_in_order_and_in_bounds(
    one: float, other: float, shift: float, is_stated: bool
) -> None:
    review, hold = sorted((one, other))
    own = {"clear_pass": review / 2, "review": review, "hold": hold}
    policy = Policy(review=review if is_stated else None, shift=shift)
    moved = policy.thresholds(own)
    assert 0 < moved["clear_pass"] <= moved["review"] <= moved["hold"] < 1
    assert (moved["review"] > review) == (shift > 0) or abs(shift) < 1e-9
