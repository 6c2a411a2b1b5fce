"""A tiny encoder whose base weights lie in wheels: graph, base, adapter, all made here."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from garbled.model.quantise import merge_adapter
from garbled.model.recipe import Wheel
from garbled.training.encoder.pack import LargeEncoder, pack_large

ROWS, WIDTH, WIDE, RANK, SCALING = 300, 16, 32, 2, 2.0
LAYERS = {"up.dense": (WIDE, WIDTH), "down.dense": (WIDTH, WIDE)}
PARTS = 3

Arrays = dict[str, NDArray[np.float32]]


def base_arrays(random: np.random.Generator) -> Arrays:
    def normal(*shape: int) -> NDArray[np.float32]:
        return random.normal(size=shape).astype(np.float32)

    arrays = {"words.weight": normal(ROWS, WIDTH), "unused.weight": normal(3)}
    for layer, shape in LAYERS.items():
        arrays |= {f"{layer}.weight": normal(*shape) / 4, f"{layer}.bias": normal(shape[0])}
    return arrays


def safetensors(arrays: Mapping[str, NDArray[np.float32]]) -> bytes:
    table: dict[str, object] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, array in arrays.items():
        offsets = [len(data), len(data) + array.nbytes]
        table[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": offsets}
        data += array.tobytes()
    header = json.dumps(table).encode()
    header += b" " * (-len(header) % 8)
    return len(header).to_bytes(8, "little") + header + data


def zipped(members: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return made.getvalue()


def write_wheels(folder: Path, archive: bytes, parts: int = PARTS) -> tuple[Wheel, ...]:
    """Split an archive over wheels that pip can install from a folder."""
    folder.mkdir(exist_ok=True)
    size = -(-len(archive) // parts)
    wheels = []
    for number in range(parts):
        name, stem = f"tiny-base-part-{number}", f"tiny_base_part_{number}"
        member, info = f"{stem}/input/base.zip.{number:03}", f"{stem}-0.0.1.dist-info"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.0.1\n"
        content = zipped(
            {
                member: archive[number * size : (number + 1) * size],
                f"{info}/METADATA": metadata.encode(),
                f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
                f"{info}/RECORD": b"",
            }
        )
        file = folder / f"{stem}-0.0.1-py3-none-any.whl"
        file.write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        wheels.append(Wheel(name, "0.0.1", file.name, sha256, member))
    return tuple(wheels)


def tiny_graph(weights: Arrays) -> ModelProto:
    """Embed, two linear layers, heads; weights by their names in torch."""
    node = helper.make_node
    values = {
        "body.words.weight": weights["words.weight"],
        **{f"body.{layer}.weight": weights[f"{layer}.weight"].T for layer in LAYERS},
        **{f"body.{layer}.bias": weights[f"{layer}.bias"] for layer in LAYERS},
        **{name: weights[name] for name in ("tokens.weight", "window.weight", "window.bias")},
        "last": np.array([2], dtype=np.int64),
        "length": np.array([1], dtype=np.int64),
    }
    nodes = [
        node("Gather", ["body.words.weight", "input_ids"], ["embedded"]),
        node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        node("Unsqueeze", ["mask", "last"], ["column"]),
        node("MatMul", ["embedded", "body.up.dense.weight"], ["up"]),
        node("Add", ["up", "body.up.dense.bias"], ["up_biased"]),
        node("Relu", ["up_biased"], ["active"]),
        node("MatMul", ["active", "body.down.dense.weight"], ["down"]),
        node("Add", ["down", "body.down.dense.bias"], ["hidden"]),
        node("MatMul", ["hidden", "tokens.weight"], ["token_column"]),
        node("Squeeze", ["token_column", "last"], ["tokens"]),
        node("Mul", ["hidden", "column"], ["seen"]),
        node("ReduceSum", ["seen", "length"], ["sum"], keepdims=0),
        node("MatMul", ["sum", "window.weight"], ["unbiased"]),
        node("Add", ["unbiased", "window.bias"], ["window"]),
    ]
    axes = ["batch", "length"]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [
            helper.make_tensor_value_info(name, TensorProto.INT64, axes)
            for name in ("input_ids", "attention_mask")
        ],
        [
            helper.make_tensor_value_info("window", TensorProto.FLOAT, ["batch", 2]),
            helper.make_tensor_value_info("tokens", TensorProto.FLOAT, axes),
        ],
        [numpy_helper.from_array(np.ascontiguousarray(v), n) for n, v in values.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)


def reference(
    weights: Arrays, ids: NDArray[np.int64]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What the graph computes for windows without padding, in float32."""
    hidden = weights["words.weight"][ids]
    hidden = hidden @ weights["up.dense.weight"].T + weights["up.dense.bias"]
    hidden = np.maximum(hidden, 0) @ weights["down.dense.weight"].T + weights["down.dense.bias"]
    window = hidden.sum(axis=1) @ weights["window.weight"] + weights["window.bias"]
    return window, (hidden @ weights["tokens.weight"])[..., 0]


def make_tiny_large(folder: Path) -> Arrays:
    """Write ``base/``, ``wheels/`` and ``model/large/``; return the merged weights and heads."""
    random = np.random.default_rng(7)
    base = base_arrays(random)
    (folder / "base").mkdir()
    (folder / "base" / "model.safetensors").write_bytes(safetensors(base))
    (folder / "base" / "tokenizer.json").write_text('{"version": "1.0"}')
    members = {f"all-mpnet-base-v2/{f.name}": f.read_bytes() for f in (folder / "base").iterdir()}
    wheels = write_wheels(folder / "wheels", zipped(members))
    adapter = {
        layer: (
            random.normal(size=(RANK, shape[1])).astype(np.float16),
            (random.normal(size=(shape[0], RANK)) / 8).astype(np.float16),
        )
        for layer, shape in LAYERS.items()
    }
    merged = dict(base)
    for layer, thin in adapter.items():
        weight = merge_adapter(base[f"{layer}.weight"], *thin, SCALING)
        merged[f"{layer}.weight"] = weight.astype(np.float32)
    for name, shape in {"tokens.weight": (WIDTH, 1), "window.weight": (WIDTH, 2)}.items():
        merged[name] = random.normal(size=shape).astype(np.float32)
    merged["window.bias"] = np.array([0.5, -0.5], dtype=np.float32)
    large = LargeEncoder(adapter, SCALING, folder / "base", wheels)
    pack_large(large, tiny_graph(merged), folder / "model" / "large")
    return merged
