"""A tiny scorer and reader that stand in for the real ones where only the plumbing is tested."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import pytest

from garbled.cli import main
from garbled.documents import Document, ParagraphScore, Score, Signature


@dataclass
class Plumbing:
    """What the command handed to the library, and what the library is to answer."""

    documents: list[Document] = field(default_factory=list)
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)
    scorer_options: dict[str, Any] = field(default_factory=dict)
    read_options: dict[str, Any] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    events: list[str] = field(default_factory=list)
    raises: BaseException | None = None

    def answer(self, id: str, **changes: Any) -> None:
        """One more document in the input; ``changes`` are the fields of its score."""
        self.documents.append(Document(id=id, source=f"{id}.txt", title=f"Title of {id}"))
        self.changes[id] = changes


@pytest.fixture
def plumbing(monkeypatch: pytest.MonkeyPatch) -> Plumbing:
    pipes = Plumbing()

    class ReadOptions:
        def __init__(self, **options: Any) -> None:
            pipes.read_options = options

    def read(paths: Iterable[str], options: ReadOptions) -> Iterator[Document]:
        pipes.paths = tuple(paths)
        yield from pipes.documents
        if pipes.raises is not None:
            raise pipes.raises

    class Scorer:
        def __init__(self, **options: Any) -> None:
            pipes.scorer_options = options

        def __enter__(self) -> Scorer:
            pipes.events.append("open")
            return self

        def __exit__(self, *error: object) -> None:
            pipes.events.append("close")

        def score_documents(self, documents: Iterable[Document]) -> Iterator[Score]:
            for document in documents:
                yield scored(document, **pipes.changes[document.id])

    scorer = ModuleType("garbled.scorer")
    scorer.Scorer = Scorer  # type: ignore[attr-defined]
    monkeypatch.setattr("garbled.ingest.ReadOptions", ReadOptions)
    monkeypatch.setattr("garbled.ingest.read", read)
    monkeypatch.setitem(sys.modules, "garbled.scorer", scorer)
    return pipes


def scored(document: Document, **changes: Any) -> Score:
    fields: dict[str, Any] = {
        "id": document.id,
        "source": document.source,
        "title": document.title,
        "language": "en",
        "score": 3.0,
        "probability": 0.01,
        "verdict": "pass",
        "reasons": (),
        "mangled_share": 0.0,
        "degraded": (),
        "n_words": 100,
        "error": None,
        "signature": Signature(
            "0.1.0", "sha256:0", "fast", None, 0.1, {"review": 0.5, "hold": 0.9}
        ),
        "paragraphs": tuple(ParagraphScore(paragraph) for paragraph in document.paragraphs),
    }
    return Score(**fields | changes)


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


@pytest.fixture
def garbled(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Runs the command line in this process."""

    def run(*args: str) -> Result:
        capsys.readouterr()
        code = main(list(args))
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return run
