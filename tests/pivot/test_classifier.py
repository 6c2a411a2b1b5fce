"""Languages that really differ are told apart on new engines and originals, others are unknown."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone

from garbled.pivot.calibration import Calibration, Evidence
from garbled.pivot.classifier import Labelled, PivotClassifier
from garbled.pivot.features import measure_windows, windows_of
from pivot.relays import LANGUAGES, original, relay

NEW = range(500, 520)


def test_the_language_of_new_texts_is_found(fitted):
    for language in LANGUAGES:
        copies = [relay(original(number), language, "north") for number in NEW]
        assert np.mean(fitted.predict(copies) == language) >= 0.9


def test_human_english_is_unknown(fitted):
    """The languages are told by their marks: the same topics without them are nobody's."""
    assert np.mean(fitted.predict([original(number) for number in NEW]) == "unknown") >= 0.9


def test_a_language_that_was_not_fitted_is_mostly_unknown(fitted):
    copies = [relay(original(number), "dd", "north") for number in NEW]
    of_known = [relay(original(number), "aa", "north") for number in NEW]
    left_out, known = (fitted.predict_proba(texts)[:, -1].mean() for texts in (copies, of_known))
    assert left_out > 0.5 > known


def test_rows_sum_to_one_and_columns_are_the_classes(fitted):
    texts = [original(1), relay(original(2), "bb", "east"), "Too short.", ""]
    probabilities = fitted.predict_proba(texts)
    assert fitted.classes_.tolist() == ["aa", "bb", "cc", "unknown"]
    assert probabilities.shape == (4, 4)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    assert (probabilities >= 0).all()


def test_short_texts_are_surely_unknown(fitted):
    words = "Board repaired old pier near river before winter and slowly "
    assert fitted.predict_proba([words * 2])[0].tolist() == [0, 0, 0, 1]  # 20 words
    assert fitted.predict_proba([words * 3])[0, -1] < 1  # 30 words


def test_more_text_makes_surer(fitted):
    long = [relay(original(number, 40), "cc", "south", share=0.3) for number in NEW]
    short = [relay(original(number, 5), "cc", "south", share=0.3) for number in NEW]
    place = LANGUAGES.index("cc")
    mean_long, mean_short = (fitted.predict_proba(x)[:, place].mean() for x in (long, short))
    assert mean_long > mean_short


def test_it_is_an_estimator():
    classifier = PivotClassifier(unknown_prior=0.4, C=1.0)
    assert clone(classifier).get_params() == classifier.get_params()
    assert not [name for name in vars(classifier) if name.endswith("_")]


def test_one_language_is_refused():
    with pytest.raises(ValueError, match="two languages"):
        PivotClassifier().fit([original(1), original(2)], ["aa", "unknown"])


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="differ in length"):
        PivotClassifier().fit([original(1), original(2)], ["aa", "bb"], engines=["x"])


def test_two_languages_of_one_engine_can_be_fitted():
    texts = [relay(original(n), name, "north") for n in range(20) for name in ("aa", "bb")]
    classifier = PivotClassifier().fit(texts, ["aa", "bb"] * 20)
    assert classifier.predict([relay(original(700), "bb", "north")]).tolist() == ["bb"]


def test_an_original_counts_once_a_language(fitted):
    """Three engines of one language weigh as much as one of another."""
    texts = measure_windows([windows_of(original(1))] * 4, fitted._counts())
    labelled = Labelled(
        texts, np.array(["aa"] * 3 + ["bb"]), np.array(["x", "y", "z", "x"]), np.array(["1"] * 4)
    )
    np.testing.assert_allclose(labelled.weights(), [1 / 3, 1 / 3, 1 / 3, 1])


def test_texts_are_taken_and_cut_by_text(fitted):
    texts = fitted.measure([windows_of(original(n, 40)) for n in range(3)])
    taken = texts.take(np.array([True, False, True]))
    assert taken.n_texts == 2
    assert {*taken.text.tolist()} == {0, 1}
    cut = texts.first(2)
    assert np.bincount(cut.text).tolist() == [2, 2, 2]
    assert len(texts.text) > 6


def test_a_distribution_sharpens_with_the_scale():
    evidence = Evidence(np.array([[1.0, 0.0]]), np.array([0.0]), np.array([70]))
    flat, sharp = (
        Calibration((a, 0.0), (-30.0, 0, 0, 0, 0)).probabilities(evidence)[0] for a in (-2.0, 2.0)
    )
    assert 0.5 < flat[0] < 0.6 < 0.99 < sharp[0]
