"""What the tests of the core share: the model that ships, documents, scorers, LanguageTool."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from garbled.analysers.run import Resources
from garbled.documents import Block, Document
from garbled.languagetool.install import DATA_DIR, data_folder, installed_folder
from garbled.model.store import Model, default_folder, load_model
from garbled.scorer import Scorer
from garbled.segment.articles import Article, analyse
from garbled.segment.roles import assign_roles

OTHER_MODEL = "GARBLED_TEST_MODEL"
"""Environment variable: a model folder to test in place of the one that ships."""


def pytest_configure(config: pytest.Config) -> None:
    _hide_large_encoder(config)
    _restore_signals()
    settings.register_profile("untimed", deadline=None)
    settings.load_profile("untimed")


def _hide_large_encoder(config: pytest.Config) -> None:
    """Tests score as a new machine does: LanguageTool is this user's, the large encoder is not."""
    folder = Path(tempfile.mkdtemp(prefix="garbled-tests-"))
    config.add_cleanup(lambda: shutil.rmtree(folder))
    installed = data_folder()
    if installed.exists():
        (folder / installed.name).symlink_to(installed.resolve())
    os.environ[DATA_DIR] = str(folder)


def _restore_signals() -> None:
    """A run in the background may be born with signals ignored; its children would be too."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        if signal.getsignal(number) == signal.SIG_IGN:
            default = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
            signal.signal(number, default)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("languagetool") and installed_folder() is None:
        pytest.skip("LanguageTool is not installed: run `garbled languagetool install`")


@pytest.fixture(scope="session")
def model_folder() -> Path:
    named = os.environ.get(OTHER_MODEL)
    return Path(named) if named else default_folder()


@pytest.fixture(scope="session")
def model(model_folder: Path) -> Model:
    return load_model(model_folder)


@pytest.fixture(scope="session")
def resources(model: Model) -> Resources:
    """The model's counts and lists, with one mined phrase that is there in any model."""
    lexicon = model.resources.lexicon
    phrases = {**lexicon.substitutions, "forehead promenade": "seafront"}
    return replace(model.resources, lexicon=replace(lexicon, substitutions=phrases))


@pytest.fixture
def make_scorer(model_folder: Path) -> Iterator[Callable[..., Scorer]]:
    made: list[Scorer] = []

    def make(tier: str = "fast", **options: Any) -> Scorer:
        made.append(Scorer(tier, model=model_folder, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for scorer in made:
        scorer.close()


@pytest.fixture
def no_languagetool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing installed, nothing running."""
    monkeypatch.setenv("GARBLED_DATA_DIR", str(tmp_path / "no-data"))
    monkeypatch.delenv("GARBLED_LANGUAGETOOL_URL", raising=False)
    monkeypatch.delenv("_GARBLED_LANGUAGETOOL", raising=False)


@pytest.fixture(scope="session")
def make_document() -> Callable[..., Document]:
    """Builds a document from paragraphs: texts, or (text, role)."""

    def make(*paragraphs: str | tuple[str, str], **fields: Any) -> Document:
        blocks = [Block(p) if isinstance(p, str) else Block(*p) for p in paragraphs]  # type: ignore[arg-type]
        return Document.from_blocks(blocks, **{"id": "a", "source": "a.txt", **fields})

    return make


@pytest.fixture(scope="session")
def make_article(make_document: Callable[..., Document]) -> Callable[..., Article]:
    """Builds a document as ``make_document`` does, and cuts it as scoring does."""

    def make(*paragraphs: str | tuple[str, str], **fields: Any) -> Article:
        return analyse(assign_roles(make_document(*paragraphs, **fields)))

    return make
