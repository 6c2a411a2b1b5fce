"""Mines what the analysers of words read: confusions, phrases of machine copy, the channel.

Only words and short phrases that five documents or more agree on leave this module: no text of
a corpus does.
"""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from garbled.analysers.confusion import Channel, Confusions
from garbled.analysers.counts import NgramCounts
from garbled.analysers.run import COUNTS_FILE
from garbled.corpora.apertium import available_chains, retranslate
from garbled.corpora.clean import CleanArticle, read_clean
from garbled.corpora.pairs import Pair, read_pairs
from garbled.corpora.splits import group_folds, group_pairs
from garbled.errors import GarbledError
from garbled.model.store import default_folder
from garbled.segment.normalise import unify
from garbled.segment.tokens import tokenise
from garbled.training.config import ENCODER_FOLDS, LEFT_OUT_SETS, STACKING_FOLD
from garbled.training.fit_channel import PAIRS_PER_SET, fit_channel
from garbled.training.mine import MIN_DOCUMENTS, save_phrases
from garbled.training.mine_foreign import mine_foreign_words
from garbled.training.word_changes import PHRASE_WORDS, Changes, count_changes, words_of

MAX_NATIVE_SHARE = 0.1
LITTLE_WORD_BITS, RARE_WORD_BITS = 14.0, 6.0
SMOOTHING = 20
"""Changed words that a word needs before its shares are believed."""
RETRANSLATED_PARAGRAPHS = 9_000
BATCH = 150
MADE = "made by apertium"
CONFUSIONS_FILE = "words_confusions.tsv.gz"
PHRASES_FILE = "words_phrases.tsv.gz"
CHANNEL_FILE = "words_channel.json"
CONFUSIONS_SOURCE = (
    "word of machine copy, word of the original there, its share of the changes; "
    "in five documents or more; mined by garbled from aligned pairs"
)
PHRASES_SOURCE = (
    "phrase of machine copy that clean English does not have, what originals have there, "
    "documents; mined by garbled from aligned pairs"
)

Table = dict[str, list[tuple[str, float]]]


def mine_word_evidence(
    pairs: Path, clean: Path, out: Path, made: Sequence[Pair] | None = None, seed: int = 7
) -> None:
    """Write the confusions, the phrases and the channel's weights to a folder.

    Tables are mined from the folds that encoders train on and, where Apertium is installed, from
    clean articles retranslated here; the channel is fitted on the stacking fold.

    Args:
        pairs: folder of aligned pairs.
        clean: folder of clean articles.
        out: folder that is written to.
        made: retranslated clean articles; None makes them.
        seed: of samples.

    Raises:
        ResourceError: wordfreq, which lists the foreign words, is not installed.
    """
    counts = NgramCounts.load(default_folder() / COUNTS_FILE)
    known, others = _folds(pairs)
    changes = count_changes([*known, *(make_pairs(clean, seed) if made is None else made)])
    table = confusion_table(changes, counts)
    out.mkdir(parents=True, exist_ok=True)
    save_table(out / CONFUSIONS_FILE, table, CONFUSIONS_SOURCE)
    sample = _sample(others, seed)
    channel = fit_channel(sample, Confusions(table, Channel((), ()), counts))
    save_channel(out / CHANNEL_FILE, channel)
    phrases = machine_phrases(changes, native_texts(known, clean))
    phrases = {phrase: row for phrase, row in phrases.items() if is_telling(phrase, counts)}
    save_phrases(out / PHRASES_FILE, phrases, PHRASES_SOURCE)
    mine_foreign_words(out, counts)


def _folds(path: Path) -> tuple[list[Pair], list[Pair]]:
    pairs = [pair for pair in read_pairs(path) if pair.set not in LEFT_OUT_SETS]
    folds = group_folds(pairs, group_pairs(pairs)).tolist()
    known = [p for p, fold in zip(pairs, folds, strict=True) if fold in ENCODER_FOLDS]
    others = [p for p, fold in zip(pairs, folds, strict=True) if fold == STACKING_FOLD]
    return known, others


def _sample(pairs: Sequence[Pair], seed: int) -> list[Pair]:
    """So many machine retranslations of each set."""
    order = list(pairs)
    random.Random(seed).shuffle(order)
    taken: Counter[str] = Counter()
    chosen = []
    for pair in order:
        if pair.kind != "human" and taken[pair.set] < PAIRS_PER_SET:
            taken[pair.set] += 1
            chosen.append(pair)
    return chosen


def make_pairs(clean: Path, seed: int) -> Iterator[Pair]:
    """Sentences of clean articles and what two of the installed Apertium chains make of them."""
    try:
        chains = available_chains()
    except GarbledError:
        return
    texts = list(_paragraphs(read_clean(clean, reserved=False), seed))
    for number, start in enumerate(range(0, len(texts), BATCH)):
        batch = texts[start : start + BATCH]
        for chain in {chains[number % len(chains)], chains[(number + 3) % len(chains)]}:
            copies = retranslate([text for _, text in batch], chain) or []
            for (document, text), copy in zip(batch, copies, strict=False):
                yield Pair(
                    text, copy, MADE, chain, chain, "machine", document, None, "en", None, None
                )


def _paragraphs(articles: Iterable[CleanArticle], seed: int) -> Iterator[tuple[str, str]]:
    """A stretch of some 80 words from the inside of each of so many articles."""
    dice = random.Random(seed)
    chosen = [article for article in articles if article.title is not None]
    dice.shuffle(chosen)
    for article in chosen[:RETRANSLATED_PARAGRAPHS]:
        words = article.text.split()
        start = dice.randrange(max(1, len(words) - 80))
        yield article.id, " ".join(words[start : start + 80])


def confusion_table(changes: Changes, counts: NgramCounts) -> Table:
    """By word of the copy: the words that originals have there, the commonest first."""
    table: Table = defaultdict(list)
    for (copy, original), documents in sorted(changes.replaced.items()):
        known = counts.is_known(original) and _is_word(copy) and _is_word(original)
        if known and len(documents) >= MIN_DOCUMENTS:
            share = changes.uses[copy, original] / (changes.changed[copy] + SMOOTHING)
            table[copy].append((_surface(changes, original), round(share, 4)))
    return {copy: sorted(rows, key=lambda row: -row[1]) for copy, rows in table.items()}


def _surface(changes: Changes, word: str) -> str:
    """The letter case that originals mostly write a word in."""
    seen = changes.surfaces.get(word)
    return seen.most_common(1)[0][0] if seen else word


def _is_word(text: str) -> bool:
    return text.replace("-", "").replace("'", "").isalpha()


def machine_phrases(
    changes: Changes, native: Iterable[Sequence[str]]
) -> dict[str, tuple[str, int]]:
    """Phrases of machine copy for which five documents agree on what the original has.

    A phrase that native texts have too must be ten times as frequent in copy.
    """
    found = {
        phrase: (wording, len(set().union(*wordings.values())))
        for phrase, wordings in changes.phrases.items()
        if (wording := _agreed(wordings)) is not None
    }
    seen: Counter[str] = Counter()
    for words in native:
        phrases = (
            " ".join(words[start : start + size])
            for size in PHRASE_WORDS
            for start in range(len(words) - size + 1)
        )
        seen.update({phrase for phrase in phrases if phrase in found})
    return {
        phrase: (wording, n)
        for phrase, (wording, n) in sorted(found.items())
        if seen[phrase] <= MAX_NATIVE_SHARE * n
    }


def is_telling(phrase: str, counts: NgramCounts) -> bool:
    """Whether native texts lack the phrase for another reason than that one word of it is rare.

    A rare word of English beside a little one ("a minster") is no phrase of machine copy.
    """
    documents = [counts.word(word) for word in phrase.split()]
    contentful = [n for n in documents if n < LITTLE_WORD_BITS]
    return len(contentful) != 1 or not 0 <= contentful[0] < RARE_WORD_BITS


def _agreed(wordings: Mapping[str, set[int]]) -> str | None:
    """The original's wording that most documents have, if five or more do."""
    wording, documents = max(wordings.items(), key=lambda item: (len(item[1]), item[0]))
    return wording if len(documents) >= MIN_DOCUMENTS else None


def native_texts(pairs: Sequence[Pair], clean: Path) -> Iterator[list[str]]:
    """Words in lower case of all originals, human versions and clean articles."""
    texts = {pair.original for pair in pairs if pair.set != "mlqe-pe"}
    texts.update(pair.retranslated for pair in pairs if pair.kind == "human")
    for text in sorted(texts):
        yield [word.lower() for word in words_of(text)]
    for article in read_clean(clean, reserved=False):
        yield [token.text.lower() for token in tokenise(unify(article.text))]


def save_table(path: Path, table: Mapping[str, Sequence[tuple[str, float]]], source: str) -> None:
    """Write a gzipped table of copy word, original word and share."""
    lines = [f"# {source}\n"]
    for copy, found in sorted(table.items()):
        lines += [f"{copy}\t{original}\t{share}\n" for original, share in found]
    with path.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
        packed.write("".join(lines).encode("utf-8"))


def save_channel(path: Path, channel: Channel) -> None:
    content = {
        "source": "weights of the noisy channel over word confusions, fitted on aligned pairs",
        "weights": channel.weights,
        "outside": channel.outside,
    }
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
