"""What a pair's names say: the language that it came from, and the engine that translated it."""

from __future__ import annotations

import re

UNKNOWN = "unknown"
ENGLISH = "en"
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SETTING = re.compile(r"beam\d+")
_SEPARATORS = re.compile(r"[\W_]+")


def pivot_of(lang_pair: str) -> str | None:
    """The last language before English: the latest to leave its mark, and the one all pairs have.

    Of a chain it is the last hop's, so that en-es-fr-es-en counts as es. None where it is not one
    language: nothing named, English alone, or a mixture of two systems' (en-de+ru-en).

    >>> [pivot_of(p) for p in ("cs-en", "en-fr-en", "en-es-fr-es-en", "en-de-beam5-en")]
    ['cs', 'fr', 'es', 'de']
    >>> [pivot_of(p) for p in ("?", "en", "en-de+ru-en", "en-en")]
    [None, None, None, None]
    """
    stops = [stop for stop in lang_pair.lower().split("-") if not _SETTING.fullmatch(stop)]
    if len(stops) < 2 or stops[-1] != ENGLISH or stops[-2] == ENGLISH:
        return None
    return stops[-2] if _LANGUAGE.fullmatch(stops[-2]) else None


def engine_of(system: str) -> str:
    """The team or product behind a system: what its name begins with, in any year or set.

    Coarser than the system, so that holding one out holds its sisters out: those of a team share
    data and code. A single letter or digit tells products apart, as in online-A.

    >>> [engine_of(s) for s in ("uedin-syntax.2603", "UEDIN-NMT", "online-B.0", "Online-B")]
    ['uedin', 'uedin', 'online-b', 'online-b']
    """
    parts = [part for part in _SEPARATORS.split(system.lower()) if part] or ["?"]
    is_lettered = len(parts) > 1 and len(parts[1]) == 1
    return "-".join(parts[:2]) if is_lettered else parts[0]
