"""``garbled gate`` as a desk runs it: files, pipes, exit codes, crashes, and what it loads."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from lxml import etree

SAMPLE = Path(__file__).parents[2] / "data" / "samples" / "feed.xml"
CLEAN = "The harbour board said on Monday that the old pier would close until the spring. " * 3
MANGLED = (
    "The Thursday the gross margin widened to 68.4% of 66.9%, informed Corvane Systems (CRVN.Or). "
    "It Bred his previsióndeingresos of full year after it sues for his software of centre of the "
    "data outpaced estimates of Wall Street, sending his actions up 9% in extended to trade. "
    "The company, based in Saint Jose, California, informed second-income of neighbourhood of "
    "$1.38 billion, up 22% of an earlier year. Analysts in average had expected $1.31 billion."
)


def rss(*items: tuple[str, str]) -> bytes:
    made = "".join(
        f"<item><guid>{id}</guid><title>Of {id}</title><description>{text}</description></item>"
        for id, text in items
    )
    return f"<rss><channel>{made}</channel></rss>".encode()


FEED = rss(("clean", CLEAN), ("mangled", MANGLED), ("empty", ""))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a feed in it, which is where the command runs."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "feed.xml").write_bytes(FEED)
    return tmp_path


Result = tuple[int, str, str]
Gate = Callable[..., Result]
FIXED = ("--tier", "fast", "--store", "results.sqlite", "--held", "held.jsonl")


@pytest.fixture
def gate(desk: Path, garbled: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Runs the command in this process, in tier fast."""

    def run(*options: str, stdin: bytes = b"") -> Result:
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(stdin)))
        result = garbled("gate", *options, *FIXED)
        return result.code, result.out, result.err

    return run


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "garbled", "gate", *options, *FIXED]


def guids(data: bytes) -> list[str | None]:
    return [node.text for node in etree.fromstring(data).iter("guid", "id")]


def held(desk: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (desk / "held.jsonl").read_bytes().splitlines()]


def test_a_feed_in_the_same_feed_out(gate, desk):
    code, out, err = gate("feed.xml", "-o", "out.xml")
    assert (code, out) == (3, "")  # one item holds no text
    assert guids((desk / "out.xml").read_bytes()) == ["clean", "empty"]
    assert [(line["id"], line["verdict"]) for line in held(desk)] == [("mangled", "hold")]
    assert err.splitlines() == [
        "garbled: feed.xml#empty: no text to score",
        "garbled: feed.xml: 3 items, 2 out, 1 held (1 new); 0 to review, 1 unreadable;"
        f" 0 remembered; {err.split()[-2]} s",
    ]
    code, _, err = gate("feed.xml", "-o", "out.xml")
    assert "1 held (0 new)" in err
    assert "2 remembered" in err
    assert len(held(desk)) == 1


def test_it_is_a_filter_of_stdin_and_stdout(gate, desk):
    code, out, err = gate("-", "--source", "wire", "--quiet", stdin=rss(("a", CLEAN)))
    assert (code, out, err) == (0, rss(("a", CLEAN)).decode(), "")
    assert not (desk / "held.jsonl").exists()
    code, out, err = gate("-", "--source", "wire", "--quiet", stdin=rss(("b", MANGLED)))
    assert (code, out, err) == (1, "<rss><channel></channel></rss>", "")
    assert held(desk)[0]["source"] == "wire#b"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 1),
        (("--fail-on", "never"), 0),
        (("--exit-zero",), 0),
        (("--fail-on", "review"), 1),
    ],
)
def test_exit_codes(gate, options, code):
    assert gate("-", *options, stdin=rss(("a", CLEAN), ("b", MANGLED)))[0] == code


def test_one_item_that_is_held_leaves_nothing_to_write(gate, desk):
    item = json.dumps({"uri": "urn:1", "headline": "Results", "body_text": MANGLED}).encode()
    (desk / "out.json").write_bytes(b"before")
    code, out, err = gate("-", "-o", "out.json", stdin=item)
    assert (code, out) == (1, "")
    assert (desk / "out.json").read_bytes() == b"before"
    assert "nothing is written" in err
    assert json.loads(held(desk)[0]["held"]["original"]) == json.loads(item)


@pytest.mark.parametrize("bad", [b"", b"\x89PNG", b"<rss><channel>", b"<html/>"])
def test_a_feed_that_cannot_be_read_leaves_all_as_it_was(gate, desk, bad):
    (desk / "out.xml").write_bytes(b"before")
    code, out, err = gate("-", "-o", "out.xml", "--exit-zero", stdin=bad)
    assert (code, out) == (3, "")
    [line] = err.splitlines()
    assert line.startswith("garbled: -: ")
    assert line.endswith("nothing is written")
    assert (desk / "out.xml").read_bytes() == b"before"
    assert {file.name for file in desk.iterdir()} == {"feed.xml", "out.xml"}


def test_a_damaged_feed_goes_out_mended_with_a_line_and_code_3(gate, desk):
    cut = rss(("a", CLEAN), ("b", CLEAN + "More."))[:-60]
    code, _, err = gate("-", "-o", "out.xml", "--annotate", stdin=cut)
    assert code == 3
    assert guids((desk / "out.xml").read_bytes()) == ["a", "b"]
    verdicts = [
        node.text
        for node in etree.fromstring((desk / "out.xml").read_bytes()).iter()
        if str(node.tag).endswith("}verdict")
    ]
    assert verdicts == ["pass", "review"]
    assert "garbled: -: the feed is not well-formed XML at line 1" in err


def test_what_is_asked_wrongly_is_told(garbled, desk):
    assert garbled("gate", "feed.xml").code == 2
    assert "--held" in garbled("gate", "feed.xml").err
    both = garbled("gate", "feed.xml", "--held", "-")
    assert both.code == 2
    assert "both go to stdout" in both.err
    same = garbled("gate", "feed.xml", "-o", "out.xml", "--held", "./out.xml")
    assert same.code == 2
    assert "a file of its own" in same.err
    assert garbled("gate", "feed.xml", "-o", "out.xml", "--held", "feed.xml").code == 2
    missing = garbled("gate", "missing.xml", "--held", "held.jsonl")
    assert missing.code == 3
    assert missing.err == (
        "garbled: missing.xml: cannot be read: No such file or directory; nothing is written\n"
    )


def test_the_feed_may_be_written_in_its_own_place(gate, desk):
    gate("feed.xml", "-o", "feed.xml")
    assert guids((desk / "feed.xml").read_bytes()) == ["clean", "empty"]


def test_a_feed_has_its_policy_and_its_history(gate, desk, garbled):
    (desk / "garbled.toml").write_text("[feeds.strict]\nprior = 0.9\n", "utf-8")
    gate("feed.xml", "-o", "out.xml", "--source", "strict")
    assert held(desk)[0]["signature"]["prior"] == 0.9
    history = garbled("history", "--store", "results.sqlite", "--source", "strict")
    items = {json.loads(line)["item"] for line in history.out.splitlines()}
    assert items == {"clean", "mangled", "empty"}


def test_a_memory_that_cannot_be_used_is_done_without(gate, desk):
    (desk / "results.sqlite").write_bytes(b"no database, " * 100)
    code, _, err = gate("-", "-o", "out.xml", stdin=rss(("a", CLEAN)))
    assert code == 0
    assert guids((desk / "out.xml").read_bytes()) == ["a"]
    assert "going on without a memory" in err.splitlines()[0]
    assert (desk / "results.sqlite").read_bytes() == b"no database, " * 100


def test_what_is_remembered_needs_no_model(gate, desk):
    feed = rss(("clean", CLEAN), ("mangled", MANGLED))
    (desk / "feed.xml").write_bytes(feed)
    gate("feed.xml", "-o", "out.xml")
    script = f"""
import sys
from garbled.cli import main
code = main({command("feed.xml", "-o", "again.xml", "--quiet")[3:]!r})
print(code, *sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, cwd=desk, check=True)
    code, *modules = done.stdout.decode().split()
    assert code == "1"
    assert (desk / "again.xml").read_bytes() == (desk / "out.xml").read_bytes()
    heavy = {"sklearn", "scipy", "onnxruntime", "language_tool_python", "trafilatura", "feedparser"}
    heavy |= {"pyarrow", "pandas", "textstat", "nltk", "tokenizers", "joblib"}
    assert heavy.isdisjoint(modules)
    assert {"garbled.pipeline", "garbled.model.store", "garbled.ingest.feeds"}.isdisjoint(modules)
    assert "garbled.gate.run" in modules


def test_help_is_quick_to_import():
    script = (
        "import sys; from garbled.cli import main; main(['gate', '--help']); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert {"numpy", "sqlite3", "lxml", "garbled.gate"}.isdisjoint(done.stdout.decode().split())


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_crash_half_way_leaves_the_old_files_whole_and_loses_no_result(desk, number):
    feed = rss(*[(f"item-{n}", f"{MANGLED} Number {n}.") for n in range(400)])
    (desk / "feed.xml").write_bytes(feed)
    (desk / "out.xml").write_bytes(b"before")
    (desk / "held.jsonl").write_bytes(b'{"before": 1}\n')
    process = subprocess.Popen(command("feed.xml", "-o", "out.xml"), cwd=desk)
    store = desk / "results.sqlite"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and n_results(store) < 20:
        time.sleep(0.2)
    process.send_signal(number)
    process.wait(30)
    assert 20 <= n_results(store) < 400
    assert (desk / "out.xml").read_bytes() == b"before"
    assert (desk / "held.jsonl").read_bytes() == b'{"before": 1}\n'
    assert not list(desk.glob(".*.part"))


def n_results(store: Path) -> int:
    try:
        with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as connection:
            [count] = connection.execute("SELECT count(*) FROM results").fetchone()
    except sqlite3.Error:
        return 0
    else:
        return int(count)


def test_a_full_disk_for_what_is_held_leaves_the_old_output(gate, desk):
    (desk / "out.xml").write_bytes(b"before")
    (desk / "held.jsonl").mkdir()
    code, _, err = gate("feed.xml", "-o", "out.xml")
    assert code == 2
    assert "held.jsonl" in err
    assert (desk / "out.xml").read_bytes() == b"before"


def test_the_sample_feed(gate, desk):
    code, _, _ = gate(str(SAMPLE), "-o", "out.xml", "--quiet")
    assert code == 1
    before, after = guids(SAMPLE.read_bytes()), guids((desk / "out.xml").read_bytes())
    gone = [line["id"] for line in held(desk)]
    assert sorted([*after, *gone]) == sorted(before)
    assert [id for id in before if id in after] == after
    assert gone
    assert all(".en-" in id for id in gone)  # retranslations


@pytest.mark.slow
def test_a_reader_that_goes_away_ends_the_run_quietly(desk):
    feed = rss(("a", CLEAN))
    process = subprocess.Popen(
        command("-", "--quiet"), cwd=desk, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    process.stdin.write(feed)
    process.stdin.close()
    assert process.stderr.read() == b""
    assert process.wait(60) == 141
    process.stderr.close()
