"""Weights and thresholds of doubts, picked on made copy where the right answer is known."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from templates import rows
from tiny_encoder import write_tiny_encoder

from garbled.analysers.run import COUNTS_FILE
from garbled.documents import Block, Document
from garbled.errors import GarbledError
from garbled.evidence.doubt import DOUBTS_FILE, FEATURES, Doubts
from garbled.evidence.tokens import find_runs
from garbled.features.encoder import Encoder
from garbled.model.store import default_folder
from garbled.segment.articles import Article, analyse
from garbled.training.doubt_samples import (
    PAPERS,
    TRANSLATIONS,
    Described,
    Sample,
    describe_samples,
    is_new,
    read_samples,
)
from garbled.training.doubt_weights import cross_weigh, fit_weights, measure_copies
from garbled.training.token_thresholds import (
    find_alarms,
    is_in_budget,
    main,
    measure,
    pick_suggestion,
    pick_thresholds,
    pick_token_thresholds,
)

N_DOCUMENTS = 240
TEXT = "The council of {0} said that the old pier would {0} in March after {0} winters of rust."


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Pairs of which a third are post-edits, and clean articles of one publication."""
    folder = tmp_path_factory.mktemp("corpus")
    made = rows(N_DOCUMENTS, seed=3)
    for row in made:
        bad = row["system"] == "bad"
        row["set"] = "mlqe-pe" if bad else "wmt16"
        row["origlang"] = None if bad else "en" if row["system"] == "good" else "de"
    (folder / "pairs").mkdir()
    pq.write_table(pa.Table.from_pylist(made), folder / "pairs" / "pairs.parquet")
    clean = [
        {"doc_id": f"gazette.{row['doc_id']}.{row['seg']}", "title": None, "text": row["original"]}
        for row in rows(60, seed=9)
    ]
    (folder / "clean").mkdir()
    pq.write_table(pa.Table.from_pylist(clean), folder / "clean" / "clean.parquet")
    return folder


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    folder = write_tiny_encoder(tmp_path_factory.mktemp("encoder"))
    shutil.copy(default_folder() / COUNTS_FILE, folder / COUNTS_FILE)
    return folder


@pytest.fixture(scope="module")
def samples(corpus) -> list[Sample]:
    return read_samples(corpus / "pairs", corpus / "clean", seed=0)


def article_of(*texts: str) -> Article:
    return analyse(Document.from_blocks(map(Block, texts), id="a", source="a"))


def made_up(n: int, seed: int = 1) -> list[Described]:
    """Articles whose wrong words have a higher first feature, in copies and nowhere else."""
    dice = np.random.default_rng(seed)
    made = []
    for number in range(n):
        article = article_of(*(TEXT.format(f"part{number}") for _ in range(5)))
        n_tokens = sum(len(s.tokens) for s in article.sentences)
        features = dice.normal(0, 1, (n_tokens, len(FEATURES)))
        wrong = np.zeros(n_tokens, dtype=bool)
        source = ("", PAPERS, TRANSLATIONS)[number % 3]
        if not source:
            wrong = dice.random(n_tokens) < 0.2
            features[wrong, 0] += 3.0
        flags = None if source else wrong
        made.append(Described(Sample(f"set/{number}", article, source, flags), features))
    return made


def test_samples_are_of_the_stacking_fold_and_know_what_was_changed(samples) -> None:
    sets = {sample.set for sample in samples if sample.wrong is not None}
    assert sets == {"mlqe-pe"}
    assert {sample.source for sample in samples} == {"", PAPERS, TRANSLATIONS, "gazette"}
    assert 4 < len({s.key for s in samples if s.source != "gazette"}) < N_DOCUMENTS / 2
    for sample in samples:
        if sample.wrong is None:
            continue
        tokens = [word for window in sample.windows for word in window]
        assert len(tokens) == len(sample.wrong) == len(sample.expected)
        assert sample.wrong[[word == "tradesmen" for word in tokens]].all()
        assert ("tradesmen", "Shopkeepers") not in zip(tokens, sample.expected, strict=True)
        assert not sample.wrong[[word == "years" for word in tokens]].any()


def test_post_edits_are_nobodys_human_copy(samples) -> None:
    assert all(sample.source == "" for sample in samples if sample.set == "mlqe-pe")
    assert any(s.source == "" and s.wrong is None for s in samples)


def test_an_original_counts_once_however_it_was_cut() -> None:
    seen: set[tuple[str, ...]] = set()
    first, second, third = (TEXT.format(word) for word in ("one", "two", "three"))
    assert is_new(article_of(first, second, third), seen)
    assert not is_new(article_of(first, third), seen)
    assert is_new(article_of(first, TEXT.format("four"), TEXT.format("five")), seen)


def test_equal_windows_read_alike(samples, encoder, resources) -> None:
    twice = [samples[0], replace(samples[0], key="again")]
    described, ordinary = describe_samples(
        [*twice, *samples[-3:]], Encoder(encoder), resources.counts
    )
    np.testing.assert_array_equal(described[0].features, described[1].features)
    assert np.isfinite(ordinary)


def test_weights_find_what_tells_wrong_words() -> None:
    doubts = fit_weights(made_up(30), Doubts("", 0.0))
    others = [abs(doubts.weights[name]) for name in FEATURES[1:]]
    assert doubts.weights[FEATURES[0]] > 1.5 > 10 * max(others) / 2


def test_log_odds_come_from_weights_that_have_not_seen_the_sample() -> None:
    """Labels that are pure chance cannot be foretold by them."""
    described = made_up(30)
    dice = np.random.default_rng(5)
    chance = [
        replace(d, sample=replace(d.sample, source="", wrong=dice.random(len(d.features)) < 0.2))
        for d in described
    ]
    weighed = cross_weigh(chance, Doubts("", 0.0))
    assert len(weighed) == len(chance)
    assert measure_copies(weighed, Doubts("", 0.0, least=0.0))["best_correlation"] < 0.1
    told = cross_weigh(described, Doubts("", 0.0))
    copies = [one for one in told if one.described.sample.wrong is not None]
    assert measure_copies(copies, Doubts("", 0.0, least=0.0))["best_correlation"] > 0.5


def test_thresholds_are_the_lowest_in_budget(monkeypatch, resources) -> None:
    module = "garbled.training.token_thresholds"
    for name, budget in {"BUDGET": 4.0, "CERTAIN_BUDGET": 3.0, "MAJOR_BUDGET": 2.0}.items():
        monkeypatch.setattr(f"{module}.{name}", budget)
    described = made_up(90)
    doubts = fit_weights(described, Doubts("", 0.0))
    weighed = cross_weigh(described, doubts)
    doubts = pick_thresholds(weighed, doubts, resources.counts)
    assert doubts.least <= doubts.name
    assert doubts.least <= doubts.major
    human = [one for one in weighed if one.described.sample.source == PAPERS]
    words = sum(one.described.sample.article.n_words for one in human)

    def rate(least: float) -> float:
        return 1_000 * sum(1 for one in human for _ in find_runs(one.sentences, least)) / words

    assert rate(doubts.least) <= 4.0 < rate(doubts.least - 0.3)
    measured = measure(weighed, doubts, resources.counts)
    assert measured[PAPERS]["alarms"] <= 4.0
    assert measured[PAPERS]["major"] <= 2.0
    assert measured["copies of set"]["recall"] > 0.3
    assert len(list(find_alarms(human, doubts.least, resources.counts))) > 3


def test_what_is_rather_right_than_wrong_is_no_finding(monkeypatch, resources) -> None:
    monkeypatch.setattr("garbled.training.token_thresholds.BUDGET", 1_000.0)
    weighed = cross_weigh(made_up(12), Doubts("", 0.0))
    assert pick_thresholds(weighed, Doubts("", 0.0), resources.counts).least >= 0.0


def test_a_small_source_cannot_hide_a_large_one() -> None:
    words = {"large": 100_000, "small": 1_000, "tiny": 1_000}
    assert is_in_budget({"large": 40}, words, 0.4)
    assert not is_in_budget({"large": 41}, words, 0.4)
    assert not is_in_budget({"small": 2}, words, 0.4)
    assert is_in_budget({TRANSLATIONS: 8}, {TRANSLATIONS: 10_000}, 0.4)
    assert not is_in_budget({TRANSLATIONS: 9}, {TRANSLATIONS: 10_000}, 0.4)


def test_suggestions_are_told_only_where_half_are_right(resources) -> None:
    weighed = cross_weigh(made_up(30), Doubts("", 0.0))
    unknown = [
        replace(
            one,
            described=replace(
                one.described,
                sample=replace(one.described.sample, expected=(None,) * len(one.log_odds)),
            ),
        )
        for one in weighed
    ]
    doubts, measured = pick_suggestion(unknown, Doubts("", 0.0, least=0.0), resources.counts)
    assert doubts.suggestion == 1.0
    assert measured == {"share": 0.0, "right": 0.0}


def test_one_command_writes_the_file(corpus, encoder, tmp_path) -> None:
    arguments = {"pairs": corpus / "pairs", "clean": corpus / "clean", "encoder": encoder}
    options = [str(x) for name, path in arguments.items() for x in (f"--{name}", path)]
    result = CliRunner().invoke(main, [*options, "--out", str(tmp_path)], catch_exceptions=False)
    assert result.exit_code == 0
    content = json.loads((tmp_path / DOUBTS_FILE).read_text("utf-8"))
    doubts = Doubts(**content["doubts"])
    assert json.loads(result.stdout) == content["doubts"]
    assert doubts.encoder.startswith("sha256:")
    assert np.isfinite([doubts.least, doubts.name, doubts.major, doubts.suggestion]).all()
    assert {PAPERS, TRANSLATIONS, "gazette", "copies of mlqe-pe"} <= set(content["measured"])


def test_without_copies_there_is_nothing_to_fit(corpus, encoder, tmp_path) -> None:
    (tmp_path / "pairs").mkdir()
    made = [row for row in rows(60, seed=3) if row["system"] == "good"]
    pq.write_table(pa.Table.from_pylist(made), tmp_path / "pairs" / "pairs.parquet")
    with pytest.raises(GarbledError, match="to fit on"):
        pick_token_thresholds(tmp_path / "pairs", corpus / "clean", encoder, tmp_path, 0)
