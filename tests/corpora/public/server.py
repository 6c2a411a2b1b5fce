"""A file server on loopback that can do what real ones do, right and wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


@dataclass
class Hosted:
    """One file: its bytes, its tag, and what goes wrong when it is asked for."""

    body: bytes
    tag: str | None = '"v1"'
    cut_after: int | None = None
    cuts: int = 10**6
    status: int = 200
    location: str | None = None
    tells_length: bool = True
    knows_ranges: bool = True
    shift: int = 0


@dataclass
class FileServer:
    """Its address, what it hosts by path, and the (path, range) that were asked for."""

    address: str = ""
    files: dict[str, Hosted] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def host(self, path: str, body: bytes, **faults: object) -> str:
        self.files[path] = Hosted(body, **faults)  # type: ignore[arg-type]
        return self.address + path


@contextmanager
def serving_files() -> Iterator[FileServer]:
    server = FileServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append((self.path, self.headers.get("Range")))
            hosted = server.files.get(self.path)
            if hosted is None:
                self.send_error(404)
                return
            if hosted.location:
                self.send_response(302)
                self.send_header("Location", hosted.location)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.give(hosted, *self.part(hosted))

        def part(self, hosted: Hosted) -> tuple[int, int]:
            wanted = self.headers.get("Range")
            fits = self.headers.get("If-Range") in (None, hosted.tag)
            if wanted and hosted.knows_ranges and fits:
                return 206, int(wanted.removeprefix("bytes=").rstrip("-"))
            return hosted.status, 0

        def give(self, hosted: Hosted, status: int, start: int) -> None:
            body = hosted.body[start:]
            self.send_response(status)
            if hosted.tag:
                self.send_header("ETag", hosted.tag)
            if hosted.tells_length:
                self.send_header("Content-Length", str(len(body)))
            if status == 206:
                first, total = start + hosted.shift, len(hosted.body)
                self.send_header("Content-Range", f"bytes {first}-{total - 1}/{total}")
            self.end_headers()
            if hosted.cut_after is not None and hosted.cuts > 0:
                hosted.cuts -= 1
                body = body[: hosted.cut_after]
            self.wfile.write(body)
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
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
