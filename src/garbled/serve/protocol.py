"""uvicorn with what it lacks against slow clients, and an end that is no error."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from garbled.errors import GarbledError

HEAD_SECONDS = 10.0
"""How long a connection may take to say what it wants, from its start or its last answer."""
MAX_CONNECTIONS = 512
MAX_HEAD_BYTES = 64 * 1024


class PatientProtocol(H11Protocol):
    """Closes a connection on which no request's head is complete in time.

    uvicorn's own limit stands for idle connections only: one that sends a byte now and then, or
    goes on with a body that was refused, stays for ever.
    """

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwatch()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._unwatch()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _unwatch(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class PoliteServer(uvicorn.Server):
    """A server whose end by SIGTERM or SIGINT, with all answers given, is an ordinary one."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        wanted = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in wanted}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens, so that a port that is taken is told before anything is loaded.

    Raises:
        GarbledError: the address cannot be listened on.
    """
    try:
        [(family, _, _, _, address), *_] = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        listening = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise GarbledError(f"no address to listen on: {error.strerror}", source=host) from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise GarbledError(
            f"cannot be listened on: {error.strerror}", source=f"{host}:{port}"
        ) from error
    listening.set_inheritable(False)
    return listening


def make_server(app: object, *, graceful_seconds: float) -> PoliteServer:
    """The server of an application, without a log of its own."""
    return PoliteServer(
        uvicorn.Config(
            app,  # type: ignore[arg-type]
            http=PatientProtocol,
            ws="none",
            lifespan="on",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=MAX_CONNECTIONS,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=int(graceful_seconds),
            h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        )
    )
