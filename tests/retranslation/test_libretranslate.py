"""Against a real HTTP server on loopback."""

from __future__ import annotations

import socket

import pytest

from garbled.errors import ResourceError
from garbled.retranslation.batches import through_chain
from garbled.retranslation.chains import plan_chain
from garbled.retranslation.engine import EngineUnavailableError, Step, TranslationError
from garbled.retranslation.libretranslate import ATTEMPTS, KEY_VARIABLE, LibreTranslate

from .server import Server, answer, serving

EN_FR = Step("en-fr", "en", "fr")


@pytest.fixture
def server(monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    monkeypatch.setattr(LibreTranslate, "first_wait", 0.01)
    with serving() as running:
        yield running


def engine_at(server: Server) -> LibreTranslate:
    return LibreTranslate(server.address + "/")


def failing(times: int, told):
    """Misbehaves so many times, then no more."""
    left = [told] * times
    return lambda question: left.pop() if left else None


def test_a_chain_by_a_server(server):
    engine = engine_at(server)
    chain = plan_chain(engine, ["fr", "es"])
    assert (engine.version, chain.languages) == ("1.6.2", "en-fr-es-en")
    texts = ["one two", "“drei” vier", "<b>&amp;</b>"]
    made = through_chain(engine, chain, texts)
    assert made == engine.translate(engine.translate(engine.translate(texts, EN_FR), EN_FR), EN_FR)
    assert server.requests[0] == {"q": texts, "source": "en", "target": "fr", "format": "text"}
    assert {(r["source"], r["target"]) for r in server.requests[:3]} == {
        ("en", "fr"),
        ("fr", "es"),
        ("es", "en"),
    }


def test_the_key_comes_from_the_environment(server, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, "secret")
    engine_at(server).translate(["one"], EN_FR)
    assert server.requests[0]["api_key"] == "secret"
    with pytest.raises(ResourceError, match="unencrypted"):
        LibreTranslate("http://mt.example:5000")


def test_proxies_of_the_environment_are_not_used(server, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert engine_at(server).translate(["ab"], EN_FR) == ["ba"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_transient_failure_is_tried_again(server, status):
    engine = engine_at(server)
    server.misbehave = failing(ATTEMPTS - 1, answer(status, Retry_After="0"))
    assert engine.translate(["ab"], EN_FR) == ["ba"]
    assert len(server.requests) == ATTEMPTS


def test_a_server_that_stays_down_is_unavailable(server):
    engine = engine_at(server)
    server.misbehave = failing(99, answer(503, {"error": "too many requests\x1b[2J"}))
    with pytest.raises(EngineUnavailableError, match=r"answered 503: too many requests.*, 4 times"):
        engine.translate(["ab"], EN_FR)
    assert len(server.requests) == ATTEMPTS


def test_no_server_is_unavailable(monkeypatch):
    monkeypatch.setattr(LibreTranslate, "first_wait", 0.01)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        engine = LibreTranslate(address)
        assert engine.version == "unknown"
        with pytest.raises(ResourceError, match=r"no answer \(.*refused"):
            plan_chain(engine, ["es"])


def test_a_batch_that_is_refused_is_tried_in_parts(server):
    engine = engine_at(server)
    server.misbehave = lambda question: (
        answer(400, {"error": "text limit"}) if len(" ".join(question["q"])) > 12 else None
    )
    texts = ["one two", "three four", "five", "much too long by itself"]
    made = through_chain(engine, plan_chain(engine, ["fr"]), texts)
    assert made[:3] == texts[:3]
    assert isinstance(made[3], TranslationError)
    assert "it answered 400: text limit" in str(made[3])


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (answer(200, b"<html>"), "no JSON"),
        (answer(200, {"translatedText": "one string"}), "no list"),
        (answer(200, {"translatedText": [None]}), "no list"),
        (answer(200, [1]), "no list"),
        (answer(403, {"error": "Invalid API key"}), "answered 403: Invalid API key"),
        (answer(302, Location="http://127.0.0.1:9/"), "redirects, which is not followed"),
    ],
)
def test_an_answer_that_is_none(server, told, message):
    engine = engine_at(server)
    server.misbehave = failing(99, told)
    with pytest.raises(TranslationError, match=message):
        engine.translate(["ab"], EN_FR)
    assert len(server.requests) == 1


def test_an_answer_without_end_is_cut(server, monkeypatch):
    monkeypatch.setattr("garbled.retranslation.libretranslate.MAX_ANSWER", 1000)
    engine = engine_at(server)
    with pytest.raises(TranslationError, match="over 1,000 bytes"):
        engine.translate(["word " * 400], EN_FR)


def test_a_missing_pair_is_named(server):
    server.languages = [{"code": "en", "targets": ["es"]}, {"code": "es"}, "x", {"code": 3}]
    engine = engine_at(server)
    assert plan_chain(engine, ["es"]).languages == "en-es-en"
    with pytest.raises(ResourceError, match="offers no translation from en to de"):
        plan_chain(engine, ["de"])


@pytest.mark.parametrize("languages", [{}, None, 3])
def test_a_list_of_languages_that_is_none(server, languages):
    server.languages = languages
    with pytest.raises(ResourceError, match="its list of languages is none"):
        engine_at(server).steps()


@pytest.mark.parametrize(
    "address",
    ["", "127.0.0.1:5000", "ftp://x", "http://", "http://u:p@x", "http://x?y", "http://x:99999"],
)
def test_what_is_no_address(address):
    with pytest.raises(ResourceError, match="no address of a server"):
        LibreTranslate(address)
