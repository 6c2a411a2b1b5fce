"""Credits and datelines whose fixed wording a translator changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from garbled.analysers.confusion import Confusions
from garbled.analysers.counts import hash_words
from garbled.analysers.faults import Fault
from garbled.analysers.slots import fit_to_slots, neighbours
from garbled.segment.articles import Article, Sentence
from garbled.segment.tokens import Token

_INTRODUCES = frozenset({"by", "for", "of", "from", "per", "to"})
_PARTS = frozenset({"(", ";", ","})
MIN_CONFIDENCE = 0.5
ESTABLISHED_BITS = 7.0
"""log2 of 1 + the documents that the fixed wording of a credit must have."""


def find_credit_faults(article: Article, confusions: Confusions) -> Iterator[Fault]:
    """Wrong words of the credits that end an article, and of its byline before the dateline."""
    if article.sentences:
        yield from _byline(article.sentences[0])
    for sentence in article.sentences[-3:]:
        opened = next((i for i, t in enumerate(sentence.tokens) if t.text == "("), None)
        if opened is not None:
            yield from _credits(sentence, opened, confusions)


def _credits(sentence: Sentence, opened: int, confusions: Confusions) -> Iterator[Fault]:
    """Each part of a credit is a word such as reporting, "by", and names."""
    tokens = sentence.tokens
    for place in range(opened + 1, len(tokens) - 2):
        word, by, name = (token.text for token in tokens[place : place + 3])
        starts = tokens[place - 1].text in _PARTS or tokens[place - 1].text.istitle()
        if not (starts and word.isalpha() and by.lower() in _INTRODUCES and name[0].isupper()):
            continue
        wanted = _established(tokens, place, confusions)
        if wanted is not None:
            yield Fault(
                sentence.paragraph, tokens[place].start, tokens[place].end, "LEX_CREDIT", wanted
            )


def _established(tokens: Sequence[Token], place: int, confusions: Confusions) -> str | None:
    """The word that clean English has between these neighbours and this copy has not."""
    suggestion, confidence = confusions.suggest(tokens, place)
    if suggestion is None or confidence < MIN_CONFIDENCE:
        return None
    words = [token.text for token in tokens]
    around = neighbours(words, place, place + 1)
    both = hash_words([words[place], suggestion])
    middle = fit_to_slots(np.stack([around, around]), both, confusions.counts)[:, 3]
    is_broken = middle[0] == 0 and middle[1] >= ESTABLISHED_BITS
    return suggestion if is_broken else None


def _byline(sentence: Sentence) -> Iterator[Fault]:
    """Another preposition than "by" before the name that stands before a dateline."""
    tokens = sentence.tokens
    names = 0
    for token in tokens[1:6]:
        if not (token.text[0].isupper() and token.text.isalpha()):
            break
        names += 1
    closed = tokens[names + 1 : names + 5]
    is_dateline = (
        len(closed) == 4
        and [token.text for token in closed[::2]] == ["(", ")"]
        and closed[3].text == "-"
        and tokens[names].text.isupper()
    )
    first = tokens[0]
    if is_dateline and names >= 3 and first.text in {"For", "Of", "From", "Per"}:
        yield Fault(sentence.paragraph, first.start, first.end, "LEX_CREDIT", "By")
