"""The model's card: what it is for, what it learned from, and how well it does in one run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from garbled.corpora.public.catalogue import Corpus
from garbled.errors import IngestError
from garbled.evaluation import rate_tables, tables
from garbled.evaluation.architectures import ARCHITECTURES
from garbled.evaluation.blocks import Block, Prose, Section, Table
from garbled.evaluation.manifest import Manifest
from garbled.evaluation.markdown import to_markdown
from garbled.evaluation.results import Results, Target
from garbled.evaluation.wording import NOTHING, count, percent, target_value, verdict

SHIPPED, LARGE = "fast", "large_without_grammar"
"""The configuration that every installation has, and the best that needs no LanguageTool."""
AGREEING = (SHIPPED, "full", LARGE, "readability", "surprisal")
WORTH = (
    "alarms/clean_news/",
    "alarms/originals_of_other_papers/",
    "recall/all_planted_sorts",
    "recall/as_real_systems_corrupted_it",
    "suggestions/",
    "hold/",
)
"""Targets of findings that the card shows, by the beginning of their key."""
UNKNOWN_LICENCE = "not in data/corpora.toml"


@dataclass(frozen=True)
class Sources:
    """What cards are made of: a run, what it measured with and on, and who owns the data.

    Raises:
        IngestError: the model or the manifest is not the one that the run was about.
    """

    results: Results
    model: Mapping[str, Any]
    model_digest: str
    corpora: Mapping[str, Corpus]
    manifest: Manifest | None = None
    findings: tuple[Target, ...] = ()

    def __post_init__(self) -> None:
        signed = self.results.signature
        if signed.get("model") != self.model_digest:
            raise IngestError(
                f"the report is about {signed.get('model')} and the model is {self.model_digest}:"
                " name the report's with --model, or evaluate again"
            )
        if self.manifest is not None and signed.get("manifest") != self.manifest.digest:
            raise IngestError(
                f"the report is about {signed.get('manifest', 'no manifest')} and the manifest is"
                f" {self.manifest.digest}: evaluate again"
            )

    def licence(self, name: str) -> str:
        """The licence of a set or a source of clean articles."""
        corpus = self.corpora.get(name)
        return corpus.licence if corpus else UNKNOWN_LICENCE

    def origin(self, name: str) -> str:
        corpus = self.corpora.get(name)
        return corpus.title if corpus else NOTHING


def model_card(sources: Sources) -> str:
    """The model's card as Markdown."""
    return _FRONT_MATTER + to_markdown(_model_sections(sources))


_FRONT_MATTER = """---
license: apache-2.0
language: en
library_name: garbled
---

"""
_FOR = """\
`garbled` scores how mangled English copy is because a machine translated it, out of English and
back or in from a translated relay, and quotes the broken names and wrong words.

**For** desks, feeds and researchers who decide what a person should look at.

**Not for** telling who wrote a text, whether it was translated at all, or whether an AI wrote
it; not for marking learners' English; not for other languages; not for texts under 25 words; not
for rejecting copy unseen. A fluent, faithful translation is meant to pass, and most output of
systems of 2021 and later does, also where a name in it is wrong."""
_GENERATED = """\
This card is generated from one run of `garbled evaluate` and its figures are that run's
(signature below): `garbled evaluate --from data/evaluation.json --cards data`. Brackets are 95 %
intervals over stories; with few stories they are too narrow."""
_LEARNED = """\
Weights, counts and word-level substitutions seen in five documents or more are all that is kept
of these texts. They stay under their owners' terms, most of them for research only; the weights
are under Apache-2.0. The encoders started from all-MiniLM-L6-v2 and all-mpnet-base-v2
(Apache-2.0)."""
_MEANS = """\
*Mangled* is what rule {rule_version} of `garbled.corpora.damage` calls so: quality below that of
the average machine segment that people scored in 2016. Probabilities are for a prior of
{prior:g}."""
_QUALITY = """\
People's scores against the score, within a language pair; and how well copies are told from
their originals by quartile of human score, 1 being the worst."""
_ALARMS = """\
At the one frozen threshold. Human translation should be flagged no more than native English, and
stand at 0.5 against it."""
_LIMITS = """\
- Native English round trips are few in public data: see the stories beside each figure.
- Rule-based chains are far easier than what reaches a desk today; do not read their row as
  yours.
- Learners' English, regional English and copy full of lists and codes raise more alarms than
  agency copy: measure on your own feed (`garbled threshold`) before you hold anything by it.
- Clean English was counted in agency copy of 2006 to 2012 and radio news; new names and words
  are unknown to it.
- Scores say nothing about truth: a well-worded invention passes."""


def _model_sections(sources: Sources) -> Iterator[Section]:
    results = sources.results
    yield Section("garbled: model card", 1, (Prose(_GENERATED),))
    yield Section("What it is for, and what not", 2, (Prose(_FOR),))
    yield Section("What it learned from, and under which licences", 2, (*_learned(sources),))
    yield Section("How well it does", 2, (Prose(_MEANS.format(**sources.model)),))
    yield Section("On what kinds of copy", 3, (slices_of(results, _is_kind),))
    yield Section("By language", 3, (slices_of(results, _is_language), left_out(results, LANGUAGE)))
    yield Section("By system", 3, (slices_of(results, _is_system), left_out(results, SYSTEM)))
    yield Section("By year", 3, (left_out(results, YEAR),))
    yield Section("By length of the original", 3, (slices_of(results, _is_length),))
    yield Section("By quality of the translation", 3, (Prose(_QUALITY), *_quality(results)))
    yield Section("False alarms, and on human translation", 2, (Prose(_ALARMS), *_alarms(results)))
    yield Section("Calibration", 2, (_calibration(results),))
    worth = [target for target in sources.findings if target.key.startswith(WORTH)]
    if worth:
        yield Section("Findings", 2, (_targets_table("What its findings are worth", worth),))
    yield Section("Targets that are missed", 2, (_missed(results),))
    yield Section("Limits", 2, (Prose(_LIMITS),))
    yield Section("Signature", 2, (signature(sources),))


LANGUAGE, SYSTEM, YEAR = ("relay language",), ("systems", "architecture"), ("year",)


def _is_language(name: str) -> bool:
    return name.startswith("wmt13 ")


def _is_length(name: str) -> bool:
    return "words" in name


def _is_system(name: str) -> bool:
    return any(name == f"{kind} systems" for kind in ARCHITECTURES)


def _is_kind(name: str) -> bool:
    return not (_is_language(name) or _is_length(name) or _is_system(name))


def shipped(results: Results) -> Results:
    """The same, about the configuration that every installation has."""
    return replace(results, signature={**results.signature, "configuration": SHIPPED})


def slices_of(results: Results, chosen: Callable[[str], bool]) -> Table:
    """Slices whose name is chosen and that have rows, with the large encoder beside."""
    whole = tables.slices(shipped(results))
    large = tables.slices(replace(results, signature={"configuration": LARGE}))
    beside = {row[0]: row[4:6] for row in large.rows}
    return Table(
        f"Copies against their own originals, configuration {SHIPPED}; large has the optional"
        " encoder",
        (*whole.head, "large: AUROC, windows", "articles"),
        tuple(
            (*row, *beside.get(row[0], (NOTHING, NOTHING)))
            for row in whole.rows
            if chosen(row[0]) and tables.NO_ROWS not in row
        ),
    )


def left_out(results: Results, kinds: Sequence[str]) -> Table:
    """What leaving these kinds out of the fit costs."""
    own = replace(
        results, generalisation=tuple(g for g in results.generalisation if g.kind in kinds)
    )
    return tables.generalisation(own)


def _learned(sources: Sources) -> Iterator[Block]:
    model = sources.model
    sets: Mapping[str, Mapping[str, int]] = model["sets"]
    yield Prose(
        f"{model['pairs']:,} aligned pairs of human English and machine-retranslated English in"
        f" {model['groups']:,} groups that share no original and no document with the held-out"
        f" fold: {model['windows']:,} windows of about 70 words, {model['grammar_windows']:,} of"
        " them checked by LanguageTool. Classifiers were fitted on"
        f" {model['stacking_windows']:,} of them ({model['stacking']}), encoders and n-gram models"
        " on others."
    )
    yield Prose(_LEARNED)
    yield Table(
        "Sets that it was trained on",
        ("set", "what it is", "windows, both versions", "mangled", "licence"),
        tuple(
            (
                name,
                sources.origin(name),
                count(found["windows"]),
                percent(found["mangled"] / max(found["windows"], 1)),
                sources.licence(name),
            )
            for name, found in sets.items()
        ),
    )


def _quality(results: Results) -> Iterator[Block]:
    results = replace(
        results, agreement=tuple(a for a in results.agreement if a.scorer in AGREEING)
    )
    yield rate_tables.agreement(results, "window")
    yield rate_tables.agreement(results, "article")
    yield tables.quartiles(results)
    yield tables.part_mangled(results)


def _alarms(results: Results) -> Iterator[Block]:
    yield rate_tables.false_alarms(results)
    yield tables.human_translation(results)
    yield rate_tables.sources(results)
    yield rate_tables.named_slices(results)
    yield rate_tables.flagged(results)


def _calibration(results: Results) -> Table:
    own = tuple(c for c in results.calibration if c.configuration in (SHIPPED, LARGE))
    return rate_tables.calibration(replace(results, calibration=own))


def _missed(results: Results) -> Table:
    missed = [target for target in results.targets if target.met is False]
    return _targets_table("Missed", missed)


def _targets_table(caption: str, targets: Sequence[Target]) -> Table:
    aimed = [target for target in targets if target.aim != tables.REPORTED]
    return Table(
        caption,
        ("target", "aim", "found [95 %]", "originals", "verdict"),
        tuple((t.name, t.aim, target_value(t), count(t.n_originals), verdict(t)) for t in aimed),
    )


def signature(sources: Sources) -> Table:
    """The run's signature."""
    return Table(
        "What was measured, with what",
        ("what", "is"),
        tuple((name, str(value)) for name, value in sources.results.signature.items()),
    )
