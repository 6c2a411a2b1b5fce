"""Weighs the evidence that a part of a known name was replaced.

Names of human articles that the slots were not mined from are spoilt, one an article and sort: a
common word, a foreign word or a misspelling for one part. A logistic regression tells them from
what the untouched articles show, and its threshold is set by the false alarms of half of these.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from garbled.analysers.gazetteer import Gazetteer, name_runs
from garbled.analysers.mentions import is_title_case, opens_clause
from garbled.analysers.name_parts import Context, Evidence, Suspect, suspects_in
from garbled.analysers.name_words import WordKinds
from garbled.errors import IngestError
from garbled.segment.articles import Article, Sentence

SORTS = ("common", "foreign", "misspelt")
MIN_FOLLOWS = 15
"""Documents that have a pair of words before a part of it is spoilt."""
FALSE_ALARMS = 0.07
"""False alarms per 1,000 words that the threshold allows."""
COMMON_WORDS = 20_000
_LETTERS = "aeiourstnlkhm"
Prose = Sequence[Sentence]


@dataclass(frozen=True, slots=True)
class Example:
    """The evidence on one suspect, and whether its word was put there by us."""

    evidence: Evidence
    is_spoilt: bool
    fold: int


def prose_of(article: Article) -> Prose:
    """The sentences of an article whose capitals say something."""
    return [s for s in article.sentences if s.role != "headline" and not is_title_case(s)]


def weigh_evidence(
    articles: Sequence[Prose], gazetteer: Gazetteer, kinds: WordKinds, seed: int
) -> dict[str, object]:
    """Weights by name of evidence and the intercept, as the file of weights has them.

    Raises:
        IngestError: the articles have too few known names, or too few suspects, to fit anything.
    """
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    examples = list(make_examples(articles, gazetteer, kinds, random.Random(seed)))
    if len({(example.is_spoilt, example.fold) for example in examples}) < 4:
        raise IngestError("too few known names in these articles to weigh the evidence")
    vectorizer = DictVectorizer(sparse=False)
    rows = vectorizer.fit_transform([dict(example.evidence) for example in examples])
    scale = rows.std(axis=0) + 1e-9
    spoilt = np.array([example.is_spoilt for example in examples])
    fitted = np.array([example.fold == 0 for example in examples])
    model = LogisticRegression(C=0.5, max_iter=5_000).fit((rows / scale)[fitted], spoilt[fitted])
    weights = model.coef_[0] / scale
    words = sum(s.n_words for number, prose in enumerate(articles) if number % 2 for s in prose)
    alarms = np.sort(rows[~fitted & ~spoilt] @ weights)[::-1]
    threshold = alarms[min(int(FALSE_ALARMS * words / 1_000), len(alarms) - 1)]
    names = vectorizer.get_feature_names_out()
    return {
        "intercept": round(-float(threshold), 3),
        "weights": {str(n): round(float(w), 3) for n, w in zip(names, weights, strict=True)},
        "recall": recall_by_sort(rows @ weights > threshold, examples),
    }


def recall_by_sort(found: Sequence[bool], examples: Sequence[Example]) -> float:
    """Share of the spoilt names with a suspect, outside the half fitted on, that are found."""
    hits = [hit for hit, e in zip(found, examples, strict=True) if e.is_spoilt and e.fold]
    return round(float(np.mean(hits)), 3) if hits else float("nan")


def save_weights(path: Path, weights: dict[str, object], source: str) -> None:
    path.write_text(json.dumps({"source": source, **weights}, indent=1) + "\n", "utf-8")


def make_examples(
    articles: Sequence[Prose], gazetteer: Gazetteer, kinds: WordKinds, rng: random.Random
) -> Iterator[Example]:
    """Suspects of the articles as they are, and of the same with one name spoilt."""
    common = _common_words(articles, rng)
    foreign = sorted(kinds.foreign)
    for number, prose in enumerate(articles):
        context = Context.of(prose)
        for sentence in prose:
            for suspect in suspects_in(sentence, context, gazetteer, kinds):
                yield Example(suspect.evidence, False, number % 2)
        places = list(_known_places(prose, gazetteer))
        for sort in SORTS if places else ():
            sentence, place = rng.choice(places)
            word = sentence.tokens[place].text
            other = spoil(word, sort, common, foreign, rng)
            found = _suspect_of(prose, sentence, place, other, gazetteer, kinds, rng)
            if found is not None and found.expected == word:
                yield Example(found.evidence, True, number % 2)


def _common_words(articles: Sequence[Prose], rng: random.Random) -> list[str]:
    words = [
        token.text
        for prose in articles
        for sentence in prose
        for token in sentence.tokens
        if len(token.text) > 3 and token.text.isalpha() and token.text.islower()
    ]
    return rng.sample(words, min(COMMON_WORDS, len(words)))


def _known_places(prose: Prose, gazetteer: Gazetteer) -> Iterator[tuple[Sentence, int]]:
    """Words of well-known names, each with a neighbour that it often stands beside."""
    for sentence in prose:
        words = [token.text for token in sentence.tokens]
        for start, end in name_runs(words):
            for place in range(start + 1, end):
                is_known = gazetteer.follows(words[place - 1], words[place]) >= MIN_FOLLOWS
                if is_known and words[place - 1][0].isupper() and words[place][0].isupper():
                    yield sentence, place
                    if not opens_clause(sentence, place - 1):
                        yield sentence, place - 1


def spoil(
    word: str, sort: str, common: Sequence[str], foreign: Sequence[str], rng: random.Random
) -> str:
    """Another word in the word's place: a capitalised common or foreign one, or a misspelling."""
    if sort == "common" and common:
        return rng.choice(common).capitalize()
    if sort == "foreign" and foreign:
        return rng.choice(foreign).capitalize()
    place = rng.randrange(1, max(2, len(word)))
    middle = rng.choice(["", rng.choice(_LETTERS), rng.choice(_LETTERS) + word[place : place + 1]])
    return word[:place] + middle + word[place + 1 :]


def _suspect_of(
    prose: Prose,
    sentence: Sentence,
    place: int,
    other: str,
    gazetteer: Gazetteer,
    kinds: WordKinds,
    rng: random.Random,
) -> Suspect | None:
    """The suspect at a place whose word, there or all over the article, was exchanged."""
    word = sentence.tokens[place].text
    changed = _exchange(sentence, place, other)
    rest = [s for s in prose if s is not sentence]
    if rng.random() < 0.5:  # machines repeat themselves
        rest = [_exchange_everywhere(s, word, other) for s in rest]
    found = suspects_in(changed, Context.of([changed, *rest]), gazetteer, kinds)
    return next((suspect for suspect in found if suspect.place == place), None)


def _exchange(sentence: Sentence, place: int, other: str) -> Sentence:
    tokens = list(sentence.tokens)
    tokens[place] = tokens[place]._replace(text=other)
    return replace(sentence, tokens=tuple(tokens))


def _exchange_everywhere(sentence: Sentence, word: str, other: str) -> Sentence:
    if not any(token.text == word for token in sentence.tokens):
        return sentence
    tokens = [t._replace(text=other) if t.text == word else t for t in sentence.tokens]
    return replace(sentence, tokens=tuple(tokens))
