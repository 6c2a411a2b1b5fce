"""Forms, as browsers and LanguageTool's clients send them."""

from __future__ import annotations

import codecs
from urllib.parse import parse_qsl

from garbled.serve.refused import Refused

MAX_FIELDS = 100
_STRANGE = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"})


def read_form(data: bytes, query: bytes = b"") -> dict[str, str]:
    """The fields of a form; those of the address count where the body has none of that name.

    Raises:
        Refused: it has too many fields.

    >>> read_form(b"text=A+pier&language=en", b"language=fr")
    {'language': 'en', 'text': 'A pier'}
    """
    fields: dict[str, str] = {}
    for part in (query, data):
        try:
            found = parse_qsl(
                part.decode("utf-8", "replace"),
                keep_blank_values=True,
                max_num_fields=MAX_FIELDS,
                errors="replace",
            )
        except ValueError as error:
            raise Refused(400, f"more than {MAX_FIELDS} fields") from error
        fields |= dict(found)
    return fields


def content_type(header: str) -> tuple[str, str | None]:
    """The media type of a ``Content-Type`` and its character encoding, where one is named.

    Raises:
        Refused: nobody knows that encoding.

    >>> content_type('Text/HTML; charset="windows-1252"')
    ('text/html', 'windows-1252')
    """
    kind, *parameters = header.split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return kind.strip().lower(), _encoding(value.strip().strip("\"'"))
    return kind.strip().lower(), None


def _encoding(name: str) -> str:
    try:
        b"a".decode(name)  # LookupError for what turns bytes into bytes, such as zip
        is_strange = codecs.lookup(name).name in _STRANGE
    except (LookupError, ValueError) as error:
        raise Refused(415, "the body's charset is not known") from error
    if is_strange:
        raise Refused(415, "the body's charset is not one of copy")
    return name
