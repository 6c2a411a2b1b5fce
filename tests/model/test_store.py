"""A model folder is data, and only the data that was written loads."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from garbled.errors import ModelError
from garbled.features.groups import (
    CONFIGURATIONS,
    DESCRIPTION_ONLY,
    OPTIONAL,
    columns_of,
    columns_within,
)
from garbled.model.articles import ARTICLE_FEATURES
from garbled.model.basis import PiecewiseLinear
from garbled.model.calibration import Calibration
from garbled.model.folder import (
    DIGESTS_FILE,
    FILES,
    MODEL_FILE,
    WEIGHTS_FILE,
    check_digests,
    default_folder,
    write_digests,
)
from garbled.model.store import Model, load_model, save_calibration
from garbled.scorer import Scorer

from .conftest import tiny_configurations, tiny_ngrams, write_tiny_model

ALL_FILES = (*FILES, DIGESTS_FILE)


def flip_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x01
    path.write_bytes(content)


def test_round_trip(folder: Path) -> None:
    model = load_model(folder)
    assert model.description["prior"] == 0.2
    assert model.resources.lexicon.substitutions == {"by action": "per share"}
    assert model.resources.counts.word("pier") > 0
    random = np.random.default_rng(1)
    for name, ours in tiny_configurations().items():
        theirs = model.configurations[name]
        assert theirs.thresholds == ours.thresholds
        for unit in ("windows", "articles"):
            before, after = getattr(ours, unit), getattr(theirs, unit)
            if unit == "windows":
                before = before.without(columns_within(CONFIGURATIONS[name], DESCRIPTION_ONLY))
            X = random.normal(size=(9, len(before.features)))
            X[0, 0] = np.nan
            assert after.features == before.features
            assert after.scale == before.scale
            np.testing.assert_array_equal(after.logits(X), before.logits(X))
    for view, ngram in tiny_ngrams(model.resources.counts).items():
        np.testing.assert_array_equal(model.ngrams[view].coef_, ngram.coef_)
        assert model.ngrams[view].n_bits == ngram.n_bits
        assert model.ngrams[view].intercept_ == ngram.intercept_


def test_calibration_can_be_written_without_the_weights(folder: Path) -> None:
    before, weights = load_model(folder), (folder / WEIGHTS_FILE).read_bytes()
    fast = tiny_configurations()["fast"]
    calm = replace(fast.windows, calibration=Calibration(0.5, 0.5, 0.0))
    milder = replace(fast, windows=calm, thresholds={"review": 0.7})
    given = {**tiny_configurations(), "fast": milder}
    digest = save_calibration(folder, before.description, given, "# Another card\n")
    after = load_model(folder)
    assert after.digest == digest != before.digest
    assert (folder / WEIGHTS_FILE).read_bytes() == weights
    assert after.configurations["fast"].windows.calibration == calm.calibration
    assert after.configurations["fast"].thresholds == {"review": 0.7}
    assert after.configurations["full"].thresholds == before.configurations["full"].thresholds


def test_article_columns_that_never_vary_say_nothing(folder: Path) -> None:
    """As where every article that a model was fitted on has one window."""
    flat = np.random.default_rng(5).normal(size=(40, len(ARTICLE_FEATURES)))
    flat[:, 4:8] = np.nan
    fast = tiny_configurations()["fast"]
    single = fast.articles.with_basis(PiecewiseLinear().fit(flat))
    given = {**tiny_configurations(), "fast": replace(fast, articles=single)}
    save_calibration(folder, {"prior": 0.2}, given, "# A card\n")
    json.loads((folder / MODEL_FILE).read_text(), parse_constant=pytest.fail)
    X = np.random.default_rng(6).normal(size=(9, len(ARTICLE_FEATURES)))
    found = load_model(folder).configurations["fast"].articles.logits(X)
    np.testing.assert_array_equal(found, single.logits(X))


def test_encoder_is_the_folders_own_and_loads_when_it_reads(folder: Path) -> None:
    model = load_model(folder)
    assert model.encoders == {"encoder": model.encoder}
    [reading] = model.encoder.read([["the", "mayor"]])
    assert len(reading.tokens) == 2
    script = f"""
import sys
from pathlib import Path
from garbled.model.store import load_model
load_model(Path({str(folder)!r}))
print(*sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert not {"onnxruntime", "tokenizers"} & set(done.stdout.split())


def test_model_without_the_large_encoder(tmp_path: Path) -> None:
    three = {n: c for n, c in tiny_configurations().items() if n not in OPTIONAL}
    write_tiny_model(tmp_path / "three", three)
    assert set(load_model(tmp_path / "three").configurations) == set(three)


def test_configuration_that_no_model_may_lack(tmp_path: Path) -> None:
    write_tiny_model(tmp_path / "two", {"fast": tiny_configurations()["fast"]})
    with pytest.raises(ModelError, match=r"not a readable model .*full"):
        load_model(tmp_path / "two")


def test_digest_names_the_content(folder: Path, tmp_path: Path) -> None:
    digest = load_model(folder).digest
    assert digest.startswith("sha256:")
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    assert load_model(copy).digest == digest
    (copy / "MODEL_CARD.md").write_text("# Another card\n")
    write_digests(copy)
    assert check_digests(copy) != digest


@pytest.mark.parametrize("name", ALL_FILES)
def test_flipped_byte(folder: Path, name: str) -> None:
    flip_byte(folder / name)
    with pytest.raises(ModelError) as caught:
        load_model(folder)
    assert str(folder) in str(caught.value)
    with pytest.raises(ModelError):
        Scorer(tier="fast", model=folder)


@pytest.mark.parametrize("name", ALL_FILES)
def test_missing_file(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match="not a model folder") as caught:
        load_model(folder)
    assert "garbled train" in caught.value.message
    assert isinstance(caught.value.__cause__, OSError)


def test_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not a model folder"):
        Scorer(tier="fast", model=tmp_path / "nowhere")


def test_file_added_to_the_weights_after_loading_is_seen(folder: Path) -> None:
    """The cache of loaded models does not hide a change from a new scorer."""
    load_model(folder)
    flip_byte(folder / WEIGHTS_FILE)
    with pytest.raises(ModelError, match=WEIGHTS_FILE):
        Scorer(tier="fast", model=folder)


def change_description(folder: Path, **changes: Any) -> None:
    description = json.loads((folder / MODEL_FILE).read_text())
    (folder / MODEL_FILE).write_text(json.dumps(description | changes))
    write_digests(folder)


@pytest.mark.parametrize("number", [0, 2, None, "3"])
def test_other_format(folder: Path, number: object) -> None:
    change_description(folder, format=number)
    with pytest.raises(ModelError, match=r"model format .* this version reads 3") as caught:
        load_model(folder)
    assert caught.value.source == str(folder)


class Bomb:
    """What unpickling would run."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.target,))


@pytest.mark.parametrize("name", [WEIGHTS_FILE, "counts.npz"])
def test_pickled_object_is_refused_and_not_run(folder: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / "executed"
    with np.load(folder / name) as file:
        arrays = dict(file)
    first = next(iter(arrays))
    arrays[first] = np.array([Bomb(target)], dtype=object)
    np.savez(folder / name, **arrays)
    write_digests(folder)
    with pytest.raises(ModelError, match="not a readable model"):
        load_model(folder)
    assert not target.exists()
    with np.load(folder / name, allow_pickle=True) as file:  # the bomb is real
        file[first]
    assert target.exists()


def test_weights_that_lack_an_array(folder: Path) -> None:
    with np.load(folder / WEIGHTS_FILE) as file:
        arrays = dict(file)
    del arrays["fast/windows/knots"]
    np.savez(folder / WEIGHTS_FILE, **arrays)
    write_digests(folder)
    with pytest.raises(ModelError, match=r"not a readable model .*knots"):
        load_model(folder)


def test_weights_that_are_no_archive(folder: Path) -> None:
    """In a process of its own: numpy leaves such a file open."""
    (folder / WEIGHTS_FILE).write_bytes((folder / WEIGHTS_FILE).read_bytes()[:200])
    write_digests(folder)
    script = "import sys; from garbled.model.store import *; load_model(Path(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=False
    )
    assert "garbled.errors.ModelError: " in done.stderr


@pytest.mark.parametrize("changes", [{"thresholds": None}, {"thresholds": {"fast": 3}}])
def test_description_of_other_types(folder: Path, changes: dict[str, Any]) -> None:
    change_description(folder, **changes)
    with pytest.raises(ModelError):
        load_model(folder)


def test_file_too_large(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("garbled.model.folder.MAX_BYTES", 1_000)
    with pytest.raises(ModelError, match="larger than any model of ours"):
        check_digests(folder)


def test_model_folder_holds_no_pickle(model_folder: Path) -> None:
    with np.load(model_folder / WEIGHTS_FILE, allow_pickle=False) as file:
        assert all(file[name].dtype.kind == "f" for name in file.files)
    files = {path.name for path in model_folder.iterdir() if path.is_file()}
    assert files == set(ALL_FILES)


def test_shipped_model(model: Model) -> None:
    assert set(CONFIGURATIONS) - set(OPTIONAL) <= set(model.configurations) <= set(CONFIGURATIONS)
    for name, configuration in model.configurations.items():
        groups = CONFIGURATIONS[name]
        assert configuration.windows.features == tuple(columns_of(groups))
        assert configuration.articles.features == ARTICLE_FEATURES
        thresholds = configuration.thresholds
        assert 0 < thresholds["clear_pass"] < thresholds["review"] < thresholds["hold"] < 1
        for unit in (configuration.windows, configuration.articles):
            assert min(unit.calibration.low, unit.calibration.high) > 0
    assert 0 < model.description["prior"] < 1


def test_default_folder_is_in_the_package() -> None:
    assert default_folder().parts[-3:] == ("garbled", "resources", "model")
