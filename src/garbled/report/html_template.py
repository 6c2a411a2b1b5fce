"""Pages from templates: what comes from the input is escaped, and none of it can run or be loaded.

A page is one file. Its policy names the hashes of its own style and script, so that a browser
runs and loads nothing else, whatever stands in the page.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment, Template
    from markupsafe import Markup

_FOLDER = "html"
# Controls but tab and line end, separators, bidirectional embeddings, overrides and isolates,
# lone surrogates, interlinear annotation, noncharacters: none of them shows, some turn text round.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb\ufffe\uffff]"
)


def visible(text: str) -> str:
    r"""Text in which a character that is unseen or turns its surroundings round is spelled out.

    >>> visible("pay\u202e001\x00 now\udce9")
    'pay‹U+202E›001‹U+0000› now‹U+DCE9›'
    """
    return _UNSEEN.sub(lambda match: f"‹U+{ord(match[0]):04X}›", text)


def template(name: str) -> Template:
    """A template of ``resources/html`` whose every expression goes through ``visible``, escaped."""
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _finalize(value: object) -> object:
    from markupsafe import Markup

    if value is None:
        return ""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def asset(name: str) -> Markup:
    """A style or script of ``resources/html`` as it goes into the page; it is ours, not escaped."""
    from markupsafe import Markup

    return Markup(_text(name))  # noqa: S704 - a file of this package


def policy(*, style: str, script: str) -> str:
    """The Content-Security-Policy of a page that holds this style and this script, and no other.

    >>> policy(style="", script="")[:46]
    "default-src 'none'; style-src 'sha256-47DEQpj8"
    """
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}';"
        " base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")


def _text(name: str) -> str:
    return (files("garbled") / "resources" / _FOLDER / name).read_text(encoding="utf-8")
