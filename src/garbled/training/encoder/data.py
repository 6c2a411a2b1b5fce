"""Pairs of windows that the encoder is fine-tuned on: aligned, made by Apertium, and planted."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from garbled.analysers.counts import NgramCounts
from garbled.corpora.aligned import AlignedDocument, align_documents, sample_systems
from garbled.corpora.apertium import available_chains, retranslate
from garbled.corpora.clean import CleanArticle, read_clean
from garbled.corpora.damage import QualityEstimate, changes, label_windows
from garbled.corpora.pairs import Pair, read_pairs
from garbled.corpora.splits import group_folds, group_pairs
from garbled.documents import Block, Document
from garbled.segment.articles import Window, analyse
from garbled.training.config import ENCODER_FOLDS
from garbled.training.encoder.corrupt import Substitutions, changed_words, mine_words, plant

SYSTEMS: Mapping[str, int] = {
    "wmt13": 5,
    "wmt15": 12,
    "wmt16": 12,
    "wmt19": 6,
    "wmt21": 4,
    "wmt22": 3,
    "llm-wmt-gptmt": 2,
    "llm-wmt22-bayling": 2,
    "llm-wmt22-alma": 2,
    "mlqe-pe": 1,
    "apertium-roundtrip": 3,
    "scifact-roundtrip": 4,
    "asap-roundtrip": 2,
}
"""Systems a document keeps, for each language pair: an original must not be learnt by heart."""
SHARES: Mapping[str, float] = {
    "wmt13": 6.0,
    "wmt15": 4.0,
    "wmt16": 4.0,
    "wmt19": 2.0,
    "wmt21": 2.5,
    "wmt22": 2.5,
    "llm-wmt-gptmt": 0.6,
    "llm-wmt22-bayling": 0.8,
    "llm-wmt22-alma": 0.6,
    "mlqe-pe": 3.0,
    "apertium-roundtrip": 1.2,
    "scifact-roundtrip": 0.6,
    "asap-roundtrip": 3.0,
    "apertium": 2.0,
    "planted": 3.0,
    "human": 1.2,
}
"""How often each source comes up, so that no crude engine and no fluent one dominates."""
DIRECT_SETS = frozenset({"apertium-roundtrip", "asap-roundtrip", "scifact-roundtrip", "mlqe-pe"})
"""Retranslations of the very original, or its post-edit: what differs is the machine's doing."""
UNLABELLED = "unlabelled"
"""Source of examples that only a teacher labels."""
PLANTED_SHARES = (0.04, 0.08, 0.15, 0.25)
ORIGINAL_QUALITY = 1.0
MAX_WINDOW_WORDS = 150
APERTIUM_BATCH = 40


@dataclass(frozen=True, slots=True)
class Example:
    """A window in two versions, as words.

    ``mangled`` is 1, 0 (a human or a faithful version) or -1; ``quality`` is on the scale of
    wmt16's human scores, ``judged`` says that people scored it; ``wrong`` marks the copy's wrong
    words where the pair tells them.
    """

    source: str
    original: tuple[str, ...]
    copy: tuple[str, ...]
    mangled: int
    quality: float
    judged: bool
    human_made: bool
    wrong: tuple[bool, ...] | None


def read_training_pairs(path: Path, seed: int) -> list[Pair]:
    """The sampled pairs of the folds that the encoder may see, all sets."""
    pairs = list(read_pairs(path))
    folds = group_folds(pairs, group_pairs(pairs))
    mine = np.isin(folds, ENCODER_FOLDS)
    chosen = [pair for pair, is_mine in zip(pairs, mine.tolist(), strict=True) if is_mine]
    known = {pair.set: SYSTEMS.get(pair.set, max(SYSTEMS.values())) for pair in chosen}
    return sample_systems(chosen, known, seed)


def aligned_examples(
    pairs: Sequence[Pair], estimate: QualityEstimate, counts: NgramCounts
) -> Iterator[Example]:
    """Windows of aligned documents, human control translations among them."""
    essays = [pair for pair in pairs if pair.set == "asap-roundtrip"]
    rest = [pair for pair in pairs if pair.set != "asap-roundtrip"]
    for document in align_documents(rest):
        yield from _examples(document, estimate)
    for document in align_documents(_sentences(essays)):
        for example in _examples(document, estimate):
            if is_sound(example.original, counts):
                yield example


def is_sound(words: Iterable[str], counts: NgramCounts) -> bool:
    """No misspelling and no mask: the engine repairs those, which would give the label away."""
    return not any(
        "@" in word or (word.isalpha() and word.islower() and not counts.is_known(word))
        for word in words
    )


def _sentences(essays: Iterable[Pair]) -> Iterator[Pair]:
    """Essays whose two versions have as many sentences, sentence by sentence."""
    for essay in essays:
        versions = [_split(text) for text in (essay.original, essay.retranslated)]
        if len(versions[0]) == len(versions[1]):
            for number, (before, after) in enumerate(zip(*versions, strict=True)):
                yield replace(essay, original=before, retranslated=after, seg=number)


def _split(text: str) -> list[str]:
    article = analyse(Document.from_blocks([Block(text)], id="", source=""))
    paragraphs = article.unified
    return [paragraphs[s.paragraph][s.start : s.end] for s in article.sentences]


def _examples(document: AlignedDocument, estimate: QualityEstimate) -> Iterator[Example]:
    first = document.pairs[0]
    windows = zip(
        document.original.windows, document.retranslated.windows, document.human, strict=True
    )
    for before, after, human in windows:
        kept = np.array([changes(list(before.tokens), list(after.tokens))])
        quality = estimate.quality(kept, np.array([human]))
        label = int(label_windows(quality, kept, np.array([first.is_direct]))[0])
        example = _example(first.set, _words(before), _words(after), label, float(quality[0]))
        if example is None:
            continue
        if first.kind == "human":
            yield replace(example, source="human", mangled=0, human_made=True, wrong=None)
        else:
            yield replace(example, judged=not np.isnan(human))


def _example(
    source: str, original: tuple[str, ...], copy: tuple[str, ...], mangled: int, quality: float
) -> Example | None:
    """None for windows that are equal, empty or too long to be read whole."""
    lower = [[word.lower() for word in words] for words in (original, copy)]
    if lower[0] == lower[1] or not copy or max(map(len, lower)) > MAX_WINDOW_WORDS:
        return None
    told = source in DIRECT_SETS or source == "apertium"
    wrong = tuple(changed_words(original, copy)) if told else None
    return Example(source, original, copy, mangled, quality, False, False, wrong)


def _words(window: Window) -> tuple[str, ...]:
    return tuple(token.text for token in window.tokens)


def clean_windows(clean: Path, count: int, seed: int) -> list[tuple[Window, str]]:
    """One window each of so many agency articles that are not reserved, with its text."""
    dice = random.Random(seed)
    articles = [a for a in read_clean(clean, reserved=False) if a.title is not None]
    dice.shuffle(articles)
    return list(islice(_one_window(articles, dice), count))


def _one_window(
    articles: Iterable[CleanArticle], dice: random.Random
) -> Iterator[tuple[Window, str]]:
    for clean in articles:
        article = analyse(clean.to_document())
        prose = [w for w in article.windows if 35 <= w.n_words <= 120 and not _is_table(w)]
        if prose:
            window = dice.choice(prose)
            spans = (article.unified[s.paragraph][s.start : s.end] for s in window.sentences)
            yield window, " ".join(" ".join(spans).split())


def _is_table(window: Window) -> bool:
    return sum(t.text[0].isdigit() for t in window.tokens) > 0.15 * window.n_words


def unlabelled_examples(windows: Sequence[tuple[Window, str]]) -> Iterator[Example]:
    """Two windows each that nothing is known of but what a teacher reads in them."""
    for (first, _), (second, _) in zip(windows[::2], windows[1::2], strict=False):
        words = _words(first), _words(second)
        yield Example(UNLABELLED, *words, -1, 0.0, False, False, None)


def apertium_examples(windows: Sequence[tuple[Window, str]]) -> Iterator[Example]:
    """Windows through the installed Apertium chains in turn, many in a batch."""
    chains = available_chains()
    for number, start in enumerate(range(0, len(windows), APERTIUM_BATCH)):
        batch = windows[start : start + APERTIUM_BATCH]
        copies = retranslate([text for _, text in batch], chains[number % len(chains)])
        for (window, _), copy in zip(batch, copies or [""] * len(batch), strict=True):
            article = analyse(Document.from_blocks([Block(copy)], id="", source=""))
            words = tuple(token.text for s in article.sentences for token in s.tokens)
            example = _example("apertium", _words(window), words, 1, -1.0)
            if example is not None:
                yield example


def planted_examples(
    windows: Sequence[tuple[Window, str]], found: Substitutions, seed: int
) -> Iterator[Example]:
    """Clean windows with planted errors; the more of them, the worse."""
    dice = random.Random(seed)
    for window, _ in windows:
        share = dice.choice(PLANTED_SHARES)
        copy, wrong = plant(_words(window), found, share, dice)
        quality = 0.3 - 6 * share
        example = _example("planted", _words(window), tuple(copy), 1, quality)
        if example is not None:
            yield replace(example, mangled=1 if share > 0.05 else -1, wrong=tuple(wrong))


def mine_training_words(pairs: Iterable[Pair]) -> Substitutions:
    machine = (p for p in pairs if p.kind != "human" and p.set != "asap-roundtrip")
    return mine_words((p.original, p.retranslated, p.document) for p in machine)


def mix(examples: Sequence[Example], count: int, seed: int) -> list[Example]:
    """So many examples, each source by its share; a small source is used up to twice."""
    dice = random.Random(seed)
    sources: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        sources[example.source].append(example)
    total = sum(SHARES.get(name, 1.0) for name in sources)
    chosen: list[Example] = []
    for name, own in sorted(sources.items()):
        wanted = round(count * SHARES.get(name, 1.0) / total)
        dice.shuffle(own)
        chosen.extend((own + own)[:wanted])
    dice.shuffle(chosen)
    return chosen


def count_sources(examples: Iterable[Example]) -> dict[str, int]:
    return dict(Counter(example.source for example in examples).most_common())
