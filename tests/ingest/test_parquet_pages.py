import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from garbled.errors import IngestError
from garbled.ingest import read_bytes
from garbled.ingest.parquet_pages import MAX_PAGES_BYTES, bound_pages, read_header


def written(table: pa.Table, **options: object) -> io.BytesIO:
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    out.seek(0)
    return out


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("compression", ["none", "snappy", "zstd", "gzip"])
@pytest.mark.parametrize("use_dictionary", [True, False])
def test_pages_are_found_as_they_were_written(
    version: str, compression: str, use_dictionary: bool
) -> None:
    texts = [f"The pier {n} reopened. " * 20 for n in range(2000)]
    stream = written(
        pa.table({"text": texts, "id": [str(n) for n in range(2000)]}),
        compression=compression,
        use_dictionary=use_dictionary,
        data_page_version=version,
        data_page_size=10_000,
        row_group_size=700,
    )
    about = pq.read_metadata(stream)
    assert about.num_row_groups == 3
    for group in range(3):
        row_group = about.row_group(group)
        text = bound_pages(stream, row_group, {"text"})
        assert 10_000 < text < row_group.column(0).total_uncompressed_size
        assert text < bound_pages(stream, row_group, {"text", "id"})


def test_a_page_that_unpacks_to_too_much_is_refused_unread() -> None:
    data = written(pa.table({"text": ["a" * (MAX_PAGES_BYTES + 1)]}), compression="zstd").getvalue()
    assert len(data) < 100_000
    [document] = read_bytes(data, source="a.parquet")
    assert "unpacks to over 128 MB" in (document.error or "")


def test_columns_that_are_not_read_do_not_count() -> None:
    table = pa.table({"text": ["The pier."], "blob": ["a" * (MAX_PAGES_BYTES + 1)]})
    [document] = read_bytes(written(table, compression="zstd").getvalue(), source="a.parquet")
    assert (document.text, document.error) == ("The pier.", None)


def test_far_more_rows_than_bytes_are_refused() -> None:
    table = pa.table({"text": pa.nulls(1_000_000, pa.string())})
    [document] = read_bytes(written(table).getvalue(), source="a.parquet")
    assert "1,000,000 rows" in (document.error or "")


@pytest.mark.parametrize(
    "data",
    [b"", b"\x15", b"\x15\x00\x15", b"\x1c" * 50, b"\x00", b"\x19\xff" * 30, b"\x18\xff\xff\x7f"],
)
def test_a_damaged_header_is_refused(data: bytes) -> None:
    with pytest.raises(IngestError, match="damaged"):
        read_header(data)
