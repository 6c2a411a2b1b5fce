"""A tiny model, trained and measured once for all tests here."""

from __future__ import annotations

from pathlib import Path

import pytest

from garbled.evaluation import EvaluationConfig, Report, evaluate
from garbled.training import TrainingConfig, train

from .corpus import write_clean, write_pairs


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    for name in ("pairs", "clean"):
        (folder / name).mkdir()
    write_pairs(folder / "pairs")
    write_clean(folder / "clean")
    return folder


@pytest.fixture(scope="session")
def model(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("model")
    train(
        TrainingConfig(
            pairs=corpus / "pairs", clean=corpus / "clean", out=out, max_grammar=0, jobs=1
        )
    )
    return out


@pytest.fixture(scope="session")
def config(corpus: Path, model: Path) -> EvaluationConfig:
    return EvaluationConfig(
        pairs=corpus / "pairs", model=model, clean=corpus / "clean", jobs=1, max_grammar=0
    )


@pytest.fixture(scope="session")
def report(config: EvaluationConfig) -> Report:
    return evaluate(config)
