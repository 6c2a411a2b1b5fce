"""How a process reaches a LanguageTool server, whoever started it."""

from __future__ import annotations

import fcntl
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from garbled.errors import ResourceError

EXTERNAL = "GARBLED_LANGUAGETOOL_URL"
"""Environment variable: the URL of a server that the user runs; never started or stopped here."""

START_SECONDS = 60.0
_EXTERNAL_SECONDS = 5.0
_PUBLISHED = "_GARBLED_LANGUAGETOOL"


class State(NamedTuple):
    """starting, ready, restarting, failed or, where its supervisor is gone, stopped."""

    name: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ServerHandle:
    """A server's address; it pickles, so workers can be given it.

    ``url`` ends in a slash and has no ``v2/``. ``state_file`` is where the supervisor of a server
    of ours writes its state; None for a server that somebody else runs.
    """

    url: str
    state_file: str | None = None

    @property
    def is_external(self) -> bool:
        return self.state_file is None

    def state(self) -> State:
        """What the supervisor says; always ``ready`` for an external server."""
        if self.state_file is None:
            return State("ready")
        path = Path(self.state_file)
        state = read_state(path)
        if state is None or not _is_locked(path.with_name("alive")):
            return State("stopped", "it has been stopped")
        return state

    def wait_until_ready(self) -> None:
        """Return once the server answers.

        Raises:
            ResourceError: the server has failed or stopped, or it does not answer within the
                time a restart may take (a few seconds if it is external).
        """
        seconds = _EXTERNAL_SECONDS if self.is_external else START_SECONDS
        deadline = time.monotonic() + seconds
        while True:
            state = self.state()
            if state.name in ("failed", "stopped"):
                raise ResourceError(f"LanguageTool failed: {state.reason}", source=self.url)
            if state.name == "ready" and self.answers():
                return
            if time.monotonic() > deadline:
                advice = f"; is {EXTERNAL} right and the server up?" if self.is_external else ""
                raise ResourceError(
                    f"LanguageTool does not answer within {seconds:.0f} seconds{advice}",
                    source=self.url,
                )
            time.sleep(0.1)

    def version(self) -> str:
        """LanguageTool's version, as the server tells it.

        Raises:
            ResourceError: the server does not answer, or it is no LanguageTool.
        """
        try:
            return str(json.loads(self._get("v2/info"))["software"]["version"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ResourceError(
                f"LanguageTool does not tell its version ({error})", source=self.url
            ) from error

    def publish(self) -> None:
        """Let processes started from now on find this server."""
        os.environ[_PUBLISHED] = json.dumps({"url": self.url, "state_file": self.state_file})

    def withdraw(self) -> None:
        """Undo ``publish``, unless another server has been published since."""
        if published() == self:
            del os.environ[_PUBLISHED]

    def answers(self) -> bool:
        """Whether the server answers now."""
        try:
            return self._get("v2/healthcheck").strip() == b"OK"
        except OSError:
            return False

    def _get(self, page: str) -> bytes:
        from urllib.request import ProxyHandler, build_opener

        # A proxy meant for the internet must not be asked for a server on this machine.
        opener = build_opener() if self.is_external else build_opener(ProxyHandler({}))
        with opener.open(f"{self.url}{page}", timeout=_EXTERNAL_SECONDS) as response:
            return bytes(response.read(65_536))


def external() -> ServerHandle | None:
    """The server the user named in ``GARBLED_LANGUAGETOOL_URL``, if any.

    Raises:
        ResourceError: what it holds is no http(s) URL.
    """
    url = os.environ.get(EXTERNAL, "").strip()
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ResourceError(f"{EXTERNAL} must be like http://host:8081, not {url!r}")
    return ServerHandle(url.rstrip("/").removesuffix("/v2") + "/")


def published() -> ServerHandle | None:
    """The server that this process or an ancestor published, alive or not."""
    try:
        return ServerHandle(**json.loads(os.environ.get(_PUBLISHED, "")))
    except (ValueError, TypeError):
        return None


def without_published() -> dict[str, str]:
    """The environment for a process that is to start a server of its own."""
    return {name: value for name, value in os.environ.items() if name != _PUBLISHED}


def read_state(path: Path) -> State | None:
    """What the supervisor last wrote; None before it wrote anything or after it removed it."""
    try:
        fields = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return State(fields["state"], fields["reason"])


def _is_locked(path: Path) -> bool:
    """Whether the supervisor lives; unlike its pid, a lock ends with it for sure."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
