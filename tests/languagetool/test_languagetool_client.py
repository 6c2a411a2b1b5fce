"""What a check returns: spans in code points, one text's trouble kept apart."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from garbled.errors import ResourceError
from garbled.languagetool.client import Checker, CheckError
from garbled.languagetool.handle import ServerHandle
from garbled.languagetool.install import PINNED
from garbled.languagetool.server import MAX_CHARACTERS, Server

pytestmark = pytest.mark.languagetool


@pytest.fixture(scope="module")
def checker(server: Server) -> Checker:
    return Checker(server.handle)


def test_version(checker: Checker) -> None:
    assert checker.version() == PINNED


def test_a_known_error(checker: Checker) -> None:
    text = "He waited for a hour outside the town hall."
    (match,) = checker.check(text)
    assert text[match.start : match.end] == "a"
    assert match.rule == "EN_A_VS_AN"
    assert match.category == "MISC"
    assert match.replacements == ("an",)
    assert "vowel sound" in match.message


@pytest.mark.parametrize("text", ["", " ", "The committee met on Tuesday."])
def test_nothing_wrong(checker: Checker, text: str) -> None:
    assert checker.check(text) == ()


@pytest.mark.parametrize(
    "before",
    [
        "😀",
        "😀😀 ",
        "👩‍🚀 went up. ",
        "🇬🇧 flags. ",
        "𝔊𝔬𝔱𝔥𝔦𝔠 ",
        "Café naïve. ",
        "𠮷野家 opened. ",
        "\ud83d ",
    ],
)
def test_spans_are_code_points(checker: Checker, before: str) -> None:
    text = f"{before}It was the end of a era. 😀 We met a old friend."
    found = [text[m.start : m.end + 4] for m in checker.check(text) if m.rule == "EN_A_VS_AN"]
    assert found == ["a era", "a old"]


def test_a_span_with_emoji_in_it(checker: Checker) -> None:
    text = "The the 😀😀  , and more."
    matches = checker.check(text)
    assert matches
    assert all(0 <= m.start < m.end <= len(text) for m in matches)
    assert not any("☺" in replacement for m in matches for replacement in m.replacements)


def test_matches_are_sorted_and_replacements_few(checker: Checker) -> None:
    text = "This are a eror. He go home. " * 5
    matches = checker.check(text)
    assert len(matches) >= 10
    assert list(matches) == sorted(matches)
    assert max(len(match.replacements) for match in matches) <= 3


def test_names_and_either_spelling_pass(checker: Checker) -> None:
    text = "Mr Szczepański of Gazprom said the colour, and the color, of Xhosa's labour was grey."
    assert [m for m in checker.check(text) if m.issue_type == "misspelling"] == []


def test_too_long_a_text_is_refused_alone(checker: Checker, server: Server) -> None:
    with pytest.raises(CheckError, match="exceeds the limit"):
        checker.check("word " * (MAX_CHARACTERS // 5 + 1))
    assert checker.check("This are a eror.")
    assert server.handle.state().name == "ready"


def test_unknown_language(server: Server) -> None:
    with pytest.raises(ResourceError, match="'xx'"):
        Checker(server.handle, "xx")


def test_threads_do_not_disturb_each_other(server: Server) -> None:
    texts = [f"{'😀' * n} It was a era of {n} wars. 😀 He met a old man." for n in range(12)]
    expected = [Checker(server.handle).check(text) for text in texts]

    def work(_: int) -> bool:
        checker = Checker(server.handle)
        return all([checker.check(text) for text in texts] == expected for _ in range(3))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(4)))


@pytest.fixture
def another_server() -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'["not a LanguageTool"]')

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}/"
        httpd.shutdown()
        thread.join()


def test_a_server_that_is_no_languagetool(another_server: str) -> None:
    handle = ServerHandle(another_server)
    with pytest.raises(ResourceError, match="no LanguageTool server"):
        Checker(handle)
    with pytest.raises(ResourceError, match="version"):
        handle.version()
