"""What the small encoder is taught besides labels: a larger one's reading, a model's surprisal.

Hinton et al., "Distilling the knowledge in a neural network", 2015: targets of a better model cost
nothing but its time, on unlabelled windows too.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from joblib import Memory
from numpy.typing import NDArray

from garbled.features.encoder import Encoder, Vector
from garbled.training.encoder.data import Example
from garbled.training.surprisal import BATCH, digest_of_model, read_surprisal

Words = tuple[str, ...]
T = TypeVar("T")
TEACHER_BATCH = 512
UNKNOWN_SURPRISAL = (float("nan"), float("nan"))


@dataclass(frozen=True, slots=True)
class Lesson:
    """What teachers read in one window.

    ``mangled`` is the larger encoder's log-odds and ``tokens`` (n_words,) those of each word;
    ``surprisal`` is the mean and the standard deviation of a language model's bits a token, as
    z-scores over all lessons, or NaN.
    """

    mangled: float
    tokens: Vector
    surprisal: tuple[float, float] = UNKNOWN_SURPRISAL


Lessons = tuple[Lesson, Lesson]
"""Of the two versions of an example."""


def teach(
    examples: Sequence[Example],
    teacher: Path,
    language_model: Path | None,
    n_surprisal: int,
    cache: Path,
) -> list[Lessons]:
    """Lessons for both versions of each example, in order; batches are kept in the cache.

    Args:
        examples: those that are to be taught.
        teacher: folder of the finished large encoder.
        language_model: a causal model in GGUF form; None leaves surprisal out.
        n_surprisal: examples, from the first on, whose surprisal is read.
        cache: folder that a second call goes on from.
    """
    memory = Memory(cache, verbose=0)
    read = memory.cache(_read_windows)
    windows = [window for e in examples for window in (e.original, e.copy)]
    readings = _by_window(windows, TEACHER_BATCH, lambda batch: read(batch, teacher), "teacher")
    surprisal: dict[Words, tuple[float, float]] = {}
    if language_model is not None:
        measured = memory.cache(read_surprisal, ignore=["file"])
        digest = digest_of_model(language_model)
        surprisal = _by_window(
            windows[: 2 * n_surprisal],
            BATCH,
            lambda batch: measured([*map(write_out, batch)], language_model, digest).tolist(),
            "language model",
        )
        surprisal = _standardised(surprisal)
    lessons = [
        Lesson(mangled, tokens, surprisal.get(words, UNKNOWN_SURPRISAL))
        for words in windows
        for mangled, tokens in [readings[words]]
    ]
    return list(zip(lessons[::2], lessons[1::2], strict=True))


def write_out(words: Iterable[str]) -> str:
    """Words as running text, near enough for a language model.

    >>> write_out(["He", "said", ",", "(", "twice", ")", "no", "."])
    'He said, (twice) no.'
    """
    text = ""
    for word in words:
        glued = not text or text[-1] in "([$" or word in {*".,;:!?)]%", "'s", "n't"}
        text += word if glued else f" {word}"
    return text


def _by_window(
    windows: Sequence[Words], size: int, read: Callable[[list[Words]], Sequence[T]], what: str
) -> dict[Words, T]:
    """What ``read`` says of each distinct window, shortest first, a batch at a time."""
    distinct = sorted(set(windows), key=lambda words: (len(words), words))
    found: dict[Words, T] = {}
    for start in range(0, len(distinct), size):
        batch = distinct[start : start + size]
        found.update(zip(batch, read(batch), strict=True))
        if start % 2048 == 0:
            print(f"{what}: {len(found)} of {len(distinct)} windows", file=sys.stderr, flush=True)
    return found


def _read_windows(windows: list[Words], teacher: Path) -> list[tuple[float, Vector]]:
    return [(reading.mangled, reading.tokens) for reading in Encoder(teacher).read(windows)]


def _standardised(
    surprisal: dict[Words, tuple[float, float]],
) -> dict[Words, tuple[float, float]]:
    values: NDArray[np.float64] = np.array(list(surprisal.values()))
    scaled = (values - np.nanmean(values, axis=0)) / np.nanstd(values, axis=0)
    return {words: (row[0], row[1]) for words, row in zip(surprisal, scaled.tolist(), strict=True)}
