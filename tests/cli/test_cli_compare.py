from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from garbled.corpora.pairs import read_pairs
from garbled.corpora.write import COLUMNS

ORIGINAL = (
    "The harbour board of Marlow said on Monday that the old pier would close until the spring.\n\n"
    "Work worth 3.5 million pounds is due to begin in January, the engineer David Cole said.\n"
)
COPY = (
    "Works by value of 3.5 million pounds will begin in January, has said engineer David Coal.\n\n"
    "The meeting of the harbour of Marlow has said Tuesday that the old quay would be closed until "
    "the spring.\n"
)


@pytest.fixture
def versions(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "originals").mkdir()
    (tmp_path / "copies").mkdir()
    original, copy = tmp_path / "originals" / "pier.txt", tmp_path / "copies" / "pier.en-es-en.txt"
    original.write_text(ORIGINAL, "utf-8")
    copy.write_text(COPY, "utf-8")
    return str(original), str(copy)


@pytest.fixture
def compare(garbled, model_folder: Path):
    def run(*args: str):
        return garbled("compare", *args, "--tier", "fast", "--model", str(model_folder))

    return run


def test_json_is_what_another_program_reads(compare, versions):
    result = compare(*versions)
    assert (result.code, result.err) == (0, "")
    record = json.loads(result.out)
    assert [(p["original"], p["copy"]) for p in record["passages"]] == [([1], [0]), ([0], [1])]
    quotes = {
        (c["original"]["quote"], c["copy"]["quote"])
        for p in record["passages"]
        for c in p["changes"]
    }
    assert {("David Cole", "David Coal"), ("Monday", "Tuesday")} <= quotes


@pytest.mark.parametrize(("form", "shown"), [("table", "Tuesday"), ("html", "<mark class=")])
def test_other_forms(compare, versions, tmp_path, form, shown):
    output = tmp_path / "out"
    result = compare(*versions, "--format", form, "-o", str(output))
    assert (result.code, result.out) == (0, "")
    assert shown in output.read_text("utf-8")


def test_no_text(compare, versions):
    assert "Marlow" not in compare(*versions, "--no-text").out


def test_a_house_list_is_honoured(compare, versions, tmp_path):
    house = tmp_path / "house.txt"
    house.write_text("David Coal\n", "utf-8")
    assert '"David Coal"' in compare(*versions).out
    record = json.loads(compare(*versions, "--house-list", str(house)).out)
    assert record["counts"]["name"] == 0


def test_an_input_that_cannot_be_read_is_named(compare, versions, tmp_path):
    result = compare(versions[0], str(tmp_path / "nowhere.txt"))
    assert result.code == 3
    assert "nowhere.txt: no such file" in result.err
    assert result.out == ""


def test_more_than_one_article_is_refused(compare, versions, tmp_path):
    (tmp_path / "originals" / "ferry.txt").write_text("The ferry sank.", "utf-8")
    result = compare(str(tmp_path / "originals"), versions[1])
    assert result.code == 3
    assert "garbled align" in result.err


def test_both_cannot_be_stdin(compare):
    result = compare("-", "-")
    assert result.code == 2
    assert "only one" in result.err


def test_align_writes_what_training_reads(garbled, versions, tmp_path):
    folders = [str(Path(version).parent) for version in versions]
    output = tmp_path / "pairs.parquet"
    options = ("--lang-pair", "en-es-en", "--system", "X", "--native", "--year", "2024")
    result = garbled("align", *folders, "-o", str(output), *options)
    assert result.code == 0
    assert "2 pairs of 1 copies; 0 copies without an original" in result.err
    assert pq.read_schema(output).names == list(COLUMNS)
    pairs = list(read_pairs(output))
    assert [p.original for p in pairs] == [
        ORIGINAL.split("\n\n")[0],
        ORIGINAL.split("\n\n")[1].strip(),
    ]
    assert [p.retranslated.split()[0] for p in pairs] == ["The", "Works"]
    assert {(p.lang_pair, p.system, p.year, p.is_native, p.kind) for p in pairs} == {
        ("en-es-en", "X", 2024, True, "machine")
    }
    assert [p.seg for p in pairs] == [0, 1]


def test_align_names_a_copy_without_an_original(garbled, versions, tmp_path):
    stranger = tmp_path / "copies" / "cake.txt"
    stranger.write_text("Bake the dough for an hour and serve it with butter and jam.", "utf-8")
    folders = [str(Path(version).parent) for version in versions]
    result = garbled("align", *folders, "-o", str(tmp_path / "pairs.parquet"))
    assert result.code == 0
    assert "cake.txt: no original of it was found" in result.err


def test_align_reports_what_it_cannot_read(garbled, versions, tmp_path):
    (tmp_path / "copies" / "empty.txt").write_text("", "utf-8")
    folders = [str(Path(version).parent) for version in versions]
    result = garbled("align", *folders, "-o", str(tmp_path / "pairs.parquet"))
    assert result.code == 3
    assert "empty.txt" in result.err
    assert len(list(read_pairs(tmp_path / "pairs.parquet"))) == 2


def test_align_leaves_no_file_where_it_fails(garbled, versions, tmp_path):
    output = tmp_path / "pairs.parquet"
    result = garbled("align", str(tmp_path / "nowhere"), versions[1], "-o", str(output))
    assert result.code == 3
    assert "no original could be read" in result.err
    assert list(tmp_path.glob("*pairs*")) == []


def test_the_schema_of_a_comparison(garbled):
    assert json.loads(garbled("schema", "comparison").out)["$id"] == "urn:garbled:comparison:1"
    assert json.loads(garbled("schema").out)["$id"] == "urn:garbled:result:1"
