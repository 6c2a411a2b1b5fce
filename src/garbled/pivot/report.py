"""The measured guess as a report in Markdown; no text of the pairs is in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from garbled.evaluation.blocks import Prose, Remark, Section, Table
from garbled.evaluation.markdown import to_markdown
from garbled.evaluation.wording import NOTHING, count, number, percent, share
from garbled.pivot.evaluate import LENGTHS, OTHERS_LENGTHS, Answers, Run
from garbled.pivot.figures import (
    LengthFigures,
    forced,
    groups_of,
    is_unknown,
    measure_length,
    places_of,
    set_weights,
)
from garbled.pivot.figures import share as share_with
from garbled.pivot.samples import Samples

INTRODUCTION = """\
Made by `garbled pivot evaluate`; no text of the pairs is in it. Every figure is of
engines and originals that the classifier, its calibration included, has not seen: engines are dealt
into folds by the team or product that their names begin with, so that the systems of a team, in
whatever year or set, are held out together, and originals by connected components. Intervals are
95 %, by drawing groups of originals. Within a set languages weigh alike.

The topic control asks the same classifier about the *originals* of the held-out copies, which have
their topics and none of their marks. As far as it is above a guess at random among the languages of
the text's own set, topic or source gives the language away. For human translation van Halteren
(2008) told six source languages at 87 to 97 %."""
UNSHARED = """\
Further texts, whose originals no second language shares, so that nothing was fitted on
them: where the originals are human translations out of the language, as in WMT from 2019 on, the
control is not expected at chance, since a human translator leaves marks
too. Engines are held out, or were never in a fold. The best language is taken, "unknown" aside."""


def report_pivot(run: Run, samples: Samples, notes: str = "") -> str:
    """The whole report, and at its end what people have to say."""
    figures = [measure_length(run, length.name) for length in LENGTHS]
    material = (Prose(INTRODUCTION), Remark(_material(run, samples)))
    others = [part(run, length.name) for length in OTHERS_LENGTHS for part in (_others, _strangers)]
    sections = [
        Section("Pivot-language guess", 1, material),
        Section("By length", 2, (_by_length(figures), _with_unknown(figures))),
        Section("By language", 2, tuple(_by_language(run, name) for name in _shown(run))),
        Section("By set", 2, (_by_set(run),)),
        Section("Left out wholly", 2, (_left_out(run),)),
        Section("Other material", 2, (Prose(UNSHARED), *others)),
    ]
    if notes:
        sections.append(Section("Notes", 2, (Prose(notes.strip()),)))
    return to_markdown(sections)


def _shown(run: Run) -> Iterator[str]:
    """Two lengths are enough for tables by language."""
    for length in (LENGTHS[1], LENGTHS[-1]):
        if run.of("copies", length.name).samples:
            yield length.name


def _material(run: Run, samples: Samples) -> str:
    chosen = samples.chosen
    n_groups = len({sample.group for sample in chosen})
    told = [
        f"{count(len(chosen))} copies of {count(n_groups)} groups of originals"
        f" by {len({s.engine for s in chosen})} engines, in {run.n_folds} folds;"
        f" languages: {', '.join(run.languages)};"
        f" sets: {', '.join(sorted({s.set for s in chosen}))}."
    ]
    if samples.left_out:
        reasons = "; ".join(f"{name}: {why}" for name, why in sorted(samples.left_out.items()))
        told.append(f"Left out: {reasons}.")
    return " ".join(told)


def _by_length(figures: Sequence[LengthFigures]) -> Table:
    return Table(
        "The best language, unknown aside",
        (
            *("length", "copies", "groups of originals", "engines", "accuracy [95 %]"),
            *("chance", "majority", "chance in its set", "control: originals [95 %]"),
        ),
        tuple(
            (
                *(f.length, count(f.n_copies), count(f.n_groups), count(f.n_engines)),
                *(share(f.accuracy), percent(f.chance), percent(f.majority)),
                *(percent(f.knowing_the_set), share(f.control)),
            )
            for f in figures
        ),
    )


def _with_unknown(figures: Sequence[LengthFigures]) -> Table:
    return Table(
        "The distribution with unknown in it (for a quarter of unknown texts, half of them of other"
        " languages, half human English). Below 25 words the command itself says unknown",
        (
            *("length", "copies answered", "of these right", "copies of left-out languages"),
            *("called unknown", "human originals called unknown"),
            *("ECE of the best class", "ECE among languages"),
        ),
        tuple(
            (
                *(f.length, share(f.answered), share(f.right), count(f.n_left_out)),
                *(share(f.left_out_unknown), share(f.original_unknown)),
                *(number(f.error, 3), number(f.language_error, 3)),
            )
            for f in figures
        ),
    )


def _by_language(run: Run, length: str) -> Table:
    copies = run.of("copies", length)
    truth, best = places_of(copies.samples, run.languages), forced(copies)
    weight, groups = set_weights(copies.samples), groups_of(copies.samples)
    rows = []
    for place, language in enumerate(run.languages):
        own, said = truth == place, best == place
        rows.append(
            (
                language,
                count(int(own.sum())),
                share(share_with(said[own], weight[own], groups[own])),
                percent(_ratio(weight[own & said], weight[said])),
                *(
                    percent(_ratio(weight[own & (best == other)], weight[own]))
                    for other in range(len(run.languages))
                ),
            )
        )
    return Table(
        f"By language, {length}: how often found, how often right where said, and what is said",
        ("language", "copies", "recall [95 %]", "precision", *(f"→ {n}" for n in run.languages)),
        tuple(rows),
    )


def _by_set(run: Run) -> Table:
    rows = []
    for length in LENGTHS[1:]:
        copies, originals = run.of("copies", length.name), run.of("originals", length.name)
        for name in sorted({sample.set for sample in copies.samples}):
            own = np.array([sample.set == name for sample in copies.samples])
            rows.append((length.name, name, *_copies_and_control(run, copies, originals, own)))
    return Table(
        "By set",
        ("length", "set", "copies", "languages", *_ACCURACY, "chance in its set"),
        tuple(rows),
    )


_ACCURACY = ("accuracy [95 %]", "control: originals [95 %]")


def _copies_and_control(
    run: Run,
    copies: Answers,
    originals: Answers,
    own: np.ndarray,
) -> tuple[str, ...]:
    truth = places_of(copies.samples, run.languages)[own]
    samples = [
        sample for sample, is_own in zip(copies.samples, own.tolist(), strict=True) if is_own
    ]
    weight, groups = set_weights(samples), groups_of(samples)
    n_languages = len({sample.language for sample in samples})
    return (
        count(len(samples)),
        str(n_languages),
        share(share_with(forced(copies)[own] == truth, weight, groups)),
        share(share_with(forced(originals)[own] == truth, weight, groups)),
        percent(1 / n_languages),
    )


def _left_out(run: Run) -> Table:
    rows = []
    for language in run.languages:
        cells = [language]
        for length in LENGTHS[1:]:
            found = run.of("left out", length.name)
            own = np.array([sample.language == language for sample in found.samples], dtype=bool)
            groups = groups_of(found.samples)[own]
            called = share_with(is_unknown(found)[own], np.ones(int(own.sum())), groups)
            cells += [count(int(own.sum())), share(called), _taken_for(run, found, own)]
        rows.append(tuple(cells))
    return Table(
        "Copies of a language that no classifier was fitted on, called unknown",
        ("language", *(cell for length in LENGTHS[1:] for cell in ("copies", length.name, _TAKEN))),
        tuple(rows),
    )


def _others(run: Run, length: str) -> Table:
    """Fitted languages in sets that nothing was fitted on, and human translations."""
    copies, originals = run.of("others", length), run.of("others' originals", length)
    known = places_of(copies.samples, run.languages) >= 0
    rows = []
    for name in sorted(
        {s.set for s, is_known in zip(copies.samples, known, strict=True) if is_known}
    ):
        own = known & np.array([sample.set == name for sample in copies.samples])
        unknown = percent(float(is_unknown(copies)[own].mean()))
        rows.append((name, *_copies_and_control(run, copies, originals, own), unknown))
    human = run.of("human", length)
    own = places_of(human.samples, run.languages) >= 0
    if own.any():
        cells = _copies_and_control(run, human, human, own)
        unknown = percent(float(is_unknown(human)[own].mean()))
        rows.append(("human translations", *cells[:3], NOTHING, cells[4], unknown))
    return Table(
        f"Fitted languages on other material, {length}",
        ("set", "copies", "languages", *_ACCURACY, "chance in its set", "called unknown"),
        tuple(rows),
    )


def _strangers(run: Run, length: str) -> Table:
    """Languages that no classifier of the run was fitted on."""
    copies = run.of("others", length)
    names = sorted({sample.language for sample in copies.samples} - {*run.languages})
    rows = []
    for name in names:
        own = np.array([sample.language == name for sample in copies.samples])
        groups = groups_of(copies.samples)[own]
        called = share_with(is_unknown(copies)[own], np.ones(int(own.sum())), groups)
        mean = float(copies.probabilities[own, -1].mean())
        taken_for = _taken_for(run, copies, own)
        rows.append((name, count(int(own.sum())), share(called), number(mean), taken_for))
    return Table(
        f"Languages that were never fitted on, {length}",
        ("language", "copies", "called unknown [95 %]", "mean probability of unknown", _TAKEN),
        tuple(rows),
    )


_TAKEN = "mostly taken for"


def _taken_for(run: Run, answers: Answers, own: np.ndarray) -> str:
    """The language that most texts are given, "unknown" aside, and how many of them."""
    if not own.any():
        return NOTHING
    n_texts = np.bincount(forced(answers)[own], minlength=len(run.languages))
    return f"{run.languages[int(n_texts.argmax())]} {percent(float(n_texts.max() / own.sum()))}"


def _ratio(part: np.ndarray, whole: np.ndarray) -> float:
    return float(part.sum() / whole.sum()) if whole.sum() else float("nan")
