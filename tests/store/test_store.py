"""What the memory keeps, finds, forgets, and refuses."""

from __future__ import annotations

import logging
import random
import sqlite3
import stat
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import hostile_texts

from garbled.documents import Document, Score
from garbled.errors import GarbledError
from garbled.report.record import to_record
from garbled.store import Kept, Store, StoreError, result_key, schema
from garbled.store.results import DAY
from garbled.store.rows import pack
from garbled.store.schema import APPLICATION, VERSION
from garbled.store.styles import verdicts_by_style

from .conftest import THRESHOLDS, change, make_document, make_score, patient

WORDING = "Zanzibarrow"


def kept(number: int = 1, feed: str = "wire", **changes: object) -> Kept:
    document = make_document(f"{WORDING} {number}.", number, feed)
    key = result_key(document.text.encode(), "one configuration")
    return Kept(key, feed, document.id, make_score(document, **changes))


def test_what_is_kept_is_found_with_its_whole_record(store: Store) -> None:
    row = kept()
    store.keep([row])
    found = store.find([row.key, result_key(b"else", "")])
    assert list(found) == [row.key]
    result = found[row.key]
    assert result.record == to_record(row.score)
    assert (result.verdict, result.score, result.probability) == ("hold", 80.2, 0.9123)
    assert (result.feed, result.item_id, result.label) == ("wire", "id-1", None)
    assert result.reasons == row.score.reasons
    assert result.thresholds == THRESHOLDS
    assert abs(result.scored_at - time.time()) < 60


def test_a_memory_outlives_its_process_and_is_this_users_alone(path: Path) -> None:
    row = kept()
    with Store(path) as store:
        store.keep([row])
        modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with Store(path) as store:
        assert row.key in store.find([row.key])


def test_the_same_result_takes_its_own_place(store: Store) -> None:
    store.keep([kept(degraded=("grammar",), verdict="review")])
    [first] = store.results()
    assert first.is_degraded
    store.keep([kept(verdict="pass")])
    [second] = store.results()
    assert (second.result_id, second.verdict) == (first.result_id, "pass")
    assert not second.is_degraded


def test_one_content_may_be_of_several_items(store: Store) -> None:
    row = kept()
    store.keep([row])
    [first] = store.results()
    again = [(first.result_id, "other", "b"), (first.result_id, "wire", "id-1")]
    store.keep_again(again)
    store.keep_again(again)
    assert {(r.feed, r.item_id) for r in store.results()} == {("wire", "id-1"), ("other", "b")}
    assert store.find([row.key])[row.key].record == first.record


def test_an_error_is_listed_but_never_found(store: Store) -> None:
    document = Document.unreadable("is empty", id="a", source="wire#a")
    score = make_score(
        document, verdict="error", score=None, probability=None, reasons=("unreadable",)
    )
    key = result_key(b"", "")
    store.keep([Kept(key, "wire", "a", score)])
    assert store.find([key]) == {}
    [result] = store.results(verdict="error")
    assert result.record["error"] == "is empty"


def test_thousands_of_keys_are_found(store: Store) -> None:
    rows = [kept(number) for number in range(1201)]
    store.keep(rows)
    keys = [row.key for row in rows]
    assert list(store.find(keys[::-1])) == keys[::-1]


def test_history_is_listed_by_feed_verdict_and_date_and_paged(store: Store, path: Path) -> None:
    store.keep([kept(1), kept(2, verdict="pass"), kept(3, feed="w/fr"), kept(4, feed="w/de")])
    assert [r.item_id for r in store.results()] == ["id-4", "id-3", "id-2", "id-1"]
    assert [r.item_id for r in store.results(feed="wire", verdict="hold")] == ["id-1"]
    assert [r.item_id for r in store.results(feed="w/*")] == ["id-4", "id-3"]
    assert [r.item_id for r in store.results(feed="w/?r")] == ["id-3"]
    first, second = store.results(limit=2)
    assert [r.item_id for r in store.results(before=second.result_id)] == ["id-2", "id-1"]
    assert first.item_id == "id-4"
    assert list(store.results(before=-(2**70))) == []
    assert len(list(store.results(before=2**70))) == 4
    assert list(store.results(feed="*a" * 500)) == []
    change(path, "UPDATE results SET scored_at = 1000 WHERE item = 'id-1'")
    assert [r.item_id for r in store.results(until=2000.0)] == ["id-1"]
    assert len(list(store.results(since=2000.0))) == 3
    with pytest.raises(GarbledError, match="a verdict is pass, review, hold, error"):
        list(store.results(verdict="held"))


def test_long_histories_are_read_page_by_page(store: Store) -> None:
    store.keep([kept(number) for number in range(1100)])
    assert len(list(store.results())) == 1100
    assert len(list(store.results(limit=700))) == 700
    assert list(store.results(limit=0)) == []


def test_sources_are_counted(store: Store) -> None:
    store.keep([kept(1), kept(2, verdict="pass"), kept(3, verdict="review"), kept(4, "other")])
    assert [source[:6] for source in store.sources()] == [
        ("other", 1, 1, 0, 0, 0),
        ("wire", 3, 1, 1, 1, 0),
    ]


def test_wording_can_be_left_out(path: Path) -> None:
    row = kept()
    with Store(path, keep_text=False) as store:
        store.keep([row])
        [result] = store.results()
        assert result.record == to_record(row.score, texts=False)
        assert all(WORDING.encode() not in f.read_bytes() for f in path.parent.iterdir())
        assert WORDING.encode() not in b"".join(r.packed for r in store.results())


def test_nothing_of_the_wording_is_logged(
    path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG), Store(path) as store:
        store.keep([kept()])
        [result] = store.results()
        store.label(result.result_id, "mangled")
    assert WORDING not in caplog.text + repr(result) + "".join(capfd.readouterr())


def test_what_is_too_old_is_forgotten_when_the_memory_is_opened(path: Path) -> None:
    with Store(path) as store:
        store.keep([kept(number) for number in range(2500)])
        store.label(("wire", "id-0"), "mangled")
    change(path, "UPDATE results SET scored_at = ? WHERE id <= 2400", time.time() - 31 * DAY)
    with Store(path, retention_days=0) as store:
        assert len(list(store.results())) == 2500
    with Store(path, retention_days=32) as store:
        assert len(list(store.results())) == 2500
    with Store(path, retention_days=30) as store:
        assert len(list(store.results())) == 100
        [label] = store.labels()
        assert (label.item_id, label.probability, label.result_id) == ("id-0", 0.9123, None)
        assert store.policies().keys() == {"wire"}


def test_a_memory_that_stays_open_forgets_as_well(path: Path) -> None:
    with Store(path, retention_days=1) as store:
        store.keep([kept(1)])
        change(path, "UPDATE results SET scored_at = 0")
        store.keep([kept(2)])
        assert len(list(store.results())) == 2, "it looks once an hour"
        store._prune_at = 0
        store.keep([kept(3)])
        assert [r.item_id for r in store.results()] == ["id-3", "id-2"]


def test_what_is_forgotten_is_not_left_in_the_file(path: Path) -> None:
    record = pack(to_record(kept().score))
    with Store(path) as store:
        store.keep([kept()])
    assert record in path.read_bytes()
    change(path, "UPDATE results SET scored_at = 0")
    Store(path).close()
    assert all(record not in file.read_bytes() for file in path.parent.iterdir())


def test_all_or_nothing_is_kept(store: Store) -> None:
    broken = kept(2)._replace(key="not a key")
    with pytest.raises(ValueError, match="hexadecimal"):
        store.keep([kept(1), broken])
    assert list(store.results()) == []
    store.keep([kept(1)])
    assert len(list(store.results())) == 1


def damage_the_header(path: Path) -> None:
    path.write_bytes(b"This is no database, it is a text." * 100)


def damage_the_pages(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [damage_the_header, damage_the_pages])
def test_a_damaged_memory_is_named_and_left_as_it_is(
    path: Path, damage: Callable[[Path], None]
) -> None:
    with Store(path) as store:
        store.keep([kept(number) for number in range(50)])
    damage(path)
    before = path.read_bytes()

    def use() -> None:
        with Store(path) as store:
            store.keep([kept(number) for number in range(50)])

    with pytest.raises(StoreError, match=r"the memory is damaged .* left as it is") as error:
        use()
    assert str(error.value).startswith(f"{path}: ")
    assert path.read_bytes() == before


@pytest.mark.parametrize("place", [lambda record: len(record) // 2, lambda record: -2])
def test_a_result_whose_bits_the_disk_lost_is_not_found(
    path: Path, place: Callable[[bytes], int]
) -> None:
    """In the record, and in what stands before it."""
    row = kept()
    with Store(path) as store:
        store.keep([row])
    content = path.read_bytes()
    record = pack(to_record(row.score))
    at = content.index(record) + place(record)
    path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    with Store(path) as store:
        assert store.find([row.key]) == {}
        [result] = store.results()
        with pytest.raises(GarbledError, match="result 1 of the memory is damaged"):
            _ = result.record
        store.keep([row])
        assert row.key in store.find([row.key])


def test_a_newer_memory_is_refused(path: Path) -> None:
    Store(path).close()
    change(path, f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(StoreError, match=r"a newer garbled wrote this memory.*update garbled"):
        Store(path)


def test_an_older_memory_is_brought_up_to_date(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = kept()
    with Store(path) as store:
        store.keep([row])
    newer = (*schema.MIGRATIONS, "ALTER TABLE labels ADD COLUMN remark TEXT;")
    monkeypatch.setattr(schema, "MIGRATIONS", newer)
    monkeypatch.setattr(schema, "VERSION", len(newer))
    with Store(path) as store:
        assert row.key in store.find([row.key])
    change(path, "INSERT INTO labels VALUES ('f', x'00', 'i', 'mangled', 0.5, 0.0, 'why')")
    monkeypatch.undo()
    with pytest.raises(StoreError, match=r"version 2; this one knows 1"):
        Store(path)


def test_a_migration_that_fails_leaves_the_memory_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = kept()
    with Store(path) as store:
        store.keep([row])
    broken = "ALTER TABLE labels ADD COLUMN remark TEXT; ALTER TABLE none ADD COLUMN x TEXT;"
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, broken))
        patch.setattr(schema, "VERSION", VERSION + 1)
        with pytest.raises(StoreError, match="no such table: none"):
            Store(path)
    with Store(path) as store:
        assert row.key in store.find([row.key])


def test_a_full_disk_is_said_and_loses_nothing_that_is_there(store: Store) -> None:
    store.keep([kept(1)])
    store._connection.execute("PRAGMA max_page_count = 1")  # SQLite takes what it has for the most
    with pytest.raises(StoreError, match=r"cannot be written .* see whether the disk is full"):
        store.keep([kept(number) for number in range(200)])
    assert [result.item_id for result in store.results()] == ["id-1"]


def test_another_programs_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    change(path, "CREATE TABLE articles (id INTEGER)")
    with pytest.raises(StoreError, match="a database of another program"):
        Store(path)
    change(path, f"PRAGMA application_id = {APPLICATION + 1}")
    with pytest.raises(StoreError, match="a database of another program"):
        Store(path)


def test_an_empty_file_becomes_a_memory(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    with Store(path) as store:
        store.keep([kept()])
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(tmp_path / "file" / "results.sqlite")
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(tmp_path)


def test_a_closed_memory_says_so(path: Path) -> None:
    store = Store(path)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.find([result_key(b"", "")])


@pytest.mark.parametrize("number", [-1, 0, 7, 2**63, -(2**70)])
def test_an_unknown_result_is_said(store: Store, number: int) -> None:
    with pytest.raises(GarbledError, match=f"no result {number};"):
        store.result(number)
    with pytest.raises(GarbledError, match="no item 'x' of the feed 'wire'"):
        store.label(("wire", "x"), "mangled")


def test_names_no_database_can_hold_are_spelled_out(store: Store) -> None:
    store.keep([kept(1)._replace(feed="caf\udce9", item_id="\ud83d'; DROP TABLE results; --")])
    [result] = store.results(feed="caf\udce9")
    assert result.feed == "caf\\udce9"
    assert store.label(("caf\udce9", "\ud83d'; DROP TABLE results; --"), "mangled").label


def test_a_verdict_is_known_for_every_threshold() -> None:
    text = "Norgas.XX rose after the group said that it would pump more. " * 100
    document = replace(make_document(text), title=None)
    [_, body] = make_score(document).paragraphs
    certain = make_score(document, paragraphs=(body,))
    assert verdicts_by_style(certain) == ("pass", "review", "hold")
    clean = [replace(part, findings=()) for part in certain.paragraphs]
    plain = make_score(document, verdict="review", paragraphs=tuple(clean))
    assert verdicts_by_style(plain) == ("pass", "review", "review")
    held_back = [
        replace(
            part,
            findings=tuple(
                replace(f, rule="NAME_CODE_BROKEN", severity="minor") for f in part.findings
            ),
        )
        for part in certain.paragraphs
    ]  # such a finding is major only in copy that is surely mangled
    doubtful = make_score(document, verdict="hold", paragraphs=tuple(held_back))
    unsure = replace(doubtful, probability=0.1, verdict="pass")
    assert verdicts_by_style(unsure)[2] == "hold"
    damaged = replace(plain, error="cut off")
    assert verdicts_by_style(damaged) == ("review", "review", "review")
    short = replace(plain, probability=None, verdict="pass")
    assert verdicts_by_style(short) == ("pass", "pass", "pass")


@patient
@given(st.binary(), st.binary(), st.text(), st.text())
def test_keys_tell_contents_and_configurations_apart(a: bytes, b: bytes, c: str, d: str) -> None:
    fingerprints = [text.encode("utf-8", "ignore").decode() for text in (c, d)]
    first, second = result_key(a, fingerprints[0]), result_key(b, fingerprints[1])
    assert (first == second) == (a == b and fingerprints[0] == fingerprints[1])
    assert (first[:40] == second[:40]) == (a == b)
    assert len(first) == 64


def test_keys_are_the_same_in_every_version() -> None:
    """A change here makes all memories forget: it needs a reason."""
    assert result_key(b"The pier reopened.", "0123") == (
        "2f143371288dbf5d152bc468225444a37f6510d71be2e452b46d7a0d9656bbb1"
    )


@settings(patient, max_examples=50)
@given(hostile_texts, hostile_texts)
def test_any_record_comes_back_as_it_was(text: str, title: str) -> None:
    document = Document.from_blocks([], id=text, source=title, title=title)
    score: Score = make_score(replace(document, title=title + "\ud83d"), error=text)
    row = Kept(result_key(text.encode(), ""), title, text, score)
    with TemporaryDirectory() as folder, Store(f"{folder}/results") as store:
        store.keep([row])
        assert store.find([row.key])[row.key].record == to_record(score)


def test_damage_anywhere_is_a_line_or_nothing(path: Path) -> None:
    """No byte of the file, whatever it is, brings another error than the memory's own."""
    random_ = random.Random(5)
    with Store(path) as store:
        store.keep([kept(number) for number in range(30)])
        store.label(1, "mangled")
    whole = path.read_bytes()
    keys = [kept(number).key for number in range(30)]
    refusals = 0
    for turn in range(40):
        content = bytearray(whole)
        for _ in range((1, 10, 100, 1000)[turn % 4]):
            content[random_.randrange(len(content))] = random_.randrange(256)
        for file in path.parent.iterdir():
            file.unlink()
        path.write_bytes(content)
        try:
            with Store(path) as store:
                found = store.find(keys)
                assert {r.verdict for r in found.values()} <= {"hold"}
                [r.record for r in store.results() if r.is_whole]
                store.sources(), store.observed("wire"), store.policies()
                store.keep([kept(1)])
        except StoreError:
            refusals += 1
    assert 0 < refusals < 40
