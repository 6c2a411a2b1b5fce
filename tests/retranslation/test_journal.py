from __future__ import annotations

import pytest

from garbled.errors import ResourceError
from garbled.retranslation.chains import plan_chain
from garbled.retranslation.journal import Copies, Journal, journal_key

from .engines import WordEngine

COPIES = Copies(("één", None, 'with "quotes"\u2028'), ("paragraph 2: lost",))


def test_what_was_kept_is_found_by_the_next_process(tmp_path):
    path = tmp_path / "work"
    with Journal(path) as journal:
        journal.keep("a", COPIES)
        assert journal.find("a") == COPIES
        journal.keep("b", Copies(("second",)))
    with Journal(path) as journal:
        assert len(journal) == 2
        assert journal.find("a") == COPIES
        assert journal.find("b") == Copies(("second",))
        assert journal.find("c") is None


@pytest.mark.parametrize("torn", [b'{"key": "b", "te', b"\xff\xfe", b"[]\n", b"null\n"])
def test_a_line_that_a_crash_cut_off_is_written_anew(tmp_path, torn):
    path = tmp_path / "work"
    with Journal(path) as journal:
        journal.keep("a", COPIES)
    with path.open("ab") as file:
        file.write(torn)
    with Journal(path) as journal:
        assert len(journal) == 1
        journal.keep("b", Copies(("second",)))
    with Journal(path) as journal:
        assert journal.find("a") == COPIES
        assert journal.find("b") == Copies(("second",))


def test_two_runs_do_not_write_one_output(tmp_path):
    with Journal(tmp_path / "work"), pytest.raises(ResourceError, match="another"):
        Journal(tmp_path / "work")
    with Journal(tmp_path / "work"):
        pass


def test_a_key_depends_on_all_that_a_copy_depends_on():
    engine, other = WordEngine(), WordEngine()
    other.version = "2"
    chains = [plan_chain(engine, ["es"]), plan_chain(engine, ["fr"])]
    keys = {
        journal_key(engine, chains[0], ["a", "b"]),
        journal_key(engine, chains[0], ["ab"]),
        journal_key(engine, chains[1], ["a", "b"]),
        journal_key(other, chains[0], ["a", "b"]),
    }
    assert len(keys) == 4
    assert journal_key(engine, chains[0], ["a", "b"]) in keys
