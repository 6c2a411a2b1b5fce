"""Figures of a run: accuracy beside chance and the topic control, calibration, "unknown"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from garbled.evaluation.metrics import debiased_calibration_error
from garbled.evaluation.resampling import Interval, bootstrap, share_of
from garbled.pivot.evaluate import Answers, Run
from garbled.pivot.samples import Sample

Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]
PRIOR = 0.25
"""Share of "unknown" at which calibration is measured, half other languages, half human English."""


@dataclass(frozen=True)
class LengthFigures:
    """What was found at one length.

    ``accuracy`` and ``control`` are of the best language, "unknown" aside, on copies and on their
    originals. ``chance`` is a guess at random, ``majority`` always the most frequent language,
    ``knowing_the_set`` a guess at random among the languages that the set of the text has.
    ``answered`` is the share of copies that are not called unknown, ``right`` the share of those
    that get their language. ``left_out_unknown`` and ``original_unknown`` are called unknown.
    The errors are of the confidence in the best class, and in the best language.
    """

    length: str
    n_copies: int
    n_groups: int
    n_engines: int
    accuracy: Interval
    chance: float
    majority: float
    knowing_the_set: float
    control: Interval
    answered: Interval
    right: Interval
    n_left_out: int
    left_out_unknown: Interval
    original_unknown: Interval
    error: float
    language_error: float


def measure_length(run: Run, length: str) -> LengthFigures:
    """The figures of a run at a length."""
    copies, originals = run.of("copies", length), run.of("originals", length)
    left_out = run.of("left out", length)
    weight = set_weights(copies.samples)
    groups = groups_of(copies.samples)
    truth = places_of(copies.samples, run.languages)
    answered = ~is_unknown(copies)
    correct = copies.probabilities.argmax(axis=1) == truth
    sets = {s.set: {t.language for t in copies.samples if t.set == s.set} for s in copies.samples}
    per_language = [weight[truth == place].sum() for place in range(len(run.languages))]
    aware = np.array([1 / len(sets[sample.set]) for sample in copies.samples])
    return LengthFigures(
        length,
        len(copies.samples),
        len({*groups.tolist()}),
        len({sample.engine for sample in copies.samples}),
        share(forced(copies) == truth, weight, groups),
        1 / len(run.languages),
        float(max(per_language) / max(weight.sum(), 1e-12)),
        float(np.average(aware, weights=weight)) if len(aware) else float("nan"),
        share(forced(originals) == truth, weight, groups),
        share(answered, weight, groups),
        share(correct[answered], weight[answered], groups[answered]),
        len(left_out.samples),
        share(is_unknown(left_out), language_weights(left_out), groups_of(left_out.samples)),
        share(is_unknown(originals), weight, groups),
        _error(run, copies, originals, left_out),
        _language_error(copies, truth, weight),
    )


def forced(answers: Answers) -> NDArray[np.int64]:
    """The most probable language of each text, "unknown" aside."""
    return np.asarray(answers.probabilities[:, :-1].argmax(axis=1))


def is_unknown(answers: Answers) -> Mask:
    """Whether "unknown" is the most probable class."""
    last = answers.probabilities.shape[1] - 1
    return np.asarray(answers.probabilities.argmax(axis=1) == last)


def places_of(samples: Sequence[Sample], languages: Sequence[str]) -> NDArray[np.int64]:
    """The place of each text's language; -1 for one that is none of them."""
    places = {name: place for place, name in enumerate(languages)}
    return np.array([places.get(sample.language, -1) for sample in samples], dtype=np.int64)


def groups_of(samples: Sequence[Sample]) -> NDArray[np.int64]:
    return np.array([sample.group for sample in samples], dtype=np.int64)


def set_weights(samples: Sequence[Sample]) -> Matrix:
    """Weights by which the languages of a set weigh alike, and a set as its number of texts."""
    n_texts = Counter((sample.set, sample.language) for sample in samples)
    n_set = Counter(sample.set for sample in samples)
    n_languages = Counter(set_ for set_, _ in n_texts)
    return np.array(
        [n_set[s.set] / n_languages[s.set] / n_texts[s.set, s.language] for s in samples]
    )


def language_weights(answers: Answers) -> Matrix:
    """Weights by which languages weigh alike."""
    n_texts = Counter(sample.language for sample in answers.samples)
    return np.array([1 / n_texts[sample.language] for sample in answers.samples])


def share(flags: Mask, weight: Matrix, groups: NDArray[np.int64]) -> Interval:
    """Weighted share of the flagged, its interval by resampling groups of originals."""
    own = share_of(flags)
    return bootstrap(lambda drawn: own(drawn * weight), groups)


def _error(run: Run, copies: Answers, originals: Answers, left_out: Answers) -> float:
    """Calibration error of the best class, over a mixture as the prior says."""
    parts = [
        (copies, places_of(copies.samples, run.languages), set_weights(copies.samples), 1 - PRIOR),
        (originals, None, set_weights(originals.samples), PRIOR / 2),
        (left_out, None, language_weights(left_out), PRIOR / 2),
    ]
    said, right, weights = [], [], []
    for answers, truth, weight, mass in parts:
        if len(weight):
            best = answers.probabilities.argmax(axis=1)
            said.append(answers.probabilities.max(axis=1))
            right.append(best == truth if truth is not None else is_unknown(answers))
            weights.append(weight * mass / weight.sum())
    if not said:
        return float("nan")
    weight = np.concatenate(weights)
    return debiased_calibration_error(
        np.concatenate(said), np.concatenate(right), weight * len(weight) / weight.sum()
    )


def _language_error(copies: Answers, truth: NDArray[np.int64], weight: Matrix) -> float:
    """Calibration error of the best language, given that it is one of them."""
    if not len(truth):
        return float("nan")
    known = copies.probabilities[:, :-1]
    known = known / known.sum(axis=1, keepdims=True)
    return debiased_calibration_error(known.max(axis=1), forced(copies) == truth, weight)
