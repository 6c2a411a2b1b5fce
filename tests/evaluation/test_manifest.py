"""The manifest: what changes in the data is named, and nothing of the data is in it."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from garbled.errors import IngestError
from garbled.evaluation.manifest import (
    load_manifest,
    make_manifest,
    require_same,
    save_manifest,
)

from .corpus import NAMES, write_clean, write_pairs


@pytest.fixture
def data(tmp_path):
    for name in ("pairs", "clean"):
        (tmp_path / name).mkdir()
    write_pairs(tmp_path / "pairs", documents=30)
    write_clean(tmp_path / "clean", articles=60)
    return tmp_path


@pytest.fixture
def frozen(data):
    return make_manifest(data / "pairs", data / "clean")


def edit(file, change):
    rows = pq.read_table(file).to_pylist()
    pq.write_table(pa.Table.from_pylist(change(rows)), file)


def in_fold(frozen, set_="wmt16"):
    """A document of the fold, by name."""
    [by_pair] = [own for name, own in frozen.documents.items() if name == set_]
    return next(iter(next(iter(by_pair.values()))))


def check(frozen, data, clean=True):
    require_same(frozen, data / "pairs", data / "clean" if clean else None)


def test_the_same_data_is_the_same(frozen, data):
    check(frozen, data)
    check(frozen, data, clean=False)
    assert frozen.n_documents > 5
    assert frozen.clean["tide"][0] > 5
    assert set(frozen.fitted_on) == {"wmt16", "wmt22"}


def test_it_is_written_and_read_without_loss_and_twice_alike(frozen, data, tmp_path):
    for name in ("m.json.gz", "m.json"):
        save_manifest(frozen, tmp_path / name)
        before = (tmp_path / name).read_bytes()
        assert load_manifest(tmp_path / name).digest == frozen.digest
        assert load_manifest(tmp_path / name) == frozen
        save_manifest(make_manifest(data / "pairs", data / "clean"), tmp_path / name)
        assert (tmp_path / name).read_bytes() == before


def test_no_text_is_in_it(frozen, tmp_path):
    save_manifest(frozen, tmp_path / "m.json")
    text = (tmp_path / "m.json").read_text("utf-8").lower()
    assert not [name for name in NAMES if name.lower() in text]


def test_packing_and_order_do_not_matter(frozen, data):
    first = data / "pairs" / "wmt16.parquet"
    edit(first, lambda rows: rows[::-1])
    first.rename(data / "pairs" / "zz.parquet")
    check(frozen, data)
    assert make_manifest(data / "pairs", data / "clean").files != frozen.files
    assert make_manifest(data / "pairs", data / "clean").digest == frozen.digest


def test_quotes_and_case_do_not_matter_but_words_do(frozen, data):
    name = in_fold(frozen)
    file = data / "pairs" / "wmt16.parquet"

    def change(rows, how):
        return [r | {"retranslated": how(r["retranslated"])} if r["doc_id"] == name else r
                for r in rows]  # fmt: skip

    edit(file, lambda rows: change(rows, lambda text: f"“{text}”"))
    check(frozen, data)
    edit(file, lambda rows: change(rows, lambda text: text.replace("It rained", "It snowed")))
    with pytest.raises(IngestError, match=rf"1 held-out document changed \(wmt16 de-en {name}\)"):
        check(frozen, data)


@pytest.mark.parametrize(
    "field", [{"human_score": 2.5}, {"system": "other"}, {"kind": "human"}, {"origlang": "de"}]
)
def test_what_is_said_about_a_text_matters(frozen, data, field):
    name = in_fold(frozen)
    edit(
        data / "pairs" / "wmt16.parquet",
        lambda rows: [row | field if row["doc_id"] == name else row for row in rows],
    )
    with pytest.raises(IngestError, match="1 held-out document changed"):
        check(frozen, data)


def test_a_document_that_is_gone_is_named(frozen, data):
    name = in_fold(frozen)
    edit(
        data / "pairs" / "wmt16.parquet",
        lambda rows: [row for row in rows if row["doc_id"] != name],
    )
    with pytest.raises(IngestError, match=rf"1 held-out document missing \(wmt16 de-en {name}\)"):
        check(frozen, data)


def test_a_row_that_is_gone_is_noticed(frozen, data):
    name = in_fold(frozen)
    edit(
        data / "pairs" / "wmt16.parquet",
        lambda rows: [r for r in rows if (r["doc_id"], r["seg"]) != (name, 3)],
    )
    with pytest.raises(IngestError, match="1 held-out document changed"):
        check(frozen, data)


def test_documents_too_many_are_noticed(frozen, data):
    other = data / "more"
    other.mkdir()
    write_pairs(other, origlang=None, documents=30)
    edit(
        other / "wmt16.parquet",
        lambda rows: [
            row | {"doc_id": f"new.{row['doc_id']}", "original": f"{row['original']} Anew."}
            for row in rows
        ],
    )
    (other / "wmt16.parquet").rename(data / "pairs" / "more.parquet")
    with pytest.raises(IngestError, match=r"held-out documents? not in the manifest \(wmt16 de-en"):
        check(frozen, data)


def test_other_training_rows_are_noticed(frozen, data):
    """Heads are refitted on them, so figures of another training set are other figures."""
    held_out = {name for own in frozen.documents["wmt16"].values() for name in own}
    edit(
        data / "pairs" / "wmt16.parquet",
        lambda rows: [
            row if row["doc_id"] in held_out else row | {"human_score": 0.0} for row in rows
        ],
    )
    with pytest.raises(IngestError, match=r"1 training set changed \(wmt16\)"):
        check(frozen, data)


def test_other_clean_articles_are_noticed_where_they_are_measured(frozen, data):
    edit(
        data / "clean" / "tide.parquet",
        lambda rows: [row | {"text": row["text"] + "\nMore."} for row in rows],
    )
    with pytest.raises(IngestError, match=r"1 source of clean articles changed \(tide\)"):
        check(frozen, data)
    check(frozen, data, clean=False)


def test_another_rule_is_noticed(frozen, data):
    other = replace(frozen, rules={**frozen.rules, "damage_rule": 99})
    with pytest.raises(IngestError, match="damage_rule is 1, not 99"):
        check(other, data)


def test_the_refusal_is_one_line_and_says_what_to_do(frozen, data):
    empty = replace(frozen, documents={"wmt99": {"xx-en": {f"d{n}": (1, "0") for n in range(9)}}})
    with pytest.raises(IngestError) as caught:
        check(empty, data)
    assert "\n" not in str(caught.value)
    assert "9 held-out documents missing (wmt99 xx-en d0, wmt99 xx-en d1, wmt99 xx-en d2, …)" in (
        str(caught.value)
    )
    assert "--no-manifest" in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"no", b"\xff", b'{"rules": 3}', gzip.compress(b"{}")[:-5], b"[" * 10_000],
)
def test_a_damaged_manifest_is_refused_by_name(tmp_path, content):
    for name in ("m.json", "m.json.gz"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(IngestError, match=r"m\.json"):
            load_manifest(tmp_path / name)


def test_a_manifest_that_names_nothing_is_refused(frozen, tmp_path):
    save_manifest(replace(frozen, documents={}), tmp_path / "m.json")
    with pytest.raises(IngestError, match="no document"):
        load_manifest(tmp_path / "m.json")


def test_a_manifest_of_another_format_is_refused(frozen, tmp_path):
    save_manifest(frozen, tmp_path / "m.json")
    content = json.loads((tmp_path / "m.json").read_text("utf-8"))
    content["rules"]["format"] = 2
    (tmp_path / "m.json").write_text(json.dumps(content), "utf-8")
    with pytest.raises(IngestError, match="another format"):
        load_manifest(tmp_path / "m.json")


def test_a_manifest_that_unpacks_without_end_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr("garbled.evaluation.manifest.MAX_BYTES", 1_000)
    (tmp_path / "m.json.gz").write_bytes(gzip.compress(b" " * 10_000))
    with pytest.raises(IngestError, match="more than 1000 bytes"):
        load_manifest(tmp_path / "m.json.gz")
