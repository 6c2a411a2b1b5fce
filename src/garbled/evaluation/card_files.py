"""The two cards as files, from the JSON of a report and what lies beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from garbled.corpora.public.catalogue import load_catalogue
from garbled.evaluation.cards import Sources, model_card
from garbled.evaluation.data_card import data_card
from garbled.evaluation.manifest import load_manifest
from garbled.evaluation.stored import read_results, read_targets
from garbled.model.folder import check_digests, default_folder, describe
from garbled.report.plain import plain

FINDINGS, MANIFEST = "findings.json", "manifest.json.gz"
"""What is read besides where it lies in the folder of the report."""


def make_cards(report: Path, model: Path | None = None) -> dict[str, str]:
    """The text of each card by its file's name.

    Args:
        report: JSON that ``garbled evaluate`` wrote.
        model: folder of the model that it is about; by default the model that ships.

    Raises:
        IngestError: the report cannot be read, or is about another model or manifest.
        ModelError: the model cannot be read.
    """
    sources = read_sources(report, model)
    made = {"MODEL_CARD.md": model_card(sources), "DATA_CARD.md": data_card(sources)}
    return {name: "\n".join(_lines(text)) for name, text in made.items()}


def read_sources(report: Path, model: Path | None = None) -> Sources:
    """What cards are made of; findings of another model are left out."""
    folder = model or default_folder()
    results = read_results(report)
    manifest, findings = report.parent / MANIFEST, report.parent / FINDINGS
    signed, targets = read_targets(findings) if findings.is_file() else ({}, ())
    is_same = signed.get("model") == results.signature.get("model")
    return Sources(
        results,
        describe(folder),
        check_digests(folder),
        load_catalogue(),
        load_manifest(manifest) if manifest.is_file() else None,
        targets if is_same else (),
    )


def _lines(text: str) -> Iterator[str]:
    """Names of systems and sets come from data: nothing in them may drive a terminal."""
    for line in text.split("\n"):
        yield " " * (len(line) - len(line.lstrip(" "))) + plain(line.lstrip(" "))
