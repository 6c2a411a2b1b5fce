"""The sorts of name corruption that are planted, each a function of a name and its excerpt.

None of them knows a detector's tables; they write what is told of retranslated copy, on the real
names of the article at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from garbled.evaluation.findings.planted_names import Excerpt, Name
from garbled.evaluation.findings.planting_words import (
    FOREIGN,
    LITERAL,
    PARTICLES,
    RESPELLED,
    SUFFIXES,
)
from garbled.segment.tokens import Token

MIN_SPLIT = 6
FREQUENT = 5
"""Excerpts that have a name before a near miss of it is planted."""
MIN_MISSED = 6
MIN_RESPELT = 5


class Edit(NamedTuple):
    """Code points of a paragraph and what is put there."""

    start: int
    end: int
    now: str


@dataclass(frozen=True)
class Site:
    """Where a corruption is planted: the excerpt, and what all excerpts have.

    ``common`` are common words, ``lower`` all words in lower case; ``articles`` says how many
    excerpts have a name or a part of one.
    """

    excerpt: Excerpt
    common: Sequence[str]
    lower: frozenset[str]
    articles: Mapping[str, int]
    random: Random

    def text(self, name: Name) -> str:
        return self.excerpt.paragraphs[name.paragraph][name.start : name.end]


Sort = Callable[[Name, Site], Edit | None]


def _code_instead(name: Name, site: Site) -> Edit | None:
    """A ticker's case is broken, and it stands where the company's name should."""
    if name.code is None:
        return None
    return Edit(name.start, name.code_end, _cased(name.code))


def _code_glued(name: Name, site: Site) -> Edit | None:
    """A ticker is glued to the company's name."""
    if name.code is None:
        return None
    code = site.random.choice((name.code, _cased(name.code)))
    return Edit(name.start, name.code_end, site.text(name) + code)


def _code_made_up(name: Name, site: Site) -> Edit | None:
    """A code made of the name's first letters stands in its place, its case broken."""
    letters = "".join(w.text[0] for w in name.words if w.text[0].isupper())
    stem = letters if len(letters) > 2 else name.words[0].text[:4]
    return Edit(name.start, name.end, f"{stem.capitalize()}.{site.random.choice(SUFFIXES)}")


def _cased(code: str) -> str:
    stem, suffix = code.rsplit(".", 1)
    return f"{stem.capitalize()}.{suffix}"


def _doubled(name: Name, site: Site) -> Edit | None:
    text = site.text(name)
    last = name.words[-1].text
    return Edit(name.start, name.end, f"{text} {site.random.choice((text, last))}")


def _glued(name: Name, site: Site) -> Edit | None:
    """Two parts of a name lose the space between them, or the name and the word after it."""
    if len(name.words) > 1:
        return Edit(name.start, name.end, site.text(name).replace(" ", "", 1))
    if name.follows is None:
        return None
    return Edit(name.start, name.follows.end, name.words[0].text + name.follows.text)


def _split(name: Name, site: Site) -> Edit | None:
    word = _longest(name)
    if len(word.text) < MIN_SPLIT:
        return None
    cut = site.random.randint(2, len(word.text) - 3)
    return Edit(word.start, word.end, f"{word.text[:cut]} {word.text[cut:]}")


def _capitals(name: Name, site: Site) -> Edit | None:
    """One part of a longer name in capitals."""
    parts = _parts(name)
    if len(parts) < 2:
        return None
    word = site.random.choice(parts)
    return Edit(word.start, word.end, word.text.upper())


def _lower_case(name: Name, site: Site) -> Edit | None:
    """One part loses its capital, unless articles have it as a common word too."""
    words = [w for w in _parts(name) if w.text.lower() not in site.lower]
    if not words:
        return None
    word = site.random.choice(words)
    return Edit(word.start, word.end, word.text.lower())


def _common_word(name: Name, site: Site) -> Edit | None:
    """A common English word stands in place of one part of a longer name."""
    return _replaced(name, site, site.random.choice(site.common).capitalize())


def _foreign_word(name: Name, site: Site) -> Edit | None:
    return _replaced(name, site, site.random.choice(FOREIGN))


def _replaced(name: Name, site: Site, now: str) -> Edit | None:
    parts = _parts(name)
    if len(parts) < 2:
        return None
    word = site.random.choice(parts)
    return Edit(word.start, word.end, now)


def _foreign_joint(name: Name, site: Site) -> Edit | None:
    """*of* within a name is left in another language."""
    joint = next((w for w in name.words if w.text == "of"), None)
    return joint and Edit(joint.start, joint.end, site.random.choice(PARTICLES))


def _cut(name: Name, site: Site) -> Edit | None:
    """A name of three or more parts loses one within it, or what follows *of*."""
    if len(name.words) < 3:
        return None
    lost = site.random.randrange(1, len(name.words) - 1)
    if name.words[lost].text == "of":
        lost += 1
    left = [w.text for n, w in enumerate(name.words) if n != lost]
    return Edit(name.start, name.end, " ".join(left))


def _reordered(name: Name, site: Site) -> Edit | None:
    words = [w.text for w in name.words]
    if len(words) < 2:
        return None
    turned = words[1:] + words[:1] if len(words) == 2 or "of" not in words else words[::-1]
    return Edit(name.start, name.end, " ".join(turned))


def _literal(name: Name, site: Site) -> Edit | None:
    """One word of an institution, paper or place translated for its other sense."""
    known = [w for w in name.words if w.text in LITERAL]
    if not known or len(name.words) < 2:
        return None
    word = site.random.choice(known)
    return Edit(word.start, word.end, LITERAL[word.text])


def _two_spellings(name: Name, site: Site) -> Edit | None:
    """A name that the excerpt has elsewhere too is spelt in another way here."""
    word = _longest(name)
    elsewhere = sum(w.text == word.text for other in site.excerpt.names for w in other.words)
    respelt = _respelt(word.text)
    if elsewhere < 2 or respelt is None or len(word.text) < MIN_RESPELT:
        return None
    return Edit(word.start, word.end, respelt)


def _respelt(word: str) -> str | None:
    """The word as it comes back from another alphabet; None where nothing changes."""
    for was, now in RESPELLED:
        at = word.lower().find(was, 1)
        if at > 0:
            return word[:at] + now + word[at + len(was) :]
    return None


def _title_run_in(name: Name, site: Site) -> Edit | None:
    """A title is glued to the name or stands in the middle of it."""
    if name.title is None:
        return None
    title, text = name.title.text, site.text(name)
    if len(name.words) > 1 and site.random.random() < 0.5:
        first, rest = text.split(" ", 1)
        return Edit(name.title.start, name.end, f"{first} {title} {rest}")
    return Edit(name.title.start, name.end, title + text)


def _near_miss(name: Name, site: Site) -> Edit | None:
    """A name that many articles have, with one letter changed, lost or exchanged."""
    words = [
        w for w in name.words if site.articles[w.text] >= FREQUENT and len(w.text) >= MIN_MISSED
    ]
    if not words:
        return None
    word = site.random.choice(words)
    return Edit(word.start, word.end, _misspelt(word.text, site.random))


def _misspelt(word: str, random: Random) -> str:
    for _ in range(20):
        at = random.randrange(1, len(word) - 1)
        ways = (
            word[:at] + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + random.choice("aeiourstln") + word[at + 1 :],
        )
        found = random.choice(ways)
        if found != word:
            return found
    return word[:-1]


def _parts(name: Name) -> list[Token]:
    return [w for w in name.words if w.text[0].isupper()]


def _longest(name: Name) -> Token:
    return max(name.words, key=lambda word: len(word.text))


SORTS: Mapping[str, Sort] = {
    "code in place of the name": _code_instead,
    "code made up, in its place": _code_made_up,
    "code glued to the name": _code_glued,
    "doubled": _doubled,
    "glued": _glued,
    "split": _split,
    "part in capitals": _capitals,
    "part in lower case": _lower_case,
    "part replaced by a common word": _common_word,
    "part replaced by a foreign word": _foreign_word,
    "joint left foreign": _foreign_joint,
    "part cut": _cut,
    "reordered": _reordered,
    "translated literally": _literal,
    "two spellings": _two_spellings,
    "title run in": _title_run_in,
    "near miss of a frequent name": _near_miss,
}
CODE_SORTS = ("code in place of the name", "code made up, in its place", "code glued to the name")
OF_KNOWN_NAMES = (
    "part replaced by a common word",
    "part replaced by a foreign word",
    "joint left foreign",
    "part cut",
    "reordered",
    "translated literally",
)
"""Sorts that nobody sees who does not know the name; planted in names that other articles have."""
RARE = "of these, in names that no other article has"
DEMONYM_SORT = "demonym in lower case"


def lower_demonym(name: Name, site: Site) -> Edit:
    """A demonym before a noun loses its capital."""
    return Edit(name.start, name.end, site.text(name).lower())
