"""Heads refitted on the training side, on the small corpus."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from garbled.errors import GarbledError
from garbled.evaluation import generalisation
from garbled.evaluation.ablation import UNSEEN_FOLD, measure_ablation
from garbled.evaluation.generalisation import Kind, measure_generalisation
from garbled.evaluation.held_out import Measuring
from garbled.evaluation.refits import TrainingSide, measure_training_side, refit_without
from garbled.evaluation.slices import NATIVE
from garbled.features.groups import CONFIGURATIONS
from garbled.model.store import load_model
from garbled.training.config import HELD_OUT_FOLD

CONFIGURATION = "full_without_grammar"


@pytest.fixture(scope="module")
def side(corpus, model) -> TrainingSide:
    return measure_training_side(corpus / "pairs", load_model(model), Measuring(model))


def test_the_training_side_has_nothing_of_the_held_out_fold(side, held_out):
    assert HELD_OUT_FOLD not in side.labels.fold
    assert set(held_out.labels.fold.tolist()) == {HELD_OUT_FOLD}


def test_a_head_that_leaves_nothing_out_is_the_one_that_ships(side, held_out, windows):
    refit = refit_without(side, held_out, np.zeros(len(side.kinds), dtype=bool))
    groups = CONFIGURATIONS[CONFIGURATION]
    own = held_out.compare_scores(
        {CONFIGURATION: refit.logits(groups, refit.configuration(groups))}
    )
    for again, shipped in ((own.original, windows.original), (own.copy, windows.copy)):
        # The model folder keeps n-gram weights in half precision.
        assert np.corrcoef(again[CONFIGURATION], shipped[CONFIGURATION])[0, 1] > 0.999


def test_with_everything_left_out_there_is_nothing_to_fit(side, held_out):
    with pytest.raises(GarbledError, match="too little to fit on"):
        refit_without(side, held_out, np.ones(len(side.kinds), dtype=bool))


def test_a_kind_is_measured_with_and_without_it(side, held_out, model, monkeypatch):
    german = Kind("relay language", "German", lambda kinds: kinds.has_language("de"))
    nobody = Kind("year", "1066", lambda kinds: kinds.year == 1066)
    monkeypatch.setattr(generalisation, "KINDS", (german, nobody))
    monkeypatch.setattr(generalisation, "MIN_COMPARISONS", 10)
    found, missing = measure_generalisation(side, held_out, load_model(model), 0)
    assert [(g.name, g.unit) for g in found] == [("German", "window"), ("German", "article")]
    windows = found[0]
    assert windows.n == (held_out.labels.lang_pair == "de-en").sum() / 2
    assert windows.n_systems == 2
    assert windows.left_out.value == pytest.approx(windows.in_fold.value + windows.difference.value)
    assert windows.left_out.value > 0.6
    assert missing == ["year 1066: 0 held-out windows"]


def test_every_group_is_left_out_and_stands_alone(report):
    groups = {a.group for a in report.ablation}
    assert groups == set(CONFIGURATIONS[CONFIGURATION])
    native = {(a.group, a.change): a for a in report.ablation if a.slice == NATIVE}
    assert len(native) == 2 * len(groups)
    for row in native.values():
        assert row.difference.value == pytest.approx(row.changed.value - row.with_all.value)
    assert native["words", "alone"].changed.value > 0.7
    assert native["words", "alone"].n == native["words", "left out"].n > 0


def test_ablation_needs_something_to_fit_on(side, held_out):
    one = replace(side.kinds, system_fold=np.full(len(side.kinds), UNSEEN_FOLD))
    with pytest.raises(GarbledError, match="too little"):
        measure_ablation(replace(side, kinds=one), held_out, 0)
