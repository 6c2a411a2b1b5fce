"""Grammar for a process that lives long: where there is no server now, it is done without."""

from __future__ import annotations

import logging

from garbled.errors import GarbledError, ResourceError
from garbled.features.grammar import check_article
from garbled.features.rows import PlacedMatch
from garbled.grammar import Grammar
from garbled.languagetool.handle import ServerHandle
from garbled.languagetool.keeper import Keeper, Pause
from garbled.segment.articles import Article

PATIENCE = 30.0
"""Seconds that the server is given for one article."""

_logger = logging.getLogger("garbled")


class LastingGrammar(Grammar):
    """Checks articles while the keeper has a server.

    An article that cannot be checked at once, or within ``patience`` seconds, gives None, and the
    next ones are checked again as soon as the server is back.
    """

    def __init__(self, keeper: Keeper, patience: float = PATIENCE) -> None:
        super().__init__()
        self._keeper = keeper
        self._patience = patience
        self._pause = Pause()

    def _check(self, article: Article) -> list[PlacedMatch] | None:
        handle = self._keeper.ready() if self._pause.is_over else None
        if handle is None:
            return None
        try:
            if self._checker is None or handle != self._handle:
                self._connect_to(handle)
            matches = check_article(article, self._checker)
        except ResourceError as error:
            self._pause.lengthen()
            _logger.warning("an article was scored without grammar: %s", error)
            return None
        except GarbledError:  # this text alone was refused
            return None
        self._pause.end()
        return matches

    def _connect_to(self, handle: ServerHandle) -> None:
        from garbled.languagetool.client import Checker

        self._checker = Checker(handle, patience=self._patience)
        self.version = self._checker.version()
        self._handle = handle
