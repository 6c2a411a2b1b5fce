"""A report as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from garbled.evaluation.blocks import Figure, Prose, Remark, Section, Table

_MARKUP = frozenset(r"\|`*<&")


def to_markdown(sections: Iterable[Section]) -> str:
    """Headings, prose and tables under their captions; plots are left out.

    >>> from garbled.evaluation.blocks import Prose, Section
    >>> to_markdown([Section("Tiers", 2, (Prose("None."),))])
    '## Tiers\\n\\nNone.\\n'
    """
    return "\n\n".join(part for section in sections for part in _section(section)) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield f"{'#' * section.level} {_plain(section.title)}"
    for block in section.blocks:
        match block:
            case Prose(text):
                yield text
            case Remark(text):
                yield _plain(text)
            case Table():
                yield _table(block)
            case Figure():
                pass


def _table(table: Table) -> str:
    return f"{_plain(table.caption)}:\n\n{make_table(table.head, table.rows)}"


def make_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of plain text, whose cells may hold anything.

    >>> print(make_table(["tier", "s"], [["fast", "1"]]))
    | tier | s |
    | --- | --- |
    | fast | 1 |
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_plain, line))} |" for line in lines)


def sign(signature: Mapping[str, object]) -> str:
    """The line by which a benchmark says what it measured.

    >>> sign({"garbled": "1.0", "cores": 2})
    'Signature: `garbled:1.0 | cores:2`'
    """
    return f"Signature: `{' | '.join(f'{name}:{value}' for name, value in signature.items())}`"


def _plain(text: str) -> str:
    """Text that is shown as it is: on one line, no HTML, no further cell, no link, no emphasis."""
    escaped = "".join(f"\\{c}" if c in _MARKUP else c for c in " ".join(text.split()))
    return escaped.replace("](", "]\\(")
