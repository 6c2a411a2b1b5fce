"""The guess as a scikit-learn classifier: texts in, a distribution with "unknown" in it out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from garbled.analysers.counts import NgramCounts
from garbled.model.folder import COUNTS_FILE, default_folder, sha256_of
from garbled.pivot.calibration import HeldOut, evidence_of, fit_calibration
from garbled.pivot.features import MeasuredTexts, load_counts, measure_windows, windows_of
from garbled.pivot.linear import LinearLayer, fit_linear
from garbled.pivot.naming import UNKNOWN
from garbled.segment.windows import MIN_WORDS

FOLDS = 5
CUTS = (1, 2, 4, 8)
"""Windows after which texts are cut too, so that short texts are calibrated as well as long."""
MIN_LEFT = 3
"""Languages from which one can be left out, so that two are still told apart."""
Matrix = NDArray[np.float64]
Names = NDArray[np.str_]


@dataclass(frozen=True)
class Labelled:
    """Texts with their language or "unknown", the engine that made each, and its original's
    group; all of shape (n_texts,)."""

    texts: MeasuredTexts
    language: Names
    engine: Names
    group: Names

    def take(self, chosen: NDArray[np.bool_]) -> Labelled:
        return Labelled(
            self.texts.take(chosen),
            self.language[chosen],
            self.engine[chosen],
            self.group[chosen],
        )

    @property
    def is_unknown(self) -> NDArray[np.bool_]:
        return np.asarray(self.language == UNKNOWN)

    def weights(self) -> Matrix:
        """One over the engines that took the text's group through its language: an original counts
        once a language, so that no engine dominates and every language has the same topics."""
        engines: dict[tuple[str, str], set[str]] = {}
        keys = list(zip(self.group.tolist(), self.language.tolist(), strict=True))
        for key, engine in zip(keys, self.engine.tolist(), strict=True):
            engines.setdefault(key, set()).add(engine)
        return np.array([1 / len(engines[key]) for key in keys])


class PivotClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Guesses the language that English texts came back through.

    Its answer has the class "unknown", for texts of a language that it was not fitted on, for
    human English, and, surely, for texts under 25 words. Fit it on retranslations of the *same*
    originals through several languages: otherwise it learns what each language writes about.

    Args:
        unknown_prior: the share of unknown texts that answers are calibrated for; half of them of
            other languages, half human English.
        C: inverse strength of the regularisation.
        min_windows: an n-gram is kept that so many windows have; fewer in a small corpus.
        model: folder whose word counts tell frequent words; by default that of the shipped model.

    Attributes:
        classes_: the languages in alphabetical order, and "unknown" last.
        layer_: ``LinearLayer``, log-odds of a window.
        calibration_: ``Calibration``, of a text.
        counts_digest_: SHA-256 of the word counts.
    """

    def __init__(
        self,
        unknown_prior: float = 0.25,
        C: float = 4.0,
        min_windows: int = 20,
        model: Path | str | None = None,
    ) -> None:
        self.unknown_prior = unknown_prior
        self.C = C
        self.min_windows = min_windows
        self.model = model

    def fit(
        self,
        X: Sequence[str],
        y: ArrayLike,
        engines: ArrayLike | None = None,
        groups: ArrayLike | None = None,
    ) -> PivotClassifier:
        """Fit on retranslated texts, and on human English labelled "unknown".

        Args:
            X: texts, paragraphs parted by blank lines.
            y: the language of each, or "unknown".
            engines: what translated each, and
            groups: which original it is of: both are held out together for calibration. By default
                there is one engine, and every text has an original of its own.

        Raises:
            ValueError: fewer than two languages, or lengths differ.
        """
        texts = measure_windows(map(windows_of, X), self._counts())
        languages = np.asarray(y, dtype=str)
        made_by = np.full(len(languages), "?") if engines is None else np.asarray(engines, str)
        of = np.arange(len(languages)).astype(str) if groups is None else np.asarray(groups, str)
        if len({texts.n_texts, len(languages), len(made_by), len(of)}) > 1:
            raise ValueError("texts, languages, engines and groups differ in length")
        return self.fit_measured(Labelled(texts, languages, made_by, of))

    def fit_measured(self, given: Labelled) -> PivotClassifier:
        """Fit on texts that were measured before; what training and evaluation do."""
        languages = sorted({*given.language.tolist()} - {UNKNOWN})
        if len(languages) < 2:
            raise ValueError("a guess needs two languages or more to choose from")
        parts = list(self._held_out(given, languages))
        self.calibration_ = fit_calibration(parts, self.unknown_prior)
        self.layer_ = self._fit_layer(given)
        self.classes_ = np.array([*languages, UNKNOWN])
        self.counts_digest_ = self.counts_digest()
        return self

    def predict_proba(self, X: Sequence[str]) -> Matrix:
        """Shape (n_texts, n_classes), the columns as in ``classes_``; rows sum to 1."""
        check_is_fitted(self)
        return self.predict_measured(measure_windows(map(windows_of, X), self._counts()))

    def predict(self, X: Sequence[str]) -> Names:
        """The most probable class of each text."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])

    def predict_measured(self, texts: MeasuredTexts, min_words: int = MIN_WORDS) -> Matrix:
        """``predict_proba`` of texts that were measured before; shorter ones are unknown."""
        probabilities = self.calibration_.probabilities(evidence_of(self.layer_, texts))
        too_short = texts.words_of_texts() < min_words
        probabilities[too_short] = np.eye(len(self.classes_))[-1]
        return probabilities

    def measure(self, X: Sequence[Any]) -> MeasuredTexts:
        """Texts given as their windows, as ``predict_measured`` takes them."""
        return measure_windows(X, self._counts())

    def counts_digest(self) -> str:
        """SHA-256 of the word counts that it reads."""
        return sha256_of(self._counts_file())

    def _counts_file(self) -> Path:
        return (default_folder() if self.model is None else Path(self.model)) / COUNTS_FILE

    def _counts(self) -> NgramCounts:
        return load_counts(self._counts_file(), self.counts_digest())

    def _fit_layer(self, given: Labelled) -> LinearLayer:
        own = given.texts.text
        return fit_linear(
            given.texts.grams,
            given.language[own],
            given.weights()[own],
            self.C,
            self.min_windows,
        )

    def _held_out(self, given: Labelled, languages: Sequence[str]) -> Iterator[HeldOut]:
        """Layers fitted without a fold of engines and originals, and without a language in turn."""
        engine, n_engine_folds = folds_of(given.engine, among=~given.is_unknown)
        group, n_group_folds = folds_of(given.group)
        left_out = languages if len(languages) >= MIN_LEFT else [""] * MIN_LEFT
        for number, language in enumerate(left_out):
            own_engine = engine == number % n_engine_folds
            own_group = group == number % n_group_folds
            seen = ~own_group & (given.language != language)
            if n_engine_folds > 1:
                seen &= ~own_engine | given.is_unknown
            unseen = own_group & (own_engine | given.is_unknown)
            known = {*given.language[seen].tolist()} - {UNKNOWN}
            if len(known) > 1 and unseen.any():
                layer = self._fit_layer(given.take(seen))
                yield from _said(layer, given.take(unseen), language)


def folds_of(
    names: Names, folds: int = FOLDS, among: NDArray[np.bool_] | None = None
) -> tuple[NDArray[np.int64], int]:
    """A fold of each name, those of one name together, and how many there are: at most ``folds``.

    Names are dealt out from the most frequent down, each to the fold with the fewest texts.

    >>> folds_of(np.array(["a", "b", "a", "c"]), 2)
    (array([0, 1, 0, 1]), 2)
    """
    counted = names if among is None else names[among]
    found, n_texts = np.unique(counted, return_counts=True)
    order = np.argsort(-n_texts, kind="stable")
    n_folds = max(1, min(folds, len(found)))
    sizes = [0] * n_folds
    fold_of_name: dict[str, int] = {}
    for place in order.tolist():
        fold = sizes.index(min(sizes))
        fold_of_name[str(found[place])] = fold
        sizes[fold] += int(n_texts[place])
    return np.array([fold_of_name.get(str(name), 0) for name in names], dtype=np.int64), n_folds


def _said(layer: LinearLayer, unseen: Labelled, left_out: str) -> Iterator[HeldOut]:
    """What a layer says of texts, cut after one, two, four and eight windows where they go on.

    Of the weight of the unknown, the language left out and human English have half each.
    """
    known = [name for name in layer.classes if name != UNKNOWN]
    place = {name: number for number, name in enumerate(known)}
    judged = np.array([name in place or name in (UNKNOWN, left_out) for name in unseen.language])
    unseen = unseen.take(judged)
    n_windows = np.bincount(unseen.texts.text, minlength=unseen.texts.n_texts)
    for windows in CUTS:
        long_enough = n_windows >= windows
        if long_enough.any():
            cut = unseen.take(long_enough)
            truth = np.array([place.get(name, -1) for name in cut.language], dtype=np.int64)
            texts = cut.texts.first(windows)
            yield HeldOut(evidence_of(layer, texts), truth, _balanced(cut.language))


def _balanced(language: Names) -> Matrix:
    """Weights by which every language, and "unknown", weighs alike."""
    _, place, n_texts = np.unique(language, return_inverse=True, return_counts=True)
    return np.asarray(len(language) / len(n_texts) / n_texts[place])
