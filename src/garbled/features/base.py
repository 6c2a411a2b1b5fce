"""The contract of a feature group: a stateless scikit-learn transformer from rows to columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from garbled.features.rows import Row

Matrix = NDArray[np.float64]


class FeatureGroup(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turns rows into a matrix of shape (n_rows, n_features); undefined values are NaN.

    The names and their order are the same for every input. A group learns nothing from data.
    """

    names: ClassVar[tuple[str, ...]]

    def fit(self, X: Sequence[Row], y: Any = None) -> FeatureGroup:
        self.n_features_out_ = len(self.names)
        return self

    def transform(self, X: Sequence[Row]) -> Matrix:
        if not len(X):
            return np.empty((0, len(self.names)))
        return np.array([self.measure(row) for row in X], dtype=np.float64)

    def measure(self, row: Row) -> Sequence[float]:
        """The values of one row, in the order of ``names``."""
        raise NotImplementedError

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        return np.array(self.names, dtype=object)

    def __sklearn_is_fitted__(self) -> bool:
        return True
