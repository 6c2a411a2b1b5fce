from __future__ import annotations

import shutil

import pytest

from garbled.corpora.write import write_pairs
from garbled.pivot.classifier import PivotClassifier
from garbled.pivot.store import save_pivot
from pivot.relays import ENGINES, LANGUAGES, original, relay, rows


@pytest.fixture(scope="session")
def corpus():
    """Texts, their languages (human English is "unknown"), engines and originals."""
    made = []
    for number in range(30):
        text = original(number)
        made.append((text, "unknown", "nobody", number))
        made += [
            (relay(text, language, engine), language, engine, number)
            for language in LANGUAGES
            for engine in ENGINES
        ]
    return tuple(zip(*made, strict=True))


@pytest.fixture(scope="session")
def fitted(corpus):
    texts, languages, engines, groups = corpus
    return PivotClassifier().fit(texts, languages, engines, groups)


@pytest.fixture(scope="session")
def written(fitted, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pivot") / "fitted"
    save_pivot(folder, fitted, {"texts": {}})
    return folder


@pytest.fixture
def folder(written, tmp_path):
    """A copy to tamper with."""
    return shutil.copytree(written, tmp_path / "fitted")


@pytest.fixture(scope="session")
def pairs(tmp_path_factory):
    path = tmp_path_factory.mktemp("pairs") / "made-up.parquet"
    write_pairs(rows(), path)
    return path
