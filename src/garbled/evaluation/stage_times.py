"""Where the time of scoring goes: seconds of CPU by stage, while the real pipeline runs.

A stage is a function of the pipeline or a feature group. What runs inside another stage counts
for the inner one. Sentences and tokens are cut when a stage first asks for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from time import process_time
from typing import Any

from garbled import pipeline
from garbled.documents import Document
from garbled.features.encoder import EncoderFeatures
from garbled.features.groups import STATELESS
from garbled.features.ngrams import NgramScore
from garbled.scorer import Scorer

Call = Callable[..., Any]

REST = "batches, heads, the rest"
_FUNCTIONS = {
    "assign_roles": "roles of paragraphs",
    "identify_language": "language",
    "analyse": "sentences, tokens, windows",
    "find_faults": "analysers: faults to quote",
    "make_score": "verdict, findings, reasons",
}


def _methods() -> set[tuple[type, str]]:
    """The classes that say how a group's windows are read, and the method that does."""
    groups = {*STATELESS.values(), NgramScore} - {EncoderFeatures}
    owners = (next(c for c in group.__mro__ if "transform" in vars(c)) for group in groups)
    return {(EncoderFeatures, "read"), *((owner, "transform") for owner in owners)}


def time_stages(scorer: Scorer, documents: Sequence[Document]) -> dict[str, float]:
    """Seconds of CPU by stage of scoring the documents on one thread, the dearest first.

    The stages add up to the whole; what none of them claims is ``REST``.
    """
    clock = _Clock()
    with clock.watching():
        start = process_time()
        for _ in scorer.score_documents(documents):
            pass
        whole = process_time() - start
    clock.seconds[REST] = whole - sum(clock.seconds.values())
    return dict(sorted(clock.seconds.items(), key=lambda own: -own[1]))


class _Clock:
    """Seconds by stage; a stage's clock stands still while one inside it runs."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._inner = [0.0]

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Put a clock round every stage, and take all of them off again."""
        places = [(pipeline, name) for name in _FUNCTIONS] + [*_methods()]
        before = [(place, name, getattr(place, name)) for place, name in places]
        try:
            for place, name, call in before:
                setattr(place, name, self._timed(call))
            yield
        finally:
            for place, name, call in before:
                setattr(place, name, call)

    def _timed(self, call: Call) -> Call:
        @wraps(call)
        def timed(*arguments: Any, **named: Any) -> Any:
            self._inner.append(0.0)
            start = process_time()
            try:
                return call(*arguments, **named)
            finally:
                taken = process_time() - start
                self.seconds[_stage(call, arguments)] += taken - self._inner.pop()
                self._inner[-1] += taken

        return timed


def _stage(call: Call, arguments: tuple[Any, ...]) -> str:
    if call.__name__ in _FUNCTIONS:
        return _FUNCTIONS[call.__name__]
    group = arguments[0]
    if isinstance(group, NgramScore):
        return f"features: {group.view}"
    name = next(name for name, own in STATELESS.items() if isinstance(group, own))
    return f"features: {name}"
