"""The data's card: what was measured on and learned from, whose it is, and its traps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from garbled.evaluation.alarms import ALL
from garbled.evaluation.blocks import Block, Prose, Remark, Section, Table
from garbled.evaluation.cards import SHIPPED, Sources, signature
from garbled.evaluation.manifest import Manifest
from garbled.evaluation.markdown import to_markdown
from garbled.evaluation.results import Results
from garbled.evaluation.slices import NATIVE
from garbled.evaluation.wording import count, percent

_WHAT = """\
What `garbled` was trained and measured on: aligned pairs of human English and the same content
as a machine brought it back into English, and clean articles. None of these texts is in this
repository, whose own articles under `samples/` have a card of their own (`README.md`). Which
documents are held out is frozen in `manifest.json.gz`, as digests. This card is generated from
one run of `garbled evaluate` (`garbled evaluate --from data/evaluation.json --cards data`); its
figures are that run's and the manifest's."""
_FOR = """\
**For** fitting and measuring detectors of mangled copy, and for judging what a figure in
`MODEL_CARD.md` is about.

**Not for** translation quality in general: the originals are what is compared with, not the
foreign source. Not for telling translation from writing: most originals since 2019 are
themselves translations. Not to be handed on: see the licences."""
_TRAPS = """\
- Rows are originals × systems. The same English article is the original of several pairs under
  several names, so groups (connected components over normalised original and document, across
  sets) are held out, never rows or names.
- Originals of wmt19, wmt21, wmt22 and of the language models' sets are human translations, not
  native English.
- The two classes must not differ by source: clean articles are for counting and false alarms,
  not for fitting.
- Pairs whose sides are equal, differ fourfold in length, are not English or are exchanged are
  left out and counted.
- Essays (asap-roundtrip) had their misspellings repaired by the engine, which gives the label
  away: they are measured and not learned from."""


def data_card(sources: Sources) -> str:
    """The data's card as Markdown."""
    return to_markdown(_sections(sources))


def _sections(sources: Sources) -> Iterator[Section]:
    results = sources.results
    yield Section("garbled: data card", 1, (Prose(_WHAT),))
    yield Section("What it is for, and what not", 2, (Prose(_FOR),))
    yield Section("Sets, and under which licences", 2, (*_sets(sources),))
    yield Section("By language", 2, (*_languages(sources),))
    yield Section("By kind, system, length and year", 2, (_slices(results), _years(results)))
    yield Section("By quality of the translation", 2, (*_quality(results),))
    yield Section("Clean articles", 2, (*_clean(sources),))
    yield Section("Traps", 2, (Prose(_TRAPS),))
    yield Section("Signature", 2, (signature(sources),))


def _sets(sources: Sources) -> Iterator[Block]:
    signed = sources.results.signature
    yield Remark(
        f"Held out: {signed.get('pairs', 0):,} pairs of {signed.get('documents', 0):,} documents in"
        f" {signed.get('stories', 0):,} stories, {signed.get('window_pairs', 0):,} windows in both"
        f" versions; fold {signed.get('fold')}."
    )
    if sources.manifest is None:
        yield Remark("No manifest: what else there was is not known.")
        return
    yield Table(
        "Sets of aligned pairs",
        ("set", "what it is", "documents held out", "pairs held out", "other pairs", "licence"),
        tuple(_set_rows(sources, sources.manifest)),
    )


def _set_rows(sources: Sources, manifest: Manifest) -> Iterator[tuple[str, ...]]:
    for name in sorted({*manifest.documents, *manifest.fitted_on}):
        by_pair = manifest.documents.get(name, {})
        rows = [n for documents in by_pair.values() for n, _ in documents.values()]
        others, _ = manifest.fitted_on.get(name, (0, ""))
        yield (
            name,
            sources.origin(name),
            count(len(rows)),
            count(sum(rows)),
            count(others),
            sources.licence(name),
        )


def _languages(sources: Sources) -> Iterator[Block]:
    if sources.manifest is None:
        yield Remark("Not known without a manifest.")
        return
    documents: dict[str, int] = defaultdict(int)
    pairs: dict[str, int] = defaultdict(int)
    sets: dict[str, set[str]] = defaultdict(set)
    for name, by_pair in sources.manifest.documents.items():
        for lang_pair, own in by_pair.items():
            documents[lang_pair] += len(own)
            pairs[lang_pair] += sum(n for n, _ in own.values())
            sets[lang_pair].add(name)
    yield Table(
        "Held-out pairs by language of the relay",
        ("languages", "documents", "pairs", "sets"),
        tuple(
            (name, count(documents[name]), count(pairs[name]), ", ".join(sorted(sets[name])))
            for name in sorted(pairs, key=lambda name: -pairs[name])
        ),
    )


def _slices(results: Results) -> Table:
    own = [r for r in results.separation if r.scorer == SHIPPED and r.unit == "window" and r.all.n]
    return Table(
        "Windows that were measured",
        ("texts", "originals", "stories", "windows", "of them mangled"),
        tuple(
            (
                r.slice,
                count(r.n_originals),
                count(r.n_stories),
                count(r.all.n),
                percent(r.mangled.n / r.all.n),
            )
            for r in own
        ),
    )


def _years(results: Results) -> Table:
    return Table(
        "Years and other kinds that were left out of a fit",
        ("kind", "left out", "windows", "originals", "stories", "systems"),
        tuple(
            (
                g.kind,
                g.name,
                count(g.n),
                count(g.n_originals),
                count(g.n_stories),
                count(g.n_systems),
            )
            for g in results.generalisation
            if g.unit == "window" and not g.name.startswith("fold ")
        ),
    )


def _quality(results: Results) -> Iterator[Block]:
    yield Table(
        "Windows that people scored",
        ("set", "windows", "originals", "language pairs"),
        tuple(
            dict.fromkeys(
                (a.set, count(a.n), count(a.n_originals), count(a.n_strata))
                for a in results.agreement
                if a.unit == "window" and a.scorer == SHIPPED and a.n
            )
        ),
    )
    yield Table(
        "Copies by fluent systems, by quartile of human score; 1 is worst",
        ("unit", "quartile", "n", "originals"),
        tuple(
            (q.unit, str(q.quartile), count(q.n), count(q.n_originals)) for q in results.quartiles
        ),
    )


def _clean(sources: Sources) -> Iterator[Block]:
    alarms = sources.results.alarms
    reserved = sources.manifest.clean if sources.manifest else {}
    scored = {s.source: s for s in (alarms.sources if alarms else ()) if s.source != ALL}
    yield Prose(
        "A fifth of each source is reserved: nothing is counted, mined or fitted on it, and false"
        " alarms are measured on a sample of it."
    )
    yield Table(
        "Reserved clean articles",
        ("source", "what it is", "reserved", "scored in this run", "words", "licence"),
        tuple(
            (
                name,
                sources.origin(name),
                count(reserved[name][0]) if name in reserved else count(0),
                count(scored[name].flagged.n) if name in scored else count(0),
                count(scored[name].n_words) if name in scored else count(0),
                sources.licence(name),
            )
            for name in sorted({*reserved, *scored})
        ),
    )
    yield Remark(f"Native English with a round trip of its own: {_native(sources.results)}.")


def _native(results: Results) -> str:
    for found in results.separation:
        if found.slice == NATIVE and found.unit == "window" and found.all.n:
            return f"{found.n_originals:,} sentences in {found.n_stories:,} stories"
    return "none in this run"
