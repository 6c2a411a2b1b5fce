"""Who may ask: a token, compared in constant time; and for the page a cookie made from it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

COOKIE = "garbled"
_PURPOSE = b"garbled: the page's cookie"


class Keys:
    """Checks what a request shows.

    The cookie is no token: who has it cannot ask from elsewhere, since it counts only with a
    request of the page itself.

    >>> keys = Keys("a-token-that-is-long")
    >>> keys.opens({"authorization": "Bearer a-token-that-is-long"}), keys.opens({})
    (True, False)
    >>> Keys(None).opens({})
    True
    """

    def __init__(self, token: str | None) -> None:
        self.are_needed = token is not None
        self._token = _digest(token or "")
        self._cookie = hmac.new((token or "").encode(), _PURPOSE, hashlib.sha256).hexdigest()

    def opens(self, headers: Mapping[str, str]) -> bool:
        """Whether a request with these headers (names in lower case) may ask."""
        if not self.are_needed:
            return True
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self.is_token(given.strip()):
            return True
        return self._is_cookie(headers.get("cookie", ""))

    def is_token(self, given: str) -> bool:
        """Whether this is the token; False where none is needed."""
        return self.are_needed and hmac.compare_digest(_digest(given), self._token)

    def cookie(self, *, is_secure: bool) -> str:
        """The header that gives a browser its cookie, until it is closed."""
        secure = "; Secure" if is_secure else ""
        return f"{COOKIE}={self._cookie}; Path=/; HttpOnly; SameSite=Strict{secure}"

    def _is_cookie(self, header: str) -> bool:
        try:
            morsel = SimpleCookie(header).get(COOKIE)
        except CookieError:
            return False
        return morsel is not None and hmac.compare_digest(
            morsel.value.encode(), self._cookie.encode()
        )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
