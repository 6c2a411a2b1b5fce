"""What an encoder reads in the windows of aligned documents, cached by content and encoder."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from joblib import Memory
from numpy.typing import NDArray

from garbled.corpora.aligned import align_documents
from garbled.corpora.pairs import Pair
from garbled.errors import ResourceError
from garbled.features.encoder import ENCODER_FILE, TOKENIZER_FILE, Encoder, EncoderFeatures
from garbled.features.rows import Row
from garbled.training.measure import Measured

VERSION = 1
"""Raise it when readings become other features: cached chunks of another version are not used."""
Words = tuple[str, ...]
WEIGHTS_FILE = "encoder.weights"
"""Where a large encoder keeps what does not fit into its ONNX file."""


def measure_encoder(
    chunks: Sequence[Sequence[Pair]],
    measured: Measured,
    folder: Path,
    digest: str,
    cache: Path | None,
    jobs: int,
    rows: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Encoder features of shape (n_windows, 4); NaN for windows that were not wanted.

    Args:
        chunks: the pairs as ``measure`` cut them.
        measured: what ``measure`` made of them.
        folder: the encoder's.
        digest: of the encoder's files, as ``encoder_digest`` has it.
        cache: where a chunk's features are kept, or None.
        jobs: windows to read at once.
        rows: windows that are wanted, whole documents of them; by default all.

    Raises:
        ModelError: the encoder cannot be loaded.
    """
    cached = Memory(cache, verbose=0).cache(_encode_chunk, ignore=["folder", "jobs"])
    wanted = np.ones(len(measured), dtype=bool) if rows is None else rows
    values = np.full((len(measured), len(EncoderFeatures.names)), np.nan)
    for number, (chunk, inside) in enumerate(zip(chunks, _slices(chunks, measured), strict=True)):
        first = int(measured.document[inside.start - 1]) + 1 if inside.start else 0
        chosen = np.unique(measured.document[inside][wanted[inside]]) - first
        if len(chosen):
            part = cached(list(chunk), chosen.tolist(), digest, VERSION, folder, jobs)
            values[inside] = part
        print(f"encoder: chunk {number + 1} of {len(chunks)}", file=sys.stderr, flush=True)
    return values


def encoder_digest(folder: Path) -> str:
    """Digest of an encoder's files: part of the key of cached features.

    Raises:
        ResourceError: there is no encoder.
    """
    files = [folder / name for name in (ENCODER_FILE, TOKENIZER_FILE, WEIGHTS_FILE)]
    digest = hashlib.sha256()
    try:
        for path in files[: 3 if files[2].exists() else 2]:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    except OSError as error:
        raise ResourceError(
            f"no encoder here ({error}); name a folder with {ENCODER_FILE} and {TOKENIZER_FILE}",
            source=str(folder),
        ) from error
    return digest.hexdigest()


def _slices(chunks: Sequence[Sequence[Pair]], measured: Measured) -> list[slice]:
    """Where the windows stand that ``measure`` made of each chunk."""
    ends = np.cumsum([len(chunk) for chunk in chunks])
    numbers = np.searchsorted(ends, measured.pair, side="right")
    cuts = np.cumsum([0, *np.bincount(numbers, minlength=len(chunks))]).tolist()
    return [slice(start, end) for start, end in pairwise(cuts)]


def _encode_chunk(
    pairs: list[Pair], chosen: list[int], digest: str, version: int, folder: Path, jobs: int
) -> NDArray[np.float64]:
    """Equal windows, such as an original that stands beside many systems, are read once."""
    rows: dict[Words, Row] = {}
    keys: list[Words | None] = []
    wanted = set(chosen)
    for number, document in enumerate(align_documents(pairs)):
        for window in (*document.original.windows, *document.retranslated.windows):
            words = tuple(token.text for token in window.tokens)
            keys.append(words if number in wanted else None)
            if number in wanted:
                rows.setdefault(words, Row(window, (), None))
    features = EncoderFeatures(Encoder(folder, threads=jobs)).transform(list(rows.values()))
    found = dict(zip(rows, features, strict=True))
    nothing = np.full(len(EncoderFeatures.names), np.nan)
    return np.array([nothing if key is None else found[key] for key in keys])
