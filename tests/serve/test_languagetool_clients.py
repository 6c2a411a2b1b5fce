"""Programs that speak LanguageTool talk to /v2 and show our findings."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import language_tool_python
import pytest
from language_tool_python.exceptions import LanguageToolError
from texts import CLEAN, FRENCH, MANGLED

from .running import Running

TEXT = "😀 Shares in Gazp.MM fell fell on Monday, said the board."
SUPERDESK = {
    "spelling": ("misspelling", "whitespace", "other"),
    "grammar": ("grammar", "characters", "typographical", "locale-violation"),
}
"""Superdesk's spellchecker shows these issue types and leaves out all others."""


@pytest.fixture(scope="module")
def tool(service: Running) -> language_tool_python.LanguageTool:
    return language_tool_python.LanguageTool("en-GB", remote_server=service.url)


def check(service: Running, **fields: str) -> dict[str, Any]:
    answer = service.ask("/v2/check", data={"language": "en", **fields})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_language_tool_python(tool: language_tool_python.LanguageTool) -> None:
    matches = tool.check(TEXT)
    found = {TEXT[m.offset : m.offset + m.error_length]: m for m in matches}
    assert set(found) == {"Gazp.MM", "fell fell"}
    assert found["Gazp.MM"].replacements == ["Gazprom"]
    assert found["Gazp.MM"].rule_id == "NAME_RIC_LEAK"
    assert found["Gazp.MM"].category == "NAME"
    assert found["fell fell"].rule_issue_type == "grammar"
    assert tool.correct(TEXT) == TEXT.replace("Gazp.MM", "Gazprom").replace("fell fell", "fell")


def test_language_tool_python_with_its_settings(service: Running) -> None:
    tool = language_tool_python.LanguageTool("en", remote_server=service.url)
    tool.disabled_rules = {"NAME_RIC_LEAK"}
    assert [m.rule_id for m in tool.check(TEXT)] == ["LEX_REPEATED_WORD"]
    tool.disabled_rules = set()
    tool.disabled_categories = {"REPETITION"}
    tool.picky = True
    assert [m.rule_id for m in tool.check(TEXT)] == ["NAME_RIC_LEAK"]
    tool.enabled_rules_only = True
    with pytest.raises(LanguageToolError, match="You must specify enabled rules"):
        tool.check(TEXT)


def test_language_tool_python_detects_the_language(service: Running) -> None:
    tool = language_tool_python.LanguageTool("auto", remote_server=service.url)
    assert len(tool.check(TEXT)) == 2
    with pytest.raises(ValueError, match="unsupported language"):
        language_tool_python.LanguageTool("de", remote_server=service.url)


def test_our_own_client(service: Running) -> None:
    """Our checker takes the service for a LanguageTool, whatever it is asked for its version."""
    from garbled.languagetool.client import Checker
    from garbled.languagetool.handle import ServerHandle

    handle = ServerHandle(f"{service.url}/")
    handle.wait_until_ready()
    assert [TEXT[m.start : m.end] for m in Checker(handle).check(TEXT)] == ["Gazp.MM", "fell fell"]


def test_as_superdesk_asks(service: Running) -> None:
    """A form to ``/v2/check``; offsets are used by its client, in JavaScript."""
    answer = service.ask("/v2/check", data={"text": TEXT, "language": "auto"}).json()
    units = TEXT.encode("utf-16-le")
    shown = {}
    for match in answer["matches"]:
        [kind] = [k for k, types in SUPERDESK.items() if match["rule"]["issueType"] in types]
        start, end = 2 * match["offset"], 2 * (match["offset"] + match["length"])
        shown[units[start:end].decode("utf-16-le")] = kind, match["replacements"][0]["value"]
    assert shown == {"Gazp.MM": ("spelling", "Gazprom"), "fell fell": ("grammar", "fell")}


def test_as_ltex_asks(service: Running) -> None:
    """A form whose type says JSON, with annotations, and a sentence in every match."""
    annotation = [
        {"markup": "# ", "interpretAs": ""},
        {"text": "Energy"},
        {"markup": "\n\n", "interpretAs": "\n\n"},
        {"text": "Shares in "},
        {"markup": "**"},
        {"text": "Gazp.MM"},
        {"markup": "**"},
        {"text": " fell fell on Monday, said the board. 😀"},
    ]
    fields = {
        "language": "en-US",
        "data": json.dumps({"annotation": annotation}),
        "motherTongue": "de-DE",
        "disabledRules": "WHITESPACE_RULE,OXFORD_SPELLING",
    }
    answer = service.ask(
        "/v2/check",
        data=urlencode(fields).encode(),
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 200
    whole = "# Energy\n\nShares in **Gazp.MM** fell fell on Monday, said the board. 😀"
    there = [whole[m["offset"] : m["offset"] + m["length"]] for m in answer.json()["matches"]]
    assert there == ["Gazp.MM", "fell fell"]
    for match in answer.json()["matches"]:
        assert match["sentence"] == "Shares in Gazp.MM fell fell on Monday, said the board. 😀"
        assert match["rule"]["id"]
        assert match["message"]


def test_get_as_well(service: Running) -> None:
    answer = service.ask("/v2/check", params={"language": "en", "text": TEXT})
    assert len(answer.json()["matches"]) == 2


def test_the_answer_has_what_languagetools_has(service: Running) -> None:
    answer = check(service, text="\n\n".join(MANGLED))
    assert answer["software"]["apiVersion"] == 1
    assert answer["language"] == {
        "name": "English",
        "code": "en",
        "detectedLanguage": {
            "name": "English",
            "code": "en",
            "confidence": 1.0,
            "source": "garbled",
        },
    }
    assert answer["warnings"] == {"incompleteResults": False}
    assert answer["garbled"]["verdict"] == "hold"
    assert len(answer["matches"]) > 5
    offsets = [match["offset"] for match in answer["matches"]]
    assert offsets == sorted(offsets)
    for match in answer["matches"]:
        assert {"message", "shortMessage", "replacements", "context", "sentence", "type"} <= set(
            match
        )
        assert {"id", "description", "issueType", "category"} <= set(match["rule"])


def test_clean_copy_has_no_match(service: Running) -> None:
    assert check(service, text="\n\n".join(CLEAN))["matches"] == []


def test_variants(service: Running) -> None:
    listed = service.ask("/v2/languages").json()
    assert {"name": "English (GB)", "code": "en", "longCode": "en-GB"} in listed
    for code in [language["longCode"] for language in listed]:
        assert check(service, text="A.", language=code)["language"]["code"] == code
    auto = check(service, text=TEXT, language="auto", preferredVariants="de-AT,en-GB")
    assert auto["language"]["code"] == "en-GB"
    french = check(service, text="\n\n".join(FRENCH), language="auto")
    assert french["language"]["detectedLanguage"]["code"] == "fr"
    assert french["matches"] == []


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"language": "en"}, "Missing 'text' or 'data' parameter"),
        ({"text": "x"}, "Missing 'language' parameter"),
        ({"language": "xx", "text": "x"}, "not a language code known"),
        ({"language": "de", "text": "x"}, "not a language code known"),
        ({"language": "en", "text": "x", "data": "{}"}, "Set only 'text' or 'data'"),
        ({"language": "en", "data": "{"}, "Could not parse JSON from 'data' parameter"),
        ({"language": "en", "data": "{}"}, "requires 'text' or 'annotation' key"),
        ({"language": "en", "text": "x", "enabledOnly": "true"}, "You must specify enabled rules"),
    ],
)
def test_errors_are_languagetools(service: Running, fields: dict[str, str], message: str) -> None:
    answer = service.ask("/v2/check", data=fields)
    assert answer.status_code == 400
    assert answer.text.startswith("Error: ")
    assert message in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


def test_too_long_a_text(service: Running) -> None:
    answer = service.ask("/v2/check", data={"language": "en", "text": "word " * 10_001})
    assert answer.status_code == 413
    assert answer.text == "Error: Your text exceeds the limit of 50000 characters"
    assert service.ask("/v2/maxtextlength").text == "50000"


def test_drafts_are_not_kept(service: Running) -> None:
    check(service, text="A draft about Gazp.MM that nobody has finished yet.")
    assert service.ask("/v1/results", params={"feed": "languagetool"}).json()["results"] == []


def test_other_pages(service: Running) -> None:
    assert service.ask("/v2/healthcheck").text == "OK"
    assert service.ask("/v2/info").json()["software"]["name"] == "garbled"
    answer = service.ask("/v2/nothing")
    assert (answer.status_code, answer.text) == (404, "Error: Not Found")
