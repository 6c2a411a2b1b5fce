"""A piecewise-linear basis, so that a linear classifier can bend along each feature."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

Matrix = NDArray[np.float64]
_PARTS = ("value", "q25", "q50", "q75")
QUANTILES = (0.02, 0.25, 0.5, 0.75, 0.98)


class PiecewiseLinear(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Clips each feature at its outer quantiles and bends it at the inner ones.

    A feature becomes four columns: its clipped value and a hinge at each inner quantile, all
    centred and scaled. NaN becomes 0 in each, so that an undefined feature moves nothing.

    Attributes:
        knots_: array of shape (n_features, 5).
        center_, scale_: arrays of shape (4 * n_features,).
    """

    def fit(self, X: Matrix, y: Any = None) -> PiecewiseLinear:
        X = validate_data(self, X, ensure_all_finite="allow-nan")
        self.knots_ = np.array([_knots(column) for column in X.T])
        columns = self._hinges(X)
        self.center_ = np.nan_to_num(_over_rows(np.nanmean, columns))
        spread = np.nan_to_num(_over_rows(np.nanstd, columns))
        self.scale_ = np.where(spread > 1e-9, spread, np.inf)
        return self

    def transform(self, X: Matrix) -> Matrix:
        check_is_fitted(self)
        return self.columns(validate_data(self, X, ensure_all_finite="allow-nan", reset=False))

    def columns(self, X: Matrix) -> Matrix:
        """What ``transform`` gives of a matrix that needs no validation."""
        return np.asarray(np.nan_to_num((self._hinges(X) - self.center_) / self.scale_))

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        if input_features is None:
            input_features = [f"x{i}" for i in range(len(self.knots_))]
        return np.array(
            [
                f"{name}_{part}"
                for name in input_features
                for part in ("value", "q25", "q50", "q75")
            ],
            dtype=object,
        )

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags

    def _hinges(self, X: Matrix) -> Matrix:
        clipped = np.clip(X, self.knots_[:, 0], self.knots_[:, -1])
        parts = [clipped, *(np.maximum(clipped - self.knots_[:, k], 0.0) for k in (1, 2, 3))]
        return np.stack(parts, axis=2).reshape(len(X), -1)


def _knots(column: Matrix) -> Matrix:
    """Outer and inner quantiles; of the values other than 0 where most values are 0."""
    seen = column[~np.isnan(column)]
    if not len(seen):
        return np.zeros(len(QUANTILES))
    if (seen == 0).mean() > QUANTILES[3] and (seen != 0).any():
        return np.concatenate([[0.0, 0.0], np.quantile(seen[seen != 0], [0.25, 0.6, 0.95])])
    return np.asarray(np.quantile(seen, QUANTILES))


def _over_rows(function: Any, columns: Matrix) -> Matrix:
    defined = ~np.isnan(columns).all(axis=0)
    result = np.full(columns.shape[1], np.nan)
    if defined.any():
        result[defined] = function(columns[:, defined], axis=0)
    return result
