"""A fitted guess as a folder of data: ``pivot.json``, ``pivot.npz``, and the digest of each.

No pickle is read, no file larger than a model of ours is opened, and arrays are checked against
what the description says before they are used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import numpy as np

from garbled.errors import ModelError
from garbled.model.folder import MAX_BYTES, check_digests, write_digests
from garbled.pivot.calibration import SIGNALS, Calibration
from garbled.pivot.classifier import PivotClassifier
from garbled.pivot.features import N_BITS
from garbled.pivot.linear import LinearLayer
from garbled.pivot.naming import UNKNOWN

FORMAT = 1
DESCRIPTION_FILE, WEIGHTS_FILE = "pivot.json", "pivot.npz"
FILES = (DESCRIPTION_FILE, WEIGHTS_FILE)
WRITTEN_BY = "garbled pivot train"
MAX_CLASSES = 200
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, OSError, EOFError, BadZipFile)


def save_pivot(folder: Path, classifier: PivotClassifier, description: Mapping[str, Any]) -> str:
    """Write a fitted classifier and what it was fitted on; return the digest.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    layer, calibration = classifier.layer_, classifier.calibration_
    np.savez(
        folder / WEIGHTS_FILE, columns=layer.columns, coef=layer.coef, intercept=layer.intercept
    )
    written = {
        "format": FORMAT,
        "classes": list(layer.classes),
        "counts": classifier.counts_digest_,
        "unknown_prior": classifier.unknown_prior,
        "scale": list(calibration.scale),
        "unknown": dict(zip(SIGNALS, calibration.unknown, strict=True)),
        "fitted_on": dict(description),
    }
    (folder / DESCRIPTION_FILE).write_text(json.dumps(written, indent=2) + "\n", "utf-8")
    return write_digests(folder, FILES)


def load_pivot(folder: Path, model: Path | None = None) -> PivotClassifier:
    """The classifier in a folder.

    Args:
        folder: that ``save_pivot`` wrote.
        model: the model folder whose word counts it was fitted with; that which ships by default.

    Raises:
        ModelError: a file is missing, fails its digest, is of another format or holds no such
            weights, or the word counts are others.
    """
    source = str(folder)
    check_digests(folder, FILES, WRITTEN_BY)
    try:
        said = json.loads((folder / DESCRIPTION_FILE).read_text("utf-8"))
        if said["format"] != FORMAT:
            raise ModelError(f"format {said['format']}; train it again", source=source)
        layer = _layer(folder / WEIGHTS_FILE, tuple(map(str, said["classes"])))
        scale = tuple(float(value) for value in said["scale"])
        calibration = Calibration(
            (scale[0], scale[1]), tuple(float(said["unknown"][name]) for name in SIGNALS)
        )
        classifier = PivotClassifier(unknown_prior=float(said["unknown_prior"]), model=model)
    except (*_UNREADABLE, RecursionError) as error:
        raise ModelError(f"not a readable guess ({error})", source=source) from error
    if not np.isfinite([*calibration.scale, *calibration.unknown]).all():
        raise ModelError("not a readable guess (a calibration that is no number)", source=source)
    if classifier.counts_digest() != said["counts"]:
        raise ModelError("fitted with other word counts; train it again", source=source)
    classifier.layer_, classifier.calibration_ = layer, calibration
    languages = [name for name in layer.classes if name != UNKNOWN]
    classifier.classes_ = np.array([*languages, UNKNOWN])
    classifier.counts_digest_ = str(said["counts"])
    return classifier


def _layer(file: Path, classes: tuple[str, ...]) -> LinearLayer:
    with ZipFile(file) as archive:
        if sum(member.file_size for member in archive.infolist()) > MAX_BYTES:
            raise ValueError("larger than any of ours")
    with np.load(file, allow_pickle=False) as arrays:
        columns, coef, intercept = (arrays[name] for name in ("columns", "coef", "intercept"))
    languages = [name for name in classes if name != UNKNOWN]
    if not 2 <= len(languages) <= MAX_CLASSES or sorted({*classes}) != list(classes):
        raise ValueError("classes that are none of ours")
    if columns.ndim != 1 or coef.shape != (len(classes), len(columns)):
        raise ValueError("weights of another shape")
    if intercept.shape != (len(classes),) or columns.dtype != np.int32:
        raise ValueError("weights of another kind")
    if len(columns) and not (columns.min() >= 0 and columns.max() < 2**N_BITS):
        raise ValueError("columns that no n-gram has")
    if coef.dtype != np.float32 or not (np.isfinite(coef).all() and np.isfinite(intercept).all()):
        raise ValueError("weights that are no numbers")
    return LinearLayer(classes, columns, coef, intercept)
