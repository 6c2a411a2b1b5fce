"""The targets: what was aimed at, what was found, and whether it is met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isnan, nan

from garbled.errors import GarbledError
from garbled.evaluation import generalisation as general
from garbled.evaluation import human_translation
from garbled.evaluation.metrics import Rate
from garbled.evaluation.resampling import Interval
from garbled.evaluation.results import (
    Better,
    CalibrationResult,
    Generalisation,
    Results,
    Target,
    TierComparison,
)
from garbled.evaluation.slices import EVERYTHING, FLUENT, FRENCH, NATIVE

NOT_MEASURED = "not measured"
ALLOWED_LOSS = 0.03
CLEAN_ARTICLES = 5_000
UNITS = {"window": "paragraph", "article": "article"}


@dataclass(frozen=True, slots=True)
class Aim:
    """A row of the table before it is filled in: a lowest and a highest value, or neither."""

    key: str
    name: str
    lowest: float = nan
    highest: float = nan
    better: Better = "higher"
    ideal: float | None = None
    prefix: str = ""

    def __str__(self) -> str:
        """The aim in words."""
        bounds = not isnan(self.lowest), not isnan(self.highest)
        if all(bounds):
            return f"{self.prefix}{self.lowest:g} to {self.highest:g}"
        if any(bounds):
            sign, value = ("≥", self.lowest) if bounds[0] else ("≤", self.highest)
            return f"{self.prefix}{sign} {value:g}"
        return "reported"

    def holds(self, value: float) -> bool | None:
        """Whether a value meets the aim; None where there is no aim or no value."""
        if isnan(value) or (isnan(self.lowest) and isnan(self.highest)):
            return None
        return not (value < self.lowest or value > self.highest)

    def fill(self, found: Interval | None, n_originals: int = 0, note: str = "") -> Target:
        """The target with what was found."""
        own = found or Interval(nan)
        met = self.holds(own.value)
        if isnan(own.value):
            note = note or NOT_MEASURED
        return Target(
            self.key,
            self.name,
            str(self),
            own.value,
            own.low,
            own.high,
            n_originals,
            met,
            note,
            self.better,
            self.ideal,
        )

    def fill_rate(self, rate: Rate | None, n_originals: int = 0, note: str = "") -> Target:
        """The target with a rate; one that only has a bound is met or undecided."""
        if rate is None or not rate.n:
            return self.fill(None, note=note)
        target = self.fill(Interval(rate.value, rate.low, rate.high), n_originals, note)
        if rate.is_decidable:
            return target
        bound = f"{rate.alarms} of {rate.n}: at most {rate.high:.2%} (one-sided), undecidable"
        return replace(
            target,
            met=True if rate.high <= self.highest else None,
            note="; ".join(filter(None, [note, bound])),
        )


def fill_targets(results: Results, configuration: str) -> tuple[Target, ...]:
    """Every row of the table, in its order; ``configuration`` is the one that it is about."""
    parts = (
        _separation(results, configuration),
        _generalisation(results),
        _human_translation(results),
        _false_alarms(results),
        _flagged(results),
        _calibration(results, configuration),
        _agreement(results, configuration),
        _part_mangled(results),
        _quartiles(results),
        _tiers(results),
    )
    return tuple(target for part in parts for target in part)


def refuse_emptiness(targets: Sequence[Target], source: str) -> None:
    """A report that measured nothing where it matters most must not look like a pass.

    Raises:
        GarbledError: there is no native round trip.
    """
    if not any(t.key.startswith("native/") and not isnan(t.value) for t in targets):
        raise no_native(source)


def no_native(source: str) -> GarbledError:
    """What to say where there is no native round trip."""
    return GarbledError(
        "no native round trip in the held-out fold (sets wmt15 and wmt16 with origlang 'en'), "
        "so there is nothing to report on",
        source=source,
    )


_SEPARATION = {
    NATIVE: ("native", "native news round trips", (0.90, 0.97)),
    FRENCH: ("french", "French relays (wmt13 fr-en)", (0.85, 0.93)),
}


LARGE = ("large", "large_without_grammar")
"""Configurations with the optional large encoder; the first that measured anything is shown."""


def _separation(results: Results, configuration: str) -> Iterator[Target]:
    measured = {r.scorer for r in results.separation if r.all.n}
    large = next((name for name in LARGE if name in measured), None)
    yield from _separated(results, configuration, "", "")
    if large is not None:
        yield from _separated(results, large, "_large", " with the large encoder")


def _separated(results: Results, scorer: str, suffix: str, added: str) -> Iterator[Target]:
    found = {(r.slice, r.unit): r for r in results.separation if r.scorer == scorer and r.all.n}
    for name, (key, words, lowest) in _SEPARATION.items():
        for (unit, unit_words), low in zip(UNITS.items(), lowest, strict=True):
            aim = Aim(
                f"{key}{suffix}/{unit}", f"{words}{added}, {unit_words}", low,
                prefix="stretch: " if name == FRENCH else "",
            )  # fmt: skip
            own = found.get((name, unit))
            note = f"AUROC, {own.all.n} copies, {own.n_stories} stories" if own else ""
            yield aim.fill(own.all.auroc if own else None, own.n_originals if own else 0, note)


def _generalisation(results: Results) -> Iterator[Target]:
    wanted = {
        (general.SYSTEMS, general.ALL_FOLDS): "five system folds, pooled",
        (general.LANGUAGE, general.RELAYS["fr"]): "one relay language out (French)",
        (general.YEAR, str(general.YEARS[0])): f"one year out ({general.YEARS[0]})",
        (general.ARCHITECTURE, None): "statistical and rule-based to neural",
    }
    for (kind, name), words in wanted.items():
        for unit, unit_words in UNITS.items():
            mine = [
                g
                for g in results.generalisation
                if g.kind == kind and g.unit == unit and name in (g.name, None)
            ]
            aim = Aim(f"unseen/{kind}/{unit}".replace(" ", "_"), f"{words}, {unit_words}",
                      -ALLOWED_LOSS, prefix="difference to in-fold ")  # fmt: skip
            own = mine[0] if mine else None
            note = _unseen_note(own, results, kind, unit) if own else ""
            yield aim.fill(own.difference if own else None, own.n_originals if own else 0, note)


def _unseen_note(own: Generalisation, results: Results, kind: str, unit: str) -> str:
    note = (
        f"AUROC {own.left_out.value:.3f}, in-fold {own.in_fold.value:.3f}; frozen encoder, which "
        "saw them, head and n-gram models refitted"
    )
    folds = [
        g.difference.value
        for g in results.generalisation
        if g.kind == kind == general.SYSTEMS and g.unit == unit and g.name != general.ALL_FOLDS
    ]
    return f"{note}; worst fold {min(folds):+.3f}" if folds else note


def _human_translation(results: Results) -> Iterator[Target]:
    aim = Aim("human_translation/auroc", "human translation against native", 0.40, 0.60,
              "nearer", 0.5)  # fmt: skip
    own = next((h for h in results.human_translation if h.set == human_translation.POOLED), None)
    if own is None:
        yield aim.fill(None)
        return
    others = "; ".join(
        f"{h.set} {h.auroc.value:.3f}"
        for h in results.human_translation
        if h.set != own.set and not isnan(h.auroc.value)
    )
    note = (
        f"AUROC, {own.n_translated} translated and {own.n_native} native windows; topic floor "
        f"{own.floor.value:.3f} ({own.floor_note}, n {own.n_floor}); {others}"
    )
    yield aim.fill(own.auroc, own.n_originals, note)


_ALARMS = {
    "other_papers": "originals of other papers flagged",
    "human_translation": "good human translation flagged",
    "essays": "originals of school essays flagged (proxy for non-native English)",
}


def _false_alarms(results: Results) -> Iterator[Target]:
    aim = Aim("flagged/clean", "reserved clean articles flagged", highest=0.02, better="lower")
    if results.alarms is None:
        yield aim.fill(None, note=results.not_measured.get("alarms", ""))
    else:
        rate = results.alarms.sources[-1].flagged
        few = "" if rate.n >= CLEAN_ARTICLES else f", fewer than {CLEAN_ARTICLES}"
        note = f"tier {results.alarms.tier}, {rate.n} articles{few}"
        yield aim.fill_rate(rate, rate.n, note)
    found = {f.key: f for f in results.false_alarms}
    for key, words in _ALARMS.items():
        own = found.get(key)
        aim = Aim(f"flagged/{key}", words, highest=0.05, better="lower")
        note = f"{own.flagged.n} articles" if own else results.not_measured.get(key, "")
        yield aim.fill_rate(own.flagged if own else None, own.n_originals if own else 0, note)


def _flagged(results: Results) -> Iterator[Target]:
    found = {f.name: f for f in results.flagged}
    for key, name, words, low in (
        ("native", NATIVE, "native round-trip articles flagged", 0.75),
        ("worst", "rule-based and worst quartile",
         "rule-based and worst-quartile articles flagged", 0.90),
    ):  # fmt: skip
        own = found.get(name)
        note = f"{own.n} articles, same tier and threshold" if own and own.n else ""
        if key == "worst" and own and own.n:
            parts = ("rule-based systems", "worst quartile by quality")
            note += "".join(f"; {p} {found[p].share.value:.1%}" for p in parts if p in found)
        aim = Aim(f"flagged/{key}", words, low)
        yield aim.fill(own.share if own else None, own.n_originals if own else 0, note)


def _calibration(results: Results, configuration: str) -> Iterator[Target]:
    found = {
        c.unit: c
        for c in results.calibration
        if c.configuration == configuration and c.slice == EVERYTHING
    }
    for unit, words in UNITS.items():
        own = found.get(unit)
        aim = Aim(f"calibration/slope/{unit}", f"calibration slope, {words}s", 0.8, 1.2,
                  "nearer", 1.0)  # fmt: skip
        yield _calibrated(aim, own, own.slope if own else None)
    own = found.get("window")
    aim = Aim("calibration/error/window", "debiased calibration error, paragraphs", highest=0.03,
              better="lower")  # fmt: skip
    yield _calibrated(aim, own, own.error if own else None)
    own = found.get("article")
    aim = Aim("calibration/error/article", "debiased calibration error, articles", highest=0.03,
              better="lower", prefix="interval reaches ")  # fmt: skip
    target = _calibrated(aim, own, own.error if own else None)
    yield replace(target, aim="interval reaches 0.03", met=aim.holds(target.low))


def _calibrated(aim: Aim, own: CalibrationResult | None, found: Interval | None) -> Target:
    if own is None or found is None:
        return aim.fill(None)
    note = f"{own.slice}, {own.n_mangled} mangled and {own.n_clean} clean texts"
    return aim.fill(found, own.n_originals, note)


def _agreement(results: Results, configuration: str) -> Iterator[Target]:
    for unit, words in UNITS.items():
        for sets, low in (("wmt16 and mlqe-pe", 0.35), ("wmt21 and wmt22", 0.20)):
            own = next(
                (
                    a
                    for a in results.agreement
                    if (a.unit, a.scorer, a.set) == (unit, configuration, sets)
                ),
                None,
            )
            key = sets.replace(" and ", "+")
            aim = Aim(f"agreement/{key}/{unit}", f"rank correlation, {sets}, {words}s",
                      low if unit == "window" else nan)  # fmt: skip
            note = f"{own.n} texts in {own.n_strata} language pairs" if own and own.n else ""
            yield aim.fill(own.correlation if own else None, own.n_originals if own else 0, note)
    order = results.system_order[-1] if results.system_order else None
    aim = Aim("agreement/systems", "system pairs ordered right, pooled", 0.75)
    note = f"{order.n_pairs} pairs of {order.n_systems} systems" if order else ""
    yield aim.fill(order.right if order else None, order.n_originals if order else 0, note)


def _part_mangled(results: Results) -> Iterator[Target]:
    found = {p.share: p for p in results.part_mangled}
    for share, low in ((0.1, 0.72), (0.2, 0.85), (0.5, 0.95)):
        own = found.get(share)
        n = own.n_originals if own else 0
        note = f"{own.n} articles of ten windows or more" if own and own.n else ""
        words = f"{share:.0%} of windows mangled"
        yield Aim(f"part/{share:g}/auroc", f"articles with {words}", low).fill(
            own.auroc if own else None, n, note
        )
        yield Aim(f"part/{share:g}/precision", f"average precision of finding them, {words}").fill(
            own.average_precision if own else None, n, note
        )


def _quartiles(results: Results) -> Iterator[Target]:
    for unit, words in UNITS.items():
        for number in (1, 2, 3, 4):
            own = next(
                (q for q in results.quartiles if (q.unit, q.quartile) == (unit, number)), None
            )
            low = 0.75 if number == 1 and unit == "window" else nan
            name = f"{FLUENT}, quartile {number} by human score, {words}s"
            note = f"AUROC, {own.n} copies" if own and own.n else ""
            yield Aim(f"fluent/{number}/{unit}", name, low).fill(
                own.auroc if own else None, own.n_originals if own else 0, note
            )


def _tiers(results: Results) -> Iterator[Target]:
    found: Mapping[tuple[str, str, str, str], TierComparison] = {
        (t.tier, t.against, t.unit, t.slice): t for t in results.tiers
    }
    why = results.not_measured.get("tiers", "")
    for unit, words in UNITS.items():
        own = found.get(("fast", "full", unit, NATIVE))
        aim = Aim(f"tiers/fast/{unit}", f"tier fast less full, {words}s", -0.02,
                  prefix="difference ")  # fmt: skip
        yield _tier(aim, own, why)
    auto = found.get(("auto", "full", "article", EVERYTHING))
    yield _tier(
        Aim("tiers/auto", "tier auto less full, articles", -0.005, prefix="difference "), auto, why
    )
    aim = Aim("tiers/auto/cost", "time of auto over that of full", highest=1 / 3, better="lower")
    if auto is None:
        yield aim.fill(None, note=why)
    else:
        note = f"{auto.seconds:.1f} s against {auto.against_seconds:.1f} s, one run each"
        cost = Interval(auto.seconds / auto.against_seconds if auto.against_seconds else nan)
        yield replace(aim.fill(cost, auto.n_originals, note), aim="≤ a third")
    for unit, words in UNITS.items():
        own = found.get(("full", "large", unit, NATIVE))
        name = f"tier full without the large encoder less with it, {words}s"
        aim = Aim(f"tiers/large/{unit}", name, -0.02, prefix="difference ")
        yield _tier(aim, own, "no large encoder is installed")


def _tier(aim: Aim, own: TierComparison | None, why: str) -> Target:
    if own is None:
        return aim.fill(None, note=why)
    note = f"AUROC {own.auroc.value:.3f} and {own.against_auroc.value:.3f}, n {own.n}, {own.slice}"
    if not isnan(own.escalated):
        note += f"; {own.escalated:.0%} scored fully"
    return aim.fill(own.difference, own.n_originals, note)


def missing(targets: Iterable[Target]) -> list[str]:
    """Keys of the targets that nothing was measured for."""
    return [target.key for target in targets if isnan(target.value)]
