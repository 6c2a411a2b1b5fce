"""Instrument codes that stand in prose for a name, and codes that were mangled on the way.

A well-formed code in brackets or after its company's name is an agency's own and no fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from garbled.analysers.counts import NgramCounts
from garbled.analysers.faults import Fault
from garbled.analysers.tickers import load_tickers
from garbled.segment.articles import Article
from garbled.segment.sentences import abbreviations

_TIGHT = regex.compile(
    r"(?<![\p{L}\p{N}@/:_\-.])[\p{L}\p{N}]+(?:_\p{Ll}{1,2})?(?:\.[\p{L}\p{N}]+){1,2}+"
    r"(?![\p{L}\p{N}@_/\-]|\.[\p{L}\p{N}])"
)
_APART = regex.compile(
    r"(?<![\p{L}\p{N}.\-/:])(?P<root>\p{Lu}[\p{Lu}\d]{1,5}\p{Ll}?)(?P<gap> \. ?|\. |[,:;/\-])"
    r"(?P<suffix>\p{Lu}{1,3})(?![\p{L}\p{N}.\-/:])(?P<goes_on>[,;]? \p{Ll}|'s)?"
)
_ROOT = regex.compile(r"\p{Lu}[\p{Lu}\d]{1,9}(?:\p{Ll}|_\p{Ll}{1,2})?|\d{4,6}")
_YEAR = regex.compile(r"(?:19|20)\d\d")
_INITIALS = regex.compile(r"(?:\p{Lu}\.)+\p{Lu}{0,2}|\p{L}(?:\.\p{L})+")
_GLUED_BEFORE = regex.compile(r"(?P<other>\p{Lu}?\p{Ll}+)(?P<root>\p{Lu}[\p{L}\d]{0,5}|\d{4,6})")

_UNLIKELY = regex.compile(r"[\p{Lu}\d]\p{Ll}{1,4}\d?\.\p{Lu}{1,2}|\p{Lu}{3,6}\.\p{Lu}\p{Ll}")
_LETTERS = frozenset("bcdefghjklmnopqrstuvwxyz")
"""Endings that are no word: an agency's codes for the great exchanges have one letter."""
_STARTS = frozenset({"A", "I", "US"})
_WORD = regex.compile(r"[\p{L}\p{N}&]+")
_OPEN = frozenset("([<{")
_CLOSED = frozenset(")]>}")
REACH = 60
"""Code points before a code that may hold its company's name or the bracket that it is in."""
NAME_WORDS = 6
COMMON_WORD = 10.0
"""log2 of the uses of a word which may follow a full stop without a space."""
SELDOM = 20.0
"""A word with fewer uses in lower case may be a code's root."""


@dataclass(frozen=True, slots=True)
class Code:
    """An instrument code in a text; ``company`` is None where the table does not have it.

    ``before`` and ``after`` are words that run into it.
    """

    start: int
    end: int
    root: str
    suffix: str
    is_whole: bool
    company: str | None
    before: str = ""
    after: str = ""

    @property
    def mended(self) -> str:
        """The code as an agency writes it, parted from what runs into it."""
        code = f"{self.root.upper()}.{self.suffix.upper()}"
        return " ".join(filter(None, (self.before, code, self.after)))


def find_code_faults(article: Article, counts: NgramCounts) -> list[Fault]:
    """Mangled codes and codes that stand for a name, in reading order."""
    faults: list[Fault] = []
    for index in sorted({sentence.paragraph for sentence in article.sentences}):
        text = article.unified[index]
        for code in read_codes(text, counts):
            faults.extend(_judge(index, text, code))
    return faults


def read_codes(text: str, counts: NgramCounts) -> Iterator[Code]:
    """The instrument codes of a unified paragraph, whole or broken."""
    for match in _TIGHT.finditer(text):
        code = _read_tight(match.group(), match.start(), counts)
        if code is not None:
            yield code
    for match in _APART.finditer(text):
        code = _read_apart(match, counts)
        if code is not None and not _is_capitals(text, match.start(), match.end()):
            yield code


def _is_capitals(text: str, start: int, end: int) -> bool:
    """Whether the words around a span are in capitals: then capitals make no code."""
    around = text[max(0, start - REACH) : start] + text[end : end + REACH]
    return sum(map(str.isupper, around)) > sum(map(str.islower, around))


def _read_tight(word: str, start: int, counts: NgramCounts) -> Code | None:
    if _INITIALS.fullmatch(word):
        return None
    root, *tails = word.split(".")
    end = start + len(word)
    tickers = load_tickers()
    if len(tails) == 2:
        company = _first(tickers.decode(root, tail) for tail in tails)
        short = all(tail.isalpha() and len(tail) <= 3 for tail in tails)
        return Code(start, end, root, tails[0], False, company) if company and short else None
    tail = tails[0]
    if _ROOT.fullmatch(root) and tickers.is_suffix(tail):
        company = tickers.decode(root, tail)
        rare = not root.isdigit() and not counts.is_known(root)
        if (company or rare or tail.lower() in _LETTERS) and not _YEAR.fullmatch(root):
            return Code(start, end, root, tail, True, company)
        return None
    if not _may_be_code(root, tail, counts):
        return _read_glued(root, tail, start, counts)
    company = tickers.decode(root, tail) or (
        tickers.decode(root, tail[0]) if len(tail) == 2 and tail[0].isupper() else None
    )
    abbreviated = root.istitle() and root.lower() in abbreviations()
    unlikely = _UNLIKELY.fullmatch(word) is not None or _has_suffix(root, tail)
    unknown = tail in _LETTERS or not counts.is_known(root) or _is_exchange(tail)
    if company or (unlikely and unknown and not abbreviated):
        return Code(start, end, root, tail, False, company)
    return _read_glued(root, tail, start, counts)


def _has_suffix(root: str, tail: str) -> bool:
    """Whether a word that no table has ends as a code does and as no site's address."""
    tickers = load_tickers()
    suffix = tail.upper()
    return len(root) <= 6 and tickers.is_suffix(suffix) and suffix not in tickers.domains


def _may_be_code(root: str, tail: str, counts: NgramCounts) -> bool:
    """Neither the address of a site nor two sentences without a space between them."""
    if not (2 <= len(root) <= 8 and 1 <= len(tail) <= 3 and tail.isalpha()):
        return False
    if root[0].isdigit():
        return root.isdigit() and len(root) >= 4 and not _YEAR.fullmatch(root)
    if root.islower():
        return counts.lower_case_uses(root) < SELDOM and _is_suffix_only(tail)
    return root.isupper() or tail.isupper() or tail in _LETTERS or _is_no_word(tail, counts)


def _is_suffix_only(tail: str) -> bool:
    """Whether a code may end so, and neither a word nor a site's address."""
    tickers = load_tickers()
    suffix = tail.upper()
    return tail in _LETTERS or (tickers.is_suffix(suffix) and suffix not in tickers.domains)


def _is_exchange(tail: str) -> bool:
    """Capitals that end a code and that no sentence starts with."""
    return tail.isupper() and tail not in _STARTS and load_tickers().is_suffix(tail)


def _is_no_word(word: str, counts: NgramCounts) -> bool:
    return counts.lower_case_uses(word) < 2**COMMON_WORD


def _read_apart(match: regex.Match[str], counts: NgramCounts) -> Code | None:
    """A code whose point was parted from it or became another mark."""
    root, gap, suffix = match.group("root", "gap", "suffix")
    tickers = load_tickers()
    company = tickers.decode(root, suffix)
    rare = len(root) > 2 and not counts.is_known(root)
    letter = suffix.lower() in _LETTERS and match["goes_on"] is not None
    if gap == ". ":
        sure = letter or (company is not None and (rare or len(suffix) > 1))
    elif gap.startswith(" "):
        sure = company is not None or (rare and match["goes_on"] is not None)
    else:
        sure = company is not None and rare
    if not sure or not tickers.is_suffix(suffix):
        return None
    return Code(match.start(), match.end("suffix"), root, suffix, False, company)


def _read_glued(root: str, tail: str, start: int, counts: NgramCounts) -> Code | None:
    """A code with a word run into it, on one of its sides."""
    tickers = load_tickers()
    end = start + len(root) + 1 + len(tail)
    before = _GLUED_BEFORE.fullmatch(root)
    if before and _is_suffix_only(tail.lower()) and tail.isupper():
        company = tickers.decode(before["root"], tail)
        return Code(start, end, before["root"], tail, False, company, before=before["other"])
    if not _ROOT.fullmatch(root) or counts.is_known(tail):
        return None
    for size in (2, 1):
        suffix, other = tail[:size], tail[size:]
        if suffix.isupper() and len(other) > 1 and other[1:].islower():
            company = tickers.decode(root, suffix)
            rare = len(root) > 2 and not counts.is_known(root) and counts.is_known(other)
            if company or (rare and tickers.is_suffix(suffix)):
                return Code(start, end, root, suffix, False, company, after=other)
    return None


def _first(found: Iterator[str | None]) -> str | None:
    return next((company for company in found if company), None)


def _judge(paragraph: int, text: str, code: Code) -> Iterator[Fault]:
    before = text[max(0, code.start - REACH) : code.start]
    named = _is_in_brackets(before) or _follows_its_name(f"{before} {code.before}", code)
    if named:
        if not code.is_whole:
            yield Fault(paragraph, code.start, code.end, "NAME_CODE_BROKEN", code.mended)
    elif not code.is_whole or _stands_for_name(before, text[code.end :], code):
        end = _end_of_name(text, code)
        wanted = " ".join(filter(None, (code.before, code.company, code.after)))
        suggestion = wanted if code.company else None
        yield Fault(paragraph, code.start, end, "NAME_RIC_LEAK", suggestion)


def _is_in_brackets(before: str) -> bool:
    last = next((c for c in reversed(before) if c in _OPEN or c in _CLOSED), "")
    return last in _OPEN


def _follows_its_name(before: str, code: Code) -> bool:
    words = {word.casefold() for word in _WORD.findall(before)[-NAME_WORDS:]}
    return bool(words & _name_words(code))


def _name_words(code: Code) -> set[str]:
    words = [word.casefold() for word in _WORD.findall(code.company or "")]
    return {word for word in words if len(word) > 2} | set(words[:1])


def _stands_for_name(before: str, after: str, code: Code) -> bool:
    """Whether no name is before a whole code: a lower-case word, or nothing at all."""
    last = before.rstrip().rpartition(" ")[2]
    if last.isalpha():
        return last.islower()
    if last.endswith("'s"):
        return code.company is not None
    opens = not last or last in {"-", "&", "/"} or last[-1] in ",;"
    ends = last.endswith(".") and last[:-1].islower() and last[:-1] not in abbreviations()
    return (opens or ends) and (after[1:2].islower() or after[:1] == ",")


def _end_of_name(text: str, code: Code) -> int:
    """Where the rest of the company's name ends that follows its code."""
    if code.after:
        return code.end
    end, words = code.end, _name_words(code)
    for match in _WORD.finditer(text, code.end, code.end + REACH):
        if text[end : match.start()] not in {" ", "-"} or match.group().casefold() not in words:
            break
        end = match.end()
    return end
