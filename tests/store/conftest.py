"""Scores and memories to try the memory with."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from garbled.documents import Block, Document, Finding, ParagraphScore, Score, Signature
from garbled.settings import Settings
from garbled.store import Store

THRESHOLDS = {"review": 0.3, "hold": 0.7}
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A busy machine is no failure."""


def make_score(document: Document, **changes: Any) -> Score:
    """A score of a document: held with one major finding, unless ``changes`` say otherwise."""
    parts = []
    for paragraph in document.paragraphs:
        quote = paragraph.text.split()[0]
        finding = Finding(
            "name", "NAME_RIC_LEAK", "major", 0, len(quote), quote, "A code.", "Norgasco"
        )
        parts.append(ParagraphScore(paragraph, 80.0, 0.9, (finding,)))
    fields: dict[str, Any] = {
        "id": document.id,
        "source": document.source,
        "title": document.title,
        "language": "en",
        "score": 80.25,
        "probability": 0.91234,
        "verdict": "hold",
        "reasons": ("name_corruption", "machine_phrasing"),
        "mangled_share": 0.5,
        "degraded": (),
        "n_words": 30,
        "error": document.error,
        "signature": Signature("0.1.0", "sha256:0", "fast", None, 0.1, THRESHOLDS),
        "paragraphs": tuple(parts),
    }
    return Score(**fields | changes)


def make_document(text: str = "Norgas.XX rose.", number: int = 1, feed: str = "wire") -> Document:
    blocks = [Block(text)]
    return Document.from_blocks(blocks, id=f"id-{number}", source=f"{feed}#{number}", title="Head")


class CountingScorer:
    """Scores by a rule of the test's and remembers what it was given."""

    def __init__(self, score: Callable[[Document], Score] = make_score) -> None:
        self.settings = Settings("fast", False, None, Path("model"), "sha256:0")
        self.given: list[Document] = []
        self._score = score

    def score_documents(self, documents: Iterable[Document]) -> Iterator[Score]:
        for document in documents:
            self.given.append(document)
            yield self._score(document)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "results.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store(path) as made:
        yield made


def change(path: Path, statement: str, *values: object) -> None:
    """Something done to the file behind the memory's back."""
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement, values)
    connection.close()
