"""A training configuration in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from garbled.errors import GarbledError
from garbled.training.config import (
    SYSTEMS_PER_DOCUMENT,
    EncoderTraining,
    TrainingConfig,
    read_config,
)

SHIPPED = Path(__file__).parents[2] / "data" / "training.toml"


def write(folder: Path, text: str) -> Path:
    file = folder / "training.toml"
    file.write_text(text, "utf-8")
    return file


def test_the_shipped_one_says_what_the_defaults_are() -> None:
    """The file documents how the shipped model was made; it must not drift from the code."""
    fields = read_config(SHIPPED)
    assert fields["systems"] == SYSTEMS_PER_DOCUMENT
    here = {"pairs": Path(), "out": Path()}
    assert TrainingConfig(**here, **fields) == TrainingConfig(**here)


def test_paths_start_at_the_file(tmp_path) -> None:
    file = write(tmp_path, 'pairs = "p"\nout = "/somewhere"\n[encoder]\nlarge_folder = "big"\n')
    fields = read_config(file)
    assert fields["pairs"] == tmp_path / "p"
    assert fields["out"] == Path("/somewhere")
    assert fields["large_encoder"] == tmp_path / "big"


def test_an_encoder_to_train(tmp_path) -> None:
    named = 'small_base = "a"\nlarge_base = "b"\nwork = "w"\nminutes = 5\n'
    left_alone = read_config(write(tmp_path, f"[encoder]\ntrain = false\n{named}"))
    assert left_alone["encoder_training"] is None
    trained = read_config(write(tmp_path, f"[encoder]\ntrain = true\n{named}"))
    assert trained["encoder_training"] == EncoderTraining(
        tmp_path / "a", tmp_path / "b", tmp_path / "w", minutes=5
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seed = ", "not a TOML file"),
        ("sede = 1", "sede"),
        ("encoder = 3", "not a training configuration"),
        ("[encoder]\ntrain = true", "small_base"),
        ("[encoder]\ntrain = true\nrnak = 4", "rnak"),
        ("pairs = 4", "not a training configuration"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, message) -> None:
    with pytest.raises(GarbledError, match=message) as caught:
        read_config(write(tmp_path, text))
    assert "training.toml" in str(caught.value)
