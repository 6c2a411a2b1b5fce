"""Everything that an evaluation found, as plain data: what the report, plots and gate read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from garbled.evaluation.alarms import Alarms
from garbled.evaluation.metrics import Interval, Rate
from garbled.evaluation.slices import SliceResult

Better = Literal["higher", "lower", "nearer"]


@dataclass(frozen=True, slots=True)
class Target:
    """One figure of the targets table.

    ``key`` never changes between models. ``better`` says which way it improves; ``nearer`` is
    nearer to ``ideal``. ``met`` is None where nothing was measured, or too little to decide;
    ``value``, ``low`` and ``high`` are then NaN or a bound, and ``note`` says why.
    """

    key: str
    name: str
    aim: str
    value: float
    low: float
    high: float
    n_originals: int
    met: bool | None
    note: str = ""
    better: Better = "higher"
    ideal: float | None = None


@dataclass(frozen=True, slots=True)
class Generalisation:
    """The same held-out rows by a head that saw their kind and by one refitted without it.

    ``kind`` is ``systems``, ``relay language``, ``year`` or ``architecture``; ``difference`` is
    ``left_out`` less ``in_fold``, by a paired bootstrap. The encoder saw the kind in both.
    """

    kind: str
    name: str
    unit: str
    n: int
    n_originals: int
    n_stories: int
    n_systems: int
    in_fold: Interval
    left_out: Interval
    difference: Interval


@dataclass(frozen=True, slots=True)
class Ablation:
    """A head without a feature group (``change`` is ``left out``), or with it alone (``alone``).

    ``difference`` is ``changed`` less ``with_all``, by a paired bootstrap.
    """

    group: str
    change: Literal["left out", "alone"]
    slice: str
    n: int
    n_originals: int
    with_all: Interval
    changed: Interval
    difference: Interval


@dataclass(frozen=True, slots=True)
class Control:
    """The same windows as they are and altered (content words only, names masked, ...).

    ``largest_change`` is the largest change of a window's log-odds.
    """

    name: str
    slice: str
    n: int
    n_originals: int
    plain: Interval
    altered: Interval
    difference: Interval
    largest_change: float


@dataclass(frozen=True, slots=True)
class NamedSlice:
    """Clean articles that a simple rule chose, and how many of them are flagged."""

    name: str
    rule: str
    flagged: Rate


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """Shares of good copy at or above the review threshold; ``allowed`` is the aim."""

    key: str
    name: str
    unit: str
    allowed: float
    flagged: Rate
    n_originals: int


@dataclass(frozen=True, slots=True)
class Flagged:
    """Share of mangled copy at or above the review threshold, over stories."""

    name: str
    unit: str
    n: int
    n_originals: int
    share: Interval


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Texts of like probability: what was said, how many there were, and what share was mangled."""

    predicted: float
    seen: float
    weight: float
    n: int


@dataclass(frozen=True, slots=True)
class CalibrationResult:
    """Calibration of a configuration at the prior, intervals over stories."""

    unit: str
    configuration: str
    slice: str
    slope: Interval
    intercept: Interval
    error: Interval
    n_mangled: int
    n_clean: int
    n_originals: int
    bins: tuple[ReliabilityBin, ...]


@dataclass(frozen=True, slots=True)
class AgreementResult:
    """Rank correlation with people within a language pair, averaged over ``n_strata`` of them."""

    unit: str
    scorer: str
    set: str
    correlation: Interval
    n_strata: int
    n: int
    n_originals: int


@dataclass(frozen=True, slots=True)
class SystemOrder:
    """Share of pairs of systems, within set and language pair, that the mean score orders right."""

    set: str
    right: Interval
    n_pairs: int
    n_systems: int
    n_originals: int


@dataclass(frozen=True, slots=True)
class HumanTranslation:
    """How well the score tells human translation from native English, within one set.

    ``floor`` says how well it tells native copy of different sources apart, folded to 0.5 or more.
    """

    set: str
    auroc: Interval
    n_translated: int
    n_native: int
    n_originals: int
    floor: Interval
    n_floor: int
    floor_note: str


@dataclass(frozen=True, slots=True)
class PartMangled:
    """Articles of which a share of windows is mangled, against untouched ones of the same stories.

    ``average_precision`` is of finding the mangled windows; guessing would get ``share``.
    """

    share: float
    n: int
    n_originals: int
    auroc: Interval
    average_precision: Interval


@dataclass(frozen=True, slots=True)
class Quartile:
    """Copies by fluent systems, by quartile of human score within a language pair; 1 is worst."""

    unit: str
    quartile: int
    n: int
    n_originals: int
    auroc: Interval


@dataclass(frozen=True, slots=True)
class TierComparison:
    """Two tiers on the same texts; seconds are of scoring them all, NaN where not timed.

    ``difference`` is ``auroc`` less ``against_auroc``; ``escalated`` is the share of texts that
    tier ``auto`` scored fully.
    """

    tier: str
    against: str
    unit: str
    slice: str
    n: int
    n_originals: int
    auroc: Interval
    against_auroc: Interval
    difference: Interval
    seconds: float
    against_seconds: float
    escalated: float


@dataclass(frozen=True, slots=True)
class RocCurve:
    """Points of a ROC curve, both rates rising."""

    unit: str
    scorer: str
    slice: str
    false_positive_rate: tuple[float, ...]
    true_positive_rate: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Histogram:
    """Shares of originals and copies by log-odds at even classes; one more edge than shares."""

    unit: str
    scorer: str
    slice: str
    edges: tuple[float, ...]
    originals: tuple[float, ...]
    copies: tuple[float, ...]


@dataclass(frozen=True)
class Results:
    """All results of one evaluation.

    ``separation`` has every configuration by unit and slice; ``comparison`` has configurations
    and peers on the same rows. ``not_measured`` says by name of a part why it is missing.
    """

    signature: Mapping[str, str | int | float]
    targets: tuple[Target, ...]
    separation: tuple[SliceResult, ...]
    comparison: tuple[SliceResult, ...]
    generalisation: tuple[Generalisation, ...]
    ablation: tuple[Ablation, ...]
    controls: tuple[Control, ...]
    named_slices: tuple[NamedSlice, ...]
    human_translation: tuple[HumanTranslation, ...]
    false_alarms: tuple[FalseAlarms, ...]
    alarms: Alarms | None
    flagged: tuple[Flagged, ...]
    calibration: tuple[CalibrationResult, ...]
    agreement: tuple[AgreementResult, ...]
    system_order: tuple[SystemOrder, ...]
    part_mangled: tuple[PartMangled, ...]
    quartiles: tuple[Quartile, ...]
    tiers: tuple[TierComparison, ...]
    roc: tuple[RocCurve, ...]
    histograms: tuple[Histogram, ...]
    not_measured: Mapping[str, str]
