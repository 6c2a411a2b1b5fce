"""What stands in a model folder, and whether it is what was written. Loads none of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib import resources as package_resources
from pathlib import Path
from typing import Any

from garbled.errors import ModelError

FORMAT = 3
MODEL_FILE, WEIGHTS_FILE, DIGESTS_FILE = "model.json", "weights.npz", "digests.json"
COUNTS_FILE, SUBSTITUTIONS_FILE = "counts.npz", "substitutions.tsv.gz"
ENCODER_FILE, TOKENIZER_FILE = "encoder.onnx", "encoder_tokenizer.json"
CARD_FILE = "MODEL_CARD.md"
FILES = (
    MODEL_FILE,
    WEIGHTS_FILE,
    COUNTS_FILE,
    SUBSTITUTIONS_FILE,
    ENCODER_FILE,
    TOKENIZER_FILE,
    CARD_FILE,
)
MAX_BYTES = 128 * 2**20


def default_folder() -> Path:
    """The model that ships in the package."""
    return Path(str(package_resources.files("garbled.resources").joinpath("model")))


def describe(folder: Path) -> dict[str, Any]:
    """What ``model.json`` says.

    Raises:
        ModelError: it cannot be read, or is of another format.
    """
    try:
        description = json.loads((folder / MODEL_FILE).read_text("utf-8"))
        found = description.get("format")
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise ModelError(f"not a readable model ({error})", source=str(folder)) from error
    if found != FORMAT:
        raise ModelError(
            f"model format {found}, this version reads {FORMAT}; "
            "train again or use the model that ships",
            source=str(folder),
        )
    return dict(description)


def write_digests(folder: Path, names: Sequence[str] = FILES) -> str:
    """Write the digest of every file, and return the model's."""
    digests = {name: sha256_of(folder / name) for name in names}
    (folder / DIGESTS_FILE).write_text(json.dumps(digests, indent=2) + "\n", "utf-8")
    return f"sha256:{sha256_of(folder / DIGESTS_FILE)}"


def check_digests(
    folder: Path, names: Sequence[str] = FILES, written_by: str = "garbled train"
) -> str:
    """The model's digest, once every file was found to have its own.

    Args:
        folder: of a model, or of something kept like one.
        names: of its files.
        written_by: the command to name to who has another folder.

    Raises:
        ModelError: a file is missing, too large or not the one that was written.
    """
    source = str(folder)
    try:
        digests = json.loads((folder / DIGESTS_FILE).read_text("utf-8"))
        for name in names:
            if (folder / name).stat().st_size > MAX_BYTES:
                raise ModelError(f"{name} is larger than any model of ours", source=source)
            if sha256_of(folder / name) != digests.get(name):
                raise ModelError(
                    f"{name} is not the file that was written with this model; get it anew",
                    source=source,
                )
    except (OSError, ValueError, AttributeError) as error:
        raise ModelError(
            f"not a model folder ({error}); name one that `{written_by}` wrote", source=source
        ) from error
    return f"sha256:{sha256_of(folder / DIGESTS_FILE)}"


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
