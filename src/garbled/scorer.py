"""Scores documents: ties segment, features, evidence and model together, batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

from garbled.documents import Document, Score
from garbled.drafts import Settings, Tier
from garbled.errors import GarbledError
from garbled.grammar import Grammar
from garbled.model.large import find_large
from garbled.model.store import check_digests, default_folder, describe
from garbled.pipeline import score_batch

BATCH_DOCUMENTS = 16
BATCH_CHARACTERS = 200_000


class Scorer:
    """Scores texts and documents; the model is loaded on first use, once a process.

    Args:
        tier: ``fast`` (no JVM), ``full`` (with LanguageTool and, where it is installed, the large
            encoder) or ``auto`` (``fast``, then ``full`` on what does not pass clearly).
        grammar: False leaves LanguageTool out of every tier.
        jobs: processes; the joblib backend is the caller's choice.
        prior: share of the texts expected to be mangled; the model's own (0.1) by default.
        model: folder that ``garbled train`` wrote; by default the model that ships.

    Raises:
        ModelError: the model folder is missing or damaged.

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
    ) -> None:
        if tier not in ("fast", "full", "auto"):
            raise GarbledError(f"tier is fast, full or auto, not {tier!r}")
        if prior is not None and not 0 < prior < 1:
            raise GarbledError(f"prior is a share between 0 and 1, not {prior}")
        folder = default_folder() if model is None else Path(model)
        digest = check_digests(folder)
        large = None if tier == "fast" else find_large(describe(folder))
        self.settings = Settings(tier, grammar and tier != "fast", prior, folder, digest, large)
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

    def score(self, text: str, *, title: str | None = None, id: str = "text") -> Score:
        """Score one plain text; its paragraphs are parted by blank lines."""
        from garbled.ingest.text import text_blocks

        blocks = text_blocks(text, headline=title is None)
        document = Document.from_blocks(blocks, id=id, source=id, title=title)
        return next(iter(self.score_documents([document])))

    def score_documents(self, documents: Iterable[Document]) -> Iterator[Score]:
        """Score documents in their order, as they come; none is lost and none raises."""
        batches = _batches(documents)
        if self.jobs == 1:
            if self._grammar is None:
                self._grammar = Grammar()
            for batch in batches:
                yield from score_batch(batch, self.settings, self._grammar)
            return
        yield from self._score_in_processes(batches)

    def _score_in_processes(self, batches: Iterator[list[Document]]) -> Iterator[Score]:
        from joblib import Parallel, delayed

        grammar = Grammar.started() if self.settings.grammar else Grammar()
        parallel = Parallel(n_jobs=self.jobs, return_as="generator", pre_dispatch="2 * n_jobs")
        work = delayed(score_batch)
        for scores in parallel(work(batch, self.settings, grammar) for batch in batches):
            yield from scores


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
