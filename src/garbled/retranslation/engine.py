"""What an engine is: languages it goes between, and texts in, as many texts out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from garbled.errors import GarbledError

ENGLISH = "en"


class TranslationError(GarbledError):
    """An engine did not translate a batch; parts of it may still be translatable."""


class EngineUnavailableError(TranslationError):
    """An engine does not answer, so that no text has a better chance than another."""


@dataclass(frozen=True, slots=True)
class Step:
    """One direction that an engine translates in, by the engine's own name for it.

    Languages are ISO 639-1 codes where there is one.
    """

    name: str
    source: str
    target: str


class Engine(Protocol):
    """Translates paragraphs one for one, and may be called by several threads.

    ``batch_words`` is how many words are worth a call.
    """

    name: str
    version: str
    batch_words: int

    def steps(self) -> Sequence[Step]:
        """What it can translate; of two steps between the same languages the first is preferred.

        Raises:
            ResourceError: it is not installed, or cannot be asked.
        """

    def advice(self, source: str, target: str) -> str:
        """What to install for a pair of languages that it lacks, or an empty string."""

    def translate(self, texts: Sequence[str], step: Step) -> list[str]:
        """Each text, a paragraph on one line, in the step's target language, in the same order.

        Raises:
            EngineUnavailableError: it does not answer.
            TranslationError: the batch failed, or did not come back one for one.
        """
