"""The page in a real browser: what an editor does with it, and what copy cannot do to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from chromium import Browser, find_chromium
from report.hostile import HOSTILE, RUNS
from texts import CLEAN, MANGLED

from .conftest import TOKEN
from .running import Running

CHROMIUM = find_chromium()
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")

DESK = (1280, 900)
PHONE = (390, 844)
BAD = "Gazp.MM shares fall\n\n" + "\n\n".join(MANGLED)
ORIGINAL = "Gazprom shares fall\n\n" + "\n\n".join(CLEAN)
SETTLED = "new Promise(done => setTimeout(done, 200))"
HARMLESS = ("Autofocus processing was blocked", "Failed to load resource")
"""What Chromium notes of a focus set by a key, and of an answer that refuses."""
LABELLED = """new Promise(async done => {
  const told = document.querySelector("form.label output");
  while (!told.value) await new Promise(later => setTimeout(later, 20));
  done();
})"""

ASKED = """new Promise(async done => {
  while (document.activeElement?.name !== "token")
    await new Promise(later => setTimeout(later, 20));
  done();
})"""
"""The page puts the cursor there with its first frame, which may come after its load."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    assert CHROMIUM is not None
    try:
        started = Browser(CHROMIUM, tmp_path_factory.mktemp("profile"))
    except (AssertionError, OSError) as error:
        pytest.skip(f"Chromium does not start here: {error}")
    with started:
        yield started


@pytest.fixture
def page(browser: Browser, service: Running) -> Browser:
    browser.resize(*DESK)
    browser.open(f"{service.url}/")
    assert browser.messages == []
    return browser


def put(browser: Browser, name: str, value: str) -> None:
    browser.ask(f"document.getElementById({name!r}).value = {json.dumps(value)}")


def check(browser: Browser, text: str, original: str = "") -> None:
    put(browser, "text", text)
    put(browser, "original", original)
    browser.forget()
    browser.click("#check")
    browser.wait_for_load()


def drop(browser: Browser, name: str, area: str, content: str, type: str = "text/plain") -> None:
    """What a browser does when a file is dropped there."""
    browser.settle(
        f"""(async () => {{
          const data = new DataTransfer();
          data.items.add(new File([{json.dumps(content)}], {name!r}, {{ type: {type!r} }}));
          const event = {{ dataTransfer: data, bubbles: true, cancelable: true }};
          document.getElementById({area!r}).dispatchEvent(new DragEvent("drop", event));
          await new Promise(done => setTimeout(done, 200));
        }})()"""
    )


def test_pasted_copy_is_marked_and_explained(page: Browser, service: Running) -> None:
    check(page, BAD)
    assert page.messages == []
    assert {urlsplit(url).netloc for url in page.requested} == {urlsplit(service.url).netloc}
    assert page.ask("document.querySelector('.verdict-line b').textContent") == "hold"
    assert "of 100" in page.ask("document.querySelector('.verdict-line').textContent")
    marks = page.ask("[...document.querySelectorAll('main mark')].map(m => m.textContent)")
    assert "Gazp.MM" in marks
    assert "camareros" in marks
    assert "name corruption" in page.ask("document.querySelector('.reasons').textContent")
    assert "Gazprom" in page.ask("document.querySelector('.notes').textContent")
    assert page.ask("document.getElementById('text').value") == BAD
    assert page.ask("document.activeElement.id") == "result"


def test_severities_differ_without_colour(page: Browser) -> None:
    check(page, BAD)
    style = "getComputedStyle(document.querySelector('main mark.{}')).textDecorationStyle"
    assert page.ask(style.format("major")) == "solid"
    assert page.ask(style.format("minor")) == "dotted"


def test_clean_copy_passes(page: Browser) -> None:
    check(page, ORIGINAL)
    assert page.ask("document.querySelector('.verdict-line b').textContent") == "pass"


def test_beside_its_original(page: Browser) -> None:
    check(page, BAD, ORIGINAL)
    assert page.messages == []
    assert page.ask("document.querySelector('.verdict-line b').textContent") == "hold"
    sides = page.ask("[...document.querySelectorAll('.heads h2')].map(h => h.textContent)")
    assert "Gazprom" in sides[0]
    assert "Gazp.MM" in sides[1]
    notes = page.ask("[...document.querySelectorAll('.notes li')].map(n => n.textContent)")
    assert any("Gazprom" in note and "Gazp.MM" in note for note in notes)
    assert any("David Cole" in note and "Gave Cole" in note for note in notes)
    page.click(".copy .ref")
    assert page.ask("document.querySelector('.notes li:target') !== null")


def test_the_keyboard_suffices(page: Browser) -> None:
    reached = []
    page.ask("document.activeElement.blur()")
    for _ in range(6):
        page.press("Tab")
        reached.append(
            page.ask("document.activeElement.id || document.activeElement.name || 'skip'")
        )
    assert reached == ["skip", "text", "original", "title", "format", "check"]
    put(page, "text", BAD)
    page.ask("document.getElementById('text').focus()")
    page.forget()
    page.call(
        "Input.dispatchKeyEvent", type="keyDown", key="Enter", windowsVirtualKeyCode=13, modifiers=2
    )
    page.wait_for_load()
    page.press("n")
    first = page.ask("document.activeElement.textContent")
    page.press("n")
    assert page.ask("document.activeElement.tagName") == "MARK"
    page.press("p")
    assert page.ask("document.activeElement.textContent") == first
    lit = page.ask("[...document.querySelectorAll('.notes li.lit')].map(n => n.textContent)")
    assert len(lit) == 1
    assert first in lit[0]


def test_letters_in_the_form_are_letters(page: Browser) -> None:
    check(page, BAD)
    page.ask("document.querySelector('[name=title]').focus()")
    page.press("n")
    assert page.ask("document.activeElement.name") == "title"
    assert page.ask("document.activeElement.value") == "n"


def test_a_label_is_recorded_in_place(page: Browser, service: Running) -> None:
    check(page, f"{BAD}\n\nTo be labelled.")
    id = page.ask("document.querySelector('form.label [name=result_id]').value")
    page.click("form.label button[value=false_alarm]")
    page.settle(LABELLED)
    told = page.ask("document.querySelector('form.label output').value")
    assert told.startswith("Recorded: false alarm.")
    assert page.ask("document.querySelector('[value=false_alarm]').ariaPressed") == "true"
    listed = service.ask("/v1/results", params={"feed": "page"}).json()["results"]
    assert {r["result_id"]: r["label"] for r in listed}[int(id)] == "false_alarm"
    assert page.messages == []


def test_a_file_is_dropped(page: Browser) -> None:
    drop(page, "story.txt", "text", BAD)
    drop(page, "first.txt", "original", ORIGINAL)
    assert page.ask("document.getElementById('text').value") == BAD
    assert page.ask("document.getElementById('original').value") == ORIGINAL
    assert page.ask("document.querySelector('[name=format]').value") == "text"


def test_a_web_page_is_dropped(page: Browser) -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in MANGLED)
    drop(page, "story.html", "text", f"<html><body><h1>Pier</h1>{paragraphs}</body></html>")
    assert page.ask("document.querySelector('[name=format]').value") == "html"
    page.forget()
    page.click("#check")
    page.wait_for_load()
    assert page.ask("document.querySelector('.verdict-line b').textContent") == "hold"
    assert "<p>" not in page.ask("document.querySelector('main').textContent")


def test_several_articles(page: Browser) -> None:
    items = "".join(
        f"<item><title>Item {n}</title><description>{text}</description></item>"
        for n, text in enumerate((*MANGLED, *CLEAN))
    )
    check(page, f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>")
    assert page.ask("document.querySelectorAll('main > article').length") == 8
    assert page.ask("document.querySelectorAll('form.label').length") == 8
    ids = page.ask("[...document.querySelectorAll('main [id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_copy_cannot_do_anything(page: Browser, service: Running, text: str) -> None:
    whole = f"{text} said Gazp.MM.\n\n{text}\n\n" + "\n\n".join(CLEAN)
    put(page, "text", whole)
    page.ask(f"document.querySelector('[name=title]').value = {json.dumps(text[:900])}")
    for original in ("", whole.replace("Gazp.MM", "Gazprom")):
        put(page, "original", original)
        page.forget()
        page.click("#check")
        page.wait_for_load()
        for _ in range(5):
            page.press("n")
        page.settle(SETTLED)
        assert page.ask("typeof window.pwned") == "undefined"
        assert [said for said in page.messages if not said.startswith(HARMLESS)] == []
        assert page.ask("location.href") == f"{service.url}/"
        assert page.ask("document.querySelectorAll('script').length") == 1
        assert page.ask("document.getElementById('check').checkVisibility()")
        assert {urlsplit(url).netloc for url in page.requested} == {urlsplit(service.url).netloc}


def test_the_policy_stops_what_would_slip_through(page: Browser) -> None:
    page.ask(
        f"""(() => {{
          const script = document.createElement("script");
          script.append("{RUNS}");
          document.body.append(script);
          const style = document.createElement("style");
          style.append("body {{ color: rgb(1, 2, 3) }}");
          document.body.append(style);
        }})()"""
    )
    assert page.ask("typeof window.pwned") == "undefined"
    assert page.ask("getComputedStyle(document.body).color") == "rgb(26, 26, 26)"
    page.settle("fetch('http://127.0.0.1:9/').catch(() => 0)")
    assert any("Content Security Policy" in message for message in page.messages)


def test_what_turns_round_is_spelled_out_in_the_result_only(page: Browser) -> None:
    text = "The board \u202etold\u202c shareholders on Monday that Gazp.MM had fallen."
    check(page, text)
    assert "‹U+202E›" in page.ask("document.querySelector('main').textContent")
    assert page.ask("document.getElementById('text').value") == text


@pytest.mark.parametrize("size", [DESK, PHONE, (320, 640)])
@pytest.mark.parametrize("original", ["", ORIGINAL])
def test_nothing_is_wider_than_the_screen(page: Browser, size, original: str) -> None:
    page.resize(*size, mobile=size != DESK)
    check(page, f"{BAD}\n\n{'x' * 400}\n\nhttps://example.org/{'a' * 300}", original)
    assert page.ask("document.documentElement.scrollWidth") <= size[0]
    page.call("Page.navigate", url="about:blank")


def test_on_a_phone_buttons_can_be_hit(page: Browser) -> None:
    page.resize(*PHONE, mobile=True)
    check(page, BAD)
    heights = page.ask(
        "[...document.querySelectorAll('button')].map(b => b.getBoundingClientRect().height)"
    )
    assert min(heights) >= 40


def test_without_its_script(page: Browser, service: Running) -> None:
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.open(f"{service.url}/")
        check(page, f"{BAD}\n\nWithout a script.")
        assert page.ask("document.querySelector('.verdict-line b').textContent") == "hold"
        page.forget()
        page.click("form.label button[value=mangled]")
        page.wait_for_load()
        assert page.ask("document.querySelector('.problem').textContent") == "Recorded: mangled."
    finally:
        page.call("Emulation.setScriptExecutionDisabled", value=False)


def test_nothing_to_check(page: Browser) -> None:
    check(page, " \n ")
    assert "no copy" in page.ask("document.querySelector('[role=alert]').textContent")


def test_the_token_is_asked_for_once(browser: Browser, locked: Running) -> None:
    browser.resize(*DESK)
    browser.open(f"{locked.url}/")
    browser.settle(ASKED)
    for token in ("wrong-token-of-letters", TOKEN):
        browser.ask(f"document.querySelector('[name=token]').value = {token!r}")
        browser.forget()
        browser.click("button")
        browser.wait_for_load()
    assert browser.ask("location.pathname") == "/"
    assert browser.ask("document.cookie") == ""
    check(browser, CLEAN[0])
    assert browser.ask("document.querySelector('.verdict-line b').textContent") == "pass"
    assert browser.ask("document.querySelectorAll('form.label').length") == 0
