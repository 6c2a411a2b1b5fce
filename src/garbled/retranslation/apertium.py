"""Apertium, a rule-based engine: Debian's packages, a mode a direction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

from garbled.corpora.apertium import installed_modes, installed_version, translate
from garbled.errors import ResourceError
from garbled.retranslation.chains import find_way
from garbled.retranslation.engine import Step, TranslationError

_MODE = re.compile(r"([a-z]{2,3})-([a-z]{2,3})(_\w+)?")
_MARK = re.compile(r"(?<!\w)[*@#](?=\w)|(?<=\w)[@#](?=\s)")
"""Before a word that is unknown, not in the transfer's dictionary, or cannot be inflected; the
last of them also stands after the head of a phrase."""


class Apertium:
    """The modes that are installed; every call runs the mode in processes of its own."""

    name = "apertium"
    batch_words = 2_000

    def __init__(self) -> None:
        self.version = installed_version()

    def steps(self) -> list[Step]:
        """The installed modes between two languages, those of a variant last."""
        steps = []
        for name in installed_modes():
            match = _MODE.fullmatch(name)
            if match:
                steps.append(Step(name, language_code(match[1]), language_code(match[2])))
        return sorted(steps, key=lambda step: ("_" in step.name, step.name))

    def advice(self, source: str, target: str) -> str:
        """The Debian packages that make a way."""
        way = find_way([step for step, _ in debian_modes()], source, target)
        if way is None:
            return f"no Debian package leads from {source} to {target}"
        packages, there = dict(debian_modes()), set(installed_modes())
        wanted = dict.fromkeys(packages[step] for step in way if step.name not in there)
        return f"on Debian: apt-get install {' '.join(wanted)}"

    def translate(self, texts: Sequence[str], step: Step) -> list[str]:
        """Numbered marks between the texts show that each came back in its place."""
        mark = _unused_mark(texts)
        marked = [f"{mark}{number:06}\n\n{text}\n\n" for number, text in enumerate(texts)]
        try:
            output = translate(step.name, f"{''.join(marked)}{mark}{len(texts):06}\n")
        except ResourceError as error:
            raise TranslationError(error.message, source=self.name) from error
        pieces = re.split(rf"\s*{mark}(\d{{6}})\.?\s*", f"\n{output}\n")
        numbers = [int(number) for number in pieces[1::2]]
        if numbers != list(range(len(texts) + 1)) or pieces[0].strip() or pieces[-1].strip():
            raise TranslationError(
                f"{step.name} did not keep {len(texts)} paragraphs apart", source=self.name
            )
        return [
            remove_marks(" ".join(piece.split()), text)
            for piece, text in zip(pieces[2:-1:2], texts, strict=True)
        ]


def remove_marks(output: str, text: str) -> str:
    """Take out Apertium's marks, unless the text that was translated has such characters itself.

    >>> remove_marks("the @rate # a #runner# of *xyz", "la tasa a corredor xyz")
    'the rate # a runner of xyz'
    >>> remove_marks("it follows #BudgetDay", "sigue #BudgetDay")
    'it follows #BudgetDay'
    """
    return _MARK.sub(lambda mark: mark.group() if mark.group() in text else "", output)


def language_code(code: str) -> str:
    """A language by the code that is used here.

    >>> language_code("spa"), language_code("es"), language_code("xyz")
    ('es', 'es', 'xyz')
    """
    return _codes().get(code, code)


@cache
def debian_modes() -> tuple[tuple[Step, str], ...]:
    """Each mode of Debian's packages, with its package."""
    text = resources.files("garbled.resources").joinpath("apertium_modes.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    return tuple((Step(name, source, target), package) for name, source, target, package in rows)


@cache
def _codes() -> dict[str, str]:
    return {
        long: code
        for step, _ in debian_modes()
        for long, code in zip(step.name.split("-"), (step.source, step.target), strict=True)
    }


def _unused_mark(texts: Sequence[str]) -> str:
    """Digits, which every mode passes through, that no text has."""
    together = "\n".join(texts)
    return next(mark for n in range(10_000) if (mark := f"{70_193 + 13 * n}") not in together)
