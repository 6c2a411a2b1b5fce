"""Parts of an evaluation on comparisons that were made up, so that the answer is known."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from garbled.evaluation.agreement import measure_agreement, order_systems
from garbled.evaluation.architectures import architecture_of, system_fold
from garbled.evaluation.comparisons import Comparisons
from garbled.evaluation.controls import change_typography, mask_names
from garbled.evaluation.curves import EDGES, histogram, roc_curve
from garbled.evaluation.human_translation import POOLED, measure_human_translation
from garbled.evaluation.metrics import alarm_rate
from garbled.evaluation.named_slices import COPY_RULES
from garbled.evaluation.part_mangled import MIN_WINDOWS, join_documents
from garbled.evaluation.quartiles import quartiles_within
from garbled.evaluation.refits import Kinds
from garbled.evaluation.reliability import fit_logistic, measure_calibration
from garbled.evaluation.resampling import Interval
from garbled.evaluation.slices import BY_NAME, EVERYTHING
from garbled.evaluation.targets import Aim
from garbled.model.classifier import prior_shift
from garbled.segment.normalise import unify


def make_comparisons(n: int, **fields) -> Comparisons:
    """Windows of documents of four, by one system, none of them mangled."""
    document = np.arange(n) // 4
    defaults = {
        "unit": "window",
        "original": {"fast": np.zeros(n)},
        "copy": {"fast": np.zeros(n)},
        "mangled": np.zeros(n, dtype=bool),
        "faithful": np.zeros(n, dtype=bool),
        "human_made": np.zeros(n, dtype=bool),
        "native": np.ones(n, dtype=bool),
        "set": np.full(n, "wmt16"),
        "lang_pair": np.full(n, "de-en"),
        "system": np.full(n, "online-A.0"),
        "architecture": np.full(n, "statistical"),
        "origlang": np.full(n, "en"),
        "year": np.full(n, 2016),
        "human": np.full(n, np.nan),
        "quality": np.zeros(n),
        "original_words": np.full(n, 70),
        "copy_words": np.full(n, 70),
        "group": document.copy(),
        "original_weight": np.ones(n),
        "copy_weight": np.ones(n),
        "document": document,
        "place": np.arange(n) % 4,
        "segments": [frozenset({3 * d, 3 * d + 1}) for d in range(n // 4 + 1)],
    }
    return Comparisons(**{**defaults, **fields})


def test_systems_are_ordered_by_their_means_within_a_language_pair():
    system = np.repeat(["a", "b", "c"], 40)
    human = np.repeat([1.0, 0.0, -1.0], 40)
    c = make_comparisons(120, system=system, human=human)
    right = order_systems(c, "fast", np.repeat([10.0, 20.0, 30.0], 40), ["wmt16"], 0)
    assert (right.n_pairs, right.n_systems, right.right.value) == (3, 3, 1.0)
    one_wrong = order_systems(c, "fast", np.repeat([10.0, 30.0, 20.0], 40), ["wmt16"], 0)
    assert one_wrong.right.value == pytest.approx(2 / 3)
    apart = replace(c, lang_pair=np.repeat(["de-en", "cs-en", "ru-en"], 40))
    assert order_systems(apart, "fast", human, ["wmt16"], 0).n_pairs == 0


def test_agreement_is_averaged_over_language_pairs_of_several_sets():
    human = np.tile(np.linspace(-1, 1, 20), 2)
    copy = np.concatenate([-human[:20], human[20:]])
    c = make_comparisons(
        40, human=human, copy={"fast": copy}, set=np.repeat(["wmt16", "mlqe-pe"], 20)
    )
    found = measure_agreement(c, "fast", ["wmt16", "mlqe-pe"], 0)
    assert found.correlation.value == pytest.approx(0.0)
    assert (found.n_strata, found.n, found.n_originals) == (2, 40, 20)
    assert measure_agreement(c, "fast", ["wmt16"], 0).correlation.value == pytest.approx(1.0)


def test_a_detector_of_translation_is_found_out():
    random = np.random.default_rng(0)
    foreign = np.arange(200) % 8 >= 4
    scores = random.normal(size=200)
    c = make_comparisons(
        200,
        origlang=np.where(foreign, "de", "en"),
        native=~foreign,
        original={"fast": scores + 3 * foreign},
    )
    found = {h.set: h for h in measure_human_translation(c, "fast", 0)}
    assert found[POOLED].auroc.low > 0.9
    assert (found[POOLED].n_translated, found[POOLED].n_native) == (100, 100)
    blind = replace(c, original={"fast": scores})
    assert 0.4 < measure_human_translation(blind, "fast", 0)[-1].auroc.value < 0.6


def test_the_topic_floor_is_folded():
    """wmt15's native copy scores lower than wmt16's: a gap, whichever way it points."""
    second = np.arange(200) >= 100
    scores = np.random.default_rng(0).normal(size=200) - second
    c = make_comparisons(200, set=np.where(second, "wmt15", "wmt16"), original={"fast": scores})
    floor = measure_human_translation(c, "fast", 0)[-1].floor
    assert floor.value > 0.65
    assert floor.low >= 0.5


def test_an_original_counts_once_however_many_systems_retranslated_it():
    copies = make_comparisons(
        80,
        segments=[frozenset({d % 4}) for d in range(21)],
        origlang=np.where(np.arange(80) % 8 < 4, "de", "en"),
        native=np.arange(80) % 8 >= 4,
    )
    found = measure_human_translation(copies, "fast", 0)[-1]
    assert (found.n_translated, found.n_native) == (8, 8)


def test_long_articles_are_joined_within_set_language_and_system():
    c = make_comparisons(96, system=np.repeat(["a", "b"], 48))
    articles = list(join_documents(c, "fast"))
    assert [len(a) for a in articles] == [12] * 8
    assert all(len(a) >= MIN_WINDOWS for a in articles)
    assert all(len(set(c.system[a])) == 1 for a in articles)
    assert sorted(np.concatenate(articles).tolist()) == list(range(96))
    human = replace(c, human_made=np.ones(96, dtype=bool))
    assert not list(join_documents(human, "fast"))


def test_quartiles_are_taken_within_set_and_language_pair():
    values = np.concatenate([np.arange(8), 100 + np.arange(8)]).astype(float)
    c = make_comparisons(16, lang_pair=np.repeat(["de-en", "ja-en"], 8))
    found = quartiles_within(values, np.ones(16, dtype=bool), c)
    assert found.tolist() == [1, 1, 2, 2, 3, 3, 4, 4] * 2


def test_the_logistic_fit_finds_overconfidence():
    random = np.random.default_rng(1)
    true = random.normal(size=4_000)
    mangled = random.random(4_000) < 1 / (1 + np.exp(-true))
    slope, intercept = fit_logistic(2 * true, mangled, np.ones(4_000))
    assert slope == pytest.approx(0.5, abs=0.05)
    assert intercept == pytest.approx(0.0, abs=0.1)


def test_calibration_of_a_slice_weighs_classes_by_the_prior():
    random = np.random.default_rng(2)
    c = make_comparisons(
        2_000,
        mangled=np.ones(2_000, dtype=bool),
        original={"fast": random.normal(-1.0, np.sqrt(2), 2_000)},
        copy={"fast": random.normal(1.0, np.sqrt(2), 2_000)},
    )
    found = measure_calibration(c, BY_NAME[EVERYTHING], "fast", 0.1, 0)
    assert found.slope.low < 1.0 < found.slope.high
    assert found.error.value < 0.02
    assert (found.n_mangled, found.n_clean) == (2_000, 2_000)
    assert sum(b.weight for b in found.bins) == pytest.approx(1.0)
    assert sum(b.weight * b.seen for b in found.bins) == pytest.approx(0.1)
    assert [b.predicted for b in found.bins] == sorted(b.predicted for b in found.bins)
    assert prior_shift(0.1) < 0


def test_a_roc_curve_ends_in_its_corners_and_histograms_add_up():
    c = make_comparisons(
        40, original={"fast": np.linspace(-9, 1, 40)}, copy={"fast": np.linspace(-1, 9, 40)}
    )
    every = np.ones(40, dtype=bool)
    curve = roc_curve(c, "fast", EVERYTHING, every)
    assert curve is not None
    assert (curve.true_positive_rate[-1], curve.false_positive_rate[-1]) == (1.0, 1.0)
    assert curve.true_positive_rate[0] == pytest.approx(0.8, abs=0.03)
    assert list(curve.true_positive_rate) == sorted(curve.true_positive_rate)
    shares = histogram(c, "fast", EVERYTHING, every)
    assert shares is not None
    assert sum(shares.originals) == pytest.approx(1.0)
    assert len(shares.edges) == len(EDGES) == len(shares.copies) + 1
    assert roc_curve(c, "fast", EVERYTHING, ~every) is None


def test_architectures_and_system_folds():
    assert architecture_of("wmt13", "PROMT.2754") == "rule-based"
    assert architecture_of("wmt22", "PROMT") == "neural"
    assert architecture_of("wmt15", "PROMT-SMT.3989") == "statistical"
    assert architecture_of("apertium-roundtrip", "Apertium eng-spa>spa-eng") == "rule-based"
    assert architecture_of("llm-wmt22-alma", "MADLAD-10B") == "neural"
    folds = {system_fold(f"system-{n}") for n in range(50)}
    assert folds == set(range(5))


def test_a_language_counts_wherever_in_the_chain_it_stands():
    pairs = np.array(["fr-en", "en-es-fr-es-en", "en-de+ru-en", "de-en"])
    none = np.zeros(4, dtype=np.int64)
    kinds = Kinds(pairs, pairs, pairs, none, pairs, none)
    assert kinds.has_language("fr").tolist() == [True, True, False, False]


def test_a_bound_that_is_too_wide_leaves_a_target_undecided():
    aim = Aim("k", "n", highest=0.02, better="lower")
    assert aim.fill_rate(alarm_rate(0, 20)).met is None
    assert aim.fill_rate(alarm_rate(0, 5_000)).met is True
    assert aim.fill_rate(alarm_rate(200, 5_000)).met is False
    assert aim.fill(Interval(0.01)).met is True
    empty = aim.fill_rate(None)
    assert empty.met is None
    assert isnan(empty.value)
    assert empty.note == "not measured"
    between = Aim("k", "n", 0.4, 0.6, "nearer", 0.5)
    assert [between.fill(Interval(v)).met for v in (0.39, 0.5, 0.61)] == [False, True, False]
    assert (str(aim), str(between), str(Aim("k", "n"))) == ("≤ 0.02", "0.4 to 0.6", "reported")


def test_alterations_leave_what_they_should():
    text = 'The mayor of Ryde said: "We met Ann." Then he left Marlow - twice.'
    masked = mask_names(text)
    assert "Ryde" not in masked
    assert "Marlow" not in masked
    assert masked.startswith("The mayor of Name said")
    assert len(change_typography(text)) == len(text)
    assert change_typography(text) != text
    assert unify(change_typography(text)) == unify(text)


@pytest.mark.parametrize(
    ("name", "text", "holds"),
    [
        ("verbatim quotes", '"It is far too long, and we know it," he said.', True),
        ("verbatim quotes", "He said it was far too long, and that they knew it.", False),
        (
            "sports results",
            "Won 2-1, lost 0-3, won 6-4 in the cup; the coach left the match.",
            True,
        ),
        ("sports results", "The 2-1 vote and the 5-4 ruling came in 2009-10.", False),
        ("stock round-ups", "Shares rose 2%, the index 3%, points 1 percent, stocks 4 pct.", True),
        ("British spelling", "The labour centre closed.", True),
        ("British spelling", "The labor center closed.", False),
        ("instrument codes", "Gazprom (GAZP.MM) rose.", True),
        ("instrument codes", "The U.S. team won.", False),
    ],
)
def test_named_slices_are_chosen_by_their_rules(name, text, holds):
    rule = next(rule for rule in COPY_RULES if rule.name == name)
    assert rule.holds(text) is holds
