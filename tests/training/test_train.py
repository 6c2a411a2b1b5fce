"""Training on a small corpus of templates: a model that loads, scores, and comes out the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from templates import TEMPLATES, rows
from tiny_encoder import write_tiny_encoder

import garbled
from garbled.corpora.splits import normalise_original
from garbled.errors import GarbledError, IngestError, ResourceError
from garbled.features.groups import CONFIGURATIONS, OPTIONAL
from garbled.model.folder import FILES, default_folder
from garbled.model.large import digest_of
from garbled.model.store import load_model
from garbled.scorer import Scorer
from garbled.training.config import HELD_OUT_FOLD, TrainingConfig
from garbled.training.measure import chunk_pairs
from garbled.training.prepare import split_pairs
from garbled.training.recalibrate import recalibrate
from garbled.training.run import Trained, train


@pytest.fixture(scope="module")
def pairs_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pairs") / "pairs.parquet"
    pq.write_table(pa.Table.from_pylist(rows(150)), path)
    return path


@pytest.fixture(scope="module")
def clean_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean")
    texts = [
        {"doc_id": str(number), "text": "\n".join(str(r["original"]) for r in part)}
        for number, part in enumerate(rows(300, seed=2)[i : i + 4] for i in range(0, 1_200, 4))
    ]
    pq.write_table(pa.Table.from_pylist(texts), folder / "clean.parquet")
    return folder


def config(pairs: Path, out: Path, clean: Path | None, **fields: Any) -> TrainingConfig:
    encoder = write_tiny_encoder(out.with_name("encoder"))
    given = {"max_grammar": 0, "jobs": 1, "encoder": encoder}
    return TrainingConfig(pairs=pairs, out=out, clean=clean, **(given | fields))


def test_split_holds_groups_out(pairs_file: Path) -> None:
    fitted, held = (split_pairs(pairs_file, held_out=flag, seed=0) for flag in (False, True))
    assert set(held.folds) == {HELD_OUT_FOLD}
    assert HELD_OUT_FOLD not in set(fitted.folds)
    originals = [{normalise_original(p.original) for p in split.pairs} for split in (fitted, held)]
    assert originals[0]
    assert originals[1]
    assert not originals[0] & originals[1]
    assert not {p.document for p in fitted.pairs} & {p.document for p in held.pairs}
    assert fitted.skipped == {"empty": 1}


def test_chunks_hold_whole_documents(pairs_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("garbled.training.measure.CHUNK_SEGMENTS", 30)
    pairs = split_pairs(pairs_file, held_out=False, seed=0).pairs
    chunks = chunk_pairs(pairs)
    assert len(chunks) > 3
    assert sum(map(len, chunks)) == len(pairs)
    seen: set[str] = set()
    for chunk in chunks:
        documents = {pair.document for pair in chunk}
        assert not documents & seen
        seen |= documents


def test_nothing_to_train_on(tmp_path: Path, clean_folder: Path) -> None:
    empty = [{"original": "It rained.", "retranslated": ""}]
    pq.write_table(pa.Table.from_pylist(empty), tmp_path / "pairs.parquet")
    with pytest.raises(IngestError, match="no usable pair"):
        train(config(tmp_path / "pairs.parquet", tmp_path / "model", clean_folder))


def card_of(trained: Trained) -> str:
    return (trained.folder / "MODEL_CARD.md").read_text()


@pytest.fixture(scope="module")
def trained(pairs_file: Path, clean_folder: Path, tmp_path_factory) -> Trained:
    folder = tmp_path_factory.mktemp("first") / "model"
    return train(config(pairs_file, folder, clean_folder))


@pytest.mark.slow
class TestTrained:
    """One run, looked at from several sides, and a second one for comparison."""

    def test_folder_loads(self, trained) -> None:
        assert {path.name for path in trained.folder.iterdir()} == {*FILES, "digests.json"}
        model = load_model(trained.folder)
        assert model.digest == trained.digest
        assert model.description["windows"] == trained.n_windows > 200
        assert model.description["skipped"] == {"empty": 1}
        assert trained.n_grammar == 0
        assert 0 < trained.n_mangled < trained.n_windows / 2

    def test_model_tells_the_templates_apart(self, trained) -> None:
        values = {"place": "Kobe", "person": "Haas", "thing": "tram", "n": 17}
        clean, mangled = (
            "\n\n".join(pair[side].format(**values) for pair in TEMPLATES) for side in (0, 1)
        )
        for tier in ("fast", "full"):
            with Scorer(tier, grammar=False, model=trained.folder) as scorer:
                low, high = scorer.score(clean), scorer.score(mangled)
            assert high.probability > 0.5 > low.probability
            assert high.score > low.score
            assert low.signature.model == trained.digest

    def test_same_again(self, trained, pairs_file, clean_folder, tmp_path) -> None:
        again = train(config(pairs_file, tmp_path / "model", clean_folder))
        assert again.digest == trained.digest
        for name in FILES:
            assert (tmp_path / "model" / name).read_bytes() == (
                trained.folder / name
            ).read_bytes(), name

    def test_card_and_report_tell_what_was_skipped(self, trained) -> None:
        assert "1 empty" in str(trained)
        assert "all folds" in card_of(trained)
        assert trained.digest in str(trained)
        card = (trained.folder / "MODEL_CARD.md").read_text()
        assert "| wmt16 |" in card
        assert "{" not in card

    def test_no_text_of_the_corpus_is_kept(self, trained) -> None:
        kept = (trained.folder / "model.json").read_text()
        kept += (trained.folder / "MODEL_CARD.md").read_text()
        assert "Shopkeepers" not in kept
        with np.load(trained.folder / "weights.npz") as file:
            assert {file[name].dtype.kind for name in file.files} == {"f"}


@pytest.fixture(scope="module")
def own_model(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Trained on nothing but texts, enough of them for a stacking fold, with a large encoder."""
    folder = tmp_path_factory.mktemp("own")
    texts = [
        {key: row[key] for key in ("original", "retranslated")}
        for row in rows(1_200, seed=3)
        if row["kind"] != "human"
    ]
    pq.write_table(pa.Table.from_pylist(texts), folder / "mine.parquet")
    large = write_tiny_encoder(folder / "large", seed=1, external=True)
    return train(config(folder / "mine.parquet", folder / "model", None, large_encoder=large))


@pytest.mark.slow
class TestOwnPairs:
    """A Parquet of ``original`` and ``retranslated`` is enough."""

    def test_classifiers_are_fitted_on_the_stacking_fold(self, own_model) -> None:
        described = load_model(own_model.folder).description
        assert described["stacking"] == "fold 1 of 5"
        assert 0 < described["stacking_windows"] < own_model.n_windows / 2
        assert list(described["sets"]) == ["mine"]

    def test_large_configurations_name_their_encoder(self, own_model) -> None:
        model = load_model(own_model.folder)
        assert set(model.configurations) == set(CONFIGURATIONS)
        digest = digest_of(own_model.folder.with_name("large"))
        assert model.description["large_encoder"] == {"digest": digest}

    def test_model_tells_the_templates_apart(self, own_model) -> None:
        document = rows(1, seed=77)[:4]
        clean, mangled = (
            "\n\n".join(str(row[side]) for row in document) for side in ("original", "retranslated")
        )
        with Scorer("fast", model=own_model.folder) as scorer:
            low, high = scorer.score(clean), scorer.score(mangled)
        assert high.probability > 0.5 > low.probability
        assert high.score > low.score


@pytest.mark.slow
def test_the_model_that_ships_is_calibrated_anew(pairs_file, tmp_path) -> None:
    out = tmp_path / "model"
    digest = recalibrate(config(pairs_file, out, None))
    shipped, own = load_model(), load_model(out)
    for name in set(FILES) - {"model.json", "MODEL_CARD.md"}:
        assert (out / name).read_bytes() == (default_folder() / name).read_bytes()
    assert own.digest == digest != shipped.digest
    assert own.description["calibrated"] == garbled.__version__
    assert own.description["windows"] == shipped.description["windows"]
    assert "describe a text (lexicon)" in (out / "MODEL_CARD.md").read_text()
    assert set(own.configurations) == set(CONFIGURATIONS) - set(OPTIONAL)
    X = np.random.default_rng(0).normal(size=(9, len(own.configurations["fast"].windows.features)))
    before, after = (m.configurations["fast"].windows for m in (shipped, own))
    np.testing.assert_array_equal(before.margins(X), after.margins(X))
    assert after.calibration != before.calibration
    assert own.configurations["fast"].thresholds != shipped.configurations["fast"].thresholds


@pytest.mark.slow
def test_a_cached_run_is_the_same(pairs_file, clean_folder, tmp_path) -> None:
    given = {"cache": tmp_path / "cache"}
    first = train(config(pairs_file, tmp_path / "one", clean_folder, **given))
    again = train(config(pairs_file, tmp_path / "two", clean_folder, **given))
    assert first.digest == again.digest


def test_no_encoder_is_told(pairs_file, clean_folder, tmp_path) -> None:
    with pytest.raises(ResourceError, match="no encoder here"):
        train(config(pairs_file, tmp_path / "model", clean_folder, encoder=tmp_path))


@pytest.mark.slow
def test_corpus_without_damage_is_told(tmp_path: Path, clean_folder: Path) -> None:
    made = [row for row in rows(60) if row["kind"] == "human"]
    pq.write_table(pa.Table.from_pylist(made), tmp_path / "pairs.parquet")
    with pytest.raises(GarbledError):
        train(config(tmp_path / "pairs.parquet", tmp_path / "model", clean_folder))
