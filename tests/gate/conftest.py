"""A scorer that judges by a word in the text, so that what the gate does with a verdict is seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from garbled.documents import Document, ParagraphScore, Score, Signature
from garbled.scorer import Scorer
from garbled.settings import Settings
from garbled.store import Store


class Judge:
    """Holds what says HOLD, reviews what says REVIEW, and passes the rest; damage is reviewed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.seen: list[Document] = []

    def score_documents(self, documents: Iterable[Document]) -> Iterator[Score]:
        for document in documents:
            self.seen.append(document)
            yield self._score(document)

    def _score(self, document: Document) -> Score:
        text = document.text
        said = "hold" if "HOLD" in text else "review" if "REVIEW" in text else "pass"
        damage = ("input_damaged",) if document.error else ()
        signature = Signature(
            "0.1.0", self.settings.digest, "fast", None, 0.1, {"review": 0.5, "hold": 0.9}
        )
        return Score(
            id=document.id,
            source=document.source,
            title=document.title,
            language="en",
            score=40.0,
            probability=0.125,
            verdict="review" if damage and said == "pass" else said,  # type: ignore[arg-type]
            reasons=(*damage, "wrong_words"),
            mangled_share=0.5,
            degraded=(),
            n_words=50,
            error=document.error,
            signature=signature,
            paragraphs=tuple(ParagraphScore(p, 40.0, 0.125) for p in document.paragraphs),
        )


@pytest.fixture(scope="session")
def settings(model_folder: Path) -> Settings:
    return Scorer("fast", model=model_folder).settings


@pytest.fixture
def judge(settings: Settings) -> Judge:
    return Judge(settings)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "results.sqlite") as opened:
        yield opened
