"""Mines the slots of known names from edited English: clean news and human originals.

Slots and fillers of five documents or more leave this module; no text of a corpus does.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from garbled.analysers.counts import NgramCounts
from garbled.analysers.gazetteer import (
    ALONE,
    CONNECTORS,
    SHAPES,
    SLOTS_FILE,
    Slot,
    format_slot,
    name_runs,
    parse_gazetteer,
)
from garbled.analysers.known_names import FOREIGN_FILE, WEIGHTS_FILE, load_known_names
from garbled.analysers.mentions import is_title_case, opens_clause
from garbled.analysers.name_words import WordKinds
from garbled.analysers.run import COUNTS_FILE
from garbled.corpora.clean import CleanArticle, read_clean
from garbled.corpora.pairs import Pair, read_pairs
from garbled.corpora.splits import fold_of, group_folds, group_pairs, normalise_original
from garbled.documents import Block, Document
from garbled.errors import IngestError
from garbled.model.store import default_folder
from garbled.segment.articles import Sentence, analyse
from garbled.training.mine_foreign_parts import mine_foreign_parts
from garbled.training.weigh_names import prose_of, save_weights, weigh_evidence

SOURCE = "slots of names in edited English; five documents or more; mined by garbled mine names"
MIN_DOCUMENTS = 5
MIN_SHARE = 0.02
"""Fillers with less of a slot are left out: they say little and cost bytes."""
MAX_FILLERS = 12
MIN_FREQUENT, MIN_FREQUENT_LETTERS = 200, 5
MINED_FOLDS = (2, 3, 4)
KEPT_OUT = 12
"""One article in so many is kept out of the slots that the weights are fitted with."""
MOST_WEIGHED = 1_000
SEED = 0
Ids = NDArray[np.int32]
Slots = dict[tuple[str, tuple[str, ...]], Slot]
Names = Iterable[Sequence[Sequence[str]]]
"""For each document its names, as words."""


def mine_names(pairs: Path, clean: Path, out: Path) -> None:
    """Mine what evidence on known names reads, from unreserved clean news and folds 2 to 4.

    Writes the slots, the common words of other languages and the weights of the evidence into
    ``out``. The weights are fitted on one clean article in twelve and on originals, with slots
    mined without them; then the slots are mined from all.

    Raises:
        IngestError: there is nothing to mine.
        ResourceError: wordfreq, which the foreign words are from, is not installed.
    """
    counts = NgramCounts.load(default_folder() / COUNTS_FILE)
    foreign = frozenset(mine_foreign_parts(counts, out / FOREIGN_FILE))
    articles = list(read_clean(clean, reserved=False))
    originals = list(original_documents(pairs, MINED_FOLDS))
    kept_out = [a.to_document() for a in articles if _is_kept_out(a)]
    names = [names_of(a.to_document()) for a in articles if not _is_kept_out(a)]
    lines = format_slots(mine_slots(names))
    kinds = WordKinds(counts, load_known_names().related, foreign)
    prose = [prose_of(analyse(document)) for document in _mixed(kept_out, originals)]
    weights = weigh_evidence(prose, parse_gazetteer(lines), kinds, SEED)
    save_weights(out / WEIGHTS_FILE, weights, "fitted by garbled mine names")
    names += [names_of(document) for document in (*kept_out, *originals)]
    save_slots(out / SLOTS_FILE, mine_slots(names))


def _is_kept_out(article: CleanArticle) -> bool:
    return fold_of(normalise_original(article.text[:200]), KEPT_OUT) == 1


def _mixed(*kinds: Sequence[Document]) -> list[Document]:
    """As many documents of each kind, at random."""
    rng = random.Random(SEED)
    most = min(MOST_WEIGHED, *map(len, kinds))
    return [document for documents in kinds for document in rng.sample(list(documents), most)]


def original_documents(pairs: Path, folds: Sequence[int]) -> Iterator[Document]:
    """The human originals of some folds, each once, joined by document."""
    kept = [p for p in read_pairs(pairs) if p.set not in {"asap-roundtrip", "mlqe-pe"}]
    chosen = np.isin(group_folds(kept, group_pairs(kept)), folds)
    documents: dict[tuple[str, str], dict[str, None]] = {}
    for pair, use in zip(kept, chosen.tolist(), strict=True):
        if use:
            documents.setdefault(_key(pair), {})[pair.original] = None
    seen: set[str] = set()
    for key, texts in documents.items():
        blocks = [Block(text) for text in texts if text not in seen]
        seen.update(texts)
        if blocks:
            yield Document.from_blocks(blocks, id="/".join(key), source="pairs")


def _key(pair: Pair) -> tuple[str, str]:
    return (pair.set, pair.document)


def names_of(document: Document) -> list[list[str]]:
    """Names inside the prose of a document; a word that only opens its clause is no part."""
    found: list[list[str]] = []
    for sentence in analyse(document).sentences:
        if sentence.role != "headline" and not is_title_case(sentence):
            found.extend(_names(sentence))
    return found


def _names(sentence: Sentence) -> Iterator[list[str]]:
    words = [token.text for token in sentence.tokens]
    for start, end in name_runs(words):
        start += opens_clause(sentence, start)
        while start < end and words[start] in CONNECTORS:
            start += 1
        if start < end:
            yield words[start:end]


def mine_slots(documents: Names) -> Slots:
    """Slots of every shape with a filler of five documents or more, and the frequent words.

    Raises:
        IngestError: there is no name.
    """
    vocabulary, words, owners = _number(documents)
    if len(vocabulary) < 2:
        raise IngestError("no name in these articles to mine")
    slots: Slots = {}
    for shape, offsets in SHAPES.items():
        slots.update(_slots_of(shape, offsets, vocabulary, words, owners))
    distinct, _ = _distinct(words, owners)
    for number, count in zip(*np.unique(distinct[0], return_counts=True), strict=True):
        word = vocabulary[number]
        plain = len(word) >= MIN_FREQUENT_LETTERS and word.isalpha() and word[1:].islower()
        if count >= MIN_FREQUENT and plain and word[0].isupper():
            slots[ALONE, (word,)] = Slot(int(count), 0, 0, {})
    return slots


def _number(documents: Names) -> tuple[list[str], Ids, Ids]:
    """Words as numbers in one row, names parted by 0, and the document of each."""
    numbers: dict[str, int] = {"": 0}
    words, owners = [0, 0], [0, 0]
    for owner, names in enumerate(documents):
        for name in names:
            words += [*(numbers.setdefault(word, len(numbers)) for word in name), 0, 0]
            owners += [owner] * (len(name) + 2)
    return list(numbers), np.array(words, np.int32), np.array(owners, np.int32)


def _slots_of(
    shape: str, offsets: Sequence[int], vocabulary: Sequence[str], words: Ids, owners: Ids
) -> Iterator[tuple[tuple[str, tuple[str, ...]], Slot]]:
    connector = np.array([word in CONNECTORS or not word for word in vocabulary])
    beside = [np.roll(words, -offset) for offset in offsets]
    outer = beside[0] if offsets[0] < 0 else beside[-1]
    known = np.logical_and.reduce([near > 0 for near in beside]) & ~connector[outer]
    if shape == "between":
        known &= ~connector[beside[1]] & (words > 0)
    if not known.any():
        return
    context = beside[0].astype(np.int64) * len(vocabulary) + (beside[1] if len(beside) > 1 else 0)
    rows, _ = _distinct(context[known], words[known], owners[known])
    rows, counts = _distinct(*rows[:2])
    starts = np.flatnonzero(np.diff(rows[0], prepend=-1))
    for start, end in zip(starts, [*starts[1:], rows.shape[1]], strict=True):
        slot = _slot(rows[1, start:end], counts[start:end], vocabulary)
        if slot is not None:
            first, second = divmod(int(rows[0, start]), len(vocabulary))
            near = (vocabulary[first], vocabulary[second])[: len(beside)]
            yield (shape, near), slot


def _distinct(*columns: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The different rows of some columns, in order, as columns, and how often each is there."""
    rows = np.stack([column.astype(np.int64) for column in columns])
    rows = rows[:, np.lexsort(rows[::-1])]
    new = np.append(True, (np.diff(rows, axis=1) != 0).any(axis=0))
    return rows[:, new], np.diff(np.append(np.flatnonzero(new), rows.shape[1]))


def _slot(
    fillers: NDArray[np.int64], counts: NDArray[np.int64], words: Sequence[str]
) -> Slot | None:
    inside = fillers > 0
    n = int(counts[inside].sum())
    least = max(MIN_DOCUMENTS, MIN_SHARE * n)
    kept = [i for i in np.argsort(-counts, kind="stable") if inside[i] and counts[i] >= least]
    if not kept:
        return None
    return Slot(
        n=n,
        novel=int((counts[inside] == 1).sum()),
        edges=int(counts[~inside].sum()),
        fillers={words[fillers[i]]: int(counts[i]) for i in kept[:MAX_FILLERS]},
    )


def format_slots(slots: Slots) -> list[str]:
    """Lines of the file of slots, in order, the first one its source."""
    lines = sorted(format_slot(shape, near, slot) for (shape, near), slot in slots.items())
    return [f"# {SOURCE}\n", *lines]


def save_slots(path: Path, slots: Slots) -> None:
    """Write the slots, the same bytes for the same slots."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
        packed.write("".join(format_slots(slots)).encode("utf-8"))
