from __future__ import annotations

import hashlib
import json

import pytest

from garbled.corpora.pairs import read_pairs
from garbled.corpora.public.catalogue import load_catalogue
from garbled.corpora.public.store import get_corpus, is_fetched, verify_corpus
from garbled.errors import IngestError, ResourceError

from .archives import COPIES, ORIGINALS, lines, tar

MEMBERS = {"x/ref/de-en.txt": lines(ORIGINALS), "x/out/sys/de-en.txt": lines(COPIES)}
BODY = tar(MEMBERS)
CATALOGUE = """
[mine]
title = "t"
licence = "l"
cite = "c"
pairs = "p"
source = "s"
address = "{address}"
max_bytes = 1_000_000
format = "lines"
references = '.*/ref/(?P<pair>[a-z]+-en)\\.txt'
systems = '.*/out/(?P<system>[^/]+)/(?P<pair>[a-z]+-en)\\.txt'
{more}
"""


@pytest.fixture
def make_corpus(server, tmp_path):
    def make(body=BODY, more="", **faults):
        path = tmp_path / "catalogue.toml"
        address = server.host("/a.tgz", body, **faults)
        path.write_text(CATALOGUE.format(address=address, more=more))
        return load_catalogue(path)["mine"]

    return make


def test_a_corpus_is_fetched_once_and_read_by_training(make_corpus, server, tmp_path):
    corpus = make_corpus(more=f'sha256 = "{hashlib.sha256(BODY).hexdigest()}"')
    told = []
    fetched = get_corpus(corpus, tmp_path / "c", told.append)
    assert fetched.n_rows == 3
    assert fetched.on_trust == ()
    assert told == [corpus.files[0].address, "converting"]
    pairs = list(read_pairs(tmp_path / "c" / "pairs"))
    assert [(p.original, p.retranslated) for p in pairs] == list(
        zip(ORIGINALS, COPIES, strict=True)
    )
    assert is_fetched(corpus, tmp_path / "c")
    assert verify_corpus(corpus, tmp_path / "c") == []
    get_corpus(corpus, tmp_path / "c")
    assert len(server.asked) == 1
    assert sorted(p.name for p in (tmp_path / "c").rglob("*") if p.is_file()) == [
        "00-a.tgz",
        "mine.json",
        "mine.parquet",
    ]


def test_a_file_without_a_digest_is_held_to_what_it_was_first(make_corpus, tmp_path):
    corpus = make_corpus()
    fetched = get_corpus(corpus, tmp_path / "c")
    assert fetched.on_trust == corpus.files
    record = json.loads((tmp_path / "c" / "records" / "mine.json").read_text())
    assert record["files"][corpus.files[0].address]["sha256"] == hashlib.sha256(BODY).hexdigest()
    (tmp_path / "c" / "raw" / "mine" / "00-a.tgz").unlink()
    other = make_corpus(tar({**MEMBERS, "x/new": "y"}), tag='"v2"')
    with pytest.raises(ResourceError, match=r"its SHA-256 is \w+ and should be"):
        get_corpus(other, tmp_path / "c")
    assert verify_corpus(corpus, tmp_path / "c") == ["00-a.tgz is gone"]


@pytest.mark.parametrize(
    ("place", "told"),
    [("raw/mine/00-a.tgz", "00-a.tgz has changed"), ("pairs/mine.parquet", "mine.parquet has")],
)
def test_what_was_changed_is_found(make_corpus, tmp_path, place, told):
    corpus = make_corpus()
    get_corpus(corpus, tmp_path / "c")
    file = tmp_path / "c" / place
    file.write_bytes(file.read_bytes() + b"x")
    [problem] = verify_corpus(corpus, tmp_path / "c")
    assert told in problem
    get_corpus(corpus, tmp_path / "c")
    assert verify_corpus(corpus, tmp_path / "c") == []


def test_what_was_made_before_stays_if_anything_fails(make_corpus, tmp_path):
    corpus = make_corpus()
    made = get_corpus(corpus, tmp_path / "c").path
    before = made.read_bytes()
    (tmp_path / "c" / "records" / "mine.json").unlink()
    (tmp_path / "c" / "raw" / "mine" / "00-a.tgz").unlink()
    with pytest.raises(IngestError, match="layout is not the one expected"):
        get_corpus(make_corpus(tar({"other": "x"}), tag='"v2"'), tmp_path / "c")
    assert made.read_bytes() == before
    assert list(made.parent.iterdir()) == [made]


def test_an_archive_that_leads_out_leaves_nothing(make_corpus, tmp_path):
    corpus = make_corpus(tar({"../../ref/de-en.txt": "evil"}))
    with pytest.raises(ResourceError, match="outside of it"):
        get_corpus(corpus, tmp_path / "c")
    assert not (tmp_path / "c" / "pairs" / "mine.parquet").exists()
    assert list((tmp_path / "c").rglob("de-en.txt")) == []


def test_a_record_that_is_none_is_as_good_as_absent(make_corpus, tmp_path):
    corpus = make_corpus()
    get_corpus(corpus, tmp_path / "c")
    (tmp_path / "c" / "records" / "mine.json").write_text("[1, 2")
    assert not is_fetched(corpus, tmp_path / "c")
    with pytest.raises(ResourceError, match="not fetched"):
        verify_corpus(corpus, tmp_path / "c")
    assert get_corpus(corpus, tmp_path / "c").n_rows == 3


def test_a_folder_that_cannot_be_written_is_named(make_corpus, tmp_path):
    (tmp_path / "c").write_text("a file")
    with pytest.raises(ResourceError, match="cannot be written"):
        get_corpus(make_corpus(), tmp_path / "c")
