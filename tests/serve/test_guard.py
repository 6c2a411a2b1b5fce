"""Who may ask, from where, and how much."""

from __future__ import annotations

import gzip
import time

import pytest
from texts import CLEAN

from garbled.config import ServeConfig
from garbled.errors import GarbledError
from garbled.serve.keys import Keys
from garbled.serve.options import ServiceOptions
from garbled.serve.origins import allowed_origin, check_host
from garbled.serve.protocol import HEAD_SECONDS
from garbled.serve.refused import Refused

from .conftest import TOKEN
from .raw import answer, connect, head, seconds_until_closed
from .running import Running

TEXT = {"text": "\n\n".join(CLEAN)}


# -- the token


def test_without_the_token_nothing_is_scored(locked: Running) -> None:
    for path in ("/v1/score", "/v1/compare", "/v1/results/1/label"):
        refused = locked.ask(path, json=TEXT, headers={"authorization": ""})
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == "Bearer"
    for path in ("/v1/results", "/metrics", "/nothing"):
        assert locked.ask(path, headers={"authorization": ""}).status_code == 401


@pytest.mark.parametrize(
    "given", ["", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer \xff", "Bearer ?"]
)
def test_another_token_is_none(locked: Running, given: str) -> None:
    headers = {"authorization": given.encode("latin-1")}
    assert locked.ask("/v1/score", json=TEXT, headers=headers).status_code == 401


def test_with_the_token(locked: Running) -> None:
    assert locked.score(**TEXT)["score"] is not None
    assert locked.ask("/metrics").status_code == 200


def test_what_needs_no_token(locked: Running) -> None:
    for path in ("/healthz", "/readyz", "/openapi.json", "/"):
        assert locked.ask(path, headers={"authorization": ""}).status_code == 200


def test_languagetools_clients_give_it_as_their_key(locked: Running) -> None:
    fields = {"language": "en", "text": "Shares in Gazp.MM fell."}
    without = {"authorization": ""}
    refused = locked.ask("/v2/check", data=fields, headers=without)
    assert (refused.status_code, refused.text[:7]) == (401, "Error: ")
    wrong = locked.ask("/v2/check", data={**fields, "apiKey": "x" * 20}, headers=without)
    assert wrong.status_code == 401
    right = locked.ask("/v2/check", data={**fields, "apiKey": TOKEN}, headers=without)
    assert len(right.json()["matches"]) == 1


def test_the_token_is_in_no_log(locked: Running) -> None:
    locked.ask("/v2/check", params={"language": "en", "text": "x", "apiKey": TOKEN})
    locked.ask(f"/{TOKEN}")
    assert TOKEN not in locked.log.read_text()


def test_the_page_takes_the_token_once(locked: Running) -> None:
    without = {"authorization": ""}
    assert 'type="password"' in locked.ask("/", headers=without).text
    wrong = locked.ask("/login", data={"token": "wrong"}, headers=without, allow_redirects=False)
    assert wrong.status_code == 401
    assert "set-cookie" not in wrong.headers
    right = locked.ask("/login", data={"token": TOKEN}, headers=without, allow_redirects=False)
    assert (right.status_code, right.headers["location"]) == (303, "/")
    cookie = right.headers["set-cookie"]
    assert TOKEN not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    mine = {**without, "cookie": cookie.split(";")[0]}
    assert "<textarea" in locked.ask("/", headers=mine).text
    checked = locked.ask("/", data={"text": TEXT["text"]}, headers=mine)
    assert 'class="verdict-line pass"' in checked.text
    forged = {**without, "cookie": "garbled=" + "0" * 64}
    assert locked.ask("/", data={"text": "A text."}, headers=forged).status_code == 401


def test_keys_compare_in_full() -> None:
    keys = Keys(TOKEN)
    assert keys.is_token(TOKEN)
    assert not keys.is_token(TOKEN[:-1])
    assert not keys.opens({"cookie": f"garbled={TOKEN}"})
    assert not Keys(None).is_token("")


@pytest.mark.parametrize("token", ["short", "x" * 513, "a token with a blank", "tökens-of-letters"])
def test_a_token_must_be_one(token: str) -> None:
    with pytest.raises(GarbledError, match="a token is"):
        ServiceOptions(token=token)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "desk.example"])  # noqa: S104
def test_off_loopback_a_token_is_needed(host: str) -> None:
    with pytest.raises(GarbledError, match="give a token"):
        ServiceOptions(ServeConfig(host=host))
    assert not ServiceOptions(ServeConfig(host=host), token=TOKEN).is_loopback


def test_the_token_is_not_shown() -> None:
    assert TOKEN not in repr(ServiceOptions(token=TOKEN))


# -- from where


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8035", "127.0.0.1:1", "[::1]:8035", "LOCALHOST"]
)
def test_names_of_this_machine(host: str) -> None:
    check_host({"host": host}, ServiceOptions())


@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1.evil.example", "localhost.", "a:b:c", "[", "127.1"]
)
def test_other_names(host: str) -> None:
    with pytest.raises(Refused, match="not called by that name"):
        check_host({"host": host}, ServiceOptions())


def test_a_further_name() -> None:
    check_host({"host": "garbled.desk:80"}, ServiceOptions(hosts=frozenset({"garbled.desk"})))
    options = ServiceOptions(ServeConfig(host="0.0.0.0"), token=TOKEN)  # noqa: S104
    check_host({"host": "any.example"}, options)


OPTIONS = ServiceOptions(origins=frozenset({"https://cms.example"}))


@pytest.mark.parametrize(
    ("origin", "path", "readable"),
    [
        ("http://127.0.0.1:8035", "/v1/score", None),
        ("https://cms.example", "/v1/score", "https://cms.example"),
        ("chrome-extension://abc", "/v2/check", "chrome-extension://abc"),
        ("moz-extension://abc", "/v2/languages", "moz-extension://abc"),
    ],
)
def test_origins_that_may(origin: str, path: str, readable: str | None) -> None:
    headers = {"host": "127.0.0.1:8035", "origin": origin}
    assert allowed_origin(headers, path, OPTIONS) == readable


@pytest.mark.parametrize(
    ("origin", "path"),
    [
        ("https://evil.example", "/v1/score"),
        ("https://evil.example", "/v2/check"),
        ("https://cms.example.evil.example", "/v1/score"),
        ("http://127.0.0.1:9000", "/v1/score"),
        ("null", "/"),
        ("", "/"),
        ("http://[", "/"),
        ("file://", "/v2/check"),
        ("chrome-extension://abc", "/v1/score"),
    ],
)
def test_origins_that_may_not(origin: str, path: str) -> None:
    with pytest.raises(Refused, match="another site's page"):
        allowed_origin({"host": "127.0.0.1:8035", "origin": origin}, path, OPTIONS)


@pytest.mark.parametrize(
    ("site", "mode", "path", "may"),
    [
        ("none", "navigate", "/", True),
        ("same-origin", "navigate", "/", True),
        ("cross-site", "navigate", "/", True),
        ("cross-site", "no-cors", "/v2/check", False),
        ("same-site", "no-cors", "/metrics", False),
        ("cross-site", "navigate", "/v1/results", False),
    ],
)
def test_what_browsers_tell(site: str, mode: str, path: str, may: bool) -> None:
    headers = {"host": "localhost", "sec-fetch-site": site, "sec-fetch-mode": mode}
    if may:
        assert allowed_origin(headers, path, OPTIONS) is None
    else:
        with pytest.raises(Refused):
            allowed_origin(headers, path, OPTIONS)


def test_rebinding_and_forgery_over_http(service: Running) -> None:
    assert service.ask("/", headers={"host": "evil.example"}).status_code == 421
    forged = {"origin": "https://evil.example"}
    assert service.ask("/v1/score", json=TEXT, headers=forged).status_code == 403
    assert service.ask("/", data={"text": "x"}, headers={"origin": "null"}).status_code == 403
    refused = service.ask("/v2/check", data={"language": "en", "text": "x"}, headers=forged)
    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers


def test_an_add_on_may_read_the_answer(service: Running) -> None:
    add_on = {"origin": "chrome-extension://abcdefgh"}
    asked = service.ask("/v2/check", data={"language": "en", "text": "x"}, headers=add_on)
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == "chrome-extension://abcdefgh"
    before = service.ask(
        "/v2/check", method="OPTIONS", headers={**add_on, "access-control-request-method": "POST"}
    )
    assert (before.status_code, before.headers["access-control-allow-methods"]) == (
        204,
        "GET, POST",
    )
    assert service.ask("/v1/score", method="OPTIONS", headers=add_on).status_code == 403


# -- how much


def test_a_large_body_is_refused_by_its_length(locked: Running) -> None:
    refused = locked.ask("/v1/score", json={"text": "x" * 100_000})
    assert refused.status_code == 413
    assert refused.json() == {"detail": "the body is larger than 100,000 bytes"}


def test_a_large_body_is_refused_while_it_streams(locked: Running) -> None:
    def pieces():
        for _ in range(150):
            yield b"x" * 1000

    refused = locked.ask("/v1/score", data=pieces(), headers={"content-type": "text/plain"})
    assert refused.status_code == 413


def test_a_streamed_body_is_read(locked: Running) -> None:
    pieces = (text.encode() + b"\n\n" for text in CLEAN)
    answered = locked.ask("/v1/score", data=pieces, headers={"content-type": "text/plain"})
    assert answered.json()["verdict"] == "pass"


def test_an_endless_body_is_cut_off(locked: Running) -> None:
    lines = (f"Authorization: Bearer {TOKEN}", "Transfer-Encoding: chunked")
    sent = 0
    with connect(locked.port) as connection:
        connection.sendall(head("/v1/score", locked.port, *lines))
        chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
        try:
            while sent < 200_000_000:
                connection.sendall(chunk)
                sent += len(chunk)
        except OSError:
            pass
    assert sent < 50_000_000


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, identity"])
def test_a_packed_body_is_not_unpacked(locked: Running, encoding: str) -> None:
    bomb = gzip.compress(b'{"text": "' + b"x" * 50_000_000 + b'"}')
    headers = {"content-encoding": encoding, "content-type": "application/json"}
    refused = locked.ask("/v1/score", data=bomb, headers=headers)
    assert refused.status_code == 415


def test_a_body_that_never_ends_times_out(locked: Running) -> None:
    """Its limit is two seconds here."""
    lines = (f"Authorization: Bearer {TOKEN}", "Content-Length: 90000")
    with connect(locked.port) as connection:
        connection.sendall(head("/v1/score", locked.port, *lines) + b"x")
        status, _ = answer(connection)
        assert status == 408
        assert seconds_until_closed(connection) < 30


def test_more_at_once_than_can_be_held(locked: Running) -> None:
    """Bodies of four times the largest size may be there; all slots are free again afterwards."""
    lines = (f"Authorization: Bearer {TOKEN}", "Content-Length: 90000")
    waiting = [connect(locked.port) for _ in range(6)]
    for connection in waiting:
        connection.sendall(head("/v1/score", locked.port, *lines) + b"x" * 89_000)
    statuses = sorted(answer(connection)[0] for connection in waiting)
    for connection in waiting:
        connection.close()
    assert statuses[0] == 408
    assert statuses[-1] == 503
    assert locked.score(**TEXT)["score"] is not None


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_what_is_no_http(service: Running, request_line: bytes) -> None:
    with connect(service.port) as connection:
        connection.sendall(request_line)
        status, data = answer(connection) if b"\r\n" in request_line else (400, b"")
    assert status in (0, 400, 403, 413, 421, 431), data
    assert service.ask("/healthz").status_code == 200


@pytest.mark.slow
def test_a_head_that_never_ends_is_closed(service: Running) -> None:
    """Also where it goes on byte by byte, and after an answer."""
    with connect(service.port) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        started = time.monotonic()
        try:
            for _ in range(60):
                connection.sendall(b"a")
                time.sleep(0.5)
        except OSError:
            pass
        assert time.monotonic() - started < HEAD_SECONDS + 10
    with connect(service.port) as connection:
        connection.sendall(head("/healthz", service.port, method="GET"))
        assert answer(connection)[0] == 200
        connection.sendall(b"GET")
        assert seconds_until_closed(connection) < HEAD_SECONDS + 10


@pytest.mark.slow
def test_many_slow_clients_keep_nobody_out(service: Running) -> None:
    slow = [connect(service.port) for _ in range(200)]
    for connection in slow:
        connection.sendall(head("/v1/score", service.port, "Content-Length: 1000") + b"{")
    assert service.score(**TEXT)["verdict"] == "pass"
    for connection in slow:
        connection.close()
