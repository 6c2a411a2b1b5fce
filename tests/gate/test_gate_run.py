"""What becomes of items by their verdicts, the memory and the side file."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from garbled.documents import Document
from garbled.gate import Gated, GateOptions, add_to_side_file, gate, open_envelope, replace_file
from garbled.gate.unread import unread
from garbled.ingest import read_bytes
from garbled.report.schema import result_schema
from garbled.settings import Settings
from garbled.store import Store

from .conftest import Judge
from .feeds import FEEDS

BODY = "The pier at Ryde reopened on Monday after nine weeks of work on its iron legs. "


def rss(*items: tuple[str, str]) -> bytes:
    made = "".join(
        f"<item><guid>{id}</guid><title>Head {id}</title><description>{text}</description></item>\n"
        for id, text in items
    )
    return f"<rss><channel><language>en</language>\n{made}</channel></rss>".encode()


ITEMS = (("a", BODY), ("b", BODY + "HOLD"), ("c", BODY + "REVIEW"), ("d", ""))
Run = Callable[..., Gated]


@pytest.fixture
def run(judge: Judge, store: Store) -> Run:
    def run(data: bytes, feed: str = "wire.xml", **options: Any) -> Gated:
        chosen = GateOptions(**options)
        return gate(open_envelope(data, annotated=chosen.annotate), feed, judge, store, chosen)

    return run


def ids(data: bytes | None) -> list[str]:
    return [item.id for item in open_envelope(data or b"").items]


@pytest.mark.parametrize(
    ("options", "out"),
    [
        ({}, ["a", "c", "d"]),
        ({"review": "hold"}, ["a"]),
        ({"unreadable": "hold"}, ["a", "c"]),
        ({"review": "hold", "unreadable": "hold"}, ["a"]),
    ],
)
def test_what_becomes_of_items_is_a_choice(run, options, out):
    gated = run(rss(*ITEMS), **options)
    assert ids(gated.output) == out
    assert sorted(json.loads(held.line("t"))["id"] for held in gated.held) == sorted(
        {"a", "b", "c", "d"} - set(out)
    )
    assert gated.verdicts == {"pass": 1, "hold": 1, "review": 1, "error": 1}
    assert gated.n_items == 4


def test_an_item_that_cannot_be_read_is_told_in_one_line(run):
    assert run(rss(*ITEMS)).faults == ["wire.xml#d: no text to score"]


def test_each_item_is_read_alone_with_its_feed_and_language(run, judge):
    run(rss(*ITEMS))
    assert [(d.id, d.source, d.language) for d in judge.seen] == [
        (id, f"wire.xml#{id}", "en") for id in "abc"
    ]


def test_an_unchanged_item_is_remembered_and_a_correction_is_scored_anew(run, judge):
    run(rss(*ITEMS))
    again = run(rss(*ITEMS))
    assert (len(judge.seen), again.n_remembered) == (3, 3)
    assert ids(again.output) == ["a", "c", "d"]
    corrected = run(rss(ITEMS[0], ("b", BODY), *ITEMS[2:]))
    assert [document.id for document in judge.seen[3:]] == ["b"]
    assert ids(corrected.output) == ["a", "b", "c", "d"]
    worse = run(rss(("a", BODY + "HOLD"), *ITEMS[1:]))
    assert ids(worse.output) == ["c", "d"]


def test_an_annotation_does_not_make_an_item_new(run, judge):
    noted = run(rss(*ITEMS), annotate=True).output
    assert noted is not None
    assert run(noted, annotate=True).output == noted
    assert len(judge.seen) == 3


def test_items_are_remembered_for_a_policy_not_for_a_feed_alone(run, judge, store):
    run(rss(*ITEMS))
    run(rss(*ITEMS), feed="other.xml")
    assert len(judge.seen) == 3
    assert len(list(store.results(feed="other.xml"))) >= 3


def test_an_editor_has_the_last_word(run, store):
    run(rss(*ITEMS))
    store.label(("wire.xml", "b"), "false_alarm")
    store.label(("wire.xml", "a"), "mangled")
    gated = run(rss(*ITEMS), annotate=True)
    assert ids(gated.output) == ["b", "c", "d"]
    assert b'editor="false_alarm"' in (gated.output or b"")
    assert gated.verdicts["hold"] == 1


def test_without_a_memory_all_is_scored_each_time(judge):
    for _ in range(2):
        gated = gate(open_envelope(rss(*ITEMS)), "wire.xml", judge)
        assert ids(gated.output) == ["a", "c", "d"]
    assert len(judge.seen) == 6


def test_items_without_an_id_are_named_by_their_content(run, judge, store):
    item = b"<item><description>%s %d</description></item>"
    items = b"".join(item % (BODY.encode(), number) for number in (1, 2))
    run(b"<rss>" + items + b"</rss>")
    gated = run(b"<rss>" + item % (b"New", 3) + items + b"</rss>")
    assert (len(judge.seen), gated.n_remembered) == (3, 2)
    names = [result.item_id for result in store.results()]
    assert len(set(names)) == 3
    assert {len(name) for name in names} == {12}


def test_damage_to_an_item_is_reviewed_and_told(run):
    data = rss(*ITEMS[:2]).replace(b"Head a", b"Head & a")
    gated = run(data)
    assert gated.verdicts == {"review": 1, "hold": 1}
    assert gated.faults[0].startswith("wire.xml: the feed is not well-formed XML at line 2")
    assert gated.faults[1].startswith("wire.xml#a: the feed is not well-formed")
    assert run(data).faults == gated.faults
    assert run(data).n_remembered == 2


def test_damage_elsewhere_in_a_feed_makes_no_item_new(run, judge, tmp_path):
    path = tmp_path / "held.jsonl"
    broken = ("b", BODY + "HOLD AT&T")
    once = run(rss(broken, ("a", BODY)))
    assert add_to_side_file(path, once.held, "t") == 1
    again = run(b"<?xml version='1.0'?>\n\n" + rss(("c", BODY), broken, ("a", BODY)))
    assert add_to_side_file(path, again.held, "t") == 0
    assert again.n_remembered == 2
    head = b'<rss version="2.0"><channel>'
    other = run(rss(broken, ("a", BODY)).replace(b"<rss><channel>", head))
    assert (other.n_remembered, add_to_side_file(path, other.held, "t")) == (0, 0)


def test_what_is_lost_is_held_whatever_the_options(run):
    data = b'[{"id": "a", "text": "%s"}, {"id": "b",, "text": 1}]' % BODY.encode()
    gated = run(data)
    assert json.loads(gated.output or b"") == [{"id": "a", "text": BODY}]
    [held] = gated.held
    line = json.loads(held.line("t"))
    assert line["held"]["original"] == '{"id": "b",, "text": 1}'
    assert (line["verdict"], line["reasons"]) == ("error", ["unreadable"])
    assert "this item is lost" in line["error"]


def test_a_feed_of_nothing_that_can_be_read_needs_no_scorer(settings):
    class Unable:
        def __init__(self, settings: Settings) -> None:
            self.settings = settings

        def score_documents(self, documents: object) -> Any:
            raise AssertionError("the model would be loaded")

    options = GateOptions(unreadable="hold")
    envelope = open_envelope(rss(("a", ""), ("b", " ")))
    gated = gate(envelope, "wire.xml", Unable(settings), None, options)
    assert gated.verdicts == {"error": 2}
    for held in gated.held:
        line = json.loads(held.line("2026-11-25T10:00:00+00:00"))
        assert not list(Draft202012Validator(result_schema()).iter_errors(line))


def test_a_result_without_text_is_as_scoring_gives_it(settings, make_scorer):
    document = Document.unreadable("no text to score", id="a", source="wire.xml#a")
    [scored] = make_scorer("fast").score_documents([document])
    assert unread(document, settings) == scored


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_the_side_file_keeps_the_record_and_the_item_as_it_came(run, tmp_path):
    path = tmp_path / "held.jsonl"
    gated = run(rss(*ITEMS))
    assert add_to_side_file(path, gated.held, "2026-11-25T10:00:00+00:00") == 1
    [line] = lines(path)
    assert not list(Draft202012Validator(result_schema()).iter_errors(line))
    assert (line["id"], line["verdict"], line["reasons"]) == ("b", "hold", ["wrong_words"])
    held = line["held"]
    assert held["original"].encode() in rss(*ITEMS)
    assert (held["feed"], held["format"], held["at"]) == (
        "wire.xml",
        "feed",
        "2026-11-25T10:00:00+00:00",
    )
    alone = (held["before"] + held["original"] + held["after"]).encode()
    [document] = read_bytes(alone, source="released", format="feed")
    assert (document.id, document.title, document.language) == ("b", "Head b", "en")


def test_an_item_is_listed_once_and_a_correction_of_it_again(run, tmp_path):
    path = tmp_path / "held.jsonl"
    for _ in range(3):
        add_to_side_file(path, run(rss(*ITEMS)).held, "t")
    corrected = run(rss(("b", BODY + "HOLD still"), ("e", BODY + "HOLD")))
    assert add_to_side_file(path, corrected.held, "u") == 2
    assert [(line["id"], line["held"]["at"]) for line in lines(path)] == [
        ("b", "t"),
        ("b", "u"),
        ("e", "u"),
    ]
    other = run(rss(*ITEMS), feed="other.xml")
    assert add_to_side_file(path, other.held, "v") == 1


def test_nothing_held_leaves_the_side_file_alone(run, tmp_path):
    path = tmp_path / "held.jsonl"
    assert add_to_side_file(path, run(rss(ITEMS[0])).held, "t") == 0
    assert not path.exists()


def test_lines_of_others_in_the_side_file_stay(run, tmp_path):
    path = tmp_path / "held.jsonl"
    path.write_text('{"mine": 1}\n{"cut', "utf-8")
    add_to_side_file(path, run(rss(*ITEMS)).held, "t")
    assert path.read_text("utf-8").startswith('{"mine": 1}\n{"cut\n{"schema_version"')


def test_an_item_that_speaks_of_a_key_is_listed_all_the_same(run, tmp_path):
    path = tmp_path / "held.jsonl"
    [held] = run(rss(ITEMS[1])).held
    liar = f'"key": "{held.key}" HOLD {BODY}'.replace('"', "&quot;")
    add_to_side_file(path, run(rss(("liar", liar))).held, "t")
    assert add_to_side_file(path, [held], "t") == 1


def test_bytes_that_are_no_utf_8_are_kept(run, tmp_path):
    path = tmp_path / "held.jsonl"
    data = b'{"id": "a", "text": "%s HOLD caf\xe9"}\n' % BODY.encode()
    gated = run(data + b"{}\n")
    add_to_side_file(path, gated.held, "t")
    [line] = lines(path)
    assert base64.b64decode(line["held"]["original_base64"]) == data.strip()


@pytest.mark.slow
def test_processes_that_share_a_side_file_lose_no_item(run, tmp_path):
    path = tmp_path / "held.jsonl"
    parts = [run(rss(*[(f"{n}-{i}", BODY + "HOLD") for i in range(5)])).held for n in range(8)]

    def add(number: int) -> None:
        for held in parts[number]:
            add_to_side_file(path, [held], "t")

    children = []
    for number in range(4):
        child = os.fork()
        if not child:
            add(number)
            os._exit(0)
        children.append(child)
    threads = [threading.Thread(target=add, args=(number,)) for number in range(4, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4
    assert sorted(line["id"] for line in lines(path)) == sorted(
        f"{n}-{i}" for n in range(8) for i in range(5)
    )


def test_a_file_is_replaced_whole_keeps_its_mode_and_is_left_where_it_is_the_same(tmp_path):
    path = tmp_path / "out.xml"
    assert replace_file(path, b"one")
    path.chmod(0o640)
    before = path.stat().st_mtime_ns
    assert not replace_file(path, b"one")
    assert path.stat().st_mtime_ns == before
    assert replace_file(path, b"two")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"two", 0o640)
    assert [file.name for file in tmp_path.iterdir()] == ["out.xml"]


def test_a_link_is_followed_and_stays_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "out.xml"
    link.symlink_to(tmp_path / "real" / "out.xml")
    replace_file(link, b"one")
    replace_file(link, b"two")
    assert link.is_symlink()
    assert (tmp_path / "real" / "out.xml").read_bytes() == b"two"


@pytest.mark.parametrize("kind", list(FEEDS))
def test_every_format_is_read_by_ingest_as_it_is_gated(run, judge, kind):
    gated = run(FEEDS[kind].encode(), feed=kind)
    unread = [fault for fault in gated.faults if "no text" not in fault and "ninjs" not in fault]
    assert unread == []
    assert judge.seen
    assert gated.output == FEEDS[kind].encode()
