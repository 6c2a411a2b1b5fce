"""From a classifier's margin to log-odds: beta calibration, of which Platt's is a special case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Log-odds at even classes as a monotone function of the margin, in three numbers.

    ``low`` is the slope far below a margin of 0, ``high`` the slope far above, both 0 or more;
    where they are equal the function is a line. (Platt, "Probabilistic outputs for support vector
    machines", 1999; Kull, Silva Filho & Flach, "Beta calibration", AISTATS 2017.)

    >>> Calibration(2.0, 2.0, 0.5).logits(np.array([-1.0, 0.0, 3.0])).tolist()
    [-1.5, 0.5, 6.5]
    """

    low: float
    high: float
    intercept: float

    def logits(self, margins: Vector) -> Vector:
        """Calibrated log-odds, shape (n,)."""
        rising, falling = log_sides(margins)
        return np.asarray(self.low * rising + self.high * falling + self.intercept)

    def secant(self, start: float, margins: Vector) -> Vector:
        """By how much log-odds rise for each unit of margin, on the way from ``start``, shape (n,).

        What moved the margin, times this, adds up to what moved the log-odds: the integrated
        gradients of a function of a sum (Sundararajan, Taly & Yan, "Axiomatic attribution for deep
        networks", 2017).
        """
        moved = margins - start
        far = np.abs(moved) > 1e-6
        risen = self.logits(margins) - self.logits(np.array([start]))
        above = 1 / (1 + np.exp(-start))
        own = self.low * (1 - above) + self.high * above
        return np.where(far, risen / np.where(far, moved, 1.0), own)

    def as_dict(self) -> dict[str, float]:
        return {"low": self.low, "high": self.high, "intercept": self.intercept}

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Calibration:
        return cls(float(given["low"]), float(given["high"]), float(given["intercept"]))


def log_sides(margins: Vector) -> tuple[Vector, Vector]:
    """The logarithms of the logistic function, and of its complement turned round; they add up
    to the margins."""
    return -np.logaddexp(0.0, -margins), np.logaddexp(0.0, margins)
