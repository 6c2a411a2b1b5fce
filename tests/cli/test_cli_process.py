"""The command as its own process: pipes, signals, standard input."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

FAKE = """
import sys, time, types
import garbled.ingest as ingest
from garbled.documents import Document, Score, Signature
signature = Signature("0.1.0", "sha256:0", "fast", None, 0.1, {"review": 0.5, "hold": 0.9})
class Scorer:
    def __init__(self, **options): pass
    def __enter__(self): return self
    def __exit__(self, *error): print("closed", file=sys.stderr, flush=True)
    def score_documents(self, documents):
        for n in documents:
            yield Score(str(n), "s", "t" * 1000, "en", 1.0, 0.1, "pass", (), 0.0, (), 100, None,
                        signature)
            time.sleep(PAUSE)
scorer = types.ModuleType("garbled.scorer")
ingest.ReadOptions, ingest.read = dict, lambda paths, options: range(100_000)
scorer.Scorer = Scorer
sys.modules["garbled.scorer"] = scorer
from garbled.cli import main
sys.exit(main())
"""


def start(*args: str, pause: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", FAKE.replace("PAUSE", str(pause)), "score", "x", *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_closed_pipe_ends_the_run_quietly():
    with start(pause=0) as process:
        assert json.loads(process.stdout.readline())["id"] == "0"
        process.stdout.close()
        assert process.stderr.read() == "closed\n"
        assert process.wait(timeout=30) == 141


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_the_run_cleanly(sent, code):
    with start(pause=0.01) as process:
        process.stdout.readline()
        process.send_signal(sent)
        process.stdout.read()
        assert process.stderr.read().split() == ["closed"]
        assert process.wait(timeout=30) == code


def test_a_terminated_run_leaves_no_half_written_file(tmp_path):
    target = tmp_path / "out.jsonl"
    with start("-o", str(target), pause=0.01) as process:
        while not list(tmp_path.iterdir()):
            assert process.poll() is None
        process.terminate()
        process.communicate(timeout=30)
    assert list(tmp_path.iterdir()) == []


def on_terminal(*args: str, stdout: int | None = None) -> tuple[str, str]:
    """What a run over 20 documents writes to its terminal and, where asked for, to a pipe."""
    ours, theirs = pty.openpty()
    program = FAKE.replace("PAUSE", "0.01").replace("range(100_000)", "range(20)")
    with subprocess.Popen(
        [sys.executable, "-c", program, "score", "x", *args],
        stdin=theirs,
        stdout=stdout or theirs,
        stderr=theirs,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "100"},
        text=True,
    ) as process:
        os.close(theirs)
        shown = b""
        while chunk := read_terminal(ours):
            shown += chunk
        piped = process.stdout.read() if process.stdout else ""
        assert process.wait(timeout=30) == 0
    os.close(ours)
    return shown.decode(), piped


def read_terminal(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # Linux says EIO when the other side has closed
        return b""


def test_a_terminal_gets_a_table():
    shown, _ = on_terminal("--quiet")
    assert "20 documents: 0 held, 0 to review, 20 passed" in shown
    assert "schema_version" not in shown


def test_progress_is_shown_on_a_terminal_and_stays_out_of_the_results():
    shown, piped = on_terminal(stdout=subprocess.PIPE)
    assert re.search(r"\d+ documents", shown)
    assert [json.loads(line)["id"] for line in piped.splitlines()] == [str(n) for n in range(20)]


def test_progress_does_not_run_into_results_on_the_same_terminal():
    shown, _ = on_terminal("--format", "jsonl")
    assert not re.search(r"\d+ documents", shown)


def test_quiet_shows_no_progress():
    shown, piped = on_terminal("--quiet", stdout=subprocess.PIPE)
    assert shown.strip() == "closed"
    assert len(piped.splitlines()) == 20


def test_a_closed_stdout_is_no_error():
    command = f"{shlex.quote(sys.executable)} -m garbled schema >&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_full_device_is_one_line():
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "garbled", "schema"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert done.stderr == "garbled: output: No space left on device\n"


def run(*args: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "garbled", *args], capture_output=True, text=True, **options
    )


def test_schema_prints_the_shipped_schema():
    done = run("schema")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["$schema"].endswith("2020-12/schema")


def test_json_is_utf_8_whatever_the_locale(tmp_path):
    program = FAKE.replace("PAUSE", "0").replace("range(100_000)", "['Zoë']")
    done = subprocess.run(
        [sys.executable, "-c", program, "score", "x"],
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONIOENCODING": "latin-1"},
    )
    assert json.loads(done.stdout.decode("utf-8"))["id"] == "Zoë"


GOOD = (
    "The city council agreed on Tuesday to repair the harbour bridge before winter. "
    "Engineers had warned for years that salt water was eating into the steel, and two lanes "
    "have been closed since March. The work will cost about nine million dollars and should "
    "be finished by November, the mayor told reporters after the vote.\n"
)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    pytest.importorskip("garbled.scorer")
    path = tmp_path / "bridge.txt"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_a_file_is_scored(article):
    jsonschema = pytest.importorskip("jsonschema")
    done = run("score", str(article), "--tier", "fast")
    assert (done.returncode, done.stderr) == (0, "")
    record = json.loads(done.stdout)
    schema = json.loads(run("schema").stdout)
    jsonschema.validate(record, schema, cls=jsonschema.Draft202012Validator)
    assert record["source"] == str(article)
    assert record["score"] is not None
    assert record["paragraphs"][0]["text"] == GOOD.strip()


def test_standard_input_is_scored(article):
    done = run("score", "-", "--tier", "fast", input=GOOD)
    assert done.returncode == 0
    assert json.loads(done.stdout)["n_words"] > 50


@pytest.mark.parametrize("format", ["table", "json", "csv"])
def test_every_format_is_written(article, format):
    done = run("score", str(article), "--tier", "fast", "--format", format)
    assert done.returncode == 0
    assert "pass" in done.stdout


def test_good_input_is_scored_beside_a_missing_and_a_binary_one(article, tmp_path):
    binary = tmp_path / "noise.txt"
    binary.write_bytes(bytes(range(256)) * 40)
    missing = tmp_path / "missing.txt"
    done = run("score", str(missing), str(binary), str(article), "--tier", "fast")
    assert done.returncode == 3
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["verdict"] == "error" for record in records] == [True, True, False]
    lines = done.stderr.splitlines()
    assert len(lines) == 2
    assert all(line.startswith("garbled: ") for line in lines)
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_no_model_is_one_line(article, tmp_path):
    empty = tmp_path / "model"
    empty.mkdir()
    done = run("score", str(article), "--model", str(empty))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("garbled: ")
    assert done.stderr.count("\n") == 1
