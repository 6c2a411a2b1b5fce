"""Training on a small corpus of templates: a model that loads, scores, and comes out the same."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from garbled.corpora.splits import normalise_original
from garbled.errors import GarbledError, IngestError
from garbled.model.store import FILES, load_model
from garbled.scorer import Scorer
from garbled.training.config import HELD_OUT_FOLD, TrainingConfig
from garbled.training.measure import chunk_pairs
from garbled.training.prepare import split_pairs
from garbled.training.run import Trained, train

PLACES = ("Leeds", "Derry", "Turin", "Bergen", "Lagos", "Quito", "Perth", "Kobe", "Lyon")
PEOPLE = ("Marsh", "Cole", "Whitlock", "Okafor", "Lind", "Moreau", "Tanaka", "Silva", "Novak")
THINGS = ("pier", "tram", "bridge", "school", "market", "library", "harbour", "station")
TEMPLATES = [
    (
        "The {thing} in {place} will close in March for repairs that cost {n} million dollars, "
        "{person} said on Monday after a long meeting.",
        "The {thing} of {place} it will be closed in march by repairs of a cost of {n},0 millions "
        "of dollars, has said Gave {person} the monday afterwards of a meeting long.",
    ),
    (
        "Shopkeepers fear that it will cost them half of their winter trade, and have asked the "
        "council of {place} to help them with the rent.",
        "The tradesmen fear that it goes to cost to them the half of the commerce of winter , and "
        "they have asked to the advice that it help to them with the rent rent.",
    ),
    (
        "{person}, who has worked at the {thing} for {n} years, said that nobody had told the "
        "staff of the plan before it was in the paper.",
        "{person}, that carries {n} years working to the {thing}, has said that nobody had said "
        "to the personnel of the plan before that it was to the newspaper.",
    ),
    (
        "Engineers found rust in {n} of the forty legs that hold it up, and divers will look at "
        "the others before the end of the month.",
        "The engineers they found oxide in {n} of the forty legs that sustain it, and the divers "
        "they will look the others before the final of the month.",
    ),
]


def rows(n_documents: int, seed: int = 1) -> list[dict[str, object]]:
    """Pairs of documents of four segments, as machines of two kinds and people wrote them."""
    chance = random.Random(seed)
    made: list[dict[str, object]] = []
    for number in range(n_documents):
        kind = ("bad", "good", "human")[number % 3]
        for seg in range(4):
            names = {
                "thing": chance.choice(THINGS),
                "place": chance.choice(PLACES),
                "person": chance.choice(PEOPLE),
                "n": chance.randrange(2, 999),
            }
            original, mangled = (text.format(**names) for text in TEMPLATES[seg])
            original = f"{original[:-1]}, as note {number} of part {seg} said."
            faithful = original.replace("said", "stated")
            made.append(
                {
                    "original": original,
                    "retranslated": mangled if kind == "bad" else faithful,
                    "set": "wmt16",
                    "lang_pair": "es-en",
                    "system": "people" if kind == "human" else kind,
                    "kind": "human" if kind == "human" else "machine",
                    "doc_id": f"d{number}",
                    "seg": seg,
                    "human_score": {"bad": -1.0, "good": 1.0, "human": None}[kind],
                }
            )
    made.append({**made[0], "retranslated": "", "doc_id": "bad"})
    return made


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


def config(pairs: Path, out: Path, clean: Path) -> TrainingConfig:
    return TrainingConfig(pairs=pairs, out=out, clean=clean, max_grammar=0, jobs=1)


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


@pytest.mark.slow
def test_corpus_without_damage_is_told(tmp_path: Path, clean_folder: Path) -> None:
    made = [row for row in rows(60) if row["kind"] == "human"]
    pq.write_table(pa.Table.from_pylist(made), tmp_path / "pairs.parquet")
    with pytest.raises(GarbledError):
        train(config(tmp_path / "pairs.parquet", tmp_path / "model", clean_folder))
