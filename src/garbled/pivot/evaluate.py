"""Measuring the guess on engines and originals that it was not fitted on.

Engines are dealt into folds, and so are groups of originals. The classifier of a fold, calibration
included, has seen none of the fold's engines and none of its originals, and is asked about copies
of those originals by those engines, at several lengths; and about the originals themselves, which
have the topics of the copies and none of the marks. Then each language is left out wholly in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from garbled.corpora.splits import fold_of
from garbled.pivot.classifier import Labelled, PivotClassifier, folds_of
from garbled.pivot.naming import UNKNOWN
from garbled.pivot.samples import Sample, cut_after, windows_of_segments
from garbled.pivot.train import label_samples

Matrix = NDArray[np.float64]
MIN_SHARE = 0.85
"""A text must have so much of a length to be measured at it."""
OTHERS_PER_ENGINE = 12
"""Machine copies of one set, language and engine among the others."""


class Length(NamedTuple):
    """A length to measure at, in words of the original, so that all its copies are cut alike; 0
    stands for one segment, out of the middle of the text."""

    name: str
    words: int


LENGTHS = (
    Length("one segment", 0),
    Length("a window of 40 to 120 words", 70),
    Length("300 words", 300),
    Length("600 words", 600),
)
OTHERS_LENGTHS = LENGTHS[1:3]


@dataclass(frozen=True)
class Answers:
    """Answers on texts of one kind and length; a row each, in the order of ``samples``.

    ``probabilities`` has a column for each of the run's languages and one for "unknown", last; a
    language that the classifier was fitted without has 0.
    """

    kind: str
    length: str
    samples: list[Sample]
    probabilities: Matrix


@dataclass
class Run:
    """All that was answered: ``copies``, their ``originals`` row by row, ``left out`` languages'
    copies, ``others`` and their ``others' originals``, and ``human`` translations."""

    languages: list[str]
    n_folds: int
    engines: list[set[str]]
    answers: list[Answers] = field(default_factory=list)

    def of(self, kind: str, length: str) -> Answers:
        """The answers of a kind and length, of all folds together."""
        found = [a for a in self.answers if (a.kind, a.length) == (kind, length)]
        samples = [sample for answers in found for sample in answers.samples]
        empty = np.empty((0, len(self.languages) + 1))
        return Answers(kind, length, samples, np.vstack([empty, *(a.probabilities for a in found)]))


def evaluate_pivot(
    chosen: Sequence[Sample],
    others: Sequence[Sample],
    n_folds: int = 5,
    progress: Callable[[str], None] = lambda line: None,
) -> Run:
    """Fit a classifier for each fold, and one for each language left out; gather their answers.

    Args:
        chosen, others: as ``read_samples`` has them.
        n_folds: of engines, and of originals.
        progress: is told what was done.

    Raises:
        ValueError: there are fewer than two engines or groups of originals.
    """
    labelled = label_samples(chosen, PivotClassifier())
    engine, n_engine_folds = folds_of(labelled.engine, n_folds, among=~labelled.is_unknown)
    group, n_group_folds = folds_of(labelled.group, n_folds)
    n_folds = min(n_engine_folds, n_group_folds)
    if n_folds < 2:
        raise ValueError("at least two engines and two originals are needed to leave one out")
    engine, group = engine % n_folds, group % n_folds
    languages = sorted({sample.language for sample in chosen})
    engines = [
        {*labelled.engine[(engine == f) & ~labelled.is_unknown].tolist()} for f in range(n_folds)
    ]
    run = Run(languages, n_folds, engines)
    placed = _place_others(others, chosen, group, engines)
    for fold in range(n_folds):
        seen = (group != fold) & ((engine != fold) | labelled.is_unknown)
        classifier = PivotClassifier().fit_measured(labelled.take(seen))
        texts = _chosen_of(chosen, (group == fold) & (engine == fold))
        for length in LENGTHS:
            _ask(run, classifier, "copies", length, texts)
            _ask(run, classifier, "originals", length, texts, of_original=True)
        _ask_others(run, classifier, placed[fold])
        progress(f"fold {fold + 1} of {n_folds}: {len(texts)} copies")
    for number, language in enumerate(languages if len(languages) > 2 else ()):
        fold = number % n_folds
        seen = (group != fold) & (labelled.language != language)
        _ask_left_out(run, labelled.take(seen), chosen, (group == fold), language)
        progress(f"{language} left out")
    return run


def _ask_left_out(
    run: Run, seen: Labelled, chosen: Sequence[Sample], held: NDArray[np.bool_], language: str
) -> None:
    """Of a language left out the originals are new, the engines may have been seen in others."""
    classifier = PivotClassifier().fit_measured(seen)
    texts = [s for s in _chosen_of(chosen, held) if s.language == language]
    for length in LENGTHS:
        _ask(run, classifier, "left out", length, texts)


def _ask_others(run: Run, classifier: PivotClassifier, others: Sequence[Sample]) -> None:
    machine = [sample for sample in others if not sample.is_human]
    human = [sample for sample in others if sample.is_human]
    for length in OTHERS_LENGTHS:
        _ask(run, classifier, "others", length, machine)
        _ask(run, classifier, "others' originals", length, machine, of_original=True)
        _ask(run, classifier, "human", length, human)


def _chosen_of(chosen: Sequence[Sample], held: NDArray[np.bool_]) -> list[Sample]:
    """The copies among labelled texts, which stand before the originals."""
    return [sample for sample, is_held in zip(chosen, held.tolist(), strict=False) if is_held]


def _ask(
    run: Run,
    classifier: PivotClassifier,
    kind: str,
    length: Length,
    samples: Iterable[Sample],
    of_original: bool = False,
) -> None:
    """Ask about texts that are long enough; those of one original are measured once."""
    fit = [sample for sample in samples if _is_long_enough(sample, length)]
    texts = [_text(sample, length, of_original) for sample in fit]
    number = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    if not fit:
        return
    measured = classifier.measure([windows_of_segments(text) for text in number])
    said = classifier.predict_measured(measured, min_words=0)
    own = [*run.languages, UNKNOWN]
    probabilities = np.zeros((len(number), len(own)))
    probabilities[:, [own.index(str(name)) for name in classifier.classes_]] = said
    run.answers.append(
        Answers(kind, length.name, fit, probabilities[[number[text] for text in texts]])
    )


def _text(sample: Sample, length: Length, of_original: bool) -> tuple[str, ...]:
    side = sample.original if of_original else sample.copy
    if not length.words:
        return (side[len(side) // 2],)
    return side[: len(cut_after(sample.original, length.words))]


def _is_long_enough(sample: Sample, length: Length) -> bool:
    n_words = sum(len(segment.split()) for segment in sample.original)
    return n_words >= MIN_SHARE * length.words


def _place_others(
    others: Sequence[Sample],
    chosen: Sequence[Sample],
    group: NDArray[np.int64],
    engines: Sequence[set[str]],
) -> list[list[Sample]]:
    """A few others of each set, language and engine, by the fold that has not seen them."""
    groups = {sample.group: int(fold) for sample, fold in zip(chosen, group, strict=False)}
    n_folds = len(engines)
    placed: list[list[Sample]] = [[] for _ in engines]
    taken: dict[tuple[str, str, str], int] = {}
    for sample in others:
        key = (sample.set, sample.language, sample.engine)
        folds = [fold for fold, names in enumerate(engines) if sample.engine in names]
        fold = folds[0] if folds else groups.get(sample.group, fold_of(sample.engine, n_folds))
        is_unseen = groups.get(sample.group, fold) == fold
        if is_unseen and (sample.is_human or taken.get(key, 0) < OTHERS_PER_ENGINE):
            taken[key] = taken.get(key, 0) + 1
            placed[fold].append(sample)
    return placed
