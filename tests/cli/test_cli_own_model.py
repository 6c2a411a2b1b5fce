"""The documented way from clean articles to a model of one's own and its evaluation."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from garbled.corpora import apertium
from garbled.corpora.write import write_pairs

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
MODES = {"eng-spa", "spa-eng"}


def has_apertium() -> bool:
    return shutil.which("apertium") is not None and MODES.issubset(apertium.installed_modes())


def committed_pairs(output: Path) -> None:
    """The pairs that stand in ``data/samples``, where Apertium is not installed."""
    rows = map(json.loads, (SAMPLES / "pairs.jsonl").read_text("utf-8").splitlines())
    write_pairs(
        (
            {
                "set": "retranslated",
                "lang_pair": row["chain"],
                "system": "apertium",
                "kind": "machine",
                "origlang": "en",
                "doc_id": row["id"].split(":")[0],
                "seg": number,
                "original": row["original"],
                "retranslated": row["retranslated"],
            }
            for number, row in enumerate(rows)
        ),
        output,
    )


@pytest.mark.slow
def test_from_clean_articles_to_a_model_and_its_evaluation(garbled, tmp_path):
    pairs = tmp_path / "pairs"
    pairs.mkdir()
    originals = str(SAMPLES / "originals")

    if has_apertium():
        result = garbled(
            *["retranslate", originals, "--through", "es", "--through", "ca"],
            *["-o", str(pairs / "own.parquet")],
        )
        assert result.code == 0, result.err
    else:
        committed_pairs(pairs / "own.parquet")

    copies = str(SAMPLES / "text")
    where = ["-o", str(pairs / "copies.parquet"), "--lang-pair", "en-x-en", "--native"]
    result = garbled("align", originals, copies, *where)
    assert result.code == 0, result.err

    model, cache = str(tmp_path / "model"), ["--cache", str(tmp_path / "cache"), "--jobs", "1"]
    small = ["--max-grammar", "0", *cache]
    result = garbled("train", "--pairs", str(pairs), "--out", model, *small)
    assert result.code == 0, result.err
    assert result.out.startswith("model sha256:")

    report = tmp_path / "report"
    own = ["--no-manifest", "--no-refits", "--output-folder", str(report)]
    result = garbled("evaluate", "--model", model, "--pairs", str(pairs), *own, *small)
    assert result.code == 0, result.err
    found = json.loads((report / "evaluation.json").read_text("utf-8"))
    assert "native news" in found["not_measured"]
    [everything] = [
        row
        for row in found["separation"]
        if row["slice"] == "everything" and row["unit"] == "article" and row["scorer"] == "fast"
    ]
    assert everything["all"]["n"] >= 3
    assert everything["all"]["auroc"]["value"] > 0.8

    mangled = str(SAMPLES / "text" / "05-obituary-lark.en-es-en.txt")
    result = garbled("score", mangled, "--model", model, "--tier", "fast", "--format", "json")
    [score] = json.loads(result.out)
    assert score["signature"]["model"] == found["signature"]["model"]
    assert score["probability"] > 0.5
