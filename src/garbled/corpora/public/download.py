"""One file from one address: encrypted, bounded, resumed, checked, and there whole or not at all.

``requests`` does the HTTP: it is here anyway (language-tool-python brings it), honours the
machine's proxies and certificates, and lets every redirect be looked at before it is followed.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from garbled import __version__
from garbled.corpora.public.catalogue import RemoteFile
from garbled.errors import ResourceError

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS, READ_SECONDS = 15, 120
ATTEMPTS = 3
MAX_REDIRECTS = 5
_CHUNK = 2**16

Progress = Callable[[int, int | None], None]
"""Is told the bytes that are there, and how many there will be, where that is known."""


@dataclass(frozen=True, slots=True)
class Digests:
    """What a file is by its bytes."""

    sha256: str
    md5: str
    n_bytes: int


class CutOffError(ResourceError):
    """The connection ended before the file did; what is there is kept for the next attempt."""


def download(
    file: RemoteFile,
    target: Path,
    *,
    max_bytes: int,
    redirects: Sequence[str] = (),
    progress: Progress = lambda done, total: None,
) -> Digests:
    """Fetch a file to ``target``, going on from what an earlier attempt left beside it.

    Raises:
        ResourceError: there is no connection, the file is not there, too large or not the one
            that its digests name, or the address leads to another host.
    """
    part = target.with_name(f"{target.name}.part")
    _require_safe(file.address, file.address)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            _fetch(file, part, max_bytes, redirects, progress)
            break
        except CutOffError:
            if attempt == ATTEMPTS:
                raise
    digests = digest_file(part)
    wrong = mismatch(file, digests)
    if wrong:
        part.unlink()
        raise ResourceError(
            f"{wrong}; it was removed: the file has changed at its address, or was changed on its"
            " way",
            source=file.address,
        )
    part.replace(target)
    _tag(part).unlink(missing_ok=True)
    return digests


def digest_file(path: Path) -> Digests:
    """SHA-256, MD5 and size of a file."""
    sha256, md5, n_bytes = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    with path.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            sha256.update(chunk)
            md5.update(chunk)
            n_bytes += len(chunk)
    return Digests(sha256.hexdigest(), md5.hexdigest(), n_bytes)


def mismatch(file: RemoteFile, digests: Digests) -> str | None:
    """In which way a file is not the published one, or None."""
    for kind, published, found in (
        ("SHA-256", file.sha256, digests.sha256),
        ("MD5", file.md5, digests.md5),
        ("size", file.n_bytes, digests.n_bytes),
    ):
        if published is not None and published != found:
            return f"its {kind} is {found} and should be {published}"
    return None


def _fetch(
    file: RemoteFile, part: Path, max_bytes: int, redirects: Sequence[str], progress: Progress
) -> None:
    import requests

    start = part.stat().st_size if part.exists() else 0
    try:
        with requests.Session() as session:
            session.headers["User-Agent"] = f"garbled/{__version__}"
            session.headers["Accept-Encoding"] = "identity"
            if start and _tag(part).exists():
                session.headers["Range"] = f"bytes={start}-"
                session.headers["If-Range"] = _tag(part).read_text("utf-8")
            with _open(session, file.address, redirects) as response:
                if response.status_code not in (200, 206):
                    raise _refused(response, file.address)
                _receive(response, part, max_bytes, progress, file.address)
    except requests.RequestException as error:
        raise ResourceError(
            f"no connection ({_innermost(error)}); fetching a corpus needs a network",
            source=file.address,
        ) from error


def _open(session: requests.Session, address: str, redirects: Sequence[str]) -> requests.Response:
    """The answer at the end of redirects, each of which leads where it may."""
    hosts = {urlsplit(address).netloc, *redirects}
    here = address
    for _ in range(MAX_REDIRECTS):
        response = session.get(
            here, stream=True, allow_redirects=False, timeout=(CONNECT_SECONDS, READ_SECONDS)
        )
        if not response.is_redirect:
            return response
        response.close()
        here = urljoin(here, response.headers["Location"])
        _require_safe(here, address)
        if urlsplit(here).netloc not in hosts:
            raise ResourceError(
                f"redirects to {urlsplit(here).netloc}, which the catalogue does not name; it is"
                " not followed",
                source=address,
            )
    raise ResourceError(f"redirects more than {MAX_REDIRECTS} times", source=address)


def _receive(
    response: requests.Response, part: Path, max_bytes: int, progress: Progress, address: str
) -> None:
    """Write a body, or the rest of one where the server goes on with what it began."""
    start = part.stat().st_size if response.status_code == 206 else 0
    if start and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
        part.unlink()
        raise CutOffError("the server went on at another place than asked", source=address)
    length = response.headers.get("Content-Length", "")
    total = start + int(length) if length.isdecimal() else None
    if total is not None and total > max_bytes:
        raise _too_large(part, max_bytes, address)
    tag = response.headers.get("ETag", "")
    _tag(part).write_text(tag if tag.startswith('"') else "", "utf-8")
    done = start
    with part.open("ab" if start else "wb") as file:
        for chunk in _chunks(response, address):
            done += len(chunk)
            if done > max_bytes:
                raise _too_large(part, max_bytes, address)
            file.write(chunk)
            progress(done, total)
    if total is not None and done < total:
        raise CutOffError(f"ended after {done:,} of {total:,} bytes", source=address)


def _chunks(response: requests.Response, address: str) -> Iterator[bytes]:
    import requests

    try:
        yield from response.iter_content(_CHUNK)
    except requests.RequestException as error:
        raise CutOffError(f"was cut off ({_innermost(error)})", source=address) from error


def _tag(part: Path) -> Path:
    """Where the server's strong tag of a file that is not whole is kept, so that parts fit."""
    return part.with_name(f"{part.name}.tag")


def _too_large(part: Path, max_bytes: int, address: str) -> ResourceError:
    part.unlink(missing_ok=True)
    return ResourceError(f"over {max_bytes:,} bytes, more than it may have", source=address)


def _refused(response: requests.Response, address: str) -> ResourceError:
    told = f"the server answered {response.status_code} {response.reason or ''}".rstrip()
    if response.status_code == 404:
        told += ": it is no longer there; the corpus may have moved"
    return ResourceError(told, source=address)


def _require_safe(here: str, address: str) -> None:
    """Encrypted, or from this very machine."""
    parts = urlsplit(here)
    if parts.scheme == "https" and parts.hostname:
        return
    try:
        if parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback:
            return
    except ValueError:
        pass
    raise ResourceError("not encrypted (https), so it is not fetched", source=address)


def _innermost(error: BaseException) -> str:
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return str(error)[:160] or type(error).__name__
