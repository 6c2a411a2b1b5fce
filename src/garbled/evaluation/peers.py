"""Other tools that read copy, to be timed beside ours where they are installed.

None of them detects mangling. proselint is a linter of English prose, ZipPy tells AI's text by
compression (Thinkst), textstat counts for readability. None is a dependency but textstat:
``pip install proselint thinkst-zippy`` puts both others beside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module, metadata
from importlib.util import find_spec
from typing import Any

from garbled.errors import ResourceError

Read = Callable[[str], Any]

TEXTSTAT_FULL_SET = (
    "flesch_reading_ease",
    "flesch_kincaid_grade",
    "smog_index",
    "coleman_liau_index",
    "automated_readability_index",
    "dale_chall_readability_score",
    "difficult_words",
    "linsear_write_formula",
    "gunning_fog",
    "text_standard",
    "spache_readability",
    "mcalpine_eflaw",
    "reading_time",
)
"""textstat's indices for English, as its documentation lists them."""


def installed_peers() -> list[str]:
    """Names of the tools that can be timed here."""
    return [name for name, (package, _, _) in PEERS.items() if find_spec(package) is not None]


def open_peer(name: str) -> Read:
    """A function that does with a text what the tool does; its answer is of no interest.

    Raises:
        ResourceError: the tool is not installed, or not the version that is known here.
    """
    _, distribution, make = PEERS[name]
    try:
        return make()
    except (ImportError, AttributeError) as error:
        raise ResourceError(f"{distribution} cannot be timed ({error})", source=name) from error


def version_of(name: str) -> str:
    return metadata.version(PEERS[name][1])


def _textstat() -> Read:
    from garbled.features.readability import offline_textstat

    module = offline_textstat()
    indices = [getattr(module, name) for name in TEXTSTAT_FULL_SET]
    return lambda text: [index(text) for index in indices]


def _proselint() -> Read:
    tools = import_module("proselint.tools")
    checks = import_module("proselint.checks").__register__
    import_module("proselint.registry").CheckRegistry().register_many(checks)
    return lambda text: tools.LintFile("article", content=text).lint()


def _zippy() -> Read:
    detector = import_module("zippy.zippy").EnsembledZippy()
    read: Read = detector.run_on_text_chunked
    return read


PEERS: Mapping[str, tuple[str, str, Callable[[], Read]]] = {
    "textstat, its full set": ("textstat", "textstat", _textstat),
    "proselint": ("proselint", "proselint", _proselint),
    "ZipPy": ("zippy", "thinkst-zippy", _zippy),
}
"""By name: the module, the distribution, and what makes it ready to read."""
