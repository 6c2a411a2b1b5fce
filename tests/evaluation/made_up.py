"""Results made up by hand: every table and plot has something to show, and nothing is computed."""

from __future__ import annotations

from math import nan

from garbled.evaluation.alarms import Alarms, FindingRate, SourceAlarms
from garbled.evaluation.metrics import Interval, Rate
from garbled.evaluation.results import (
    Ablation,
    AgreementResult,
    CalibrationResult,
    Control,
    FalseAlarms,
    Flagged,
    Generalisation,
    Histogram,
    HumanTranslation,
    NamedSlice,
    PartMangled,
    Quartile,
    ReliabilityBin,
    Results,
    RocCurve,
    SystemOrder,
    Target,
    TierComparison,
)
from garbled.evaluation.slices import EVERYTHING, FLUENT, NATIVE, Separation, SliceResult

CONFIGURATIONS = ("fast", "full", "full_without_grammar")
FRENCH = "wmt13 fr-en (French)"
RATE = Rate(12, 5_200, 0.0012, 0.004)
FEW = Rate(2, 5_200, 0.0, 0.0012)


def around(value: float, reach: float = 0.02) -> Interval:
    return Interval(value, value - reach, value + reach)


def make_targets() -> tuple[Target, ...]:
    return (
        Target("native_window", "native news round trips, paragraph", "0.90", 0.912, 0.89, 0.93,
               815, True),
        Target("native_article", "native news round trips, article", "0.97", 0.951, 0.93, 0.968,
               815, False),
        Target("clean", "reserved clean articles flagged", "≤ 2 %", 0.0004, 0.0, 0.0012, 5_200,
               True, "2 of 5,200", "lower"),
        Target("human", "human translation against native", "0.40 to 0.60", 0.52, 0.49, 0.55,
               1_516, True, "", "nearer", 0.5),
        Target("ece", "debiased ECE, articles", "interval reaches 0.03", nan, nan, nan, 0, None,
               "too few articles", "lower"),
        Target("fluent/2/window", "2021 and later, quartile 2", "reported", 0.71, 0.69, 0.73, 400,
               None),
    )  # fmt: skip


def make_slice(unit: str, scorer: str, name: str, auroc: float, n: int = 900) -> SliceResult:
    all_ = Separation(n, around(auroc), 0.43, 0.009)
    mangled = Separation(n // 2, around(auroc + 0.01), 0.51, 0.009)
    return SliceResult(unit, scorer, name, n // 2, 21, all_, mangled)


def make_results() -> Results:
    separation = tuple(
        make_slice(unit, scorer, name, auroc)
        for unit in ("window", "article")
        for scorer in CONFIGURATIONS
        for name, auroc in ((NATIVE, 0.91), (FRENCH, 0.84), (FLUENT, 0.71), (EVERYTHING, 0.86))
    )
    empty = Separation(0, Interval(nan), nan, nan)
    separation += (SliceResult("window", "full", "abstracts (scifact)", 0, 0, empty, empty),)
    return Results(
        signature={"garbled": "0.1.0", "model": "sha256:ab", "rule": 1, "fold": "0 of 5",
                   "prior": 0.1, "seed": 0, "manifest": "sha256:cd", "configuration": "full",
                   "verdicts": "tier fast"},
        targets=make_targets(),
        separation=separation,
        comparison=tuple(
            make_slice(unit, scorer, name, auroc)
            for unit in ("window", "article")
            for scorer, auroc in (("full", 0.9), ("surprisal", 0.62), ("word_ngrams", 0.75))
            for name in (NATIVE, FLUENT)
        ),
        generalisation=(
            Generalisation("systems", "fold 1 of 5", "window", 640, 410, 21, 9, around(0.9),
                           around(0.89), Interval(-0.01, -0.02, 0.001)),
        ),
        ablation=tuple(
            Ablation(group, change, name, 900, 450, around(0.9), around(0.9 + cost),
                     around(cost, 0.004))
            for change, sign in (("left out", -1), ("alone", -9))
            for name in (NATIVE, FLUENT)
            for group, cost in (("encoder", sign * 0.04), ("names", sign * 0.003),
                                ("lexicon", sign * 0.001))
        ),
        controls=(
            Control("names masked", NATIVE, 900, 450, around(0.9), around(0.89),
                    Interval(-0.01, -0.02, 0.0), 1.31),
        ),
        named_slices=(NamedSlice("sports results", "three scores or more", FEW),),
        human_translation=(
            HumanTranslation("wmt21", around(0.52), 457, 900, 1_516, around(0.55), 600,
                             "papers of one set"),
        ),
        false_alarms=(
            FalseAlarms("clean", "reserved clean articles", "article", 0.02, RATE, 5_200),
        ),
        alarms=Alarms(
            "fast",
            (SourceAlarms("abc", 374, 21_690, FEW, FEW),
             SourceAlarms("all", 5_000, 912_369, RATE, FEW)),
            (FindingRate("NAME_RIC_LEAK", "major", 2, 0.002),),
            0.003,
            0.432,
        ),
        flagged=(Flagged("rule-based", "article", 306, 1_172, around(0.961)),),
        calibration=tuple(
            CalibrationResult(unit, "full", name, around(1.1), around(0.2), around(0.016, 0.004),
                              1_745, 3_282, 815,
                              tuple(ReliabilityBin(p, seen, 1 / 4, 1_250)
                                    for p, seen in ((0.004, 0.0), (0.02, 0.03), (0.2, 0.24),
                                                    (0.7, 0.62 + off))))
            for unit in ("window", "article")
            for name, off in ((NATIVE, 0.1), (EVERYTHING, 0.0))
        ),
        agreement=tuple(
            AgreementResult(unit, scorer, name, around(value), 5, 1_540, 800)
            for unit in ("window", "article")
            for scorer, value in (("full", 0.36), ("surprisal", 0.24))
            for name in ("wmt16", "wmt22")
        ),
        system_order=(SystemOrder("pooled", around(0.76), 310, 60, 3_000),),
        part_mangled=tuple(
            PartMangled(share, 120, 1_400, around(0.7 + share / 2), around(0.5))
            for share in (0.1, 0.2, 0.5)
        ),
        quartiles=tuple(
            Quartile("window", q, 400, 900, around(0.8 - q / 20)) for q in (1, 2, 3, 4)
        ),
        tiers=(
            TierComparison("auto", "full", "article", NATIVE, 164, 700, around(0.95), around(0.952),
                           Interval(-0.002, -0.004, 0.001), 31.0, 98.0, 0.22),
        ),
        roc=tuple(
            RocCurve(unit, scorer, NATIVE, (0.0, 0.1, 0.4, 1.0), (0.0, *rates, 1.0))
            for unit in ("window", "article")
            for scorer, rates in (("fast", (0.6, 0.9)), ("full", (0.7, 0.95)),
                                  ("surprisal", (0.2, 0.55)))
        ),
        histograms=(
            Histogram("window", "full", NATIVE, (-4.0, -1.0, 1.0, 4.0), (0.6, 0.3, 0.1),
                      (0.2, 0.3, 0.5)),
        ),
        not_measured={"language_model": "no file of it was named"},
    )  # fmt: skip
