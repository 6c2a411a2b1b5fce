"""From log-odds to the score of 0 to 100, by a monotone fit to human scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScoreScale:
    """A monotone piecewise-linear map: 0 the median clean original, 50 the median human-scored
    machine text of wmt16, 100 the worst 1 %; higher is worse."""

    logits: tuple[float, ...]
    scores: tuple[float, ...]

    def __call__(self, logits: Vector) -> Vector:
        """Scores of shape (n,), clipped to 0 and 100."""
        return np.asarray(np.interp(logits, self.logits, self.scores))

    def as_dict(self) -> dict[str, list[float]]:
        return {"logits": list(self.logits), "scores": list(self.scores)}

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> ScoreScale:
        return cls(*(tuple(map(float, given[name])) for name in ("logits", "scores")))

    @classmethod
    def fit(cls, clean: Vector, machine: Vector, human: Vector, worst: Vector) -> ScoreScale:
        """Fit the map.

        Args:
            clean: log-odds of clean originals.
            machine: log-odds of wmt16's human-scored machine texts.
            human: their human scores, higher is better.
            worst: log-odds of all machine texts.
        """
        from sklearn.isotonic import IsotonicRegression

        low, middle = float(np.median(clean)), float(np.median(machine))
        high = max(float(np.quantile(worst, 0.99)), middle + 1e-6)
        low = min(low, middle - 1e-6)
        shape = IsotonicRegression(out_of_bounds="clip").fit(machine, -human)
        lower = _between(shape, low, middle, 0.0, 50.0)
        upper = _between(shape, middle, high, 50.0, 100.0)
        knots = [*lower, *upper[1:]]
        return cls(tuple(x for x, _ in knots), tuple(y for _, y in knots))


def _between(
    shape: object, start: float, end: float, first: float, last: float, steps: int = 6
) -> list[tuple[float, float]]:
    """Knots from (start, first) to (end, last): half straight, half as damage grows."""
    logits = np.linspace(start, end, steps)
    damage = shape.predict(logits)  # type: ignore[attr-defined]
    straight = np.linspace(0.0, 1.0, steps)
    rise = damage[-1] - damage[0]
    bent = (damage - damage[0]) / rise if rise > 1e-6 else straight
    scores = first + (last - first) * (straight + bent) / 2
    return list(zip(logits.tolist(), scores.tolist(), strict=True))
