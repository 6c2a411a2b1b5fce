from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from templates import rows

from garbled.corpora.pairs import read_pairs
from garbled.errors import IngestError
from garbled.training.prepare import split_pairs


@pytest.fixture
def one_document(tmp_path: Path) -> Path:
    file = tmp_path / "pairs.parquet"
    first, *rest = rows(40)
    own = [first, *(row for row in rest if row["doc_id"] == first["doc_id"])]
    pq.write_table(pa.Table.from_pylist(own), file)
    return file


def test_a_document_is_on_one_side_and_the_other_says_that_it_has_none(one_document):
    assert len(list(read_pairs(one_document))) > 1
    empty = []
    for held_out in (True, False):
        try:
            split_pairs(one_document, held_out=held_out, seed=0)
        except IngestError as error:
            empty.append(error.message)
    assert len(empty) == 1
    assert empty[0].endswith("give more documents")


def test_a_tenth_of_one_document_is_too_little(one_document):
    with pytest.raises(IngestError, match="of which --quick takes a tenth: give more documents"):
        split_pairs(one_document, held_out=False, seed=0, quick=True)
