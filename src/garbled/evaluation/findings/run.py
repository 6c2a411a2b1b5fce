"""The whole of ``garbled evaluate --findings``: a model, good copy and pairs in, results out."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import replace
from time import perf_counter

import garbled
from garbled.corpora.pairs import Pair
from garbled.documents import Document
from garbled.errors import IngestError
from garbled.evaluation.alignment import measure_alignment
from garbled.evaluation.findings import alarms, holds, material, planting, recall
from garbled.evaluation.findings.ablation import measure_ablation
from garbled.evaluation.findings.agreement import measure_agreement
from garbled.evaluation.findings.checked import LANGUAGETOOL, Checked, Copy, check
from garbled.evaluation.findings.config import FindingsConfig
from garbled.evaluation.findings.cost import measure_cost
from garbled.evaluation.findings.planted_names import Excerpt, take_excerpt
from garbled.evaluation.findings.post_edits import Labelled, label
from garbled.evaluation.findings.real_corruptions import known_text, real_corruptions
from garbled.evaluation.findings.results import AlarmRates, FindingResults, Held, TokenAgreement
from garbled.evaluation.findings.suggested import measure_suggestions
from garbled.evaluation.findings.targets import CLEAN, PAPERS, fill_targets
from garbled.model.store import check_digests, default_folder, describe
from garbled.training.labels import described_estimate

Judged = list[tuple[Copy, Checked]]
Rows = Sequence[tuple[Pair, int]]
Machine = Mapping[str, tuple[Copy, list[Pair]]]
MIN_PLANTING = 2_000
"""Clean articles whose excerpts names are planted in, and that tell which names are known."""


def evaluate_findings(config: FindingsConfig) -> FindingResults:
    """Measure findings; a part that there is no material for is named and left out.

    Raises:
        IngestError: no clean article, or no pair of the fold.
    """
    started = perf_counter()
    rows = material.read_fold(config.pairs, config.fold, config.seed, config.cache)
    clean = _check(_clean(config, config.max_clean), config)
    if not rows or not clean:
        raise IngestError("no pair of the fold, or no clean article", source=str(config.pairs))
    machine = material.machine_copies(rows)
    originals = material.sample(list(material.originals(rows)), config.max_papers, config.seed)
    papers = _check(originals, config)
    good = [*clean, *papers]
    copies = _check(_few([copy for copy, _ in machine.values()], config), config, ablate=False)
    excerpts = _excerpts(config)
    names = planting.Names.of(excerpts)
    caught = _plant(excerpts, names, rows, config)
    wrecked = _wreck(clean, names, config)
    labelled, agreement, not_measured = _agree(machine, good, config)
    results = FindingResults(
        signature=_signature(config),
        targets=(),
        alarms=_alarms(clean, papers, config.seed),
        slices=tuple(alarms.by_slice(good, config.seed)),
        rules=tuple(alarms.by_rule(good, copies, recall.rules_that_caught(caught))),
        recall=tuple(recall.measure_recall(caught, config.seed)),
        tokens=tuple(agreement),
        suggestions=tuple(measure_suggestions(copies, config.seed)),
        held=tuple(_held(clean, rows, machine, wrecked, config)),
        ablation=tuple(measure_ablation([c for _, c in good], caught, labelled, wrecked)),
        cost=tuple(measure_cost(_timed(clean, config), config.checking)),
        alignment=measure_alignment(rows, max_articles=config.max_aligned, seed=config.seed),
        not_measured=not_measured,
    )
    minutes = round((perf_counter() - started) / 60, 1)
    return replace(
        results,
        targets=fill_targets(results),
        signature={**results.signature, "minutes": minutes},
    )


def _clean(config: FindingsConfig, limit: int) -> list[Copy]:
    reserved = not config.development
    return material.sample_clean(config.clean, reserved=reserved, limit=limit, seed=config.seed)


def _few(copies: Sequence[Copy], config: FindingsConfig) -> list[Copy]:
    return material.sample(copies, config.max_other, config.seed)


def _check(copies: Sequence[Copy], config: FindingsConfig, *, ablate: bool = True) -> Judged:
    documents = [copy.document for copy in copies]
    return list(zip(copies, check(documents, config.checking, ablate=ablate), strict=True))


def _alarms(clean: Judged, papers: Judged, seed: int) -> tuple[AlarmRates, ...]:
    found = []
    for name, judged in ((CLEAN, clean), (PAPERS, papers)):
        if judged:
            found += [alarms.measure_alarms(name, judged, seed), *alarms.by_source(judged, seed)]
    return tuple(found)


def _excerpts(config: FindingsConfig) -> list[Excerpt]:
    """Beginnings of clean articles, to plant in."""
    copies = _clean(config, max(config.max_clean, MIN_PLANTING))
    return [take_excerpt(c.document.id, [p.text for p in c.document.paragraphs]) for c in copies]


def _plant(
    excerpts: list[Excerpt], names: planting.Names, rows: Rows, config: FindingsConfig
) -> list[planting.Caught]:
    """Corruptions of all sorts, planted and made by real systems, and what was found of them."""
    planted = planting.plant(excerpts, names, config.max_planted, config.seed)
    planted += _real(rows, config)
    used = {own.excerpt.id: own.excerpt for own in planted}
    before = check((excerpt.document() for excerpt in used.values()), config.checking)
    after = check((own.document() for own in planted), config.checking, ablate=True)
    return list(planting.judge(planted, dict(zip(used, before, strict=True)), after))


def _real(rows: Rows, config: FindingsConfig) -> list[planting.Planted]:
    """Corruptions that real systems made, each in its own original; a random few."""
    news = [(p, g) for p, g in rows if p.kind == "machine" and p.set not in material.NO_NEWS]
    own = [(pair, group) for pair, group in news if pair.is_native or pair.is_direct]
    known = known_text(pair.original for pair, _ in news)
    found = list(real_corruptions(material.runs(own), known))
    return material.pick(found, config.max_planted, config.seed)


def _wreck(clean: Judged, names: planting.Names, config: FindingsConfig) -> list[Checked]:
    """Whole clean articles with two wrecked names, scored."""
    some = [c for _, c in clean if c.is_scored][: config.max_other]
    excerpts = [take_excerpt(c.id, c.paragraphs, words=10**6) for c in some]
    documents = (document for _, document in holds.wreck_two(excerpts, names, config.seed))
    return check(documents, config.checking, ablate=True)


def _agree(
    machine: Machine, good: Judged, config: FindingsConfig
) -> tuple[list[Labelled], list[TokenAgreement], dict[str, str]]:
    """Labelled copies with LanguageTool asked where there is one, and every detector on them."""
    edited = [copy for copy, _ in machine.values() if copy.source == material.POST_EDITED]
    some = material.sample(edited, config.max_compared, config.seed)
    if not some:
        return [], [], {"tokens": f"no copy of {material.POST_EDITED} in the fold"}
    how = config.checking if not config.max_grammar else replace(config.checking, tier="full")
    checked = check((copy.document for copy in some), how, ablate=True)
    sample = material.sample([copy for copy, _ in good], config.max_compared, config.seed)
    clean = check((copy.document for copy in sample), how)
    labelled = [
        label(copy, own, machine[copy.document.id][1][0].lang_pair)
        for copy, own in zip(some, checked, strict=True)
    ]
    missing = {} if any(LANGUAGETOOL in c.raw for c in clean) else {LANGUAGETOOL: "not asked"}
    return labelled, measure_agreement(labelled, clean, config.seed), missing


def _held(
    clean: Judged, rows: Rows, machine: Machine, wrecked: Sequence[Checked], config: FindingsConfig
) -> list[Held]:
    """How many articles of each kind are held."""
    estimate = described_estimate(describe(config.model or default_folder()))
    runs = {id: run for id, (_, run) in machine.items() if run[0].set not in material.NO_NEWS}
    worst = holds.worst_quartile(runs, estimate)
    rule_based = {id for id, run in runs.items() if holds.is_rule_based(run)}
    kinds = {
        "translation": ("good human translation", list(material.human_translations(rows))),
        "rule_based": ("rule-based systems", [machine[id][0] for id in sorted(rule_based)]),
        "worst": ("worst quartile by quality", [machine[id][0] for id in sorted(worst)]),
        "bad": (holds.BAD, [machine[id][0] for id in sorted(rule_based | worst)]),
    }
    found = [holds.measure_held("clean", CLEAN, [own for _, own in clean])]
    for key, (name, copies) in kinds.items():
        judged = _check(_few(copies, config), config, ablate=False)
        found.append(holds.measure_held(key, name, [own for _, own in judged]))
    return [*found, holds.measure_held("wrecked", "clean news, two names wrecked", wrecked)]


def _timed(clean: Judged, config: FindingsConfig) -> list[Document]:
    return [copy.document for copy, own in clean if own.is_scored][: config.max_timed]


def _signature(config: FindingsConfig) -> dict[str, str | int | float]:
    return {
        "garbled": garbled.__version__,
        "model": check_digests(config.model or default_folder()),
        "tier": config.tier,
        "fold": config.fold,
        "clean": "not reserved, development" if config.development else "reserved",
        "seed": config.seed,
        "rules": ", ".join(config.rules) or "all",
        "python": platform.python_version(),
    }
