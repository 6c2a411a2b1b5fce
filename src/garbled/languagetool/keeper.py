"""A LanguageTool server for a process that lives long: started, watched, replaced for ever."""

from __future__ import annotations

import logging
import threading
import time

from garbled.errors import ResourceError
from garbled.languagetool.handle import ServerHandle, State
from garbled.languagetool.server import shared_server
from garbled.languagetool.supervisor import pause_before

_logger = logging.getLogger("garbled")
_TURN = 1.0  # seconds between two looks at the server


class Keeper:
    """Starts the process tree's server in the background and knows whether it can be asked.

    A server of ours that dies is restarted by its supervisor; one whose supervisor is gone, or
    that could not be started, is started anew with growing pauses. Somebody else's is asked every
    second whether it answers. Use as a context manager, or ``stop``.
    """

    def __init__(self) -> None:
        self._handle: ServerHandle | None = None
        self._trouble = State("starting")
        self._stopping = threading.Event()
        self._first = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="garbled-keeper", daemon=True)
        self._thread.start()

    def ready(self) -> ServerHandle | None:
        """The server, if it can be asked now."""
        handle = self._handle
        return handle if handle is not None and self.state().name == "ready" else None

    def state(self) -> State:
        """``starting``, ``ready``, ``restarting``, or ``failed`` with the reason."""
        handle = self._handle
        if handle is None or (handle.is_external and self._trouble.name != "ready"):
            return self._trouble
        state = handle.state()
        return State("failed", state.reason) if state.name == "stopped" else state

    def wait(self, seconds: float) -> bool:
        """Wait for the first start to succeed or fail, or for ``stop``; whether within the time."""
        return self._first.wait(seconds)

    def stop(self) -> None:
        """Watch no more; the server itself ends with the process."""
        self._stopping.set()
        self._first.set()
        self._thread.join(timeout=5)

    def __enter__(self) -> Keeper:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _keep(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                handle = shared_server(restarts=None)
                self._watch(handle)
                failures = 0
            except ResourceError as error:
                self._tell(State("failed", error.message))
                failures += 1
            except Exception as error:  # this thread is the only one that can bring grammar back
                self._tell(State("failed", f"{type(error).__name__}: {error}"))
                failures += 1
            self._first.set()
            self._stopping.wait(max(_TURN, pause_before(failures)))

    def _watch(self, handle: ServerHandle) -> None:
        """Stay while the server is there or comes back by itself."""
        self._handle = handle
        while not self._stopping.is_set() and handle.state().name not in ("failed", "stopped"):
            if handle.is_external:
                answers = handle.answers()
                self._tell(State("ready") if answers else State("failed", "it does not answer"))
            self._first.set()
            self._stopping.wait(_TURN)
        self._handle = None
        self._tell(State("restarting", handle.state().reason))

    def _tell(self, state: State) -> None:
        if state != self._trouble and state.name == "failed":
            _logger.warning("going on without grammar for now: %s", state.reason)
        self._trouble = state


class Pause:
    """Lets a moment pass after a failure, and longer after each further one.

    >>> pause = Pause()
    >>> pause.is_over
    True
    >>> pause.lengthen()
    >>> pause.is_over
    False
    >>> pause.end()
    >>> pause.is_over
    True
    """

    def __init__(self) -> None:
        self._failures = 0
        self._until = 0.0

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._until

    def lengthen(self) -> None:
        self._failures += 1
        self._until = time.monotonic() + pause_before(self._failures)

    def end(self) -> None:
        self._failures = 0
        self._until = 0.0
