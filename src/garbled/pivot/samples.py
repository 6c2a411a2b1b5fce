"""Texts to fit and measure on: runs of consecutive pairs of one document and system.

By default only originals that came back through two languages or more are taken. Each language
then has the same topics, and what tells them apart is how the copies are worded.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from garbled.corpora.pairs import Pair, by_document, read_pairs
from garbled.corpora.splits import fold_of, group_pairs, normalise_original
from garbled.documents import Block, Document
from garbled.errors import IngestError
from garbled.pivot.naming import engine_of, pivot_of
from garbled.segment.articles import Window, analyse
from garbled.segment.windows import MIN_WORDS

MAX_WORDS = 650
"""Words of a text, as long as an agency article; what follows is left out."""
MIN_TEXTS = 10
"""Texts that a language needs."""
_ORDER_FOLDS = 2**60


@dataclass(frozen=True, slots=True)
class Sample:
    """A copy and its original, segment by segment; ``group`` is shared by texts that share one."""

    copy: tuple[str, ...]
    original: tuple[str, ...]
    language: str
    engine: str
    group: int
    set: str
    is_human: bool
    is_shared: bool


@dataclass(frozen=True)
class Samples:
    """The samples of the languages that can be told apart, and the others.

    ``others`` are machine copies whose originals no other language shares, of any language, and
    human translations; ``left_out`` says of a language why it is not told.
    """

    chosen: list[Sample]
    others: list[Sample]
    left_out: dict[str, str]
    skipped: Counter[str]

    @property
    def languages(self) -> list[str]:
        return sorted({sample.language for sample in self.chosen})


def read_samples(path: Path, per_engine: int = 30, *, any_original: bool = False) -> Samples:
    """Texts of a file or folder of pairs.

    Args:
        path: as ``read_pairs`` takes it.
        per_engine: most texts of one set, language and engine, chosen by a hash of their names.
        any_original: take originals too that only one language has.

    Raises:
        IngestError: nothing is said of languages, there is one, or too little of them.
    """
    skipped: Counter[str] = Counter()
    pairs = list(read_pairs(path, skipped))
    if not any(pivot_of(pair.lang_pair) for pair in pairs):
        raise IngestError(
            "these pairs do not say through which language they came back; that is what the column"
            " lang_pair is for, such as en-es-en or es-en",
            source=str(path),
        )
    samples = list(_samples(pairs))
    left_out: dict[str, str] = {}
    chosen = _choose(samples, left_out, any_original)
    if len({sample.language for sample in chosen}) < 2:
        raise _too_few(samples, left_out, path)
    ids = set(map(id, chosen))
    others = [sample for sample in samples if id(sample) not in ids]
    return Samples(_capped(chosen, per_engine), _capped(others, per_engine), left_out, skipped)


def windows_of_segments(segments: Sequence[str]) -> tuple[Window, ...]:
    """The windows of a text whose paragraphs these are."""
    blocks = [Block(segment) for segment in segments]
    return analyse(Document.from_blocks(blocks, id="", source="")).windows


def cut_after(segments: Sequence[str], words: int) -> tuple[str, ...]:
    """The first segments up to the one by which there are so many words."""
    kept, n_words = [], 0
    for segment in segments:
        kept.append(segment)
        n_words += len(segment.split())
        if n_words >= words:
            break
    return tuple(kept)


def _samples(pairs: Sequence[Pair]) -> Iterator[Sample]:
    group = dict(zip(map(id, pairs), group_pairs(pairs).tolist(), strict=True))
    languages = _languages_by_original(pairs)
    for (_, lang_pair, system, _), rows in by_document(pairs).items():
        language = pivot_of(lang_pair)
        copy = cut_after([row.retranslated for row in rows], MAX_WORDS)
        if language is None or sum(len(text.split()) for text in copy) < MIN_WORDS:
            continue
        used = rows[: len(copy)]
        n_shared = sum(len(languages[normalise_original(row.original)]) > 1 for row in used)
        yield Sample(
            copy,
            tuple(row.original for row in used),
            language,
            engine_of(system),
            group[id(rows[0])],
            rows[0].set,
            rows[0].kind == "human",
            n_shared > len(used) / 2,
        )


def _languages_by_original(pairs: Iterable[Pair]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for pair in pairs:
        language = pivot_of(pair.lang_pair)
        if language and pair.kind != "human":
            found[normalise_original(pair.original)].add(language)
    return found


def _choose(
    samples: Sequence[Sample], left_out: dict[str, str], any_original: bool
) -> list[Sample]:
    """Machine copies of shared originals, in languages with enough texts and engines.

    A language that one engine alone has would be told by the engine, unless all are by one.
    Leaving a language out can leave originals with one language only, which go too.
    """
    chosen = [s for s in samples if not s.is_human and (s.is_shared or any_original)]
    while True:
        texts = Counter(sample.language for sample in chosen)
        engines: dict[str, set[str]] = defaultdict(set)
        for sample in chosen:
            engines[sample.language].add(sample.engine)
        is_one_engine = len(set().union(*engines.values())) == 1
        for language, n_texts in texts.items():
            if n_texts < MIN_TEXTS:
                left_out[language] = f"{n_texts} texts of shared originals, {MIN_TEXTS} are needed"
            elif len(engines[language]) == 1 and not is_one_engine:
                left_out[language] = "only one engine, which would be told instead"
        kept = [sample for sample in chosen if sample.language not in left_out]
        kept = kept if any_original else _still_shared(kept)
        if len(kept) == len(chosen):
            return kept
        chosen = kept


def _still_shared(samples: Sequence[Sample]) -> list[Sample]:
    """Samples of groups of originals that two languages or more have."""
    languages: dict[int, set[str]] = defaultdict(set)
    for sample in samples:
        languages[sample.group].add(sample.language)
    return [sample for sample in samples if len(languages[sample.group]) > 1]


def _capped(samples: Iterable[Sample], per_engine: int) -> list[Sample]:
    """At most so many of each set, language and engine, in an order that names alone decide."""
    found: dict[tuple[str, str, str], list[Sample]] = defaultdict(list)
    for sample in samples:
        found[sample.set, sample.language, sample.engine].append(sample)
    kept: list[Sample] = []
    for _, own in sorted(found.items()):
        own.sort(key=lambda sample: fold_of("\n".join(sample.copy), _ORDER_FOLDS))
        kept.extend(own[:per_engine])
    return kept


def _too_few(samples: Sequence[Sample], left_out: dict[str, str], path: Path) -> IngestError:
    languages = sorted({sample.language for sample in samples if not sample.is_human})
    if len(languages) == 1:
        message = f"all texts came back through {languages[0]}; a guess needs two languages or more"
    elif left_out:
        told = "; ".join(f"{name}: {why}" for name, why in sorted(left_out.items()))
        message = f"fewer than two languages to tell apart are left ({told})"
    else:
        message = (
            f"no original came back through two languages or more ({', '.join(languages)} are"
            f" there, with texts of {MIN_WORDS} words or more), so that topics would be told"
            " instead; retranslate the same articles through each, or take --any-original"
        )
    return IngestError(message, source=str(path))
