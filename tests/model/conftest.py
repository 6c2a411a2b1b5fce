"""A tiny model, made in a second, that nobody minds breaking."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tiny_encoder import write_tiny_encoder

from garbled.analysers.counts import CountTable, NgramCounts, hash_words
from garbled.analysers.run import COUNTS_FILE, SUBSTITUTIONS_FILE
from garbled.features.groups import CONFIGURATIONS, NGRAM_VIEWS, columns_of
from garbled.features.ngrams import NgramScore
from garbled.model.articles import ARTICLE_FEATURES
from garbled.model.calibration import Calibration
from garbled.model.classifier import CalibratedClassifier, make_pipeline
from garbled.model.scale import ScoreScale
from garbled.model.store import Configuration, save_model
from garbled.training.mine import save_phrases

SCALE = ScoreScale((-2.0, 0.0, 3.0), (0.0, 50.0, 100.0))
THRESHOLDS = {"clear_pass": 0.1, "review": 0.5, "hold": 0.9}


def tiny_counts() -> NgramCounts:
    keys = np.sort(hash_words(["the", "pier", "mayor", ".", "</s>"]))
    table = CountTable.from_counts(keys, np.array([2**14, 16, 32, 2**15, 2**15]))
    return NgramCounts(table, table, table, table, table, n_documents=40_000)


def tiny_classifier(features: tuple[str, ...], seed: int) -> CalibratedClassifier:
    random = np.random.default_rng(seed)
    X = random.normal(size=(60, len(features)))
    X[random.random(X.shape) < 0.1] = np.nan
    pipeline = make_pipeline().fit(X, np.arange(60) % 2)
    return CalibratedClassifier(features, pipeline, Calibration(1.5, 2.5, -0.25), SCALE)


def tiny_configurations() -> dict[str, Configuration]:
    return {
        name: Configuration(
            tiny_classifier(tuple(columns_of(groups)), seed),
            tiny_classifier(ARTICLE_FEATURES, seed + 10),
            {**THRESHOLDS, "review": 0.5 + seed / 100},
        )
        for seed, (name, groups) in enumerate(CONFIGURATIONS.items())
    }


def tiny_ngrams(counts: NgramCounts) -> dict[str, NgramScore]:
    ngrams = {}
    for view in NGRAM_VIEWS:
        ngram = NgramScore(view, counts, n_bits=6)  # type: ignore[arg-type]
        ngram.coef_ = np.linspace(-1, 1, 2**6).astype(np.float16).astype(np.float32)
        ngram.intercept_ = 0.125
        ngrams[view] = ngram
    return ngrams


def write_tiny_model(
    folder: Path, configurations: dict[str, Configuration], **description: object
) -> str:
    """Write a whole model folder; return its digest."""
    folder.mkdir()
    counts = tiny_counts()
    counts.save(folder / COUNTS_FILE)
    save_phrases(folder / SUBSTITUTIONS_FILE, {"by action": ("per share", 7)}, "written by hand")
    write_tiny_encoder(folder)
    written = {"prior": 0.2, **description}
    return save_model(folder, written, tiny_ngrams(counts), configurations, "# A card\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder of this test's own."""
    folder = tmp_path / "model"
    write_tiny_model(folder, tiny_configurations())
    return folder
