"""Checking texts against a LanguageTool server.

The one module of the project that imports language-tool-python, which is GPL-3.0-only: importing
this module combines a program with code under that licence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import TypeVar

import language_tool_python
from language_tool_python import download_lt
from language_tool_python.exceptions import LanguageToolError

from garbled.errors import GarbledError, ResourceError
from garbled.languagetool.handle import ServerHandle

MAX_REPLACEMENTS = 3

T = TypeVar("T")

# LanguageTool counts UTF-16 units and language-tool-python 3.4 converts by a table that threads
# share; with a stand-in of one unit for each astral character there is nothing to convert.
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_STAND_IN = "\u263a"  # a smiley: most astral characters in copy are emoji


class CheckError(GarbledError):
    """LanguageTool refused one text (too long, took too long); other texts are not concerned."""


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """What LanguageTool objects to: ``text[start:end]``, in code points, and why.

    ``rule`` and ``category`` are LanguageTool's identifiers, ``issue_type`` one of the Localization
    Quality Issue Types of ITS 2.0 (``grammar``, ``misspelling``, ``typographical``, ...).
    """

    start: int
    end: int
    rule: str
    category: str
    issue_type: str
    message: str
    replacements: tuple[str, ...] = ()


class Checker:
    """Checks texts, one at a time, against one server. Each thread needs its own.

    The language is plain ``en``: no variant is forced on British or American copy and no spell
    checker runs, which would count names as errors.

    Args:
        patience: seconds after which an answer is given up; a server that is being restarted is
            not waited for then. By default it is.

    Raises:
        ResourceError: the server cannot be reached.
    """

    def __init__(
        self, handle: ServerHandle, language: str = "en", *, patience: float | None = None
    ) -> None:
        self._handle = handle
        self._patience = patience
        try:
            self._tool = self._ask(lambda: _connect(handle, language))
        except CheckError as error:
            raise ResourceError(
                f"no LanguageTool server for {language!r} is there ({error.message})",
                source=handle.url,
            ) from error
        if patience is not None:
            self._tool._TIMEOUT = patience  # type: ignore[assignment]

    def check(self, text: str) -> tuple[Match, ...]:
        """What is wrong with a text, in order.

        A server that is being restarted is waited for, unless there is little patience.

        Raises:
            CheckError: the server refused this text.
            ResourceError: the server is gone for good, or the patience is.
        """
        sent = text
        if not text.isascii():
            sent = _SURROGATE.sub("\ufffd", _ASTRAL.sub(_STAND_IN, text))
        found = self._ask(lambda: self._tool.check(sent))
        matches = [_convert(match, text, sent) for match in found]
        return tuple(sorted(match for match in matches if match.start < match.end))

    def version(self) -> str:
        """LanguageTool's version, as the server tells it."""
        return self._handle.version()

    def _ask(self, question: Callable[[], T]) -> T:
        """Put a question; where the connection fails, wait for the server and put it again."""
        try:
            return _answer(question)
        except ConnectionError as error:
            if self._patience is not None:
                told = self._handle.state().reason or "it does not answer"
                raise ResourceError(
                    f"LanguageTool failed: {told}", source=self._handle.url
                ) from error
            self._handle.wait_until_ready()
        try:
            return _answer(question)
        except ConnectionError as error:
            reason = self._handle.state().reason or error
            raise ResourceError(
                f"LanguageTool failed: {reason}", source=self._handle.url
            ) from error


def download(version: str) -> None:
    """Fetch LanguageTool into ``$LTP_PATH/LanguageTool-<version>`` by language-tool-python's means.

    The caller has checked Java; the library's own check ends the process at a version like 21-ea.
    """
    download_lt.confirm_java_compatibility = lambda *_: None
    download_lt.LocalLanguageTool.from_version_name(version).download()


def _connect(handle: ServerHandle, language: str) -> language_tool_python.LanguageTool:
    # A proxy meant for the internet must not be asked for a server on this machine.
    proxies = None if handle.is_external else {"http": "", "https": ""}
    return language_tool_python.LanguageTool(
        language, remote_server=handle.url, host="127.0.0.1", proxies=proxies
    )


def _answer(question: Callable[[], T]) -> T:
    """Tell a lost connection (ConnectionError) from a refusal (CheckError)."""
    try:
        return question()
    except LanguageToolError as error:
        cause = error.__cause__
        # requests' JSON error, which a refusal in plain text causes, is an OSError too.
        if isinstance(cause, (OSError, HTTPException)) and not isinstance(cause, ValueError):
            raise ConnectionError(str(error)) from error
        raise CheckError(f"LanguageTool refused the text: {_one_line(error)}") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CheckError(f"LanguageTool's answer is not understood: {_one_line(error)}") from error


def _convert(match: language_tool_python.Match, text: str, sent: str) -> Match:
    start, end = match.offset, min(match.offset + match.error_length, len(text))
    # A replacement of a span with a stand-in in it would hand the stand-in on.
    replacements = match.replacements if text[start:end] == sent[start:end] else []
    return Match(
        start=start,
        end=end,
        rule=match.rule_id,
        category=match.category,
        issue_type=match.rule_issue_type,
        message=match.message,
        replacements=tuple(replacements[:MAX_REPLACEMENTS]),
    )


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
