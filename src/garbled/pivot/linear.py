"""The linear layer under the guess: log-odds of each language for one window."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from garbled.features.ngrams import with_short_indices

Matrix = NDArray[np.float64]
ITERATIONS = 40
"""As good as converged: what is held out gains nothing from more."""
WINDOWS_PER_COLUMN = 100
"""A small corpus keeps an n-gram that one window in so many has."""


@dataclass(frozen=True)
class LinearLayer:
    """Weights of the kept columns, shape (n_classes, n_columns), and intercepts (n_classes,)."""

    classes: tuple[str, ...]
    columns: NDArray[np.int32]
    coef: NDArray[np.float32]
    intercept: NDArray[np.float64]

    def logits(self, grams: csr_array) -> Matrix:
        """Logits of windows, shape (n_windows, n_classes), as if all classes were as frequent."""
        return np.asarray(grams[:, self.columns] @ self.coef.T.astype(float) + self.intercept)


def fit_linear(
    grams: csr_array,
    classes: NDArray[np.str_],
    weight: Matrix,
    C: float,
    min_windows: int,
) -> LinearLayer:
    """Multinomial logistic regression on the n-grams that ``min_windows`` windows have.

    The classes' log shares are taken off the intercepts.
    """
    from sklearn.linear_model import LogisticRegression

    needed = max(2, min(min_windows, grams.shape[0] // WINDOWS_PER_COLUMN))
    seen = np.bincount(grams.indices, minlength=grams.shape[1])
    columns = np.flatnonzero(seen >= needed).astype(np.int32)
    model = LogisticRegression(C=C, max_iter=ITERATIONS, tol=1e-3)
    with _unconverged():
        model.fit(with_short_indices(grams[:, columns]), classes, weight / weight.mean())
    coef, intercept = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        coef, intercept = np.vstack([-coef, coef]) / 2, np.array([-1, 1]) * intercept / 2
    shares = [weight[classes == name].sum() / weight.sum() for name in model.classes_]
    names = tuple(map(str, model.classes_))
    return LinearLayer(names, columns, coef.astype(np.float32), intercept - np.log(shares))


def _unconverged() -> warnings.catch_warnings:
    """Stopping early is meant, and nothing to warn of."""
    from sklearn.exceptions import ConvergenceWarning

    return warnings.catch_warnings(action="ignore", category=ConvergenceWarning)
