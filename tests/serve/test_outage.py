"""LanguageTool dies under the service: it says so, goes on, and has grammar again."""

from __future__ import annotations

import json
from collections.abc import Callable

import psutil
import pytest
from languagetool.processes import eventually, server_below
from texts import CLEAN

from garbled.languagetool.install import installed_folder
from garbled.report.record import to_record
from garbled.scorer import Scorer

from .running import Running

pytestmark = [
    pytest.mark.slow,
    pytest.mark.languagetool,
    pytest.mark.skipif(installed_folder() is None, reason="LanguageTool is not installed"),
]

TEXT = "\n\n".join(
    (
        *CLEAN,
        "The board have said that this are a problem and that it do not know an answer of it yet.",
    )
)
RECOVERY = 600  # a busy machine's; alone it takes some ten seconds
SAME = ("verdict", "score", "probability", "reasons", "degraded", "paragraphs")


def state(service: Running) -> tuple[str, bool]:
    ready = service.ask("/readyz").json()
    assert ready["status"] == "ready"
    return ready["grammar"], ready["degraded"]


def kill(service: Running) -> None:
    jvm = server_below(psutil.Process(service.process.pid))
    assert jvm is not None
    jvm.kill()


def assert_same(record: dict, expected: dict) -> None:
    expected = json.loads(json.dumps(expected))
    assert {name: record[name] for name in SAME} == {name: expected[name] for name in SAME}


def test_grammar_goes_and_comes_back(start_service: Callable[..., Running]) -> None:
    service = start_service("--tier", "full")
    assert state(service) == ("ready", False)
    with Scorer("full") as whole, Scorer("full", grammar=False) as without:
        expected = to_record(whole.score(TEXT))
        lacking = to_record(without.score(TEXT)) | {"degraded": ["grammar"]}
    assert_same(service.score(TEXT), expected)
    for number in range(2):  # a second death is no other than the first
        kill(service)
        fresh = service.score(f"{TEXT} ", source=f"outage-{number}", title="A title of its own")
        assert fresh["degraded"] in ([], ["grammar"])
        assert eventually(lambda: state(service)[1], RECOVERY)
        degraded = service.score(TEXT, source=f"kill-{number}", id="a")
        if degraded["remembered"]:
            assert_same(degraded, expected)
        else:
            assert_same(degraded, lacking)
        checked = service.ask("/v2/check", data={"language": "en", "text": f"{TEXT} {number}."})
        assert checked.status_code == 200
        assert "garbled_degraded 1.0" in service.ask("/metrics").text
        assert eventually(lambda: state(service) == ("ready", False), RECOVERY)
        again = service.score(TEXT, source=f"kill-{number}", id="a")
        assert_same(again, expected)
    assert "Traceback" not in service.log.read_text()


def test_without_languagetool_it_goes_on(
    start_service: Callable[..., Running], tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GARBLED_DATA_DIR", str(tmp_path))
    service = start_service("--tier", "full")
    ready = service.ask("/readyz").json()
    assert (ready["status"], ready["grammar"], ready["degraded"]) == ("ready", "failed", True)
    assert "not installed" in ready["detail"]
    record = service.score(TEXT)
    assert record["degraded"] == ["grammar"]
    assert record["score"] is not None
    assert service.score(TEXT)["remembered"] is False
    page = service.ask("/").text
    assert "grammar is missing from results" in page
