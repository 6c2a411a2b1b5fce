"""Grammar checks of articles beside the other work: one background thread a process."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from garbled.errors import GarbledError, ResourceError
from garbled.features.rows import PlacedMatch
from garbled.languagetool.handle import ServerHandle
from garbled.segment.articles import Article

_logger = logging.getLogger("garbled")


class Grammar:
    """Checks articles in the order they are submitted; the server starts at the first one.

    Once the server is gone for good, every further check gives None at once. Pickles without its
    thread, so that workers can be given it; they then share the server.

    Args:
        handle: a server that runs already; by default the process tree's one.
    """

    def __init__(self, handle: ServerHandle | None = None, failure: str | None = None) -> None:
        self._handle = handle
        self.failure = failure
        self.version: str | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._checker: Any = None

    @classmethod
    def started(cls) -> Grammar:
        """With the server started here and now, so that worker processes share it."""
        from garbled.languagetool.server import shared_server

        try:
            return cls(shared_server())
        except ResourceError as error:
            _logger.warning("going on without grammar: %s", error)
            return cls(failure=str(error))

    def submit(self, article: Article) -> Future[list[PlacedMatch] | None]:
        """The matches of an article to come, or None where it could not be checked."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="garbled-grammar")
        return self._pool.submit(self._check, article)

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
        self._checker = None

    def _check(self, article: Article) -> list[PlacedMatch] | None:
        from garbled.features.grammar import check_article

        if self.failure is not None:
            return None
        try:
            if self._checker is None:
                self._connect()
            return check_article(article, self._checker)
        except ResourceError as error:
            self.failure = str(error)
            _logger.warning("going on without grammar: %s", error)
        except GarbledError:  # this text alone was refused: too long, or it took too long
            pass
        return None

    def _connect(self) -> None:
        from garbled.languagetool.client import Checker
        from garbled.languagetool.server import shared_server

        self._handle = self._handle or shared_server()
        self._checker = Checker(self._handle)
        self.version = self._checker.version()

    def __getstate__(self) -> dict[str, Any]:
        return {"handle": self._handle, "failure": self.failure}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]
