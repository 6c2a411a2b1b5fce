"""What garbled measures in a text, as a scikit-learn transformer: texts in, a matrix out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from garbled.analysers.run import find_faults
from garbled.documents import Document
from garbled.features.base import Matrix
from garbled.features.groups import (
    CONFIGURATIONS,
    NGRAM_VIEWS,
    STATELESS,
    columns_of,
    stateless_groups,
)
from garbled.features.rows import PlacedMatch, Row, make_rows
from garbled.grammar import Grammar
from garbled.ingest.text import text_blocks
from garbled.model.large import find_large
from garbled.model.store import Model, load_model
from garbled.segment.articles import Article, analyse
from garbled.segment.roles import assign_roles

GROUPS = (*NGRAM_VIEWS, *STATELESS)
"""Feature groups by name."""
BATCH_TEXTS = 32


class TextFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turns texts into the features that garbled scores windows by, one row a text.

    A text's value of a feature is the mean over its windows of about 70 words, weighted by their
    words. NaN is what is undefined: a missing text, one without body words, grammar where
    LanguageTool is not there. It learns nothing from the texts.

    Args:
        groups: names out of ``GROUPS``, in the order of the columns; those of tier ``fast`` by
            default. ``grammar`` asks LanguageTool, ``large_encoder`` must be installed.
        model: folder that ``garbled train`` wrote; the model that ships by default.

    Attributes:
        groups_: the groups as a tuple.
        n_features_out_: number of columns.

    >>> features = TextFeatures(groups=["names"]).set_output(transform="default")
    >>> features.fit_transform(["Rain fell on the harbour.", None]).shape
    (2, 7)
    >>> features.get_feature_names_out()[1]
    'names__name_doubled'
    """

    def __init__(
        self,
        groups: Sequence[str] = CONFIGURATIONS["fast"],
        model: Path | str | None = None,
    ) -> None:
        self.groups = groups
        self.model = model

    def fit(self, X: Iterable[str | None], y: Any = None) -> TextFeatures:
        """Check groups and texts; nothing is learned.

        Raises:
            ValueError: a group is not known, or the texts are not what ``transform`` takes.
        """
        self.groups_ = self._chosen()
        self.n_features_out_ = len(columns_of(self.groups_))
        as_texts(X)
        return self

    def transform(self, X: Iterable[str | None]) -> Matrix:
        """Features of texts, shape (n_texts, n_features).

        Args:
            X: a list, an array of one dimension, or a pandas, polars or Arrow column of texts
                whose paragraphs are parted by blank lines; None and NaN are missing ones.

        Raises:
            ValueError: it is none of these, or an item is neither a text nor missing.
            ModelError: the model or the large encoder cannot be loaded.
        """
        texts, groups = as_texts(X), self._chosen()
        values = np.full((len(texts), len(columns_of(groups))), np.nan)
        if not texts:
            return values
        model = self._load(groups)
        grammar = Grammar()
        try:
            for start in range(0, len(texts), BATCH_TEXTS):
                batch = texts[start : start + BATCH_TEXTS]
                values[start : start + len(batch)] = _measure(batch, groups, model, grammar)
        finally:
            grammar.close()
        return values

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Names of the columns, each after its group: ``names__name_doubled``."""
        return np.array(columns_of(self._chosen()), dtype=object)

    def _chosen(self) -> tuple[str, ...]:
        if isinstance(self.groups, str) or not isinstance(self.groups, Iterable):
            raise ValueError(f"groups are a list of names, not {self.groups!r}")
        groups = tuple(self.groups)
        unknown = [repr(name) for name in groups if name not in GROUPS]
        if unknown or not groups or len(set(groups)) != len(groups):
            wrong = f"not {', '.join(unknown)}" if unknown else "each of them once"
            raise ValueError(f"groups are some of {', '.join(GROUPS)}: {wrong}")
        return groups

    def _load(self, groups: Sequence[str]) -> Model:
        folder = None if self.model is None else Path(self.model)
        model = load_model(folder)
        if "large_encoder" not in groups:
            return model
        large = find_large(model.description)
        if large is None:
            raise ValueError("the large encoder is not there: run `garbled model install`")
        return load_model(folder, model.digest, large=large)

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array = tags.input_tags.string = tags.input_tags.allow_nan = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = False
        return tags


def as_texts(X: Iterable[Any]) -> list[str | None]:
    """The texts of a list or column, None for missing ones.

    Raises:
        ValueError: it is no list or column of texts.

    >>> as_texts(np.array(["a", np.nan], dtype=object))
    ['a', None]
    """
    if isinstance(X, str | bytes) or not isinstance(X, Iterable):
        raise ValueError(f"a list or column of texts is wanted, not a {type(X).__name__}")
    if getattr(X, "ndim", 1) != 1 or hasattr(X, "columns"):
        shape = getattr(X, "shape", "several columns")
        raise ValueError(f"texts are of one dimension, not of {shape}; take one column")
    items = X.to_pylist() if hasattr(X, "to_pylist") else list(X)
    return [_as_text(item, number) for number, item in enumerate(items)]


def _as_text(item: Any, number: int) -> str | None:
    if isinstance(item, str):
        return str(item)
    is_nan = isinstance(item, float) and np.isnan(item)
    if item is None or is_nan or type(item).__name__ == "NAType":  # pandas.NA
        return None
    raise ValueError(f"item {number} is a {type(item).__name__}, not a text")


def _measure(
    texts: Sequence[str | None], groups: Sequence[str], model: Model, grammar: Grammar
) -> Matrix:
    """Features of a batch, shape (n_texts, n_features)."""
    articles = [_article(text) for text in texts]
    checks = [grammar.submit(a) for a in articles] if "grammar" in groups else None
    parts = []
    for number, article in enumerate(articles):
        matches = checks[number].result() if checks else None
        parts.append(_rows(article, model, matches))
    flat = [row for part in parts for row in part]
    transformers: dict[str, Any] = {
        **stateless_groups(model.resources, model.encoders),
        **model.ngrams,
    }
    windows = np.hstack([transformers[group].transform(flat) for group in groups])
    cuts = np.cumsum([len(part) for part in parts])[:-1]
    means = [
        _mean(values, [row.window.n_words for row in part])
        for values, part in zip(np.split(windows, cuts), parts, strict=True)
    ]
    return np.array(means)


def _article(text: str | None) -> Article:
    blocks = text_blocks(text or "")
    return analyse(assign_roles(Document.from_blocks(blocks, id="text", source="text")))


def _rows(article: Article, model: Model, matches: list[PlacedMatch] | None) -> list[Row]:
    faults = find_faults(article, model.resources)
    return make_rows(article.windows, faults, matches)


def _mean(values: Matrix, n_words: Sequence[int]) -> Matrix:
    """Mean of each column over windows, weighted by words; NaN where no window has a value."""
    weights = np.where(np.isnan(values), 0.0, np.array(n_words, dtype=float).reshape(-1, 1))
    total = weights.sum(axis=0)
    sums = (np.nan_to_num(values) * weights).sum(axis=0)
    means: Matrix = np.full(values.shape[1], np.nan)
    np.divide(sums, total, out=means, where=total > 0)
    return means
