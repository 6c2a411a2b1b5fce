"""HTTP written by hand, for what no client library sends."""

from __future__ import annotations

import socket
import time


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def head(path: str, port: int, *lines: str, method: str = "POST") -> bytes:
    own = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *lines]
    return ("\r\n".join(own) + "\r\n\r\n").encode()


def answer(connection: socket.socket) -> tuple[int, bytes]:
    """The status and all that comes until the connection is closed, or says so itself."""
    data = b""
    try:
        while part := connection.recv(65_536):
            data += part
            top, _, rest = data.partition(b"\r\n\r\n")
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in top.lower().split(b"\r\n")
                    if line.startswith(b"content-length:")
                ),
                None,
            )
            if length is not None and len(rest) >= length:
                break
    except ConnectionResetError:
        pass
    return (int(data[9:12]) if data else 0), data


def seconds_until_closed(connection: socket.socket) -> float:
    started = time.monotonic()
    try:
        while connection.recv(65_536):
            pass
    except ConnectionResetError:
        pass
    return time.monotonic() - started
