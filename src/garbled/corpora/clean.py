"""Clean articles: reading them, and the fifth that nothing is counted, mined or fitted on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from garbled.corpora.splits import fold_of, normalise_original
from garbled.documents import Block, Document

RESERVED_FOLD = 0


@dataclass(frozen=True, slots=True)
class CleanArticle:
    """One human-written article, its paragraphs separated by line ends."""

    id: str
    title: str | None
    text: str

    @property
    def is_reserved(self) -> bool:
        """Set aside for measuring false alarms; decided by the words, so that copies agree."""
        return fold_of(normalise_original(self.text[:200])) == RESERVED_FOLD

    def to_document(self) -> Document:
        blocks = [Block(line) for line in self.text.split("\n") if line.strip()]
        return Document.from_blocks(blocks, id=self.id, source=self.id, title=self.title)


def read_clean(path: Path, *, reserved: bool) -> Iterator[CleanArticle]:
    """The reserved fifth of a folder of Parquet files (``doc_id``, ``text``), or the rest."""
    import pyarrow.parquet as pq

    seen: set[str] = set()
    for file in sorted(path.glob("*.parquet")):
        for batch in pq.ParquetFile(file).iter_batches(batch_size=2_000):
            for row in batch.to_pylist():
                article = CleanArticle(str(row["doc_id"]), row.get("title"), row["text"] or "")
                key = article.text[:300]
                if key not in seen and article.text and article.is_reserved == reserved:
                    seen.add(key)
                    yield article
