from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from garbled.corpora.public.catalogue import find_corpus, load_catalogue
from garbled.errors import ResourceError

ROOT = Path(__file__).parents[3]
ENTRY = """
[mine]
title = "t"
licence = "l"
cite = "c"
pairs = "p"
source = "s"
address = "https://example.org/a.tgz"
max_bytes = 1000
format = "lines"
references = 'r'
systems = 's'
"""


def test_what_ships_is_what_lies_in_data():
    linked = ROOT / "data" / "corpora.toml"
    assert (
        linked.read_bytes()
        == (ROOT / "src" / "garbled" / "resources" / "corpora.toml").read_bytes()
    )


def test_every_corpus_has_its_licence_and_where_that_is_known_from():
    corpora = load_catalogue()
    assert len(corpora) >= 15
    for corpus in corpora.values():
        assert corpus.licence
        assert corpus.source
        assert corpus.pairs
        assert bool(corpus.files) != bool(corpus.why_not)
        for file in corpus.files:
            assert urlsplit(file.address).scheme == "https"
            assert (file.n_bytes or 0) <= corpus.max_bytes
        addresses = [file.address for file in corpus.files]
        assert len(set(addresses)) == len(addresses)


def test_a_catalogue_of_one_s_own(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(ENTRY)
    [corpus] = load_catalogue(path).values()
    assert corpus.files[0].name == "a.tgz"
    assert corpus.wants("r")
    assert not corpus.wants("rs")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title = "t"\n', "", "'mine' is wrong: 'title'"),
        ("max_bytes = 1000", "max_bytes = 0", "max_bytes is 0"),
        ("https://example.org/a.tgz", "ftp://x/y", "no address"),
        ("[mine]", '["../mine"]', "small letters"),
        ("references = 'r'", "references = '('", "mine"),
        ("max_bytes = 1000", 'max_bytes = 1000\nsha256 = "abc"', "no sha256"),
        ("[mine]", "[mine", "not a readable catalogue"),
        ('title = "t"', "title = 1\nfiles = []", "no files"),
        (ENTRY, "mine = 3", "mine"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path, old, new, told):
    path = tmp_path / "mine.toml"
    path.write_text(ENTRY.replace(old, new))
    with pytest.raises(ResourceError, match=told):
        load_catalogue(path)


def test_what_cannot_be_fetched_says_why():
    corpora = load_catalogue()
    with pytest.raises(ResourceError, match=r"asap-roundtrip: cannot be fetched: .*account"):
        find_corpus(corpora, "asap-roundtrip")
    with pytest.raises(ResourceError, match="wmt99: no such corpus; there are: wmt13"):
        find_corpus(corpora, "wmt99")
