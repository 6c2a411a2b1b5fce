"""What people wrote about a report: a Markdown file with a heading a target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from garbled.errors import IngestError
from garbled.evaluation.results import Target

MAX_BYTES = 2**20
_HEADING = "## "

Notes = Mapping[str, str]
"""Text under each heading."""


def read_notes(path: Path) -> Notes:
    """Read a file of notes; headings that stand twice are joined.

    Raises:
        IngestError: it cannot be read, is no UTF-8 or is longer than a megabyte.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise IngestError("notes longer than a megabyte", source=str(path))
        return parse_notes(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise IngestError(f"notes that cannot be read ({error})", source=str(path)) from error


def parse_notes(text: str) -> Notes:
    """Text by its heading of the second level; what stands before the first is left out.

    >>> dict(parse_notes("# Notes\\n\\n## French relays\\n\\nTried two things.\\n"))
    {'French relays': 'Tried two things.'}
    """
    notes: dict[str, list[str]] = {}
    heading = None
    for line in text.splitlines():
        if line.startswith(_HEADING):
            heading = line[len(_HEADING) :].strip()
            notes.setdefault(heading, []).append("")
        elif heading is not None:
            notes[heading].append(line)
    return {name: "\n".join(lines).strip() for name, lines in notes.items()}


def in_order(notes: Notes, targets: Iterable[Target]) -> Iterator[tuple[str, str]]:
    """Heading and text, those of targets first and by the target's name, the others after.

    A heading is a target's name or key, in any case.
    """
    left = dict(notes)
    for target in targets:
        own = [h for h in left if h.casefold() in (target.name.casefold(), target.key.casefold())]
        if own:
            yield target.name, "\n\n".join(left.pop(heading) for heading in own)
    yield from left.items()


def without_note(notes: Notes, targets: Iterable[Target]) -> list[str]:
    """Names of the missed targets that no note is about."""
    known = {heading.casefold() for heading, text in notes.items() if text}
    return [
        t.name
        for t in targets
        if t.met is False and not known & {t.name.casefold(), t.key.casefold()}
    ]
