"""Results as a report in one of its forms; it never travels without its signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from garbled.evaluation.html import to_html
from garbled.evaluation.markdown import to_markdown
from garbled.evaluation.notes import Notes
from garbled.evaluation.plots import draw
from garbled.evaluation.results import Results
from garbled.evaluation.sections import sections
from garbled.evaluation.stored import to_json
from garbled.report.plain import plain

FORMS = ("markdown", "html", "json")


def render(results: Results, notes: Notes, form: str) -> str:
    """The report as text.

    Args:
        results: what was found.
        notes: what people wrote on it; JSON holds none.
        form: one of ``FORMS``.

    Raises:
        ResourceError: HTML was asked for and matplotlib is not installed.
    """
    if form == "json":
        return to_json(results) + "\n"
    shown = _plain(results)
    own = sections(shown, {plain(heading): _plain_lines(text) for heading, text in notes.items()})
    return to_html(own, draw(shown)) if form == "html" else to_markdown(own)


def _plain(value: Any) -> Any:
    """The same with every string printable: names of systems and sources come from the data."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, Mapping):
        return {plain(name): _plain(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _plain(getattr(value, f.name)) for f in fields(value)})
    return value


def _plain_lines(text: str) -> str:
    """Lines stay lines, and their indents blanks."""
    return "\n".join(
        " " * (len(line) - len(line.lstrip())) + plain(line) for line in text.splitlines()
    )
