"""JSON within bounds: what is cut off is read as far as it goes, and what is ambiguous is said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, NamedTuple, NoReturn

from garbled.errors import IngestError
from garbled.ingest.document import joined, one_line
from garbled.ingest.encoding import read_text
from garbled.ingest.options import Limits, ReadOptions

MAX_VALUES = 2_000_000
"""Values in one JSON text: they take up to 200 bytes of memory each."""
MAX_DIGITS = 1000
"""Digits of a whole number; a longer one is read as nothing, like NaN."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+("?)|[\[\]{}]', re.DOTALL)
_KINDS = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "a text",
    list: "a list",
}
_CLOSING = {"[": "]", "{": "}"}


class Json(NamedTuple):
    """A JSON value, and what was wrong with its text, if anything was."""

    value: Any
    problem: str | None = None


class Numbered(NamedTuple):
    """One of several items: its number from 1, and what was wrong with the text it ends."""

    number: int
    value: Any
    problem: str | None = None


class RepeatingObject(dict[str, Any]):
    """A JSON object that has a key twice, itself or in a part of it. The last value counts."""

    key: str


def read_json(stream: BinaryIO, options: ReadOptions) -> Json:
    """An input as one JSON value; one that is cut off as far as it goes.

    Raises:
        IngestError: it is too large, empty, binary, or no JSON.
    """
    text, problem = read_text(stream, options)
    text = text.lstrip("\ufeff")
    try:
        return Json(load_json(text), problem)
    except JsonError as error:
        mended = _mended(text[: error.position] if error.is_inside else text)
        if mended is None:
            raise
        return Json(mended, f"{error.message}; read up to there")


class JsonError(IngestError):
    """A text is no JSON from ``position`` on; ``is_inside`` unless it only ends too early."""

    def __init__(self, error: json.JSONDecodeError) -> None:
        super().__init__(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}")
        self.position = error.pos
        is_open = error.msg.startswith("Unterminated string")
        self.is_inside = not is_open and bool(error.doc[error.pos :].strip())


def load_json(text: str) -> Any:
    """A JSON text as Python's dict, list, str, int, float, bool or None. NaN and its like are None.

    Raises:
        JsonError: it is no JSON.
        IngestError: it is too large, or nested too deep.

    >>> load_json('{"id": 7, "score": NaN}')
    {'id': 7, 'score': None}
    """
    if sum(map(text.count, "[{,")) > MAX_VALUES:
        raise IngestError(f"more than {MAX_VALUES:,} values; split it, or pass JSON lines")
    try:
        return json.loads(
            text,
            strict=False,  # tabs and line breaks in strings
            object_pairs_hook=_object,
            parse_constant=lambda name: None,
            parse_int=lambda digits: int(digits) if len(digits) <= MAX_DIGITS else None,
        )
    except json.JSONDecodeError as error:
        raise JsonError(error) from error
    except RecursionError as error:
        raise IngestError("JSON that is nested too deep") from error


def repeated_key(value: object) -> str | None:
    """What is ambiguous in an object, if a key of it occurs twice.

    >>> repeated_key(load_json('{"text": "One.", "text": "Two."}'))
    "the key 'text' occurs twice; the last one was read"
    """
    if not isinstance(value, RepeatingObject):
        return None
    return f"the key '{one_line(value.key, 40)}' occurs twice; the last one was read"


def numbered(items: Sequence[Any], limits: Limits, problem: str | None) -> Iterator[Numbered]:
    """Items with their numbers; ``problem`` goes to the last, with a word if it is not the last."""
    for number, item in enumerate(items[: limits.max_items], 1):
        own = repeated_key(item)
        if number == len(items):
            yield Numbered(number, item, joined(own, problem) or None)
        elif number == limits.max_items:
            cut = f"cut after {number:,} items of {len(items):,}; split it"
            yield Numbered(number, item, joined(own, problem, cut))
        else:
            yield Numbered(number, item, own)


def refuse(number: int, value: object) -> NoReturn:
    """Say what stands where an item should.

    Raises:
        IngestError: always.
    """
    kind = _KINDS.get(type(value), "nothing")
    raise IngestError(f"item {number} is {kind}, not a JSON object")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    key = _twice(pairs) if len(record) < len(pairs) else _inner_key(record)
    if key is None:
        return record
    repeating = RepeatingObject(record)
    repeating.key = key
    return repeating


def _twice(pairs: list[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    return next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]


def _inner_key(record: dict[str, Any]) -> str | None:
    """The key that occurs twice in an object within this one."""
    for value in record.values():
        for part in value if isinstance(value, list) else (value,):
            if isinstance(part, RepeatingObject):
                return part.key
    return None


def _mended(text: str) -> Any:
    """The value of a text that is cut off; None if there is none.

    First with all that is open closed, so that a last item stays as far as it goes, then without
    what stands behind the last comma or the last whole object.
    """
    for end in (len(text), text.rfind(","), text.rfind("}") + 1):
        closed = _closed(text[: max(end, 0)].rstrip().rstrip(","))
        try:
            return load_json(closed) if closed else None
        except IngestError:
            continue
    return None


def _closed(text: str) -> str:
    """A text with its string, lists and objects closed."""
    still_open: list[str] = []
    ending = ""
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token[0] == '"':
            ending = "" if match[1] else '"'
        elif token in _CLOSING:
            still_open.append(_CLOSING[token])
        elif still_open:
            still_open.pop()
    if ending and text.endswith("\\"):
        text = text[:-1]
    return text + ending + "".join(reversed(still_open))
