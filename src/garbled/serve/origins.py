"""Which web pages may ask: none but our own and those that are named.

A page that somebody visits can send requests to their own machine, by its address (CSRF) or by a
name of its own that suddenly means 127.0.0.1 (DNS rebinding). Browsers tell what they do in
``Host``, ``Origin`` and ``Sec-Fetch-Site``; other clients are not concerned.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from garbled.serve.options import LOOPBACK_NAMES, ServiceOptions
from garbled.serve.refused import Refused

EXTENSIONS = ("chrome-extension", "moz-extension", "safari-web-extension")
"""Schemes of browser add-ons, which may use what LanguageTool has: that is what they are for."""


def check_host(headers: Mapping[str, str], options: ServiceOptions) -> None:
    """On loopback, the service is called by a name of this machine.

    Raises:
        Refused: it is not.
    """
    if not options.is_loopback:  # a token is needed then, which no page has
        return
    name = _name_of(headers.get("host", ""))
    if name not in LOOPBACK_NAMES | {options.config.host.lower()} | options.hosts:
        raise Refused(421, "this service is not called by that name; see --allow-host")


def allowed_origin(headers: Mapping[str, str], path: str, options: ServiceOptions) -> str | None:
    """The origin of another page or an add-on that may read the answer; None for our own.

    Raises:
        Refused: a page asks that may not.
    """
    origin = headers.get("origin")
    if origin is None:
        is_link = headers.get("sec-fetch-mode") == "navigate" and path == "/"
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not is_link:
            raise Refused(403, "another site's page may not ask; see --allow-origin")
        return None
    if origin in options.origins:
        return origin
    if path.startswith("/v2/") and origin.partition("://")[0] in EXTENSIONS:
        return origin
    if _is_own(origin, headers.get("host", "")):
        return None
    raise Refused(403, "another site's page may not ask; see --allow-origin")


def _is_own(origin: str, host: str) -> bool:
    scheme, _, netloc = origin.partition("://")
    return scheme in ("http", "https") and netloc.lower() == host.lower() != ""


def _name_of(host: str) -> str:
    """A ``Host`` without its port.

    >>> [_name_of(host) for host in ("localhost:8035", "[::1]:8035", "127.0.0.1", "a:b:c")]
    ['localhost', '::1', '127.0.0.1', '']
    """
    try:
        return (urlsplit(f"//{host}").hostname or "") if host.count(":") < 2 or "[" in host else ""
    except ValueError:
        return ""
