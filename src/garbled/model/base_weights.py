"""Reads a safetensors file: eight bytes of length, a JSON table, raw little-endian numbers.

Forty lines instead of a dependency that only an installation would use; arrays are mapped, so
that half a gigabyte of weights is never in memory at once.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from garbled.errors import ModelError

MAX_HEADER = 2**20
_TYPES: dict[str, np.dtype[Any]] = {
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "I64": np.dtype("<i8"),
}


def open_safetensors(file: Path) -> Mapping[str, NDArray[Any]]:
    """The arrays in a file by name, mapped from disk.

    Raises:
        ModelError: the file cannot be read or is no such file.
    """
    try:
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            if not 0 < length <= MAX_HEADER:
                raise ValueError(f"a header of {length} bytes")
            table = json.loads(opened.read(length))
        data = np.memmap(file, dtype=np.uint8, mode="r", offset=8 + length)
        table.pop("__metadata__", None)
        return {str(name): _array(data, entry) for name, entry in table.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(f"not readable as safetensors ({error})", source=str(file)) from error


def _array(data: NDArray[np.uint8], entry: Mapping[str, Any]) -> NDArray[Any]:
    kind, shape = _TYPES[entry["dtype"]], tuple(map(int, entry["shape"]))
    start, end = map(int, entry["data_offsets"])
    if not 0 <= start <= end <= len(data) or min(shape, default=0) < 0:
        raise ValueError("an array outside of the file")
    if end - start != kind.itemsize * math.prod(shape):
        raise ValueError("an array of another size than its shape")
    array: NDArray[Any] = data[start:end].view(kind).reshape(shape)
    return array
