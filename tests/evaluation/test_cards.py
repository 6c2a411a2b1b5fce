"""The two cards say what the run found, and the committed ones are those of the committed run."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from garbled.cli import main
from garbled.errors import IngestError
from garbled.evaluation.card_files import make_cards, read_sources
from garbled.evaluation.cards import Sources, model_card
from garbled.evaluation.data_card import data_card
from garbled.evaluation.stored import to_json

DATA = Path(__file__).parents[2] / "data"
REPORT = DATA / "evaluation.json"
AGAIN = "garbled evaluate --from data/evaluation.json --cards data"


@pytest.fixture(scope="module")
def sources() -> Sources:
    return read_sources(REPORT)


@pytest.mark.parametrize("name", ["MODEL_CARD.md", "DATA_CARD.md"])
def test_the_committed_card_is_that_of_the_committed_run(name):
    assert (DATA / name).read_text("utf-8") == make_cards(REPORT)[name], f"run: {AGAIN}"


def test_a_figure_of_the_run_is_a_figure_of_the_card(sources):
    """Changing one in the run changes it in the card, and nowhere else."""
    results = sources.results
    place = next(
        n
        for n, found in enumerate(results.separation)
        if (found.slice, found.unit, found.scorer) == ("everything", "article", "fast")
    )
    found = results.separation[place]
    other = replace(found.all, auroc=replace(found.all.auroc, value=0.123, low=0.1, high=0.2))
    changed = list(results.separation)
    changed[place] = replace(found, all=other)
    before = model_card(sources).splitlines()
    after = model_card(
        replace(sources, results=replace(results, separation=tuple(changed)))
    ).splitlines()
    different = [line for old, line in zip(before, after, strict=True) if old != line]
    assert len(different) == 1
    assert different[0].startswith("| everything |")
    assert "| 0.12 [0.10, 0.20] |" in different[0]


def test_every_set_that_was_learned_from_has_its_licence(sources):
    card = model_card(sources)
    for name, found in sources.model["sets"].items():
        [row] = [line for line in card.splitlines() if line.startswith(f"| {name} |")]
        assert f"| {found['windows']:,} |" in row
        assert sources.corpora[name].licence.split()[0] in row
    assert "not in data/corpora.toml" not in card + data_card(sources)


def test_the_card_says_what_is_asked_of_it(sources):
    headings = re.findall(r"^#+ (.*)", model_card(sources), re.M)
    for wanted in ("not", "licences", "language", "system", "year", "length", "quality"):
        assert any(wanted in heading for heading in headings), wanted
    alarms = model_card(sources).split("human translation\n", 1)[1]
    assert "good human translation" in alarms
    headings = re.findall(r"^#+ (.*)", data_card(sources), re.M)
    for wanted in ("not", "licences", "language", "length", "quality", "Traps"):
        assert any(wanted in heading for heading in headings), wanted


def test_documents_and_pairs_are_the_manifest_s(sources):
    assert sources.manifest is not None
    card = data_card(sources).split("## By language")[0]
    for name, by_pair in sources.manifest.documents.items():
        rows = [n for documents in by_pair.values() for n, _ in documents.values()]
        [line] = [line for line in card.splitlines() if line.startswith(f"| {name} |")]
        assert f"| {len(rows):,} | {sum(rows):,} |" in line


def test_a_report_on_another_model_makes_no_card(sources, tmp_path):
    signed = {**sources.results.signature, "model": "sha256:0"}
    other = tmp_path / "evaluation.json"
    other.write_text(to_json(replace(sources.results, signature=signed)))
    with pytest.raises(IngestError, match="the report is about sha256:0 and the model is"):
        make_cards(other)


def test_a_report_on_other_data_makes_no_card(sources):
    signed = {**sources.results.signature, "manifest": "sha256:0"}
    with pytest.raises(IngestError, match="the report is about sha256:0 and the manifest is"):
        replace(sources, results=replace(sources.results, signature=signed))


def test_without_a_manifest_and_findings_the_rest_is_told(sources, tmp_path):
    alone = tmp_path / "evaluation.json"
    alone.write_bytes(REPORT.read_bytes())
    cards = make_cards(alone)
    assert "## Findings" not in cards["MODEL_CARD.md"]
    assert "Not known without a manifest." in cards["DATA_CARD.md"]


def test_the_command(tmp_path, capsys):
    assert main(["evaluate", "--from", str(REPORT), "--cards", str(tmp_path / "new")]) == 0
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "DATA_CARD.md",
        "MODEL_CARD.md",
    ]
    capsys.readouterr()
    assert main(["evaluate", "--cards", str(tmp_path)]) == 2
    assert "--cards needs --from" in capsys.readouterr().err
