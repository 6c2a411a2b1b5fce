"""What part of an article each paragraph is: byline, caption, credit, furniture, a duplicate.

The rules are data, in ``resources/roles/paragraphs.toml``. They are conservative: a sentence of
the article must not become furniture, furniture left in the body costs little.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import regex

from garbled.documents import Document, Paragraph, Role

MIN_DUPLICATE_WORDS = 8
MIN_CONTAINED_WORDS = 25
"""Words from which a paragraph within an earlier text, not equal to one of it, is a copy."""
MAX_RULE_LENGTH = 2000
"""Characters from which a paragraph is not searched for rules, which bounds their time."""
END_PARAGRAPHS = 4
MAX_LINKS = 10
LINK_WORDS = 20
LABEL_WORDS, LABEL_LENGTH = 3, 40
MAX_SEARCHED = 200_000
"""Characters of earlier text in which a contained copy is sought."""

_OPEN_ROLES: frozenset[Role] = frozenset({"body", "list"})
_COPY_ROLES: frozenset[Role] = frozenset({"body", "list", "quote"})
_SENTENCE_END = regex.compile(r"""[.!?…]["'”’)\]]*$""")
_WORD = regex.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern that gives a paragraph its role. ``opens``: short lines after it are links."""

    name: str
    role: Role
    pattern: regex.Pattern[str]
    max_words: int
    at_end: bool = False
    opens: bool = False


def assign_roles(document: Document) -> Document:
    """Refine the roles of body and list paragraphs; texts and offsets stay as they are.

    >>> from garbled.documents import Block
    >>> document = Document.from_blocks(
    ...     [Block("By Jane Doe"), Block("By noon the pier was full."), Block("Advertisement")],
    ...     id="a", source="a.txt")
    >>> [paragraph.role for paragraph in assign_roles(document).paragraphs]
    ['byline', 'body', 'furniture']
    """
    paragraphs = document.paragraphs
    keys = [_key(paragraph.text) for paragraph in paragraphs]
    roles = _roles_by_rule(paragraphs, keys)
    roles = _with_duplicates(keys, roles)
    if all(paragraph.role == role for paragraph, role in zip(paragraphs, roles, strict=True)):
        return document
    changed = tuple(
        paragraph if paragraph.role == role else replace(paragraph, role=role)
        for paragraph, role in zip(paragraphs, roles, strict=True)
    )
    return replace(document, paragraphs=changed)


def matching_rule(text: str, *, at_end: bool = False) -> Rule | None:
    """The first rule that a paragraph's text meets.

    >>> rule = matching_rule("Sign up for our newsletter")
    >>> rule.name if rule else None
    'newsletter'
    >>> matching_rule("Sign-ups rose by a third last year.") is None
    True
    """
    if len(text) > MAX_RULE_LENGTH:
        return None
    n_words = len(text.split())
    for rule in _rules():
        fits = n_words <= rule.max_words and (at_end or not rule.at_end)
        if fits and rule.pattern.search(text):
            return rule
    return None


def _roles_by_rule(paragraphs: Sequence[Paragraph], keys: Sequence[str]) -> list[Role]:
    roles: list[Role] = []
    links_left = 0
    first, last = _body_bounds(paragraphs, keys)
    for paragraph in paragraphs:
        rule = matching_rule(paragraph.text, at_end=paragraph.index >= last)
        if rule is None and paragraph.index < first and _is_section_label(paragraph):
            roles.append("furniture")
            continue
        is_open = paragraph.role in _OPEN_ROLES
        if rule and rule.opens and paragraph.role in (*_OPEN_ROLES, "subhead", "furniture"):
            links_left = MAX_LINKS
        elif links_left and is_open and _is_link(paragraph.text):
            links_left -= 1
            roles.append(rule.role if rule else "furniture")
            continue
        else:
            links_left = 0
        roles.append(rule.role if rule and is_open else paragraph.role)
    return roles


def _body_bounds(paragraphs: Sequence[Paragraph], keys: Sequence[str]) -> tuple[int, int]:
    """Where the body's first full paragraph stands and where its last few begin.

    What a page shows after its article, copies of it too, does not put off the end.
    """
    roles = _with_duplicates(keys, [paragraph.role for paragraph in paragraphs])
    own = [p for p, role in zip(paragraphs, roles, strict=True) if role in _COPY_ROLES]
    full = [p.index for p in own if len(p.text.split()) >= MIN_DUPLICATE_WORDS]
    return (full[0] if full else 0, own[-END_PARAGRAPHS:][0].index if own else 0)


def _is_section_label(paragraph: Paragraph) -> bool:
    """Whether a line above the body only names the section: Politics, Health & Science."""
    text = paragraph.text
    short = len(text) <= LABEL_LENGTH and len(text.split()) <= LABEL_WORDS
    return paragraph.role in _OPEN_ROLES and short and not _SENTENCE_END.search(text)


def _is_link(text: str) -> bool:
    """Whether a line under "Related:" reads as a headline: short, no sentence's end."""
    return len(text.split()) <= LINK_WORDS and not _SENTENCE_END.search(text)


def _with_duplicates(all_keys: Sequence[str], roles: Sequence[Role]) -> list[Role]:
    """Mark what repeats earlier text: equal paragraphs, runs of them, long parts of the text."""
    marked = list(roles)
    keys = [
        key if role in _COPY_ROLES or role == "headline" else ""
        for key, role in zip(all_keys, roles, strict=True)
    ]
    first_at: dict[str, int] = {}
    earlier = " "
    index = 0
    while index < len(keys):
        length = _copied_run(keys, first_at.get(keys[index], index), index)
        if length:
            for copy in range(index, index + length):
                if marked[copy] in _COPY_ROLES:
                    marked[copy] = "duplicate"
            index += length
            continue
        key = keys[index]
        if marked[index] in _COPY_ROLES and _is_contained(key, earlier):
            marked[index] = "duplicate"
        elif key:
            first_at.setdefault(key, index)
            earlier += key + " " if len(earlier) < MAX_SEARCHED else ""
        index += 1
    return marked


def _copied_run(keys: Sequence[str], first: int, second: int) -> int:
    """Paragraphs from ``second`` on that repeat those from ``first`` on; 0 if too few words."""
    length = n_words = 0
    while (
        first + length < second
        and second + length < len(keys)
        and keys[first + length] == keys[second + length]
    ):
        n_words += len(keys[second + length].split())
        length += 1
    return length if n_words >= MIN_DUPLICATE_WORDS else 0


def _is_contained(key: str, earlier: str) -> bool:
    return len(key.split()) >= MIN_CONTAINED_WORDS and f" {key} " in earlier


def _key(text: str) -> str:
    """Words alone, so that quotes, dashes and spaces may differ between two copies."""
    return " ".join(_WORD.findall(text.casefold()))


@cache
def _rules() -> tuple[Rule, ...]:
    path = files("garbled") / "resources" / "roles" / "paragraphs.toml"
    data = tomllib.loads(path.read_text("utf-8"))
    macros = data["macros"]
    return tuple(
        Rule(
            name=entry["name"],
            role=entry["role"],
            pattern=regex.compile(_filled(entry["pattern"], macros)),
            max_words=entry["max_words"],
            at_end=entry.get("at_end", False),
            opens=entry.get("opens", False),
        )
        for entry in data["rule"]
    )


def _filled(pattern: str, macros: dict[str, str]) -> str:
    """Put the macros in; they may hold others. ``{2,5}`` and ``\\p{L}`` are left alone."""
    while (found := regex.search(r"\{([A-Z_]{3,})\}", pattern)) is not None:
        pattern = pattern.replace(found[0], f"(?:{macros[found[1]]})")
    return pattern
