"""One row of a table or one JSON object as a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from garbled.documents import Block, Document
from garbled.errors import IngestError
from garbled.ingest.document import as_text, make_document, one_line, tidy_id
from garbled.ingest.options import ReadOptions

_NAMES_SHOWN = 20


def record_document(
    record: Mapping[str, object],
    number: int,
    source: str,
    options: ReadOptions,
    problem: str | None = None,
) -> Document:
    """The document of a record; unreadable if its text is missing, empty or no text."""
    item = f"{source}#{number}"
    id = tidy_id(as_text(record.get(options.id_column)) or "") or item
    text = record.get(options.text_column)
    try:
        blocks = _blocks(text, options, has_title=bool(record.get(options.title_column)))
    except IngestError as error:
        return Document.unreadable(error.message, id=id, source=item)
    return make_document(
        blocks,
        options.limits,
        id=id,
        source=item,
        title=as_text(record.get(options.title_column)),
        language=as_text(record.get(options.language_column)),
        problems=[problem],
    )


def missing_column(options: ReadOptions, columns: Iterable[object]) -> str:
    """What to tell a user whose text column is not there.

    >>> missing_column(ReadOptions(), ["id", "body"])
    "no column 'text'; there are: id, body; pass --text-column"
    """
    names = [one_line(str(name), 40) for name in islice(columns, _NAMES_SHOWN + 1)]
    shown = ", ".join(names[:_NAMES_SHOWN]) + (", …" if len(names) > _NAMES_SHOWN else "")
    return f"no column '{options.text_column}'; there are: {shown or 'none'}; pass --text-column"


def _blocks(text: object, options: ReadOptions, *, has_title: bool) -> list[Block]:
    column = options.text_column
    if text is None or text == "":
        raise IngestError(f"'{column}' is empty: nothing to score")
    if not isinstance(text, str):
        raise IngestError(f"'{column}' holds a {type(text).__name__}, not text")
    if len(text) > options.limits.max_record_bytes:
        raise IngestError(f"the text is longer than {options.limits.max_record_bytes:,} bytes")
    from garbled.ingest.text import text_blocks

    if not text.lstrip().startswith("<"):
        return text_blocks(text, headline=not has_title)
    from garbled.ingest.blocks import markup_text_blocks
    from garbled.ingest.markup import starts_with_markup

    if starts_with_markup(text):
        return markup_text_blocks(text, options.limits)
    return text_blocks(text, headline=not has_title)
