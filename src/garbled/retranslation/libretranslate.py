"""A server that speaks LibreTranslate's protocol, at the address that the user names, no other."""

from __future__ import annotations

import ipaddress
import json
import os
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from garbled.errors import ResourceError
from garbled.retranslation.engine import EngineUnavailableError, Step, TranslationError

if TYPE_CHECKING:
    import requests

KEY_VARIABLE = "GARBLED_LIBRETRANSLATE_KEY"
"""Environment variable with the API key, where the server wants one."""
CONNECT_SECONDS, READ_SECONDS = 10, 300
ATTEMPTS = 4
MAX_WAIT_SECONDS = 30.0
MAX_ANSWER = 16 * 2**20
_CHUNK = 2**16
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})


class LibreTranslate:
    """One server; a batch is one request, a transient failure is tried again after a while.

    Redirects are not followed and proxies of the environment not used, so that nothing but the
    named address is contacted.

    Args:
        address: of the server, such as ``http://127.0.0.1:5000``.

    Raises:
        ResourceError: the address is none, or a key would travel in the open.
    """

    name = "libretranslate"
    batch_words = 400
    first_wait = 1.0
    """Seconds before the second attempt; the wait doubles from then on."""

    def __init__(self, address: str) -> None:
        self.address = _checked_address(address)
        self.key = os.environ.get(KEY_VARIABLE, "")
        if self.key and not _is_safe(self.address):
            raise ResourceError(
                f"{KEY_VARIABLE} would travel unencrypted: use https, or unset it",
                source=self.address,
            )
        self._steps: list[Step] | None = None
        self.version = self._ask_version()

    def steps(self) -> list[Step]:
        if self._steps is None:
            try:
                self._steps = _steps(self._request("GET", "/languages"))
            except TranslationError as error:
                raise ResourceError(error.message, source=self.address) from error
        return self._steps

    def advice(self, source: str, target: str) -> str:
        return f"{self.address} offers no translation from {source} to {target}"

    def translate(self, texts: Sequence[str], step: Step) -> list[str]:
        question: dict[str, Any] = {"q": list(texts), "source": step.source, "target": step.target}
        question["format"] = "text"
        if self.key:
            question["api_key"] = self.key
        answer = self._request("POST", "/translate", question)
        copies = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(copies, list) or not all(isinstance(copy, str) for copy in copies):
            raise TranslationError("its answer has no list of translations", source=self.name)
        return copies

    def _request(self, method: str, path: str, question: Mapping[str, Any] | None = None) -> Any:
        """The JSON of an answer, after as many attempts as it takes, up to ``ATTEMPTS``."""
        wait = self.first_wait
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._request_once(method, path, question)
            except _TransientError as error:
                if attempt == ATTEMPTS:
                    told = f"{error.message}, {ATTEMPTS} times"
                    raise EngineUnavailableError(told, source=self.address) from error
                time.sleep(min(max(wait, error.retry_after), MAX_WAIT_SECONDS))
                wait *= 2
        raise AssertionError  # pragma: no cover

    def _request_once(self, method: str, path: str, question: Mapping[str, Any] | None) -> Any:
        import requests

        try:
            with requests.Session() as session:
                session.trust_env = False
                with session.request(
                    method,
                    self.address + path,
                    json=question,
                    timeout=(CONNECT_SECONDS, READ_SECONDS),
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    return _json_of(response)
        except requests.RequestException as error:
            raise _TransientError(f"no answer ({_reason(error)})") from error

    def _ask_version(self) -> str:
        """The version that the server's description of itself states, or ``unknown``."""
        try:
            told = self._request_once("GET", "/spec", None)
            return str(told["info"]["version"])[:40]
        except (TranslationError, KeyError, TypeError):
            return "unknown"


class _TransientError(TranslationError):
    """An answer that may be another in a while."""

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def _json_of(response: requests.Response) -> Any:
    body = b""
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > MAX_ANSWER:
            raise TranslationError(f"its answer is over {MAX_ANSWER:,} bytes")
    if response.status_code in _TRANSIENT:
        raise _TransientError(_told(response.status_code, body), _retry_after(response))
    if response.is_redirect:
        raise TranslationError("it redirects, which is not followed: name the address itself")
    if response.status_code != 200:
        raise TranslationError(_told(response.status_code, body))
    try:
        return json.loads(body)
    except ValueError as error:
        raise TranslationError("its answer is no JSON") from error


def _told(status: int, body: bytes) -> str:
    try:
        said = str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        said = ""
    return f"it answered {status}" + (f": {said[:200]}" if said else "")


def _retry_after(response: requests.Response) -> float:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else 0.0


def _reason(error: Exception) -> str:
    """The innermost cause, in a few words."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return str(error)[:120] or type(error).__name__


def _steps(languages: Any) -> list[Step]:
    """What ``GET /languages`` says; without ``targets`` every language goes into every other."""
    if not isinstance(languages, list):
        raise TranslationError("its list of languages is none")
    known = [one for one in languages if isinstance(one, dict) and isinstance(one.get("code"), str)]
    codes = [one["code"] for one in known]
    return [
        Step(f"{one['code']}-{target}", one["code"], target)
        for one in known
        for target in (one.get("targets") or codes)
        if isinstance(target, str) and target != one["code"]
    ]


def _checked_address(address: str) -> str:
    try:
        parts = urlsplit(address)
        valid = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        valid = False
    if not valid or parts.username or parts.query or parts.fragment:
        raise ResourceError(
            "no address of a server; it looks like http://127.0.0.1:5000", source=address
        )
    return address.rstrip("/")


def _is_safe(address: str) -> bool:
    """Encrypted, or to this very machine.

    >>> _is_safe("https://mt.example"), _is_safe("http://127.0.0.1:5"), _is_safe("http://mt.example")
    (True, True, False)
    """
    parts = urlsplit(address)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
