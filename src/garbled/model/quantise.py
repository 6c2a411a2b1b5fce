"""Weights of an encoder as int8; the same arithmetic where models are made and where installed.

Only additions, products and roundings of single numbers, so that every machine gets the same bytes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LINEAR_LEVELS = 63
"""7 bits: CPUs without VNNI add two 8-bit products in 16 bits, which overflow from 8 bits on."""
EMBEDDING_LEVELS = 127

_ROWS = 64  # of a product at a time, which then stays in the cache

Real = NDArray[np.floating[Any]]


def quantise_linear(weight: Real) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """A matrix of shape (inputs, outputs) as int8 and one scale an output.

    >>> values, scale = quantise_linear(np.array([[1.0, 0.0], [-0.25, 2.0]]))
    >>> values.tolist()
    [[63, 0], [-16, 63]]
    """
    return _quantise(weight, LINEAR_LEVELS, axis=0)


def quantise_embedding(table: Real) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """A table of shape (rows, width) as int8 and one scale a row, of shape (rows, 1)."""
    values, scale = _quantise(table, EMBEDDING_LEVELS, axis=1)
    return values, scale[:, np.newaxis]


def merge_adapter(weight: Real, down: Real, up: Real, scaling: float) -> NDArray[np.float64]:
    """``weight + scaling * up @ down`` in float64, summed in a fixed order, which BLAS is not.

    ``weight`` is (outputs, inputs), ``down`` (rank, inputs) and ``up`` (outputs, rank).
    """
    down, up = down.astype(np.float64), up.astype(np.float64)
    merged = np.empty(weight.shape, dtype=np.float64)
    for start in range(0, len(weight), _ROWS):
        rows = slice(start, start + _ROWS)
        added = np.zeros_like(merged[rows])
        for thin, column in zip(down, up[rows].T, strict=True):
            added += np.multiply.outer(column, thin)
        merged[rows] = weight[rows] + scaling * added
    return merged


def _quantise(values: Real, levels: int, axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    scale = (np.abs(values).max(axis=axis) / levels).astype(np.float32)
    scale[scale == 0] = 1
    steps = np.rint(values / np.expand_dims(scale.astype(np.float64), axis))
    return np.clip(steps, -levels, levels).astype(np.int8), scale
