"""An engine that does what a test tells it: small, real, and without a language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

from garbled.retranslation.engine import Step, TranslationError


class WordEngine:
    """Translates by turning each word round, so that out and back is the text itself.

    Paragraphs for which ``fails`` is true make a batch fail; ``calls`` are the batches asked for.
    """

    name = "words"
    version = "1"

    def __init__(
        self,
        pairs: str = "en-es es-en es-fr fr-es",
        *,
        batch_words: int = 50,
        fails: Callable[[str], bool] = lambda text: False,
        error: Callable[[str], Exception] = TranslationError,
    ) -> None:
        self.pairs = pairs.split()
        self.batch_words = batch_words
        self.fails = fails
        self.error = error
        self.calls: list[tuple[str, int]] = []
        self._lock = Lock()

    def steps(self) -> list[Step]:
        return [Step(pair, *pair.split("-")) for pair in self.pairs]

    def advice(self, source: str, target: str) -> str:
        return f"write down {source}-{target}"

    def translate(self, texts: Sequence[str], step: Step) -> list[str]:
        with self._lock:
            self.calls.append((step.name, len(texts)))
        if any(map(self.fails, texts)):
            raise self.error("told to fail")
        return [turn(text) for text in texts]


def turn(text: str) -> str:
    return " ".join(word[::-1] for word in text.split(" "))
