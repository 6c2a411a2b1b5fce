"""Which of LanguageTool's matches are evidence: no taste, no names, no quoted or foreign words."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache
from importlib import resources

import regex

from garbled.analysers.counts import NgramCounts
from garbled.evidence.severity import folded
from garbled.features.rows import PlacedMatch
from garbled.segment.articles import Article, Sentence
from garbled.segment.tokens import Token, tokenise

CATEGORIES = frozenset({"GRAMMAR", "CONFUSED_WORDS", "COLLOCATIONS", "SEMANTICS", "TYPOS"})
"""LanguageTool's categories of errors; in the others it differs with a desk about its style."""
SPEECH_ROLES = frozenset({"quote", "headline"})
"""Quoted speech has the speaker's own grammar, a headline its own."""
_TERM = regex.compile(r"(?<!\w)'[^']{1,60}'(?!\w)")


@cache
def rules_left_out() -> frozenset[str]:
    """LanguageTool's rules that are no evidence, as measured on clean news and machine copy."""
    path = resources.files("garbled.resources").joinpath("languagetool/left_out.txt")
    lines = path.read_text("utf-8").splitlines()
    return frozenset(line.split()[0] for line in lines if line.strip() and line[0] != "#")


def is_evidence(placed: PlacedMatch, article: Article, counts: NgramCounts | None) -> bool:
    """Whether a match shows an error that an editor should look at.

    Matches of style are none, nor those of spaces, hyphens and accents alone, in speech or a quoted
    term, on a name, or on a word that no clean English has: a foreign word in its place.
    """
    match = placed.match
    if match.category not in CATEGORIES or match.rule in rules_left_out():
        return False
    if article.document.paragraphs[placed.paragraph].role in SPEECH_ROLES:
        return False
    text = article.unified[placed.paragraph]
    quote = text[placed.start : placed.end]
    if _is_quoted(text, placed) or folded(quote) in map(folded, match.replacements):
        return False
    changed = _changed(quote, match.replacements)
    opens = _opens_sentence(article, placed)
    return not any(
        _is_name(token, opens=opens and number == 0) or _is_foreign(token, counts)
        for number, token in changed
    )


def _is_quoted(text: str, placed: PlacedMatch) -> bool:
    """Whether it stands after a mark that opens a quotation, or in a term in single quotes."""
    if text.count('"', 0, placed.end) % 2 or '"' in text[placed.start : placed.end]:
        return True
    around = max(0, placed.start - 60)
    return any(
        around + found.start() < placed.end and placed.start < around + found.end()
        for found in _TERM.finditer(text[around : placed.end + 60])
    )


def _changed(quote: str, replacements: tuple[str, ...]) -> list[tuple[int, Token]]:
    """The words that the first replacement does not keep; all where there is none."""
    kept = {token.text for token in tokenise(replacements[0])} if replacements else set()
    numbered = [(n, token) for n, token in enumerate(tokenise(quote)) if token.is_word]
    return [(n, token) for n, token in numbered if token.text not in kept] or numbered


def _opens_sentence(article: Article, placed: PlacedMatch) -> bool:
    place = placed.paragraph, placed.start
    at = bisect_left(article.sentences, place, key=_opening)
    return at < len(article.sentences) and _opening(article.sentences[at]) == place


def _opening(sentence: Sentence) -> tuple[int, int]:
    return sentence.paragraph, sentence.tokens[0].start


def _is_name(token: Token, *, opens: bool) -> bool:
    return token.text[0].isupper() and not opens and token.text != "I"


def _is_foreign(token: Token, counts: NgramCounts | None) -> bool:
    return counts is not None and token.text.isalpha() and not counts.is_known(token.text)
