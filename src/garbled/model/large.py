"""The large encoder, which is optional: where it is installed, and whether it is the model's own.

It stands beside LanguageTool in the user's data directory, in a folder that its digest names. The
model's description says which one it was fitted with, as ``large_encoder.digest``.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from garbled.errors import ModelError
from garbled.model.folder import ENCODER_FILE, TOKENIZER_FILE

if TYPE_CHECKING:
    from garbled.features.encoder import Encoder

WEIGHTS_FILE = "encoder.weights"
FILES = (ENCODER_FILE, WEIGHTS_FILE, TOKENIZER_FILE)
FOLDER = "encoders"

_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_NAME_LENGTH = 16
_logger = logging.getLogger("garbled")


def digest_of(folder: Path) -> str:
    """The digest of a large encoder: the SHA-256 of a line a file, its name and its SHA-256.

    Raises:
        ModelError: a file is missing or cannot be read.
    """
    lines = []
    for name in FILES:
        try:
            with (folder / name).open("rb") as file:
                lines.append(f"{name} {hashlib.file_digest(file, 'sha256').hexdigest()}\n")
        except OSError as error:
            raise ModelError(
                f"no whole large encoder ({error}); run `garbled model install`",
                source=str(folder),
            ) from error
    return f"sha256:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"


def large_folder(digest: str) -> Path:
    """Where the large encoder of this digest is installed, whether it is there or not.

    Raises:
        ModelError: this is no digest.
    """
    from garbled.languagetool.install import data_folder

    found = _DIGEST.fullmatch(digest)
    if found is None:
        raise ModelError(f"{digest!r} is no digest of a large encoder; get the model anew")
    return data_folder().with_name(FOLDER) / found[1][:_NAME_LENGTH]


def wanted_digest(description: Mapping[str, Any]) -> str | None:
    """The digest of the large encoder that a model was fitted with, or None."""
    named = description.get("large_encoder")
    return str(named.get("digest")) if isinstance(named, Mapping) else None


def find_large(description: Mapping[str, Any]) -> Path | None:
    """The folder of the installed large encoder that a model's description names, or None.

    One that is there and is damaged or another model's is reported as a warning, and is not used.
    """
    digest = wanted_digest(description)
    if digest is None:
        return None
    try:
        folder = large_folder(digest)
        if folder.is_dir():
            if digest_of(folder) == digest:
                return folder
            raise ModelError("is damaged; run `garbled model install`", source=str(folder))
        if folder.parent.is_dir() and any(folder.parent.glob(f"[!.]*/{ENCODER_FILE}")):
            raise ModelError(
                "holds no large encoder of this model; run `garbled model install`",
                source=str(folder.parent),
            )
    except ModelError as error:
        _logger.warning("going on without the large encoder: %s", error)
    return None


@lru_cache(maxsize=1)
def load_large(folder: Path) -> Encoder:
    """The encoder in a folder that ``find_large`` found, once a process."""
    from garbled.features.encoder import Encoder

    return Encoder(folder)
