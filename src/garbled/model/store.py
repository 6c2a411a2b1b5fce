"""A model folder: weights as data, a card and digests that loading checks. No code in it.

``model.json`` says what there is and holds calibration and thresholds, ``weights.npz`` and
``counts.npz`` hold arrays, ``substitutions.tsv.gz`` the mined phrases, ``encoder.onnx`` and
``encoder_tokenizer.json`` the encoder, and ``digests.json`` the SHA-256 of each of them. The
model's digest is that of ``digests.json``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from garbled.analysers.run import Resources, load_resources
from garbled.errors import ModelError
from garbled.features.encoder import Encoder
from garbled.features.groups import (
    CONFIGURATIONS,
    DESCRIPTION_ONLY,
    NGRAM_VIEWS,
    OPTIONAL,
    columns_of,
    columns_within,
)
from garbled.features.ngrams import NgramScore
from garbled.model.articles import ARTICLE_FEATURES
from garbled.model.calibration import Calibration
from garbled.model.classifier import CalibratedClassifier
from garbled.model.folder import CARD_FILE, FORMAT, WEIGHTS_FILE, write_digests
from garbled.model.folder import MODEL_FILE as MODEL_FILE
from garbled.model.folder import check_digests as check_digests
from garbled.model.folder import default_folder as default_folder
from garbled.model.folder import describe as describe
from garbled.model.large import load_large
from garbled.model.scale import ScoreScale

_UNREADABLE = (
    KeyError,
    IndexError,
    TypeError,
    ValueError,
    AttributeError,
    OSError,
    EOFError,
    BadZipFile,
)
UNITS = ("windows", "articles")
BASIS = ("knots", "center", "scale")


@dataclass(frozen=True)
class Configuration:
    """One calibrated configuration: windows, articles, and its frozen thresholds."""

    windows: CalibratedClassifier
    articles: CalibratedClassifier
    thresholds: dict[str, float]


@dataclass(frozen=True)
class Model:
    """What scoring needs: resources, encoders, n-gram models and the calibrated configurations.

    ``large_encoder`` is None unless it was asked for, even where there are configurations for it.
    """

    digest: str
    description: dict[str, Any]
    resources: Resources
    ngrams: dict[str, NgramScore]
    configurations: dict[str, Configuration]
    encoder: Encoder
    large_encoder: Encoder | None = None

    @property
    def encoders(self) -> dict[str, Encoder]:
        """The encoders that are there, by the name of their feature group."""
        found = {"encoder": self.encoder, "large_encoder": self.large_encoder}
        return {name: encoder for name, encoder in found.items() if encoder is not None}


def load_model(
    folder: Path | None = None, digest: str | None = None, *, large: Path | None = None
) -> Model:
    """Load a model folder, once a process; its encoders load when they first read.

    Args:
        folder: by default the model that ships.
        digest: what the folder must have; given, a loaded model is not checked again.
        large: the folder of the large encoder, as ``find_large`` gives it.

    Raises:
        ModelError: a file is missing or fails its digest, or the folder is of another format.
    """
    folder = (folder or default_folder()).resolve()
    model = _load(folder, digest or check_digests(folder))
    return model if large is None else replace(model, large_encoder=load_large(large))


@lru_cache(maxsize=2)
def _load(folder: Path, digest: str) -> Model:
    found = check_digests(folder)
    if found != digest:
        raise ModelError(f"holds {found}, not the wanted {digest}", source=str(folder))
    description = describe(folder)
    try:
        with np.load(folder / WEIGHTS_FILE, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        resources = load_resources(folder, digest)
        return Model(
            digest,
            description,
            resources,
            _ngrams(arrays, resources),
            _configurations(arrays, description),
            Encoder(folder),
        )
    except _UNREADABLE as error:
        raise ModelError(f"not a readable model ({error})", source=str(folder)) from error


def save_model(
    folder: Path,
    description: Mapping[str, Any],
    ngrams: Mapping[str, NgramScore],
    configurations: Mapping[str, Configuration],
    card: str,
) -> str:
    """Write everything but the counts, phrases and encoder, which are there; return the digest."""
    arrays: dict[str, NDArray[Any]] = {}
    for view, ngram in ngrams.items():
        arrays[f"ngrams/{view}/coef"] = ngram.coef_.astype(np.float16)
        arrays[f"ngrams/{view}/intercept"] = np.array([ngram.intercept_])
    for name, configuration in configurations.items():
        for unit in UNITS:
            for key, value in getattr(configuration, unit).to_arrays().items():
                arrays[f"{name}/{unit}/{key}"] = value
    np.savez_compressed(folder / WEIGHTS_FILE, **arrays)  # type: ignore[arg-type]
    return save_calibration(folder, description, configurations, card)


def save_calibration(
    folder: Path,
    description: Mapping[str, Any],
    configurations: Mapping[str, Configuration],
    card: str,
) -> str:
    """Write all but weights, which are there; return the digest.

    That is calibration, thresholds, the statistics that article features are scaled by, the card.
    """
    written = {
        "format": FORMAT,
        **description,
        "thresholds": {name: c.thresholds for name, c in configurations.items()},
        "calibration": {
            name: {
                "windows": _calibration_of(own.windows),
                "articles": _calibration_of(own.articles) | _basis_of(own.articles),
            }
            for name, own in configurations.items()
        },
    }
    text = json.dumps(written, indent=2, allow_nan=False)
    (folder / MODEL_FILE).write_text(text + "\n", "utf-8")
    (folder / CARD_FILE).write_text(card, "utf-8")
    return write_digests(folder)


def _calibration_of(classifier: CalibratedClassifier) -> dict[str, Any]:
    return {**classifier.calibration.as_dict(), "scale": classifier.scale.as_dict()}


def _basis_of(classifier: CalibratedClassifier) -> dict[str, Any]:
    """What the features are scaled by: statistics of the texts that are calibrated on.

    Columns that never vary are scaled to 0 by an infinite number, in JSON null, which reads as NaN
    and does the same.
    """
    arrays = classifier.to_arrays()
    found = {name: arrays[name].tolist() for name in BASIS}
    found["scale"] = [value if isfinite(value) else None for value in found["scale"]]
    return {"basis": found}


def _ngrams(arrays: Mapping[str, Any], resources: Resources) -> dict[str, NgramScore]:
    ngrams = {}
    for view in NGRAM_VIEWS:
        coef = arrays[f"ngrams/{view}/coef"].astype(np.float32)
        ngram = NgramScore(view, resources.counts, n_bits=int(np.log2(len(coef))))  # type: ignore[arg-type]
        ngram.coef_, ngram.intercept_ = coef, float(arrays[f"ngrams/{view}/intercept"][0])
        ngrams[view] = ngram
    return ngrams


def _configurations(
    arrays: Mapping[str, Any], description: Mapping[str, Any]
) -> dict[str, Configuration]:
    def classifier(name: str, unit: str, features: tuple[str, ...]) -> CalibratedClassifier:
        prefix = f"{name}/{unit}/"
        own = {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}
        told = calibration[name][unit]
        own |= {key: np.array(values, dtype=float) for key, values in told.get("basis", {}).items()}
        scale = ScoreScale.from_dict(told["scale"])
        return CalibratedClassifier.from_arrays(features, own, Calibration.from_dict(told), scale)

    thresholds, calibration = description["thresholds"], description["calibration"]
    missing = set(CONFIGURATIONS) - set(OPTIONAL) - set(thresholds)
    if missing:
        raise KeyError(f"no configuration {', '.join(sorted(missing))}")

    def windows(name: str) -> CalibratedClassifier:
        groups = CONFIGURATIONS[name]
        described = columns_within(groups, DESCRIPTION_ONLY)
        return classifier(name, "windows", tuple(columns_of(groups))).without(described)

    return {
        name: Configuration(
            windows(name), classifier(name, "articles", ARTICLE_FEATURES), dict(thresholds[name])
        )
        for name in CONFIGURATIONS
        if name in thresholds
    }
