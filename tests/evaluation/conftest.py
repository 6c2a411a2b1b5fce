"""A tiny model, trained and measured once for all tests here."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_encoder import write_tiny_encoder

from garbled.evaluation import EvaluationConfig, Results, evaluate
from garbled.evaluation.comparisons import Comparisons
from garbled.evaluation.held_out import HeldOut, Measuring, measure_held_out
from garbled.model.store import load_model
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
            pairs=corpus / "pairs",
            clean=corpus / "clean",
            out=out,
            max_grammar=0,
            jobs=1,
            encoder=write_tiny_encoder(tmp_path_factory.mktemp("encoder")),
        )
    )
    return out


@pytest.fixture(scope="session")
def held_out(corpus: Path, model: Path) -> HeldOut:
    return measure_held_out(corpus / "pairs", load_model(model), Measuring(model), 0)


@pytest.fixture(scope="session")
def windows(held_out: HeldOut, model: Path) -> Comparisons:
    return held_out.compare(load_model(model))


@pytest.fixture(scope="session")
def config(corpus: Path, model: Path) -> EvaluationConfig:
    return EvaluationConfig(
        pairs=corpus / "pairs",
        model=model,
        clean=corpus / "clean",
        jobs=1,
        max_grammar=0,
        max_training_grammar=0,
    )


@pytest.fixture(scope="session")
def report(config: EvaluationConfig) -> Results:
    return evaluate(config)
