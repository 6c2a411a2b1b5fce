"""Reading aligned pairs from Parquet, with the bad ones counted and left out.

Bad is a pair with an empty side, with equal sides or with sides that differ in length fourfold;
documents in another language; and systems whose two columns are exchanged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from garbled.corpora.hygiene import drop_unsound
from garbled.documents import clean_text
from garbled.errors import IngestError

REQUIRED = ("original", "retranslated")
OPTIONAL = (
    "set",
    "lang_pair",
    "system",
    "kind",
    "doc_id",
    "block",
    "seg",
    "origlang",
    "human_score",
    "year",
)
BLOCK_SEGMENTS = 50
"""Segments that stand for a document where a set names none."""

NAMING = frozenset({"doc_id", "block", "seg"})
RUN_WORDS = 60
"""Words in a run of rows that stands for a document where a file has none of these columns."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One segment in two versions; ``document`` is unique within its set and language pair."""

    original: str
    retranslated: str
    set: str
    lang_pair: str
    system: str
    kind: str
    document: str
    seg: int | None
    origlang: str | None
    human_score: float | None
    year: int | None

    @property
    def is_native(self) -> bool:
        """The original was written in English, so the pair is a true round trip."""
        return self.origlang == "en"

    @property
    def is_in_block(self) -> bool:
        """Its document is a block of segments that stands for one that the set does not name."""
        return self.document.startswith(("block ", "segments "))

    @property
    def is_direct(self) -> bool:
        """The machine went from this very original out of English and back, as in en-es-en."""
        return self.lang_pair.startswith("en-")


def read_pairs(path: Path, skipped: Counter[str] | None = None) -> Iterator[Pair]:
    """Read every Parquet file of a folder, or one file, in the order of their names.

    Args:
        path: a folder or a file with at least the columns ``original`` and ``retranslated``.
        skipped: counts, by reason, of the pairs left out are added here.

    Raises:
        IngestError: no Parquet file is there, or a column is missing.
    """
    skipped = Counter() if skipped is None else skipped
    for file in _files(path):
        pairs = []
        for pair in _pairs(file):
            reason = _fault(pair)
            if reason:
                skipped[reason] += 1
            else:
                pairs.append(pair)
        yield from drop_unsound(pairs, skipped)


def _files(path: Path) -> list[Path]:
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise IngestError("no Parquet file of aligned pairs here", source=str(path))
    return files


def _rows(file: Path) -> Iterator[dict[str, object]]:
    import pyarrow.parquet as pq

    try:
        parquet = pq.ParquetFile(file)
    except (OSError, ValueError) as error:
        raise IngestError(f"not a readable Parquet file ({error})", source=str(file)) from error
    names = parquet.schema_arrow.names
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise IngestError(
            f"no column {', '.join(missing)}; there are: {', '.join(names)}", source=str(file)
        )
    columns = [name for name in (*REQUIRED, *OPTIONAL) if name in names]
    for batch in parquet.iter_batches(columns=columns, batch_size=10_000):
        yield from batch.to_pylist()


def _pair(row: dict[str, object], stem: str) -> Pair:
    def text(name: str, default: str) -> str:
        value = row.get(name)
        return default if value is None else str(value)

    seg = row.get("seg")
    score = row.get("human_score")
    year = row.get("year")
    return Pair(
        original=clean_text(text("original", "")),
        retranslated=clean_text(text("retranslated", "")),
        set=text("set", stem),
        lang_pair=text("lang_pair", "?"),
        system=text("system", "?"),
        kind=text("kind", "machine"),
        document=_document(row),
        seg=None if seg is None else int(str(seg)),
        origlang=None if row.get("origlang") is None else str(row["origlang"]),
        human_score=None if score is None else float(str(score)),
        year=None if year is None else int(str(year)),
    )


def _document(row: dict[str, object]) -> str:
    if row.get("doc_id") is not None:
        return str(row["doc_id"])
    if row.get("block") is not None:
        return f"block {row['block']}"
    if row.get("seg") is not None:
        return f"segments {int(str(row['seg'])) // BLOCK_SEGMENTS}"
    return ""


def _pairs(file: Path) -> Iterator[Pair]:
    """The rows of a file; where no column names documents, runs of rows stand for them."""
    words = start = 0
    for number, row in enumerate(_rows(file)):
        pair = _pair(row, file.stem)
        if NAMING.isdisjoint(row):
            if words >= RUN_WORDS:
                words, start = 0, number
            words += len(pair.original.split())
            pair = replace(pair, document=f"segments from row {start}", seg=number)
        yield pair


def _fault(pair: Pair) -> str | None:
    if not pair.original or not pair.retranslated:
        return "empty"
    if pair.original == pair.retranslated:
        return "identical"
    shorter, longer = sorted((len(pair.original), len(pair.retranslated)))
    if longer > 4 * shorter + 40:
        return "lengths differ fourfold"
    return None


def by_document(pairs: Iterable[Pair]) -> dict[tuple[str, str, str, str], list[Pair]]:
    """Pairs of one document by one system, in the order of their segments."""
    documents: dict[tuple[str, str, str, str], list[Pair]] = {}
    for index, pair in enumerate(pairs):
        document = pair.document or f"row {index}"
        documents.setdefault((pair.set, pair.lang_pair, pair.system, document), []).append(pair)
    for rows in documents.values():
        rows.sort(key=lambda pair: -1 if pair.seg is None else pair.seg)
    return documents
