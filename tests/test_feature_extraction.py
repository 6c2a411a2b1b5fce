"""TextFeatures keeps scikit-learn's contract, as far as that is about texts, and measures truly."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import SkipTestWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks as checks
from sklearn.utils.estimator_checks import estimator_checks_generator
from texts import CLEAN, FRENCH, MANGLED

from garbled.drafts import Draft
from garbled.feature_extraction import GROUPS, TextFeatures, as_texts
from garbled.features.groups import CONFIGURATIONS
from garbled.grammar import Grammar
from garbled.pipeline import draft_document, score_drafts
from garbled.report.explain import meanings
from garbled.scorer import Scorer

QUICK = ("names", "lexicon", "fluency", "words", "syntax")
TEXTS = ["\n\n".join(CLEAN), "\n\n".join(MANGLED), CLEAN[0], "Rain fell."]

# Those of scikit-learn's checks that fit nothing on numbers.
ABOUT_ANY_INPUT = (
    checks.check_do_not_raise_errors_in_init_or_set_params,
    checks.check_estimator_cloneable,
    checks.check_estimator_repr,
    checks.check_estimator_tags_renamed,
    checks.check_get_params_invariance,
    checks.check_mixin_order,
    checks.check_no_attributes_set_in_init,
    checks.check_parameters_default_constructible,
    checks.check_set_params,
    checks.check_valid_tag_types,
)


@pytest.mark.parametrize("check", ABOUT_ANY_INPUT, ids=lambda check: check.__name__)
def test_scikit_learn_is_content(check):
    check("TextFeatures", TextFeatures())


def test_scikit_learn_skips_what_it_would_fit_on_numbers():
    """Its own list for an estimator of texts: everything beyond needs a matrix of numbers.

    Left out so are the checks of dtypes, sparse and complex input, sample weights, n_features_in_,
    feature names in, subset and order invariance, dictionaries, pickling after fit, and set_output;
    what of these has a meaning for texts is tested below.
    """
    with pytest.warns(SkipTestWarning, match="Can't test estimator TextFeatures"):
        own = list(estimator_checks_generator(TextFeatures(groups=QUICK), legacy=True))
    for estimator, check in own:
        check(estimator)


@pytest.fixture(scope="module")
def matrix() -> np.ndarray:
    return TextFeatures(groups=QUICK).fit_transform(TEXTS)


def test_the_matrix_has_a_row_a_text_and_a_named_column_a_feature(matrix):
    names = TextFeatures(groups=QUICK).get_feature_names_out()
    assert matrix.shape == (len(TEXTS), len(names))
    assert matrix.dtype == np.float64
    assert len(set(names)) == len(names)
    for name in names:
        group, feature = name.split("__")
        assert feature in meanings()[group]


def test_columns_stand_in_the_order_of_the_groups():
    names = TextFeatures(groups=["syntax", "names"]).get_feature_names_out()
    assert [name.split("__")[0] for name in names] == ["syntax", *["names"] * 7]
    assert set(CONFIGURATIONS["large"]) == set(GROUPS)


def test_mangled_copy_differs_the_way_the_features_point(matrix):
    names = list(TextFeatures(groups=QUICK).get_feature_names_out())
    clean, mangled = matrix[0], matrix[1]
    for name in ("words__words_ngrams", "syntax__syntax_ngrams", "names__name_codes"):
        assert mangled[names.index(name)] > clean[names.index(name)]


def test_values_are_the_means_of_the_windows_that_are_scored(matrix):
    """Against what the pipeline measured on its way to a score."""
    with Scorer("fast") as scorer:
        from garbled.model.store import load_model
        from garbled.scorer import _as_document

        settings, grammar, model = scorer.settings, Grammar(), load_model()
        draft = draft_document(_as_document(TEXTS[1], "a"), model, settings, grammar)
        assert isinstance(draft, Draft)
        list(score_drafts([draft], model, settings, grammar))
    weights = [window.n_words for window in draft.article.windows]
    assert len(weights) > 1
    for group in QUICK:
        own = TextFeatures(groups=[group]).fit_transform(TEXTS[1:2])[0]
        expected = np.average(draft.columns[group], axis=0, weights=weights)
        np.testing.assert_allclose(own, expected)


def test_the_encoder_is_read_too():
    features = TextFeatures(groups=["encoder"])
    clean, mangled = features.fit_transform(TEXTS[:2])
    assert features.get_feature_names_out()[0] == "encoder__mangled"
    assert mangled[0] > clean[0]


def test_a_text_is_measured_alike_in_any_company(matrix):
    features = TextFeatures(groups=QUICK)
    backwards = features.fit_transform([*TEXTS[::-1]])[::-1]
    np.testing.assert_array_equal(backwards, matrix)
    many = features.transform(TEXTS * 20)
    np.testing.assert_array_equal(many[-len(TEXTS) :], matrix)


def test_missing_texts_are_rows_of_nan(matrix):
    features = TextFeatures(groups=QUICK)
    given = np.array([TEXTS[1], None, float("nan"), "", "\n\n", "…"], dtype=object)
    values = features.fit_transform(given)
    np.testing.assert_array_equal(values[0], matrix[1])
    # an empty text has no n-grams either, whose score is then that of nothing
    rates = [n for n, name in enumerate(features.get_feature_names_out()) if "__name_" in name]
    assert np.isnan(values[1:4][:, rates]).all()


def test_no_text_gives_no_row():
    assert TextFeatures(groups=["names"]).fit_transform([]).shape == (0, 7)


def test_it_fits_without_a_look_at_the_texts_and_is_a_value():
    features = TextFeatures(groups=["names"])
    assert features.fit(TEXTS) is features
    assert features.groups_ == ("names",)
    assert features.n_features_out_ == 7
    again = pickle.loads(pickle.dumps(features))  # noqa: S301
    np.testing.assert_array_equal(again.transform(TEXTS), features.transform(TEXTS))
    copy = clone(features)
    assert not hasattr(copy, "groups_")
    np.testing.assert_array_equal(copy.transform(TEXTS), features.transform(TEXTS))


def test_parameters_are_left_as_they_were_given():
    groups = ["names"]
    features = TextFeatures(groups=groups)
    features.fit_transform(list(TEXTS))
    assert features.groups is groups
    assert groups == ["names"]


@pytest.mark.parametrize("container", ["list", "tuple", "array", "arrow", "pandas", "polars"])
def test_columns_of_every_kind(container, matrix):
    given: Any = {"list": TEXTS, "tuple": tuple(TEXTS), "array": np.array(TEXTS)}.get(container)
    if container == "arrow":
        given = pa.chunked_array([TEXTS])
    if container in ("pandas", "polars"):
        given = pytest.importorskip(container).Series(TEXTS)
    values = TextFeatures(groups=QUICK).fit_transform(given)
    np.testing.assert_array_equal(np.asarray(values), matrix)


@pytest.mark.parametrize("output", ["pandas", "polars"])
def test_set_output_names_the_columns(output, matrix):
    library = pytest.importorskip(output)
    features = TextFeatures(groups=QUICK).set_output(transform=output)
    frame = features.fit_transform(TEXTS)
    assert isinstance(frame, library.DataFrame)
    assert list(frame.columns) == list(features.get_feature_names_out())
    np.testing.assert_array_equal(frame.to_numpy(), matrix)


def test_set_output_keeps_the_index_of_pandas():
    pandas = pytest.importorskip("pandas")
    series = pandas.Series(TEXTS, index=["d", "c", "b", "b"])
    frame = TextFeatures(groups=["names"]).set_output(transform="pandas").fit_transform(series)
    assert list(frame.index) == ["d", "c", "b", "b"]


def test_missing_texts_of_pandas():
    pandas = pytest.importorskip("pandas")
    series = pandas.Series(["Rain fell.", pandas.NA, None], dtype="string")
    assert as_texts(series) == ["Rain fell.", None, None]


def test_it_works_in_a_pipeline_and_a_column_transformer():
    pandas = pytest.importorskip("pandas")
    labels = [0, 1, 0, 1]
    texts = [CLEAN[0], MANGLED[0], CLEAN[1], MANGLED[1]]
    model = make_pipeline(
        TextFeatures(groups=["words", "syntax"]), StandardScaler(), LogisticRegression()
    )
    assert list(model.fit(texts, labels).predict(texts)) == labels
    frame = pandas.DataFrame({"body": texts, "n": range(4)})
    chosen = ColumnTransformer([("text", TextFeatures(groups=["words"]), "body")])
    assert chosen.fit_transform(frame).shape == (4, 1)
    assert chosen.get_feature_names_out()[0] == "text__words__words_ngrams"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("Rain fell.", "a list or column of texts is wanted, not a str"),
        (b"Rain fell.", "not a bytes"),
        (3, "not a int"),
        (None, "not a NoneType"),
        (["Rain", 3], "item 1 is a int, not a text"),
        ([["Rain"]], "item 0 is a list, not a text"),
        (np.array([["a"], ["b"]]), r"of one dimension, not of \(2, 1\)"),
        (np.array([1.0, 2.0]), "item 0 is a float64, not a text"),
    ],
)
def test_what_is_no_column_of_texts_is_refused(given, told):
    features = TextFeatures(groups=["names"])
    for method in (features.fit, features.transform, features.fit_transform):
        with pytest.raises(ValueError, match=told):
            method(given)


def test_a_frame_is_refused():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(ValueError, match="take one column"):
        TextFeatures().fit(pandas.DataFrame({"text": TEXTS}))


@pytest.mark.parametrize(
    ("groups", "told"),
    [
        (["names", "colour"], "not 'colour'"),
        ("names", "groups are a list of names, not 'names'"),
        ([], "each of them once"),
        (["names", "names"], "each of them once"),
        (None, "groups are a list of names, not None"),
    ],
)
def test_wrong_groups_are_refused_when_it_is_fitted(groups, told):
    features = TextFeatures(groups=groups)
    with pytest.raises(ValueError, match=told):
        features.fit(TEXTS)


def test_the_large_encoder_is_missed_in_one_line():
    """Tests run as on a machine that does not have it."""
    with pytest.raises(ValueError, match="run `garbled model install`"):
        TextFeatures(groups=["large_encoder"]).fit_transform(TEXTS)


def test_grammar_is_nan_without_languagetool(no_languagetool):
    values = TextFeatures(groups=["grammar"]).fit_transform(TEXTS[:1])
    assert np.isnan(values).all()


@pytest.mark.languagetool
@pytest.mark.slow
def test_grammar_is_measured_with_languagetool():
    features = TextFeatures(groups=["grammar"])
    clean, mangled = features.fit_transform(TEXTS[:2])
    assert mangled[0] > clean[0]


def test_other_languages_are_measured_as_they_are():
    assert np.isfinite(TextFeatures(groups=["fluency"]).fit_transform([FRENCH[0]])[0, 0])


def test_the_package_loads_it_on_request_only():
    script = "import garbled, sys; print('sklearn' in sys.modules); garbled.TextFeatures"
    script += "; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.split() == ["False", "True"], done.stderr
