"""What moved a score adds up to it, through windows and article, in every configuration."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import CLEAN, MANGLED

from garbled.attribution import (
    attribute_article,
    attribute_article_model,
    attribute_windows,
    group_places,
    shapley,
)
from garbled.drafts import Draft
from garbled.features.groups import CONFIGURATIONS, columns_of
from garbled.model.store import Model


@pytest.fixture
def make_draft(make_article, model: Model):
    """A draft whose columns are random, some undefined and some far out."""

    def make(configuration: str, *paragraphs: str, seed: int = 0) -> Draft:
        article = make_article(*paragraphs)
        draft = Draft(article.document, article, [], configuration=configuration)
        random = np.random.default_rng(seed)
        knots = model.configurations[configuration].windows.pipeline.named_steps["basis"].knots_
        size = (len(article.windows), len(knots))
        X = random.uniform(knots[:, 0] - 1, knots[:, -1] + 1, size)
        X[random.random(size) < 0.1] = np.nan
        for group, places in group_places(configuration).items():
            draft.columns[group] = X[:, list(places)]
        return draft

    return make


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
@pytest.mark.parametrize("paragraphs", [CLEAN[:1] * 2, (*CLEAN, *MANGLED) * 3])
def test_parts_add_up(configuration, paragraphs, make_draft, model) -> None:
    if configuration not in model.configurations:
        pytest.skip("the model has no such configuration")
    draft = make_draft(configuration, *paragraphs)
    logits = draft.window_logits(model)
    windows = attribute_windows(draft, model)
    assert windows.average + windows.features.sum(axis=1) == pytest.approx(logits, abs=1e-9)
    assert windows.average + windows.by_group().sum(axis=1) == pytest.approx(logits, abs=1e-9)
    whole = float(draft.article_logit(logits, model)[0])
    article = attribute_article(draft, model, windows)
    assert article.average + sum(article.groups.values()) == pytest.approx(whole, abs=1e-9)
    summed = attribute_article_model(draft, model)
    assert summed.average + summed.features.sum() == pytest.approx(whole, abs=1e-9)
    assert tuple(article.groups) == CONFIGURATIONS[configuration]
    assert windows.names == tuple(columns_of(CONFIGURATIONS[configuration]))


def test_a_group_that_moves_no_window_moves_no_article(make_draft, model) -> None:
    draft = make_draft("fast", *CLEAN, *MANGLED)
    draft.columns["names"][:] = np.nan
    article = attribute_article(draft, model)
    assert article.groups["names"] == 0.0
    assert any(abs(moved) > 0.01 for moved in article.groups.values())


def test_only_the_groups_decide_not_their_order(make_draft, model) -> None:
    """Two groups that move every window alike move the article alike."""
    draft = make_draft("fast", *CLEAN, *MANGLED)
    windows = attribute_windows(draft, model)
    places = windows.groups
    for name in ("names", "lexicon"):
        windows.features[:, list(places[name])] = 0.0
        windows.features[:, places[name][0]] = np.linspace(-1, 2, len(windows.features))
    article = attribute_article(draft, model, windows)
    assert article.groups["names"] == pytest.approx(article.groups["lexicon"], abs=1e-9)


players = st.integers(1, 6).flatmap(
    lambda n: st.lists(st.floats(-5, 5, allow_subnormal=False), min_size=2**n, max_size=2**n).map(
        np.array
    )
)


@given(players)
def test_shapley_adds_up_and_agrees_with_the_orders(values) -> None:
    """The definition: a player's mean gain over all orders in which the players may come."""
    from itertools import permutations

    n = int(np.log2(len(values)))

    def value(coalitions):
        return values[(coalitions @ 2 ** np.arange(n)).astype(int)]

    nobody, shares = shapley(value, n)
    assert nobody == values[0]
    assert nobody + shares.sum() == pytest.approx(values[-1], abs=1e-9)
    gains = np.zeros(n)
    orders = list(permutations(range(n)))
    for order in orders:
        members = 0
        for player in order:
            gains[player] += values[members | 1 << player] - values[members]
            members |= 1 << player
    assert shares == pytest.approx(gains / len(orders), abs=1e-9)
