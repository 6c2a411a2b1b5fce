"""How the service is to run, checked before anything starts."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from garbled.config import ServeConfig
from garbled.errors import GarbledError

MIN_TOKEN = 16
"""Characters that a token needs, so that nobody guesses it."""
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class ServiceOptions:
    """What the command line, the environment and the configuration say of the service.

    Args:
        config: address and limits.
        token: what clients must send as ``Authorization: Bearer``; needed off loopback.
        origins: web origins, such as ``https://cms.example``, whose pages may ask.
        hosts: further names that the service is called by on loopback.

    Raises:
        GarbledError: they do not go together.
    """

    config: ServeConfig = field(default_factory=ServeConfig)
    token: str | None = field(default=None, repr=False)
    origins: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.token is None and not self.is_loopback:
            raise GarbledError(
                f"{self.config.host} can be reached from other machines: give a token"
                " (GARBLED_TOKEN or --token-file), or listen on 127.0.0.1"
            )
        if self.token is not None and not _is_token(self.token):
            raise GarbledError(
                f"a token is {MIN_TOKEN} to 512 printable characters without blanks;"
                " `openssl rand -hex 32` makes one"
            )
        for origin in self.origins:
            parts = urlsplit(origin)
            if not parts.scheme or not parts.netloc or parts.path or parts.query:
                raise GarbledError(f"an origin is like https://cms.example, not {origin!r}")

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.config.host)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address that is listened on.

    >>> [is_loopback(host) for host in ("localhost", "127.0.0.5", "::1", "0.0.0.0", "desk.example")]
    [True, True, True, False, False]
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_token(token: str) -> bool:
    return MIN_TOKEN <= len(token) <= 512 and all("!" <= letter <= "~" for letter in token)
