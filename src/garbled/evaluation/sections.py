"""What a report says and in which order; Markdown and HTML are both written from this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from garbled.evaluation import rate_tables, tables
from garbled.evaluation.blocks import Block, Figure, Prose, Remark, Section, Table
from garbled.evaluation.notes import Notes, in_order, without_note
from garbled.evaluation.results import Results
from garbled.evaluation.wording import verdict

TITLE = "How well garbled does on copy it never saw"
_INTRODUCTION = """\
Copies against their own originals, on groups of documents that nothing was fitted on, counted in
or mined from. Brackets are 95 % intervals over *stories*, groups of texts that share a document or
an original; with few stories they are too narrow. *Originals* are distinct sentences, *windows*
about 70 words in both versions, *mangled* is what the damage rule calls so, *flagged* is at or
above the one frozen `review` threshold. All figures are in `evaluation.json`, plots in
`evaluation.html`."""


_PART_OF = {
    "generalisation": ("refits",),
    "ablation": ("refits",),
    "named_slices": ("alarms",),
}
"""Parts that are left out together."""
NO_MANIFEST = "none: these figures are about data that no manifest froze"


@dataclass(frozen=True, slots=True)
class Part:
    """A section: its tables with the field of ``Results`` that each is made of, and its plots."""

    title: str
    introduction: str
    tables: tuple[tuple[str, Callable[[Results], Table]], ...]
    figures: tuple[str, ...] = ()


OUTLINE = (
    Part(
        "Separation by slice",
        "One configuration; the others stand beside it further down. *All* copies and the "
        "*mangled* ones among them.",
        (("separation", tables.slices),),
        ("roc_window", "roc_article", "slices", "scores"),
    ),
    Part(
        "Kinds left out of the fit",
        "The same held-out rows by a head that saw their kind and by one that was refitted "
        "without it. The encoder is frozen and saw the kind in both.",
        (("generalisation", tables.generalisation),),
    ),
    Part(
        "What each feature group adds",
        "A group earns its place where leaving it out costs more than nothing.",
        (("ablation", tables.ablation),),
        ("ablation", "ablation_alone"),
    ),
    Part(
        "Controls",
        "Alterations that should change little: a detector of topics or of house style falls "
        "with them. *Largest* is the largest change of a window's log-odds. Human translation "
        "should stand at 0.5, and no further from it than sources of native copy from each other.",
        (
            ("controls", tables.controls),
            ("human_translation", tables.human_translation),
        ),
    ),
    Part(
        "Peers",
        "Configurations and what others use, on the same rows.",
        (
            ("comparison", partial(tables.peers, unit="window")),
            ("comparison", partial(tables.peers, unit="article")),
        ),
    ),
    Part(
        "Calibration",
        "Classes weigh as the prior says. Slope 1 and intercept 0 are perfect; the error is the "
        "debiased root mean square over bins of equal mass (Kumar et al. 2019).",
        (("calibration", rate_tables.calibration),),
        ("reliability_window", "reliability_article"),
    ),
    Part(
        "Agreement with people",
        "Within a language pair, averaged over pairs; 1 is best.",
        (
            ("agreement", partial(rate_tables.agreement, unit="window")),
            ("agreement", partial(rate_tables.agreement, unit="article")),
            ("system_order", rate_tables.system_order),
            ("quartiles", tables.quartiles),
        ),
    ),
    Part(
        "False alarms and what is caught",
        "At the one frozen threshold. Clean articles are of the reserved fifth, which nothing was "
        "counted in or fitted on. With fewer than five alarms only the one-sided upper bound is "
        "given: undecidable.",
        (
            ("false_alarms", rate_tables.false_alarms),
            ("flagged", rate_tables.flagged),
            ("alarms", rate_tables.sources),
            ("named_slices", rate_tables.named_slices),
            ("alarms", rate_tables.rules),
        ),
    ),
    Part(
        "Articles mangled in part",
        "Against untouched articles of the same stories. Guessing would get the share of mangled "
        "windows as its average precision.",
        (("part_mangled", tables.part_mangled),),
    ),
    Part(
        "Tiers",
        "*Cost* is the time of the tier over that of the other.",
        (("tiers", tables.tiers),),
    ),
)


def sections(results: Results, notes: Notes) -> Iterator[Section]:
    """The whole report; a table without rows becomes a line that says why."""
    yield Section(TITLE, 1, (Prose(_INTRODUCTION),))
    yield Section("Targets", 2, _targets(results, notes))
    for heading, text in in_order(notes, results.targets):
        yield Section(heading, 3, (Prose(text),))
    for part in OUTLINE:
        made = [_table_or_why(results, field, make(results)) for field, make in part.tables]
        yield Section(part.title, 2, (Prose(part.introduction), *made, *map(Figure, part.figures)))
    yield Section("Signature", 2, _signature(results))


def _targets(results: Results, notes: Notes) -> tuple[Block, ...]:
    aimed = [target for target in results.targets if target.aim != tables.REPORTED]
    verdicts = Counter(verdict(target).split(maxsplit=1)[1] for target in aimed)
    tally = f"Of {len(aimed)}: {', '.join(f'{n} {word}' for word, n in verdicts.items())}."
    silent = without_note(notes, results.targets)
    told = Remark(f"Missed, with nothing written yet on what was tried: {'; '.join(silent)}.")
    return (Remark(tally), tables.targets(results), *([told] if silent else []))


def _table_or_why(results: Results, field: str, table: Table) -> Block:
    if table.rows:
        return table
    known = (results.not_measured.get(name) for name in (field, *_PART_OF.get(field, ())))
    why = next(filter(None, known), "nothing to measure it on")
    return Remark(f"{table.caption}: not measured ({why}).")


def _signature(results: Results) -> tuple[Block, ...]:
    signed = {"manifest": NO_MANIFEST, **results.signature}
    rows = tuple((name, str(value)) for name, value in signed.items())
    signature = Table("What was measured, with what", ("what", "is"), rows)
    missing = Table("Not measured", ("part", "because"), tuple(results.not_measured.items()))
    return (signature, missing) if missing.rows else (signature,)
