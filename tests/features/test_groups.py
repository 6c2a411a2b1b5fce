"""The contract that every feature group keeps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from sklearn.base import clone
from texts import CLEAN, MANGLED, hostile_texts
from tiny_encoder import write_tiny_encoder

from garbled.analysers.faults import Fault
from garbled.analysers.run import Resources, find_faults
from garbled.features.base import FeatureGroup
from garbled.features.encoder import Encoder
from garbled.features.grammar import GrammarFeatures
from garbled.features.groups import (
    CONFIGURATIONS,
    STATELESS,
    columns_of,
    feature_names,
    make_union,
    stateless_groups,
)
from garbled.features.rows import PlacedMatch, Row, make_rows
from garbled.languagetool.client import Match
from garbled.model.store import Model
from garbled.segment.articles import Article, Window

EMPTY = Row(Window((), 0), (), None)
each_group = pytest.mark.parametrize("name", STATELESS)


@pytest.fixture(scope="module")
def encoders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Encoder]:
    """Tiny ones: what is tested here does not depend on which."""
    return {
        name: Encoder(write_tiny_encoder(tmp_path_factory.mktemp(name), seed))
        for seed, name in enumerate(("encoder", "large_encoder"))
    }


@pytest.fixture(scope="module")
def groups(resources: Resources, encoders: dict[str, Encoder]) -> dict[str, FeatureGroup]:
    return stateless_groups(resources, encoders)


@pytest.fixture(scope="module")
def rows_of(resources: Resources) -> Callable[[Article], list[Row]]:
    def rows_of(article: Article) -> list[Row]:
        return make_rows(article.windows, find_faults(article, resources), None)

    return rows_of


@pytest.fixture(scope="module")
def rows(make_article, rows_of) -> list[Row]:
    made = [*rows_of(make_article(*CLEAN)), *rows_of(make_article(*MANGLED))]
    assert len(made) >= 4
    return made


def column(group: FeatureGroup, rows: list[Row], name: str) -> list[float]:
    return group.transform(rows)[:, group.names.index(name)].tolist()


@each_group
def test_names_stand_for_the_columns(groups, rows, name: str) -> None:
    group = groups[name]
    values = group.fit_transform(rows)
    assert values.shape == (len(rows), len(group.names))
    assert values.dtype == np.float64
    assert group.get_feature_names_out().tolist() == list(group.names)
    assert len(set(group.names)) == len(group.names)


@each_group
def test_no_rows_give_no_rows(groups, name: str) -> None:
    assert groups[name].transform([]).shape == (0, len(groups[name].names))


@each_group
def test_empty_window_is_undefined_and_not_zero(groups, rows, name: str) -> None:
    values = groups[name].transform([rows[0], EMPTY, rows[0]])
    assert np.isnan(values[1]).all()
    np.testing.assert_array_equal(values[0], values[2])


@each_group
def test_groups_clone(groups, rows, name: str) -> None:
    copy = clone(groups[name])
    assert copy is not groups[name]
    np.testing.assert_array_equal(copy.transform(rows), groups[name].transform(rows))


@each_group
def test_a_row_does_not_depend_on_the_others(groups, rows, name: str) -> None:
    together = groups[name].transform(rows)
    backwards = groups[name].transform(rows[::-1])[::-1]
    alone = np.vstack([groups[name].transform([row]) for row in rows])
    np.testing.assert_allclose(together, alone, rtol=1e-9)
    np.testing.assert_allclose(together, backwards, rtol=1e-9)


@settings(max_examples=25)
@given(text=hostile_texts)
def test_values_of_any_text_are_numbers_or_undefined(groups, rows_of, make_article, text) -> None:
    rows = rows_of(make_article(text))
    for group in groups.values():
        assert not np.isinf(group.transform(rows)).any()


def test_clean_copy_is_defined(groups, rows) -> None:
    """NaN is for the undefined alone, so the contract is not kept by NaN everywhere."""
    for name in ("names", "lexicon", "fluency", "readability", "encoder"):
        assert not np.isnan(groups[name].transform(rows[:1])).any(), name


@pytest.mark.parametrize(
    ("name", "column_name", "higher"),
    [
        ("names", "name_codes", MANGLED),
        ("lexicon", "lexicon_numbers", MANGLED),
        ("lexicon", "lexicon_repeated", MANGLED),
        ("fluency", "surprisal_mean", MANGLED),
        ("fluency", "association", CLEAN),
        ("fluency", "seen_trigrams", CLEAN),
    ],
)
def test_direction(groups, rows_of, make_article, name, column_name, higher) -> None:
    clean, mangled = (
        float(np.mean(column(groups[name], rows_of(make_article(*text)), column_name)))
        for text in (CLEAN, MANGLED)
    )
    assert (mangled > clean) is (higher is MANGLED)
    assert mangled != clean


def test_rates_are_per_hundred_words(groups, make_article, rows_of) -> None:
    words = "the committee met on Tuesday to talk of the pier and left " * 4
    article = make_article(f"{words}, and met met.")
    [row] = rows_of(article)
    assert row.window.n_words == 51
    assert column(groups["lexicon"], [row], "lexicon_repeated") == [pytest.approx(100 / 51)]


def test_names_are_undefined_without_names(groups, make_article, rows_of) -> None:
    rows = rows_of(make_article("It rained all day and nobody in the town minded it at all."))
    assert np.isnan(column(groups["names"], rows, "unknown_share")).all()
    assert column(groups["names"], rows, "capitalised_share") == [0.0]


def test_grammar_tells_no_check_from_no_match(make_article) -> None:
    article = make_article(CLEAN[0])
    match = PlacedMatch(0, 4, 11, Match(4, 11, "SOME_RULE", "GRAMMAR", "grammar", "Wrong."))
    taste = PlacedMatch(0, 4, 11, Match(4, 11, "OTHER_RULE", "STYLE", "style", "Wordy."))
    unchecked, clean, wrong, wordy = (
        GrammarFeatures().transform(make_rows(article.windows, (), matches))[0]
        for matches in (None, [], [match], [taste])
    )
    names = GrammarFeatures.names
    assert np.isnan(unchecked).all()
    assert (clean == 0).all()
    rate = pytest.approx(100 / article.n_words)
    assert wrong[names.index("grammar_matches")] == wrong[names.index("grammar_grammar")] == rate
    assert wordy[names.index("grammar_matches")] == 0
    assert wordy[names.index("grammar_style")] == rate


def test_faults_belong_to_the_window_they_start_in(make_article) -> None:
    article = make_article(*CLEAN, *MANGLED)
    assert len(article.windows) > 2
    faults = [Fault(s.paragraph, s.start, s.end, "LEX_LEFTOVER") for s in article.sentences]
    rows = make_rows(article.windows, faults, None)
    assert [len(row.faults) for row in rows] == [len(w.sentences) for w in article.windows]


@pytest.mark.parametrize("configuration", CONFIGURATIONS)
def test_union_has_the_columns_it_names(model: Model, encoders, rows, configuration: str) -> None:
    union = make_union(configuration, model.resources, model.ngrams, encoders)
    names = columns_of(CONFIGURATIONS[configuration])
    assert union.get_feature_names_out().tolist() == names
    assert union.transform(rows).shape == (len(rows), len(names))
    assert len(set(names)) == len(names)
    if configuration in model.configurations:
        assert model.configurations[configuration].windows.features == tuple(names)


def test_feature_names_are_prefixed() -> None:
    assert feature_names("words") == ("words__words_ngrams",)
    assert feature_names("grammar")[0] == "grammar__grammar_matches"
