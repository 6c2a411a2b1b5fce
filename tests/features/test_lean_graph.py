from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from tiny_encoder import write_tiny_encoder

from garbled.features.encoder import ENCODER_FILE, MAX_PIECES, import_onnxruntime
from garbled.features.lean_graph import lean_graph
from garbled.model.folder import default_folder

SHIPPED = default_folder() / ENCODER_FILE


@pytest.fixture(scope="module")
def lean() -> bytes:
    made = lean_graph(SHIPPED.read_bytes())
    assert made is not None
    return made


def session(model: bytes | str) -> Any:
    runtime = import_onnxruntime()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    return runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def test_reads_the_same_to_the_last_bit(lean: bytes) -> None:
    """After training, a failure says that the exporter's graph or the base has changed."""
    ours, theirs = session(lean), session(str(SHIPPED))
    random = np.random.default_rng(8)
    for length in (2, 3, 16, 17, 63, 101, 144, MAX_PIECES):
        ids = random.integers(0, 30_000, (1, length))
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        for own, other in zip(
            *(s.run(["window", "tokens"], inputs) for s in (ours, theirs)), strict=True
        ):
            assert own.shape == other.shape
            assert own.tobytes() == other.tobytes()


def test_is_a_sound_model_with_the_same_weights_and_fewer_steps(lean: bytes) -> None:
    made, shipped = onnx.load_from_string(lean), onnx.load(SHIPPED)
    onnx.checker.check_model(made)
    assert len(made.graph.node) < 0.7 * len(shipped.graph.node)
    ours, theirs = (
        {i.name: i.raw_data for i in model.graph.initializer} for model in (made, shipped)
    )
    assert theirs.items() <= ours.items()


def test_another_graph_is_left_alone(tmp_path: Path) -> None:
    model = (write_tiny_encoder(tmp_path) / ENCODER_FILE).read_bytes()
    assert lean_graph(model) is None


@pytest.mark.parametrize("model", [b"", b"\x00", b"\xff" * 40, b"no model", b":\x05ab"])
def test_what_is_no_model_is_left_alone(model: bytes) -> None:
    assert lean_graph(model) is None


def test_a_model_that_is_cut_off_is_left_alone() -> None:
    model = SHIPPED.read_bytes()
    for end in (1, 100, len(model) // 2, len(model) - 1):
        assert lean_graph(model[:end]) is None
