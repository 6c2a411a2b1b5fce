"""What a small transformer reads in a window: is it mangled, how good is it, which words.

Word pieces of a window go through a fine-tuned encoder as ONNX, one window a run and a thread.
Larger batches save no time on a CPU (7.0 to 7.7 ms a window for 1 to 8 together), and a window
read alone reads the same everywhere, whatever its quantised activations take their range from.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from garbled.errors import ModelError
from garbled.features.base import FeatureGroup, Matrix
from garbled.features.rows import Row

if TYPE_CHECKING:
    from tokenizers import Tokenizer

ENCODER_FILE, TOKENIZER_FILE = "encoder.onnx", "encoder_tokenizer.json"
MAX_PIECES = 256
"""Word pieces of a window that the encoder reads; it was trained on as many."""
KEPT_TOKENS = 32_768
"""Tokens whose pieces are remembered."""
MAX_TOKEN_CHARACTERS = 200
"""Both tokenizers give up on a word of more than 100 characters: a longer one reads the same."""
THREADS = "OMP_NUM_THREADS"
"""Environment variable that bounds the threads; joblib and Spark set it for their workers."""
WORST_TOKENS = 3

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the encoder reads in one window.

    ``mangled`` is a log-odds; ``quality`` estimates human scores as wmt16 has them (z-scores,
    higher is better); ``tokens`` (n_tokens,) holds the log-odds that each token is wrong, that of
    its worst word piece. NaN is what was not read: tokens beyond ``MAX_PIECES``, an empty window.
    """

    mangled: float
    quality: float
    tokens: Vector


class Encoder:
    """A fine-tuned transformer in a folder, loaded when it first reads; threads may share it.

    Args:
        folder: holds ``encoder.onnx`` and ``encoder_tokenizer.json``.
        threads: windows read at once; by default ``OMP_NUM_THREADS``, else all cores.

    Raises:
        ModelError: while reading, where the files cannot be loaded or are no such encoder.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        self.folder = folder
        self.threads = threads

    def read(self, windows: Sequence[Sequence[str]]) -> list[Reading]:
        """One reading a window, given as the texts of its tokens.

        A reading depends on its window alone, not on the windows beside it or on the threads.
        """
        session, pieces = self._session, self._pieces  # loaded before threads share them

        def read_one(texts: Sequence[str]) -> Reading:
            try:
                return _read(texts, session, pieces)
            except Exception as error:  # onnxruntime's errors have no base of their own
                raise _damaged(self.folder, error) from error

        threads = min(self.threads or default_threads(), len(windows))
        if threads < 2:
            return [read_one(texts) for texts in windows]
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(read_one, windows))

    def __reduce__(self) -> tuple[type[Encoder], tuple[Path, int | None]]:
        """Copies and other processes load their own session."""
        return Encoder, (self.folder, self.threads)

    @cached_property
    def _session(self) -> Any:
        runtime = import_onnxruntime()
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        path = self.folder / ENCODER_FILE
        try:
            return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise _damaged(self.folder, error) from error

    @cached_property
    def _pieces(self) -> WordPieces:
        from tokenizers import Tokenizer

        try:
            return WordPieces(Tokenizer.from_file(str(self.folder / TOKENIZER_FILE)))
        except Exception as error:  # tokenizers raises bare exceptions
            raise _damaged(self.folder, error) from error


class WordPieces:
    """Cuts the tokens of a window into word pieces; those of common tokens are remembered.

    A tokenizer cuts each of the words that it is given by itself.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        self._first, self._last = tokenizer.encode([], is_pretokenized=True).ids
        self._of = lru_cache(maxsize=KEPT_TOKENS)(self._cut)

    def read(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The pieces of a window between those that open and close it, and each one's token.

        Shapes are (n_pieces + 2,) and (n_pieces,); at most ``MAX_PIECES`` pieces in all.
        """
        cut = [self._of(text[:MAX_TOKEN_CHARACTERS]) for text in texts[:MAX_PIECES]]
        owners = np.repeat(np.arange(len(cut)), [len(pieces) for pieces in cut])[: MAX_PIECES - 2]
        pieces = [self._first, *chain.from_iterable(cut)][: MAX_PIECES - 1]
        return np.array([*pieces, self._last], dtype=np.int64), owners

    def _cut(self, text: str) -> tuple[int, ...]:
        readable = text.encode("utf-8", "replace").decode("utf-8")  # without lone surrogates
        pieces = self._tokenizer.encode([readable], is_pretokenized=True, add_special_tokens=False)
        return tuple(pieces.ids)


def import_onnxruntime() -> ModuleType:
    """The one way to onnxruntime: from 1.29 on it reports to its maker by default, on Linux too.

    The variable must be set when it is imported; its API can only stop what comes after that.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    return onnxruntime  # type: ignore[no-any-return]


def default_threads() -> int:
    """Threads that this process may keep busy."""
    from joblib import cpu_count

    named = os.environ.get(THREADS, "")
    return int(named) if named.isdecimal() and int(named) else int(cpu_count())


class EncoderFeatures(FeatureGroup):
    """What an encoder reads in a window, as four numbers; NaN for a window without tokens.

    ``mangled`` (log-odds), ``token_mean`` (mean probability that a token is wrong) and
    ``token_worst`` (mean log-odds of the three worst tokens) are higher where the text is worse,
    ``quality`` is lower.

    Args:
        encoder: the one that ships, or the large one.
    """

    names = ("mangled", "quality", "token_mean", "token_worst")

    def __init__(self, encoder: Encoder | None = None) -> None:
        self.encoder = encoder

    def transform(self, X: Sequence[Row]) -> Matrix:
        return self.columns(self.read(X))

    def read(self, X: Sequence[Row]) -> list[Reading]:
        """What the encoder reads in each row's window; findings are drawn from it too."""
        if not len(X):
            return []
        if self.encoder is None:
            raise ValueError("EncoderFeatures needs an encoder to read with")
        return self.encoder.read([row.window.texts for row in X])

    def columns(self, readings: Sequence[Reading]) -> Matrix:
        """The features of readings, shape (n, 4)."""
        columns = [_columns(reading) for reading in readings]
        return np.array(columns, dtype=np.float64).reshape(-1, len(self.names))


def _columns(reading: Reading) -> tuple[float, float, float, float]:
    tokens = reading.tokens[~np.isnan(reading.tokens)].astype(np.float64)
    if not len(tokens):
        return reading.mangled, reading.quality, float("nan"), float("nan")
    probabilities = 1.0 / (1.0 + np.exp(-np.clip(tokens, -60, 60)))
    worst = np.sort(tokens)[-WORST_TOKENS:]
    return reading.mangled, reading.quality, float(probabilities.mean()), float(worst.mean())


def _read(texts: Sequence[str], session: Any, pieces: WordPieces) -> Reading:
    tokens = np.full(len(texts), np.nan, dtype=np.float32)
    if not texts:
        return Reading(float("nan"), float("nan"), tokens)
    ids, owners = pieces.read(texts)
    inputs = {"input_ids": ids[np.newaxis], "attention_mask": np.ones((1, len(ids)), np.int64)}
    [[(mangled, quality)], [logits]] = session.run(["window", "tokens"], inputs)
    np.fmax.at(tokens, owners, logits[1:-1])
    return Reading(float(mangled), float(quality), tokens)


def _damaged(folder: Path, error: Exception) -> ModelError:
    lines = str(error).splitlines() or [type(error).__name__]
    return ModelError(f"not a readable encoder ({lines[0]}); get it anew", source=str(folder))
