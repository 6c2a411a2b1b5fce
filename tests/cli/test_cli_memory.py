"""The memory on the command line: score --remember, history, label, threshold."""

from __future__ import annotations

import json
import sqlite3
import sys
import time

import pytest

from garbled.config import load_config
from garbled.documents import Block, Document
from garbled.policy import Policies, Policy
from garbled.settings import Settings
from garbled.store import Kept, Store, result_key

from .conftest import scored

DAY = 86_400.0
FEED = "wire.xml"


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """The working directory of a user of their own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GARBLED_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("GARBLED_CONFIG", raising=False)
    return tmp_path


@pytest.fixture
def memory(desk):
    """Three results: two of a feed, one of another."""
    with Store() as store:
        keep(store, "a", verdict="hold", probability=0.9, reasons=("name_corruption",))
        keep(store, "b")
        keep(store, "c", feed="other\x1b[2J.xml", verdict="review", probability=0.5)
        yield store


def keep(store, id, feed=FEED, **changes):
    blocks = [Block(f"Norgas.XX said {id} on Tuesday.")]
    document = Document.from_blocks(blocks, id=id, source=f"{feed}#{id}", title=f"Title of {id}")
    key = result_key(document.text.encode(), "")
    store.keep([Kept(key, feed, id, scored(document, **changes))])


def lines(result):
    assert (result.code, result.err) == (0, "")
    return [json.loads(line) for line in result.out.splitlines()]


def test_score_has_no_memory_unless_told(desk, plumbing, garbled):
    plumbing.answer("a")
    assert garbled("score", "x").code == 0
    assert not (desk / "data").exists()


@pytest.mark.parametrize("option", [["--remember"], ["--store", "own.sqlite"]])
def test_score_remembers_when_told(desk, plumbing, garbled, option, monkeypatch):
    settings = Settings("fast", False, None, desk, "sha256:0")
    plumbing.answer("a", verdict="hold")
    plumbing.answer("b")
    monkeypatch.setattr(sys.modules["garbled.scorer"].Scorer, "settings", settings, raising=False)
    first = garbled("score", "x", *option)
    plumbing.changes = {}  # a scorer that was asked again would fail
    second = garbled("score", "x", *option)
    assert (first.code, first.err) == (0, "")
    assert second == first
    assert (desk / "own.sqlite").exists() == ("--store" in option)
    named = option if "--store" in option else []
    assert [entry["item"] for entry in lines(garbled("history", *named))] == ["b", "a"]


def test_labels_move_the_scorers_thresholds(memory, plumbing, garbled):
    memory.label((FEED, "a"), "false_alarm")
    garbled("score", "x", "--remember")
    assert plumbing.scorer_options["policies"] == Policies(feeds=((FEED, Policy(shift=0.089)),))
    garbled("score", "x")
    assert plumbing.scorer_options["policies"] == Policies()


def test_the_configuration_says_where_the_memory_is(desk, garbled):
    (desk / "garbled.toml").write_text(
        '[store]\npath = "desk.sqlite"\nretention_days = 1\nkeep_text = false\n'
    )
    with Store("desk.sqlite") as store:
        keep(store, "a")
    [entry] = lines(garbled("history"))
    assert entry["item"] == "a"
    connection = sqlite3.connect("desk.sqlite")
    with connection:
        connection.execute("UPDATE results SET scored_at = ?", (time.time() - 2 * DAY,))
    connection.close()
    assert lines(garbled("history")) == []


def test_history_lists_the_newest_first(memory, garbled):
    entries = lines(garbled("history"))
    assert [entry["item"] for entry in entries] == ["c", "b", "a"]
    [_, _, oldest] = entries
    assert list(oldest) == ["result_id", "scored_at", "feed", "item", "label", "result"]
    assert (oldest["result_id"], oldest["feed"], oldest["label"]) == (1, FEED, None)
    assert oldest["result"]["title"] == "Title of a"
    assert oldest["scored_at"].endswith("Z")


@pytest.mark.parametrize(
    ("options", "items"),
    [
        (["--source", FEED], "ba"),
        (["--source", "*.xml", "--verdict", "review"], "c"),
        (["--verdict", "hold"], "a"),
        (["--limit", "1"], "c"),
        (["--limit", "0"], "cba"),
        (["--since", "2000-01-01", "--before", "2100-01-01T00:00:00"], "cba"),
        (["--before", "2000-01-01"], ""),
        (["--since", "2100-01-01"], ""),
    ],
)
def test_history_is_narrowed_down(memory, garbled, options, items):
    assert "".join(entry["item"] for entry in lines(garbled("history", *options))) == items


def test_history_without_text(memory, garbled):
    result = garbled("history", "--no-text")
    assert lines(result)[0]["result"]["title"] is None
    assert "Norgas.XX" not in result.out


def test_history_as_a_table_cannot_drive_the_terminal(memory, garbled):
    result = garbled("history", "--format", "table")
    assert result.code == 0
    assert "Title of a" in result.out
    assert "name_corruption" in result.out
    assert "\x1b" not in result.out
    assert "Title of" not in garbled("history", "--format", "table", "--no-text").out


def test_history_by_source(memory, garbled):
    first, second = lines(garbled("history", "--by-source"))
    assert (second["feed"], second["n_results"], second["n_held"]) == (FEED, 2, 1)
    assert first["n_review"] == 1
    table = garbled("history", "--by-source", "--format", "table")
    assert FEED in table.out
    assert "\x1b" not in table.out


@pytest.mark.parametrize("command", [["history"], ["label", "1", "mangled"]])
def test_without_a_memory_that_is_said(desk, garbled, command):
    result = garbled(*command)
    assert result.code == 2
    assert result.err.startswith(f"garbled: {desk / 'data' / 'results.sqlite'}: no memory yet;")
    assert not (desk / "data").exists()


def test_a_damaged_memory_is_said_in_one_line(desk, garbled):
    (desk / "own.sqlite").write_text("no database" * 100)
    result = garbled("history", "--store", "own.sqlite")
    assert result.code == 2
    [line] = result.err.splitlines()
    assert line.startswith("garbled: own.sqlite: the memory is damaged")


def test_label_by_number_and_by_item(memory, garbled):
    result = garbled("label", "1", "false-alarm")
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        "result 1 is false-alarm; 1 label of wire.xml move its thresholds by +0.089 log-odds:"
        " alarms get rarer\n"
    )
    result = garbled("label", "--source", FEED, "--item", "b", "mangled")
    assert "2 labels of wire.xml move its thresholds by" in result.out
    assert [label.word for label in memory.labels(FEED)] == ["mangled", "false_alarm"]
    assert "false_alarm" in str(lines(garbled("history", "--source", FEED))[1])
    assert garbled("label", "--remove", "2").out.startswith("no longer mangled; 1 label")
    result = garbled("label", "--remove", "--source", FEED, "--item", "a")
    assert result.out == "no longer false_alarm; 0 labels of wire.xml move no threshold\n"


def test_labels_are_listed(memory, garbled):
    garbled("label", "1", "false-alarm")
    garbled("label", "3", "mangled")
    first, second = lines(garbled("label", "--list"))
    assert (first["word"], first["result_id"]) == ("mangled", 3)
    assert (second["feed"], second["item_id"], second["probability"]) == (FEED, "a", 0.9)
    assert len(lines(garbled("label", "--list", "--source", FEED))) == 1
    table = garbled("label", "--list", "--format", "table").out
    assert "false-alarm" in table
    assert "\x1b" not in table


def test_a_feed_whose_thresholds_are_stated_keeps_them(memory, garbled, desk):
    (desk / "garbled.toml").write_text(f'[feeds."{FEED}"]\nhold = 0.95\n')
    out = garbled("label", "1", "false-alarm").out
    assert out.endswith("but its thresholds stay as the configuration has them\n")


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["1"],
        ["mangled"],
        ["1", "wrong"],
        ["one", "mangled"],
        ["1", "2", "mangled"],
        ["--source", FEED, "mangled"],
        ["--item", "a", "mangled"],
        ["1", "--source", FEED, "--item", "a", "mangled"],
        ["--remove"],
        ["--remove", "x"],
    ],
)
def test_label_called_wrongly(memory, garbled, args):
    result = garbled("label", *args)
    assert result.code == 2
    assert "Usage:" in result.err
    assert memory.labels() == []


@pytest.mark.parametrize("number", ["9", "9" * 30])
def test_label_of_what_is_not_there(memory, garbled, number):
    result = garbled("label", number, "mangled")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        f"garbled: the memory has no result {number}; `garbled history` lists what it has\n"
    )


@pytest.fixture
def long_memory(desk):
    """A feed's 200 items over ten days, of which the model would hold 60, and one label."""
    with Store() as store:
        for number in range(200):
            keep(store, f"i{number}", verdict="hold", probability=round(number / 200, 4))
        store.label((FEED, "i100"), "mangled")
    connection = sqlite3.connect(store.path)
    with connection:
        start = time.time() - 11 * DAY
        connection.execute("UPDATE results SET scored_at = ? + id * ?", (start, DAY / 20))
        connection.execute("UPDATE results SET by_style = 'pass review hold'")
    connection.close()


def test_threshold_prints_lines_to_paste(desk, long_memory, garbled):
    result = garbled("threshold", "--source", FEED, "--hold-per-day", "2")
    assert (result.code, result.err) == (0, "")
    assert "# from 200 items, 20 new a day over 9.9 days" in result.out
    assert "# held a day: 2, 95 % interval 1." in result.out
    assert "# editors' labels of this feed (1) move these thresholds no more" in result.out
    (desk / "garbled.toml").write_text(result.out)
    [(feed, policy)] = load_config().feeds
    assert (feed, policy.review) == (FEED, 0.5)
    assert 0.89 < policy.hold < 0.91


def test_threshold_writes_into_the_configuration(desk, long_memory, garbled):
    args = ["threshold", "--source", FEED, "--hold-per-day", "2", "--review-per-day", "3"]
    result = garbled(*args, "--write")
    assert result.code == 0
    assert result.err == f"added to {desk / 'garbled.toml'}\n"
    [(_, policy)] = load_config().feeds
    assert 0.7 < policy.review < 0.8
    again = garbled(*args, "--write")
    assert again.code == 2
    assert 'has feeds."wire.xml" already; change it there' in again.err
    assert 'feeds."wire.xml".hold' in garbled("config").out


def test_threshold_refuses_a_short_history(memory, garbled):
    result = garbled("threshold", "--source", FEED, "--hold-per-day", "2")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("garbled: wire.xml: its history has 2 items over 0.0 days;")


def test_threshold_says_when_nothing_can_keep_to_the_number(desk, long_memory, garbled):
    with Store() as store:
        connection = sqlite3.connect(store.path)
        with connection:
            connection.execute("UPDATE results SET by_style = 'hold hold hold'")
        connection.close()
    result = garbled("threshold", "--source", FEED, "--hold-per-day", "2", "--write")
    assert result.code == 2
    assert "findings alone would hold 20 of its items a day" in result.err
    assert not (desk / "garbled.toml").exists()
