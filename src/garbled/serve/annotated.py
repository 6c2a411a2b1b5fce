"""Text with markup in it, as LanguageTool's ``data`` parameter brings it.

``{"annotation": [{"text": "A "}, {"markup": "<b>"}, {"text": "pier"}, {"markup": "</b>"}]}``. Text
is checked, markup is not; ``interpretAs`` stands in the checked text in its markup's place.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Any

from garbled.documents import Span
from garbled.errors import IngestError

MAX_PARTS = 100_000


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """A text to check and the whole that it is part of.

    ``starts`` are the places in ``checked`` where its pieces begin, ``spans`` the ranges of
    ``whole`` that these stand for; ``verbatim`` says which are the very same characters.
    """

    checked: str
    whole: str
    starts: tuple[int, ...]
    spans: tuple[Span, ...]
    verbatim: tuple[bool, ...]

    @classmethod
    def of(cls, text: str) -> AnnotatedText:
        """A text without markup."""
        return cls(text, text, (0,), (Span(0, len(text)),), (True,))

    def span(self, start: int, end: int) -> Span:
        """The range of the whole that a range of the checked text stands for.

        >>> text = read_annotated('{"annotation": [{"text": "A "}, {"markup": "<b>"},'
        ...                       ' {"text": "pier"}]}')
        >>> text.checked, text.span(2, 6), text.span(0, 6)
        ('A pier', Span(start=5, end=9), Span(start=0, end=9))
        """
        first = max(bisect_right(self.starts, start) - 1, 0)
        last = max(bisect_left(self.starts, end) - 1, first)
        opening, closing = self.spans[first], self.spans[last]
        begins = opening.start + (start - self.starts[first] if self.verbatim[first] else 0)
        ends = closing.start + end - self.starts[last] if self.verbatim[last] else closing.end
        return Span(begins, max(begins, ends))


def read_annotated(data: str) -> AnnotatedText:
    """The text of a ``data`` parameter.

    Raises:
        IngestError: it is not what LanguageTool takes; the message is in LanguageTool's words.
    """
    try:
        parsed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise IngestError("Could not parse JSON from 'data' parameter") from error
    parsed = parsed if isinstance(parsed, dict) else {}
    text, annotation = parsed.get("text"), parsed.get("annotation")
    if text is not None and annotation is not None:
        raise IngestError("'data' key in JSON requires either 'text' or 'annotation' key, not both")
    if isinstance(text, str):
        return AnnotatedText.of(text)
    if not isinstance(annotation, list):
        raise IngestError("'data' key in JSON requires 'text' or 'annotation' key")
    return _joined(annotation)


def _joined(parts: list[Any]) -> AnnotatedText:
    if len(parts) > MAX_PARTS:
        raise IngestError(f"More than {MAX_PARTS} parts in 'annotation' list")
    checked: list[str] = []
    whole: list[str] = []
    pieces: list[tuple[int, Span, bool]] = []
    n_checked = n_whole = 0
    for part in parts:
        written, read = _part(part)
        if read:
            pieces.append((n_checked, Span(n_whole, n_whole + len(written)), "text" in part))
        checked.append(read)
        whole.append(written)
        n_checked += len(read)
        n_whole += len(written)
    starts, spans, verbatim = (
        zip(*pieces, strict=True) if pieces else ((0,), (Span(0, 0),), (True,))
    )
    return AnnotatedText("".join(checked), "".join(whole), starts, spans, verbatim)


def _part(part: Any) -> tuple[str, str]:
    """A part as it is written, and as it is read."""
    fields = part if isinstance(part, dict) else {}
    text, markup, read = (fields.get(name) for name in ("text", "markup", "interpretAs"))
    if isinstance(text, str) and markup is None and read is None:
        return text, text
    if isinstance(markup, str) and text is None and (read is None or isinstance(read, str)):
        return markup, read or ""
    raise IngestError(
        "Only either 'text' or 'markup', with or without 'interpretAs', is supported in an object"
        " in 'annotation' list"
    )
