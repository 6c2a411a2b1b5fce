"""Scores documents: ties segment, features, evidence and model together, batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from garbled.documents import Document, Score
from garbled.errors import GarbledError
from garbled.evidence import HouseList, as_house_list
from garbled.model.folder import check_digests, default_folder, describe
from garbled.model.large import find_large
from garbled.policy import Policies
from garbled.settings import Settings, Tier

if TYPE_CHECKING:
    from garbled.comparison.compare import Comparison
    from garbled.grammar import Grammar

BATCH_DOCUMENTS = 16
BATCH_CHARACTERS = 200_000


class Scorer:
    """Scores texts and documents; the model and all that reads it load on first use.

    Args:
        tier: ``fast`` (no JVM), ``full`` (with LanguageTool and, where it is installed, the large
            encoder) or ``auto`` (``fast``, then ``full`` on what does not pass clearly).
        grammar: False leaves LanguageTool out of every tier.
        jobs: processes; the joblib backend is the caller's choice.
        prior: share of the texts expected to be mangled; the model's own (0.1) by default.
        model: folder that ``garbled train`` wrote; by default the model that ships.
        house_list: names and terms to leave alone: themselves, or a file with one a line.
        policies: prior and thresholds of all copy and of single feeds; ``prior`` goes before them.

    Raises:
        ModelError: the model folder is missing or damaged.
        GarbledError: another argument is not what it should be.

    >>> with Scorer(tier="fast") as scorer:
    ...     scorer.score("Too short to say.").reasons
    ('too_short',)
    """

    def __init__(
        self,
        tier: Tier = "auto",
        *,
        grammar: bool = True,
        jobs: int = 1,
        prior: float | None = None,
        model: Path | str | None = None,
        house_list: HouseList | Path | str | Iterable[str] | None = None,
        policies: Policies | None = None,
    ) -> None:
        if tier not in ("fast", "full", "auto"):
            raise GarbledError(f"tier is fast, full or auto, not {tier!r}")
        if prior is not None and not 0 < prior < 1:
            raise GarbledError(f"prior is a share between 0 and 1, not {prior}")
        folder = default_folder() if model is None else Path(model)
        digest = check_digests(folder)
        large = None if tier == "fast" else find_large(describe(folder))
        self.settings = Settings(
            tier,
            grammar and tier != "fast",
            prior,
            folder,
            digest,
            large,
            as_house_list(house_list),
            policies or Policies(),
        )
        self.jobs = jobs
        self._grammar: Grammar | None = None

    def __enter__(self) -> Scorer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the grammar checker; its server ends with the process that started it."""
        if self._grammar is not None:
            self._grammar.close()
            self._grammar = None

    def score(
        self,
        text: str,
        *,
        title: str | None = None,
        id: str = "text",
        original: str | Document | None = None,
    ) -> Score:
        """Score one plain text; its paragraphs are parted by blank lines.

        With its original, findings suggest the original's wording, and names, numbers, dates,
        units, quotes and negations that changed stand among them; see ``compare`` for the whole.

        Raises:
            IngestError: the original or the copy is empty, or too long to compare.
        """
        document = _as_document(text, id, title)
        if original is None:
            return next(iter(self.score_documents([document])))
        from garbled.comparison.findings import with_original

        return with_original(self.compare(original, document))

    def compare(self, original: str | Document, copy: str | Document) -> Comparison:
        """Score a copy and hold it against its original, paragraph by paragraph.

        Raises:
            IngestError: a version is empty, could not be read, or is too long.
        """
        from garbled.comparison.compare import compare_versions

        scored = next(iter(self.score_documents([_as_document(copy, "copy")])))
        house_list = self.settings.house_list
        return compare_versions(_as_document(original, "original"), scored, house_list)

    def score_documents(self, documents: Iterable[Document]) -> Iterator[Score]:
        """Score documents in their order, as they come; none is lost and none raises."""
        batches = _batches(documents)
        scored = self._score_here if self.jobs == 1 else self._score_in_processes
        yield from scored(batches)

    def _score_here(self, batches: Iterator[list[Document]]) -> Iterator[Score]:
        from garbled.grammar import Grammar
        from garbled.pipeline import score_batch

        if self._grammar is None:
            self._grammar = Grammar()
        for batch in batches:
            yield from score_batch(batch, self.settings, self._grammar)

    def _score_in_processes(self, batches: Iterator[list[Document]]) -> Iterator[Score]:
        from garbled.grammar import Grammar
        from garbled.parallel import in_order

        grammar = Grammar.started() if self.settings.grammar else Grammar()
        calls = ((batch, self.settings, grammar) for batch in batches)
        for scores in in_order(_score_in_worker, calls, self.jobs):
            yield from scores


def _score_in_worker(batch: list[Document], settings: Settings, grammar: Grammar) -> list[Score]:
    """``score_batch``, which imports scikit-learn: a process that only hands out does not wait."""
    from garbled.pipeline import score_batch

    return score_batch(batch, settings, grammar)


def compare(original: str | Document, copy: str | Document, **options: Any) -> Comparison:
    """Score a copy and hold it against its original; ``options`` are those of ``Scorer``.

    >>> comparison = compare("The pier shut in May.", "The pier shut in June.", tier="fast")
    >>> [(change.kind, change.original.quote, change.copy.quote) for change in comparison.changes]
    [('date', 'May', 'June')]
    """
    with Scorer(**options) as scorer:
        return scorer.compare(original, copy)


def _as_document(text: str | Document, id: str, title: str | None = None) -> Document:
    if isinstance(text, Document):
        return text
    from garbled.ingest.text import text_blocks

    blocks = text_blocks(text, headline=title is None)
    return Document.from_blocks(blocks, id=id, source=id, title=title)


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Batches bounded by documents and by characters; the first is small, to show life soon."""
    batch: list[Document] = []
    limit, characters = 1, 0
    for document in documents:
        batch.append(document)
        characters += len(document.text)
        if len(batch) >= limit or characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters, limit = [], 0, BATCH_DOCUMENTS
    if batch:
        yield batch
