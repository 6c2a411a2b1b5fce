"""Which pairs are learnt from: shared originals, more than one engine, one language each."""

from __future__ import annotations

import pytest

from garbled.corpora.write import write_pairs
from garbled.errors import IngestError
from garbled.pivot.samples import cut_after, read_samples
from pivot.relays import rows


def written(tmp_path, made):
    path = tmp_path / "pairs.parquet"
    write_pairs(made, path)
    return path


def test_every_engine_has_its_share(pairs):
    samples = read_samples(pairs, per_engine=5)
    assert samples.languages == ["aa", "bb", "cc"]
    assert len(samples.chosen) == 3 * 3 * 5
    assert {sample.engine for sample in samples.chosen} == {"north", "south", "east"}
    assert all(len(sample.copy) == len(sample.original) == 2 for sample in samples.chosen)


def test_a_language_of_one_engine_is_left_out(tmp_path):
    made = [r for r in rows() if not ("cc" in r["lang_pair"] and r["system"][0] != "n")]
    samples = read_samples(written(tmp_path, made))
    assert samples.languages == ["aa", "bb"]
    assert "only one engine" in samples.left_out["cc"]


def test_one_engine_in_all_is_taken(tmp_path):
    samples = read_samples(written(tmp_path, rows(engines=("north",))))
    assert samples.languages == ["aa", "bb", "cc"]


def test_originals_of_one_language_are_taken_only_where_it_is_said(tmp_path):
    made = [r for r in rows() if r["doc_id"] != "d0" or "aa" in r["lang_pair"]]
    path = written(tmp_path, made)
    assert len(read_samples(path).chosen) == 23 * 9
    assert len(read_samples(path).others) == 3
    assert len(read_samples(path, any_original=True).chosen) == 23 * 9 + 3


def test_human_versions_are_never_chosen(tmp_path):
    made = [r | {"kind": "human" if r["doc_id"] == "d0" else "machine"} for r in rows()]
    samples = read_samples(written(tmp_path, made))
    assert len(samples.chosen) == 23 * 9
    assert all(sample.is_human for sample in samples.others)
    assert len(samples.others) == 9


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: r | {"lang_pair": None}, "the column lang_pair"),
        (lambda r: r | {"lang_pair": "en-aa-en"}, "all texts came back through aa"),
        (
            lambda r: (
                r
                | {
                    "doc_id": r["lang_pair"] + r["doc_id"],
                    "original": r["lang_pair"] + r["original"] * 2,
                }
            ),
            "no original came back through two",
        ),
    ],
)
def test_what_cannot_be_learnt_from_is_refused(tmp_path, change, message):
    with pytest.raises(IngestError, match=message) as raised:
        read_samples(written(tmp_path, map(change, rows(12))))
    assert "\n" not in str(raised.value)


def test_too_few_texts_are_refused(tmp_path):
    made = rows(3, languages=("aa", "bb"))
    with pytest.raises(IngestError, match="aa: 9 texts of shared originals, 10 are needed"):
        read_samples(written(tmp_path, made))


def test_a_text_is_cut_after_its_words():
    assert cut_after(("one two", "three", "four"), 3) == ("one two", "three")
    assert cut_after(("one two", "three", "four"), 1) == ("one two",)
    assert cut_after(("one",), 9) == ("one",)
