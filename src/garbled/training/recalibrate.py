"""Calibrates the shipped classifiers anew, deaf to the groups that only describe a text.

They were fitted when they heard every group. Fitting them without costs weights, which the
repository has no room for; calibration, scales and thresholds are numbers in ``model.json``.
What ``garbled train`` fits needs none of this.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import click

import garbled
from garbled.features.groups import CONFIGURATIONS
from garbled.model.folder import FILES, default_folder
from garbled.model.large import find_large
from garbled.model.store import load_model, save_calibration
from garbled.training.card import write_card
from garbled.training.config import TrainingConfig
from garbled.training.fit import calibrate_deaf, score_ngrams
from garbled.training.prepare import resources_digest
from garbled.training.run import measure_columns, measure_side, read_split, say


def recalibrate(config: TrainingConfig) -> str:
    """Write the shipped model with other calibration to ``config.out``; return its digest.

    Configurations of the large encoder are left out where that is not installed.

    Raises:
        IngestError: no pairs could be read.
        ResourceError: LanguageTool is wanted and missing.
        GarbledError: there is too little to calibrate on.
    """
    model = load_model()
    _copy(config.out)
    side = measure_side(config, read_split(config), resources_digest(config.out))
    scores = score_ngrams(model.ngrams, side.measured)
    columns = measure_columns(config, side, scores)
    configurations = {}
    for name, kept in model.configurations.items():
        groups = CONFIGURATIONS[name]
        if all(group in columns.groups for group in groups):
            say(f"calibrating {name}")
            configurations[name] = calibrate_deaf(
                kept, groups, columns, side.measured, side.labels, config.seed
            )
    description = {**model.description, "calibrated": garbled.__version__}
    return save_calibration(config.out, description, configurations, write_card(description))


def _copy(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        if folder.resolve() != default_folder().resolve():
            shutil.copyfile(default_folder() / name, folder / name)


@click.command()
@click.option("--pairs", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--cache", type=click.Path(file_okay=False, path_type=Path))
@click.option("--jobs", type=click.IntRange(min=1), default=2, show_default=True)
@click.option("--max-grammar", type=click.IntRange(min=0), default=40_000, show_default=True)
def main(pairs: Path, out: Path, cache: Path | None, jobs: int, max_grammar: int) -> None:
    """Calibrate the shipped classifiers anew, on the pairs that they were fitted on."""
    large = find_large(load_model().description)
    config = TrainingConfig(
        pairs, out, cache=cache, jobs=jobs, max_grammar=max_grammar, large_encoder=large
    )
    click.echo(recalibrate(config))


if __name__ == "__main__":
    main()
