"""A translation server on loopback that speaks LibreTranslate's protocol, for these tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from .engines import turn

LANGUAGES = [
    {"code": "en", "name": "English", "targets": ["en", "es", "fr"]},
    {"code": "es", "name": "Spanish", "targets": ["en", "fr"]},
    {"code": "fr", "name": "French", "targets": ["en", "es"]},
]


@dataclass
class Server:
    """Its address, the requests it got, and what it answers instead of a translation."""

    address: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    misbehave: Callable[[dict[str, Any]], tuple[int, dict[str, str], bytes] | None] = (
        lambda question: None
    )
    languages: Any = field(default_factory=lambda: LANGUAGES)


def answer(status: int, said: Any = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    body = said if isinstance(said, bytes) else json.dumps(said or {}).encode()
    return status, headers, body


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.paths.append(self.path)
            said = {"/languages": server.languages, "/spec": {"info": {"version": "1.6.2"}}}
            known = self.path in said
            self.reply(answer(200 if known else 404, said.get(self.path)))

        def do_POST(self) -> None:
            server.paths.append(self.path)
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.requests.append(question)
            told = server.misbehave(question)
            self.reply(told or answer(200, {"translatedText": [turn(t) for t in question["q"]]}))

        def reply(self, told: tuple[int, dict[str, str], bytes]) -> None:
            status, headers, body = told
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server.address = f"http://127.0.0.1:{http.server_port}"
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
