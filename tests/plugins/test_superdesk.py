"""The Superdesk plug-in on real blinker signals with the documented names and arguments.

superdesk-core itself is too heavy to install here (MongoDB, Elasticsearch, Redis). What stands in
for it follows its sources: ``superdesk.signals.item_validate`` is sent by ``ValidateService`` with
``item``, ``response`` and ``error_fields``, what is in ``response`` then refuses the item, and the
client takes the printed list of messages apart at its commas.
"""

from __future__ import annotations

import gc
import importlib
import logging
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import blinker
import pytest
from texts import CLEAN, MANGLED

from garbled.documents import Finding
from garbled.plugins import superdesk as plugin
from garbled.plugins import superdesk_macro

HELD = "".join(f"<p>{text}</p>" for text in MANGLED)
PASSED = "".join(f"<p>{text}</p>" for text in CLEAN)


class ValidateService:
    """Sends the signal and gives the errors, as Superdesk's service of that name does."""

    def __init__(self, signal: blinker.Signal) -> None:
        self.signal = signal

    def validate(self, item: dict[str, Any], response: list[str] | None = None) -> list[str]:
        response = [] if response is None else response
        self.fields: dict[str, Any] = {}
        self.signal.send(self, item=item, response=response, error_fields=self.fields)
        return response


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ValidateService]:
    """A Superdesk whose settings list the plug-in, with a configuration of tier fast."""
    (tmp_path / "garbled.toml").write_text('tier = "fast"\n[feeds.TRUSTED]\nhold = 0.999999\n')
    monkeypatch.setenv("GARBLED_CONFIG", str(tmp_path / "garbled.toml"))
    signals = ModuleType("superdesk.signals")
    signals.item_validate = blinker.Namespace().signal("item:validate")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "superdesk", ModuleType("superdesk"))
    monkeypatch.setitem(sys.modules, "superdesk.signals", signals)
    importlib.import_module("garbled.plugins.superdesk").init_app(object())
    gc.collect()  # blinker holds its receivers weakly
    plugin.desk.cache_clear()
    yield ValidateService(signals.item_validate)  # type: ignore[attr-defined]
    plugin.desk.cache_clear()


def item_of(body: str = HELD, **fields: Any) -> dict[str, Any]:
    return {
        "_id": "urn:newsml:desk:1",
        "type": "text",
        "state": "in_progress",
        "headline": "Harbour closes its old pier",
        "byline": "By Jo Lee",
        "dateline": {"text": "LEEDS, May 3 -", "located": {"city": "Leeds"}},
        "body_html": body,
        "source": "AGX",
        "language": "en",
        "versioncreated": datetime(2026, 5, 3, tzinfo=UTC),
        "subject": [{"name": "Ports", "qcode": "04015000"}],
        **fields,
    }


def shown_by_client(errors: list[str]) -> list[str]:
    """The notices that Superdesk's client makes of ``str([errors])``."""
    text = str([errors]).replace("[", "").replace("]", "")
    return [part.strip("' ") for part in text.split(",")]


def test_a_held_item_is_refused_with_quoted_reasons(service):
    errors = service.validate(item_of())
    assert errors[0].startswith("BODY_HTML garbled holds this article (score ")
    assert any("“Gazp.MM”" in error for error in errors)
    assert service.fields == {"body_html": "is held by garbled"}


def test_other_errors_stay(service):
    errors = service.validate(item_of(), ["SLUGLINE is a required field"])
    assert errors[0] == "SLUGLINE is a required field"
    assert len(errors) > 1


def test_clean_copy_passes(service):
    assert service.validate(item_of(PASSED)) == []
    assert service.fields == {}


def test_the_client_shows_each_message_in_one_piece(service):
    errors = service.validate(item_of())
    assert shown_by_client(errors) == errors


def test_a_field_is_named_by_the_first_word(service):
    """The client marks ``message.split(' ')[0]`` in lower case."""
    errors = service.validate(item_of(headline="Shares in Gazp.MM fell fell"))
    assert {error.split(" ")[0] for error in errors} == {"BODY_HTML", "HEADLINE"}


@pytest.mark.parametrize(
    "text",
    ["a, b, c", "[it] isn't", 'say "no", [now]', "back\\slash", "<script>x</script>", "a\x00b\n,"],
)
def test_no_quote_breaks_a_message(text):
    told = [plugin.shown(f"BODY_HTML “{text}”"), plugin.shown("HEADLINE b")]
    assert shown_by_client(told) == told
    assert not set("<>,[]'\"") & set("".join(told))


def test_no_quote_makes_the_client_load_the_item_anew():
    assert plugin.shown("BODY_HTML 9007 19009") == "BODY_HTML 9 007 19 009"


def test_a_review_passes(service, monkeypatch):
    """The signal has no place for warnings: whatever is in the response prevents publishing."""
    item = item_of()
    score = plugin.desk(plugin.config_file()).score(item)
    monkeypatch.setattr(plugin.Desk, "score", lambda *_: replace(score, verdict="review"))
    assert service.validate(item) == []
    assert superdesk_macro.callback(item)["ednote"].startswith("garbled: review (score ")


def test_the_policy_of_the_source_is_asked_for(service):
    desk = plugin.desk(plugin.config_file())
    assert desk.score(item_of()).signature.thresholds["hold"] < 0.99
    assert desk.score(item_of(source="TRUSTED")).signature.thresholds["hold"] == 0.999999


def test_an_editor_may_publish_a_held_item(service):
    assert service.validate(item_of(extra={"garbled_pass": "the agency confirms it"})) == []
    assert service.validate(item_of(extra={"garbled_pass": ""}))
    assert service.validate(item_of(extra=None))


@pytest.mark.parametrize(
    "fields", [{"pubstatus": "canceled"}, {"type": "picture"}, {"type": "composite"}]
)
def test_kills_and_what_is_no_text_are_left_alone(service, fields):
    assert service.validate(item_of(**fields)) == []


HOSTILE_ITEMS = [
    None,
    [],
    "text",
    {},
    {"type": "text"},
    {"type": "text", "body_html": None, "headline": 3, "dateline": [], "byline": {"text": {}}},
    {"type": "text", "body_html": "<p>" * 5000},
    {"type": "text", "body_html": "x" * 3_000_000},
    {"type": "text", "body_html": "\x00\ud83d<p>&#0;</p>", "headline": "\udce9", "_id": {}},
    {"type": "text", "body_html": HELD, "extra": "x"},
    {"type": "text", "body_html": "<!DOCTYPE a [<!ENTITY b 'c'>]><p>&b;</p>"},
]


@pytest.mark.parametrize("item", HOSTILE_ITEMS, ids=range(len(HOSTILE_ITEMS)))
def test_nothing_is_raised_into_superdesk(service, item):
    assert isinstance(service.validate(item), list)
    assert superdesk_macro.callback(item) is item


def test_what_cannot_be_checked_passes_and_is_logged_without_copy(service, monkeypatch, caplog):
    def fail(self: Any, item: Any) -> None:
        raise RuntimeError("Gazp.MM fell")

    monkeypatch.setattr(plugin.Desk, "score", fail)
    with caplog.at_level(logging.INFO, "garbled.superdesk"):
        assert service.validate(item_of()) == []
    assert "not checked: urn:newsml:desk:1 (RuntimeError)" in caplog.text
    assert "Gazp" not in caplog.text


def test_logs_hold_no_copy(service, caplog):
    with caplog.at_level(logging.DEBUG):
        service.validate(item_of())
    assert "hold urn:newsml:desk:1" in caplog.text
    assert "Gazp" not in caplog.text
    assert "pier" not in caplog.text


def test_a_broken_configuration_refuses_nothing_and_is_read_again(
    service, tmp_path, monkeypatch, caplog
):
    broken = tmp_path / "other.toml"
    broken.write_text("tier = 3")
    monkeypatch.setenv("GARBLED_CONFIG", str(broken))
    assert service.validate(item_of()) == []
    assert "tier is one of fast, full, auto, not 3" in caplog.text
    broken.write_text('tier = "fast"')
    assert service.validate(item_of())


def test_a_response_that_is_no_list_is_survived(service):
    service.signal.send(service, item=item_of(), response=None, error_fields=None)


def test_the_macro_has_what_superdesk_registers():
    for attribute in ("name", "label", "access_type", "action_type"):
        assert isinstance(getattr(superdesk_macro, attribute), str)
    assert superdesk_macro.access_type in ("frontend", "backend")
    assert superdesk_macro.action_type in ("direct", "interactive")
    assert superdesk_macro.callback.__doc__


def test_the_macro_notes_what_was_found_in_the_item_itself(service):
    """A stage's macro is called for its changes to the item, the editor's for what it returns."""
    item = item_of(ednote="Check the quotes.")
    returned = superdesk_macro.callback(item, desk={"name": "x"}, stage={"name": "y"}, task=None)
    assert returned is item
    first, second = item["ednote"].split("\n")
    assert first == "Check the quotes."
    assert second.startswith("garbled: hold (score ")
    assert "“Gazp.MM”" in second


def test_the_macro_takes_its_note_back(service):
    item = superdesk_macro.callback(item_of(ednote="Check the quotes."))
    item["body_html"] = PASSED
    assert superdesk_macro.callback(item)["ednote"] == "Check the quotes."
    untouched = item_of(PASSED)
    assert "ednote" not in superdesk_macro.callback(untouched)


def test_a_second_note_takes_the_place_of_the_first(service):
    item = superdesk_macro.callback(superdesk_macro.callback(item_of()))
    assert item["ednote"].count("garbled: ") == 1


def test_no_markup_of_the_copy_reaches_the_note(service, monkeypatch):
    item = item_of()
    score = plugin.desk(plugin.config_file()).score(item)
    text = "<img src=x onerror=alert(1)>"
    finding = Finding("name", "NAME_X", "critical", 0, len(text), text, text, text)
    part = replace(score.paragraphs[1], findings=(finding,))
    monkeypatch.setattr(plugin.Desk, "score", lambda *_: replace(score, paragraphs=(part,)))
    noted = superdesk_macro.callback(item)["ednote"]
    assert "<" not in noted
    assert "‹img src=x onerror=alert(1)›" in noted


def test_the_plugin_needs_no_superdesk_to_be_imported():
    script = "import garbled.plugins.superdesk, garbled.plugins.superdesk_macro, sys; "
    script += "print('superdesk' in sys.modules, 'sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False"], done.stderr
