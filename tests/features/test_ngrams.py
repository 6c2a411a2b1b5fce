from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from texts import CLEAN, MANGLED

from garbled.features.ngrams import NgramScore, view_hashes
from garbled.features.rows import Row, make_rows
from garbled.model.store import Model

VIEWS = ("words", "syntax")
each_view = pytest.mark.parametrize("view", VIEWS)


@pytest.fixture(scope="module")
def rows(make_article) -> list[Row]:
    """One window a paragraph, first the clean ones."""
    texts = (*CLEAN, *MANGLED)
    made = [row for text in texts for row in make_rows(make_article(text).windows, (), None)]
    assert len(made) == len(texts)
    return made


@pytest.fixture
def target() -> np.ndarray:
    return np.repeat([0, 1], [len(CLEAN), len(MANGLED)])


@each_view
def test_fits_what_tells_the_classes_apart(model: Model, rows, target, view) -> None:
    score = NgramScore(view, model.resources.counts, n_bits=12, C=100.0).fit(rows, target)
    values = score.transform(rows)
    assert values.shape == (len(rows), 1)
    assert values[target == 1].min() > values[target == 0].max()
    assert score.coef_.shape == (2**12,)


@each_view
def test_coefficients_are_the_whole_state(model: Model, rows, target, view) -> None:
    fitted = NgramScore(view, model.resources.counts, n_bits=10).fit(rows, target)
    other = clone(fitted)
    assert not hasattr(other, "coef_")
    other.coef_, other.intercept_ = fitted.coef_.copy(), fitted.intercept_
    np.testing.assert_array_equal(other.transform(rows), fitted.transform(rows))


@each_view
def test_score_is_the_mean_weight_of_the_ngrams_present(model: Model, rows, view) -> None:
    score = NgramScore(view, model.resources.counts, n_bits=8)
    score.coef_, score.intercept_ = np.ones(2**8, np.float32), 0.5
    hashed = score.hashed(rows)
    present = (hashed != 0).sum(axis=1)
    np.testing.assert_allclose(score.transform(rows)[:, 0], np.sqrt(present) + 0.5)
    np.testing.assert_allclose((hashed.multiply(hashed)).sum(axis=1), 1.0)


@each_view
def test_no_rows(model: Model, view) -> None:
    score = NgramScore(view, model.resources.counts, n_bits=8)
    assert score.hashed([]).shape == (0, 2**8)


def test_counts_are_needed(rows) -> None:
    with pytest.raises(ValueError, match="needs counts"):
        NgramScore("words").hashed(rows)


@each_view
def test_names_inside_sentences_are_masked(model: Model, make_article, view) -> None:
    here, there = (
        make_article(f"The mayor of {name} said on Monday that it rained.").windows[0]
        for name in ("Leeds", "Zwolle")
    )
    counts = model.resources.counts
    np.testing.assert_array_equal(view_hashes(here, view, counts), view_hashes(there, view, counts))


def test_syntax_keeps_function_words_and_masks_topics(model: Model, make_article) -> None:
    def hashes(text: str, view: str) -> list[int]:
        [window] = make_article(text).windows
        return view_hashes(window, view, model.resources.counts).tolist()  # type: ignore[arg-type]

    one, two = "He was walking by the harbour.", "He was melting by the marmot."
    assert hashes(one, "words") != hashes(two, "words")
    assert hashes(one, "syntax") == hashes(two, "syntax")
    assert hashes(one, "syntax") != hashes("He was walking to the harbour.", "syntax")


@each_view
def test_shipped_weights_are_of_the_size_they_say(model: Model, view) -> None:
    ngram = model.ngrams[view]
    assert ngram.coef_.shape == (2**ngram.n_bits,)
    assert np.isfinite(ngram.coef_).all()
    assert np.count_nonzero(ngram.coef_)
