"""The thin commands over training and evaluation: what they hand over, what they print."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from garbled.training.config import read_config


@pytest.fixture
def library(monkeypatch) -> dict[str, Any]:
    """Stands in for training and evaluation; holds the configuration they were called with."""
    called: dict[str, Any] = {}

    def call(config: SimpleNamespace) -> Any:
        called.update(vars(config))
        return Report()

    class Report:
        def __str__(self) -> str:
            return "trained"

        def to_markdown(self) -> str:
            return "# Report"

    modules = {
        "garbled.training": {
            "TrainingConfig": SimpleNamespace,
            "train": call,
            "read_config": read_config,
        },
        "garbled.evaluation.benchmark": {"BenchmarkConfig": SimpleNamespace, "run": call},
    }
    for name, attributes in modules.items():
        module = ModuleType(name)
        vars(module).update(attributes)
        monkeypatch.setitem(sys.modules, name, module)
    return called


def test_train(library, garbled, tmp_path):
    out = tmp_path / "model"
    result = garbled(
        *["train", "--pairs", str(tmp_path), "--out", str(out), "--cache", str(tmp_path / "kept")]
    )
    assert (result.code, result.out) == (0, "trained\n")
    assert library == {
        "pairs": tmp_path,
        "out": out,
        "clean": None,
        "cache": tmp_path / "kept",
        "max_grammar": 40_000,
        "seed": 0,
        "jobs": 2,
        "quick": False,
        "encoder": None,
        "large_encoder": None,
    }


def test_options_override_the_file(library, garbled, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('pairs = "."\nout = "model"\nseed = 7\njobs = 4\n[encoder]\nfolder = "small"\n')
    result = garbled("train", str(file), "--seed", "9", "--cache", str(tmp_path))
    assert (result.code, result.err) == (0, "")
    assert (library["pairs"], library["out"]) == (tmp_path, tmp_path / "model")
    assert (library["seed"], library["jobs"], library["max_grammar"]) == (9, 4, 40_000)
    assert library["encoder"] == tmp_path / "small"
    assert library["encoder_training"] is None


def test_benchmark(library, garbled, tmp_path):
    result = garbled("benchmark", "--articles", str(tmp_path), "--repeats", "2")
    assert (result.code, result.out) == (0, "# Report\n")
    assert library == {"articles": tmp_path, "repeats": 2}


@pytest.mark.parametrize(
    "args",
    [
        ("train", "--out", "m"),
        ("train", "--pairs", "."),
        ("train", "--pairs", ".", "--out", "m", "--max-grammar", "60001"),
        ("train", "--pairs", "nowhere", "--out", "m"),
        ("benchmark", "--repeats", "0"),
    ],
)
def test_a_wrong_call_is_exit_code_2(library, garbled, args):
    result = garbled(*args)
    assert result.code == 2
    assert "Error: " in result.err
    assert library == {}


@pytest.mark.parametrize(
    ("module", "config", "fields"),
    [
        (
            "garbled.training",
            "TrainingConfig",
            {"pairs", "out", "clean", "cache", "max_grammar", "seed", "jobs", "quick"},
        ),
        ("garbled.evaluation.benchmark", "BenchmarkConfig", {"articles", "repeats"}),
    ],
)
def test_the_real_configuration_takes_these_fields(module, config, fields):
    library = pytest.importorskip(module)
    if not hasattr(library, config):
        pytest.skip(f"{module} has no {config} yet")
    assert fields <= set(getattr(library, config).__dataclass_fields__)
