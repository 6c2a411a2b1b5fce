"""Reading pairs: what is left out is counted, what is missing is told."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from garbled.corpora.aligned import align_documents, sample_systems
from garbled.corpora.clean import CleanArticle, read_clean
from garbled.corpora.pairs import BLOCK_SEGMENTS, by_document, read_pairs
from garbled.errors import IngestError
from garbled.segment.windows import MIN_WORDS

LONG = "The harbour board said on Monday that the old pier would close until the spring."


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def test_bad_pairs_are_counted_and_left_out(tmp_path: Path) -> None:
    rows = [
        {"original": "It rained.", "retranslated": "It has rained."},
        {"original": "", "retranslated": "It has rained."},
        {"original": "It rained.", "retranslated": " \x00 "},
        {"original": None, "retranslated": "It has rained."},
        {"original": "It rained.", "retranslated": "It rained. "},
        {"original": LONG, "retranslated": LONG * 6},
        {"original": LONG * 6, "retranslated": LONG},
        {"original": "No.", "retranslated": "It is not so."},
    ]
    skipped: Counter[str] = Counter()
    pairs = list(read_pairs(write(tmp_path / "pairs.parquet", rows), skipped))
    assert [pair.original for pair in pairs] == ["It rained.", "No."]
    assert skipped == {"empty": 3, "identical": 1, "lengths differ fourfold": 2}


def test_fields(tmp_path: Path) -> None:
    row = {
        "original": "Cafe\u0301",
        "retranslated": "Coffee",
        "set": "news",
        "lang_pair": "en-es-en",
        "system": "x",
        "kind": "human",
        "doc_id": 17,
        "seg": 3,
        "origlang": "en",
        "human_score": -0.5,
        "year": 2016,
        "unknown": "left alone",
    }
    [pair] = read_pairs(write(tmp_path / "file.parquet", [row]))
    assert (pair.original, pair.document, pair.seg, pair.year) == ("Café", "17", 3, 2016)
    assert (pair.kind, pair.human_score) == ("human", -0.5)
    assert pair.is_native
    assert pair.is_direct


def test_defaults(tmp_path: Path) -> None:
    row = {"original": "It rained.", "retranslated": "It has rained."}
    [pair] = read_pairs(write(tmp_path / "mine.parquet", [row]))
    assert (pair.set, pair.kind, pair.human_score) == ("mine", "machine", None)
    assert pair.document == "segments from row 0"
    assert not pair.is_native
    assert not pair.is_direct


@pytest.mark.parametrize(
    ("row", "document"),
    [
        ({"doc_id": "d", "block": 1, "seg": 2}, "d"),
        ({"block": 1, "seg": 2}, "block 1"),
        ({"seg": BLOCK_SEGMENTS - 1}, "segments 0"),
        ({"seg": BLOCK_SEGMENTS}, "segments 1"),
        ({"doc_id": None, "seg": None}, ""),
        ({}, "segments from row 0"),
    ],
)
def test_what_stands_for_a_document(tmp_path: Path, row: dict[str, Any], document: str) -> None:
    row |= {"original": "It rained.", "retranslated": "It has rained."}
    [pair] = read_pairs(write(tmp_path / "file.parquet", [row]))
    assert pair.document == document


def test_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        row = {"original": "It rained.", "retranslated": f"It has {name}."}
        write(tmp_path / f"{name}.parquet", [row])
    (tmp_path / "README.md").write_text("not pairs")
    assert [pair.set for pair in read_pairs(tmp_path)] == ["a", "b", "c"]


def test_missing_column_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "file.parquet", [{"original": "a", "translated": "b"}])
    with pytest.raises(IngestError, match="no column retranslated; there are: original, tra"):
        list(read_pairs(path))


def test_no_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.parquet"):
        with pytest.raises(IngestError, match="no Parquet file") as caught:
            list(read_pairs(path))
        assert caught.value.source == str(path)


def test_file_that_is_no_parquet(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    path.write_bytes(b"PAR1 but not really")
    with pytest.raises(IngestError, match="not a readable Parquet file"):
        list(read_pairs(path))


# -- documents


def test_documents_are_in_the_order_of_segments(make_pair) -> None:
    pairs = [
        make_pair(f"Segment {seg} of {system}.", document="d", seg=seg, system=system)
        for seg in (2, 0, 1)
        for system in ("x", "y")
    ]
    documents = by_document(pairs)
    assert [key[2] for key in documents] == ["x", "y"]
    assert [pair.seg for pair in documents["one", "de-en", "x", "d"]] == [0, 1, 2]


def test_pairs_without_a_document_stand_alone(make_pair) -> None:
    assert len(by_document([make_pair(), make_pair()])) == 2


def test_both_versions_are_cut_alike(make_pair) -> None:
    pairs = [
        make_pair(
            f"Clause {seg}: {LONG}",
            f"Clause {seg}: {LONG} {LONG}",
            document="d",
            seg=seg,
            human_score=float(seg),
        )
        for seg in range(12)
    ]
    [aligned] = align_documents(pairs)
    assert len(aligned.original.windows) == len(aligned.retranslated.windows) == len(aligned.human)
    assert len(aligned.human) > 1
    for ours, theirs in zip(aligned.original.windows, aligned.retranslated.windows, strict=True):
        assert ours.words_by_paragraph().keys() == theirs.words_by_paragraph().keys()
        assert ours.n_words >= MIN_WORDS
        assert theirs.n_words > ours.n_words
    segments = [list(w.words_by_paragraph()) for w in aligned.original.windows]
    assert [seg for part in segments for seg in part] == list(range(12))
    assert aligned.human[0] == pytest.approx(sum(segments[0]) / len(segments[0]))


def test_human_score_of_few_segments_is_none(make_pair) -> None:
    pairs = [
        make_pair(f"{seg}: {LONG}", document="d", seg=seg, human_score=1.0 if seg == 0 else None)
        for seg in range(4)
    ]
    [aligned] = align_documents(pairs)
    assert aligned.human == pytest.approx([float("nan")], nan_ok=True)


def test_short_documents_are_left_out(make_pair) -> None:
    assert list(align_documents([make_pair("It rained on the pier.", document="d")])) == []


def test_systems_are_sampled_per_document(make_pair) -> None:
    pairs = [
        make_pair(document=document, system=system, seg=seg, set=name)
        for name in ("one", "two")
        for document in "abcdefgh"
        for system in "uvwxyz"
        for seg in (0, 1)
    ]
    kept = sample_systems(pairs, {"one": 2}, seed=1)
    systems = {d: {p.system for p in kept if p.document == d} for d in "abcdefgh"}
    assert all(len(names) == 2 for names in systems.values())
    assert len({frozenset(names) for names in systems.values()}) > 1
    assert {pair.set for pair in kept} == {"one"}
    assert len(kept) == 8 * 2 * 2  # whole documents
    assert kept == sample_systems(pairs, {"one": 2}, seed=1)
    assert kept != sample_systems(pairs, {"one": 2}, seed=2)


# -- clean articles


def test_clean_articles_are_reserved_or_not(tmp_path: Path) -> None:
    rows = [{"doc_id": n, "text": f"Story {n} of the pier.\nIt rained."} for n in range(200)]
    write(tmp_path / "a.parquet", rows)
    reserved, rest = (list(read_clean(tmp_path, reserved=flag)) for flag in (True, False))
    assert {a.id for a in reserved} | {a.id for a in rest} == {str(n) for n in range(200)}
    assert not {a.text for a in reserved} & {a.text for a in rest}
    assert 20 < len(reserved) < 60


def test_copies_are_on_one_side_and_read_once(tmp_path: Path) -> None:
    text = "The pier closed on Monday, the board said."
    write(tmp_path / "a.parquet", [{"doc_id": "a", "text": text}, {"doc_id": "b", "text": text}])
    found = [a.id for flag in (True, False) for a in read_clean(tmp_path, reserved=flag)]
    assert found == ["a"]
    assert CleanArticle("x", None, text).is_reserved == CleanArticle("y", "t", text).is_reserved


def test_clean_article_is_a_document() -> None:
    document = CleanArticle("7", "Pier to close", "It rained.\n\nIt snowed.").to_document()
    assert [(p.role, p.text) for p in document.paragraphs] == [
        ("headline", "Pier to close"),
        ("body", "It rained."),
        ("body", "It snowed."),
    ]
