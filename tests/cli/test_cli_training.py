"""The thin commands over training and evaluation: what they hand over, what they print."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest


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

        def to_json(self) -> str:
            return '{"auroc": 0.9}'

    modules = {
        "garbled.training": {"TrainingConfig": SimpleNamespace, "train": call},
        "garbled.evaluation": {"EvaluationConfig": SimpleNamespace, "evaluate": call},
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
    }


@pytest.mark.parametrize(
    ("format", "shown"), [("markdown", "# Report"), ("json", '{"auroc": 0.9}')]
)
def test_evaluate(library, garbled, tmp_path, format, shown):
    folder = str(tmp_path)
    result = garbled(
        *["evaluate", "--pairs", folder, "--clean", folder, "--model", folder, "--cache", folder],
        *["--seed", "7", "--jobs", "1", "--format", format],
    )
    assert (result.code, result.out) == (0, f"{shown}\n")
    assert library == {
        "model": tmp_path,
        "pairs": tmp_path,
        "clean": tmp_path,
        "cache": tmp_path,
        "jobs": 1,
        "seed": 7,
    }


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
        ("evaluate",),
        ("evaluate", "--pairs", ".", "--format", "xml"),
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
        (
            "garbled.evaluation",
            "EvaluationConfig",
            {"model", "pairs", "clean", "cache", "jobs", "seed"},
        ),
        ("garbled.evaluation.benchmark", "BenchmarkConfig", {"articles", "repeats"}),
    ],
)
def test_the_real_configuration_takes_these_fields(module, config, fields):
    library = pytest.importorskip(module)
    if not hasattr(library, config):
        pytest.skip(f"{module} has no {config} yet")
    assert fields <= set(getattr(library, config).__dataclass_fields__)
