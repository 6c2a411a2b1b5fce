"""How much tokens are doubted, from made readings whose every number is known."""

from __future__ import annotations

import numpy as np
import pytest

from garbled.analysers.run import Resources
from garbled.evidence.doubt import (
    FEATURES,
    UNREAD,
    Doubts,
    describe,
    read_context,
    shipped_doubts,
    weigh,
)
from garbled.features.encoder import Reading
from garbled.model.store import default_folder
from garbled.segment.articles import Article
from garbled.training.encode import encoder_digest

SENTENCE = (
    "The harbour board said on Monday that the old pier near the market would stay closed until "
    "the spring because eleven of its forty iron legs had rusted through over the winter."
)
PLAIN = Doubts("", -1.0, dict(zip(FEATURES, (1.0, 0.0, 0.5, 0.0, 0.0), strict=True)), -2.0)


def paragraphs(count: int) -> list[str]:
    return [f"Part {number}. {SENTENCE}" for number in range(count)]


def readings_of(article: Article, *mangled: float, token: float = -3.0) -> list[Reading]:
    """A reading for each window, in which every token has the same log-odds."""
    levels = mangled * len(article.windows) if len(mangled) == 1 else mangled
    return [
        Reading(level, 0.0, np.full(len(list(window.tokens)), token, dtype=np.float32))
        for window, level in zip(article.windows, levels, strict=True)
    ]


def test_shipped_weights_are_for_the_encoder_that_ships() -> None:
    """When this fails after a new encoder: run ``python -m garbled.training.token_thresholds``."""
    assert shipped_doubts().encoder == f"sha256:{encoder_digest(default_folder())}"


def test_shipped_thresholds_are_in_order() -> None:
    doubts = shipped_doubts()
    assert set(doubts.weights) == set(FEATURES)
    assert doubts.weights["token"] > 0 < doubts.weights["context"]
    assert -4 < doubts.least <= doubts.name <= doubts.major < 12
    assert 0 < doubts.suggestion <= 1


def test_features_are_of_the_token_and_its_place(make_article, resources: Resources) -> None:
    article = make_article(SENTENCE)
    [reading] = readings_of(article, 0.5)
    reading.tokens[:3] = (4.0, 40.0, np.nan)
    table = describe(article, [reading], resources.counts, ordinary=-1.0)
    columns = dict(zip(FEATURES, table.T, strict=True))
    texts = [token.text for token in article.windows[0].tokens]
    assert columns["token"][:2].tolist() == [4.0, -UNREAD]
    assert np.isnan(columns["token"][2])
    assert columns["before"][:4].tolist() == [UNREAD, 4.0, -UNREAD, UNREAD]
    assert np.flatnonzero(columns["capital"]).tolist() == [0, texts.index("Monday")]
    assert (columns["surprisal"] > 0).all()
    assert len(set(columns["context"])) == 1


def test_an_unlikely_word_surprises(make_article, resources: Resources) -> None:
    def surprisal(word: str) -> float:
        article = make_article(SENTENCE.replace("market", word))
        table = describe(article, readings_of(article, 0.0), resources.counts, -1.0)
        place = [token.text for token in article.windows[0].tokens].index(word)
        return float(table[place, FEATURES.index("surprisal")])

    assert surprisal("station") < surprisal("zibaldone")


def test_a_short_article_tells_less_than_a_long_one(make_article) -> None:
    short, long = make_article(SENTENCE), make_article(*paragraphs(12))
    short_context = read_context(short, readings_of(short, 2.0), -1.0)
    long_context = read_context(long, readings_of(long, 2.0), -1.0)
    assert -1.0 < short_context.max() < long_context.min() < 2.0


def test_a_mangled_part_is_doubted_and_the_rest_less(make_article) -> None:
    article = make_article(*paragraphs(30))
    n = len(article.windows)
    assert n > 8
    context = read_context(article, readings_of(article, *([-1.5] * (n - 2)), 2.5, 2.5), -1.5)
    assert context[-1] == context.max() > 0.5
    np.testing.assert_allclose(context[: n - 4], context[0])
    assert context[0] < -0.5


def test_an_unread_window_reads_as_ordinary(make_article) -> None:
    article = make_article(SENTENCE)
    assert read_context(article, readings_of(article, float("nan")), -1.2) == pytest.approx(-1.2)


def test_sentences_keep_their_own_log_odds(make_article, resources: Resources) -> None:
    article = make_article(*paragraphs(3))
    readings = readings_of(article, -1.0)
    readings[-1].tokens[-2:] = (7.0, np.nan)
    weighed = weigh(article, readings, resources.counts, PLAIN)
    assert [sentence for sentence, _ in weighed] == list(article.sentences)
    assert all(len(sentence.tokens) == len(odds) for sentence, odds in weighed)
    last = weighed[-1][1]
    assert last[-2] - last[-3] == pytest.approx(10.0)
    assert np.isnan(last[-1])


def test_an_article_without_windows_has_no_tokens(make_article, resources: Resources) -> None:
    article = make_article(("A headline alone", "headline"))
    assert describe(article, [], resources.counts, -1.0).shape[1] == len(FEATURES)
