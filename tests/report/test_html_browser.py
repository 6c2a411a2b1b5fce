"""The HTML report in a real browser: what shows, what runs, and what a person can do with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from chromium import Browser, find_chromium

from garbled.documents import Block, Document

from .conftest import finding_in
from .hostile import HOSTILE, RUNS, hostile_score, write_page

CHROMIUM = find_chromium()
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium")

DESK = (1280, 900)
PHONE = (390, 844)
SHOWN = "[...document.querySelectorAll('article')].filter(a => a.checkVisibility()).length"
TOLD = "document.getElementById('shown')?.value ?? document.forms[0].elements.shown.value"
SETTLED = "new Promise(done => setTimeout(done, 300))"


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
def page(make_score, error_score, tmp_path: Path) -> Path:
    """Twelve held articles, one that passed and one that could not be read."""
    scores = [make_score(title=f"Held {n}", id=f"held-{n}", score=99.0 - n) for n in range(12)]
    body = make_score().paragraphs[1]
    minor = replace(body, findings=body.findings[:1])
    passed = make_score(title="Passed", verdict="pass", score=2.0, paragraphs=(minor,))
    return write_page([*scores, passed, error_score], tmp_path / "report.html")


@pytest.fixture
def opened(browser: Browser, page: Path) -> Browser:
    browser.resize(*DESK)
    browser.print_styles(on=False)
    browser.open(page)
    assert browser.messages == []
    return browser


def set_box(browser: Browser, name: str, value: str = "on") -> None:
    browser.click(f"input[name={name}][value={value}]" if value != "on" else f"input[name={name}]")
    browser.settle(SETTLED)


def test_the_page_asks_for_itself_and_nothing_else(opened: Browser) -> None:
    assert [urlsplit(url).scheme for url in opened.requested] == ["file"]


def test_style_and_script_of_the_page_are_let_through(opened: Browser) -> None:
    assert opened.ask("!document.forms[0].hidden")
    line = "getComputedStyle(document.querySelector('main mark.major')).textDecorationLine"
    assert opened.ask(line) == "underline"


def test_severities_and_scores_differ_without_colour(opened: Browser) -> None:
    style = "getComputedStyle(document.querySelector('.about mark.{}')).textDecorationStyle"
    styles = {opened.ask(style.format(name)) for name in ("minor", "major", "critical")}
    assert len(styles) == 3
    bar = "getComputedStyle(document.querySelector('.step.s{}')).borderLeftWidth"
    assert len({opened.ask(bar.format(step)) for step in range(1, 5)}) == 4
    assert opened.ask("document.querySelector('.body .n').textContent") == "91"


def test_nothing_of_the_input_runs(browser: Browser, make_score, tmp_path: Path) -> None:
    scores = [hostile_score(make_score, text, n) for n, text in enumerate(HOSTILE)]
    path = write_page(scores, tmp_path / "hostile.html")
    browser.open(path)
    browser.click("button[name=open]")
    browser.settle(SETTLED)
    for _ in range(60):
        browser.press("n")
    assert browser.ask("typeof window.pwned") == "undefined"
    assert browser.messages == []
    assert len(browser.requested) == 1
    assert browser.ask("document.querySelectorAll('main > article').length") == len(HOSTILE)
    assert browser.ask("location.href") == path.resolve().as_uri()


@pytest.mark.parametrize(
    "markup",
    [
        f"<script>{RUNS}</script>",
        f"<img src=x onerror='{RUNS}'>",
        f"<svg onload='{RUNS}'></svg>",
        f"<iframe srcdoc='<script>parent.{RUNS}</script>'></iframe>",
        "<script src='data:text/javascript,window.pwned=1'></script>",
        "<style>body{color:rgb(1,2,3)}</style>",
        "<p style='color:red' id=styled>x</p>",
    ],
)
def test_the_policy_stops_what_would_slip_through(
    browser: Browser, page: Path, tmp_path: Path, markup: str
) -> None:
    """As if escaping had failed: the markup is put into the finished page by force."""
    broken = tmp_path / "broken.html"
    broken.write_text(page.read_text("utf-8").replace("<main>", f"<main>{markup}"), "utf-8")
    browser.open(broken)
    browser.settle(SETTLED)
    assert browser.ask("typeof window.pwned") == "undefined"
    assert browser.ask("getComputedStyle(document.body).color") == "rgb(26, 26, 26)"
    assert any("Content Security Policy" in message for message in browser.messages)


def test_a_reason_shows_on_hover_and_goes(opened: Browser) -> None:
    place = "document.querySelector('main mark.major').getBoundingClientRect()"
    opened.ask("document.querySelector('main mark.major').scrollIntoView({block: 'center'})")
    x, y = opened.ask(f"[{place}.x + 5, {place}.y + 5]")
    opened.point(x, y)
    assert opened.ask("tip.checkVisibility()")
    assert "an instrument code where a company name should stand" in opened.ask("tip.textContent")
    left, top, right, bottom = opened.ask(
        "(({left, top, right, bottom}) => [left, top, right, bottom])(tip.getBoundingClientRect())"
    )
    assert 0 <= left < right <= DESK[0]
    assert 0 <= top < bottom <= DESK[1]
    opened.point(left + 20, bottom - 2)
    assert opened.ask("tip.checkVisibility()"), "a pointer can go to the reason"
    opened.point(5, 5)
    assert not opened.ask("tip.checkVisibility()")


def test_a_reason_shows_on_keyboard_focus_and_escape_hides_it(opened: Browser) -> None:
    opened.ask("document.querySelector('article summary').focus()")
    opened.press("Tab")
    assert opened.ask("document.activeElement.textContent") == "group"
    assert opened.ask("tip.checkVisibility()")
    assert "minor lexical" in opened.ask("tip.textContent")
    described = opened.ask("document.activeElement.getAttribute('aria-describedby')")
    assert "minor lexical" in opened.ask(f"document.getElementById('{described}').textContent")
    opened.press("Escape")
    assert not opened.ask("tip.checkVisibility()")


def test_letters_walk_through_the_findings_and_open_articles(opened: Browser) -> None:
    def here() -> str:
        return str(opened.ask("document.activeElement.textContent"))

    opened.press("n")
    assert here() == "group"
    opened.press("n")
    assert here() == "Norgas.XX"
    opened.press("p")
    assert here() == "group"
    for _ in range(35):
        opened.press("n")
    article = "document.activeElement.closest('article').querySelector('.title').textContent"
    assert opened.ask(article) == "Held 11"
    assert opened.ask("document.activeElement.closest('details').open")


def test_letters_typed_into_the_search_move_nothing(opened: Browser) -> None:
    opened.ask("document.forms[0].elements.search.focus()")
    opened.press("n")
    assert opened.ask("document.activeElement.name") == "search"
    assert opened.ask("document.activeElement.value") == "n"


def test_filter_by_kind_and_severity(opened: Browser) -> None:
    assert opened.ask(TOLD) == "14 articles and 37 findings shown."
    set_box(opened, "severity", "major")
    assert opened.ask(TOLD) == "14 articles and 13 findings shown."
    major = "document.querySelector('main [open] mark.major')"
    assert opened.ask(f"getComputedStyle({major}).textDecorationLine") == "none"
    assert opened.ask(f"{major}.tabIndex") == -1
    note = f"document.getElementById({major}.getAttribute('aria-describedby'))"
    assert not opened.ask(f"{note}.checkVisibility()")
    set_box(opened, "kind", "lexical")
    assert opened.ask(TOLD) == "14 articles and 0 findings shown."
    set_box(opened, "severity", "major")
    assert opened.ask(TOLD) == "14 articles and 24 findings shown."
    assert opened.ask(f"{major}.tabIndex") == 0


def test_articles_without_a_finding_shown_can_be_left_out(opened: Browser) -> None:
    set_box(opened, "only")
    assert opened.ask(SHOWN) == 13
    set_box(opened, "kind", "lexical")
    assert opened.ask(SHOWN) == 12
    set_box(opened, "only")
    assert opened.ask(SHOWN) == 14


def test_filter_by_verdict_and_by_words(opened: Browser) -> None:
    set_box(opened, "verdict", "hold")
    assert opened.ask(SHOWN) == 2
    set_box(opened, "verdict", "hold")
    opened.ask("document.forms[0].elements.search.focus()")
    for letter in "held 7":
        opened.press(letter)
    opened.settle(SETTLED)
    assert opened.ask(SHOWN) == 1


def test_an_article_opened_later_keeps_to_the_filter(opened: Browser) -> None:
    set_box(opened, "severity", "minor")
    opened.click("button[name=open]")
    opened.settle(SETTLED)
    visible = (
        "[...document.querySelectorAll('.notes li')].filter(n => n.checkVisibility()"
        " && n.dataset.f.endsWith('minor')).length"
    )
    assert opened.ask(visible) == 0
    opened.click("button[name=close]")
    assert opened.ask("document.querySelectorAll('article details[open]').length") == 0


def test_reasons_beside_the_text_can_be_put_away(opened: Browser) -> None:
    note = "document.querySelector('main [open] .notes')"
    assert opened.ask(f"{note}.checkVisibility()")
    set_box(opened, "beside")
    assert not opened.ask(f"{note}.checkVisibility()")


@pytest.mark.parametrize("size", [DESK, PHONE, (320, 640)])
def test_nothing_is_wider_than_the_screen(
    browser: Browser, page: Path, make_score, tmp_path: Path, size: tuple[int, int]
) -> None:
    hostile = [hostile_score(make_score, text, n) for n, text in enumerate(HOSTILE)]
    for path in (page, write_page(hostile, tmp_path / "hostile.html")):
        browser.resize(*size, mobile=size != DESK)
        browser.open(path)
        browser.click("button[name=open]")
        assert browser.ask("document.documentElement.scrollWidth") <= size[0]


def test_on_a_phone_a_reason_lies_at_the_bottom(opened: Browser) -> None:
    opened.resize(*PHONE, mobile=True)
    opened.press("n")
    assert opened.ask("Math.round(tip.getBoundingClientRect().bottom)") == PHONE[1]
    assert opened.ask("tip.getBoundingClientRect().width") == PHONE[0]


def test_print_gives_in_full_what_did_not_pass(opened: Browser, tmp_path: Path) -> None:
    set_box(opened, "severity", "major")
    opened.print_styles(on=True)
    opened.ask("dispatchEvent(new Event('beforeprint'))")
    articles = "[...document.querySelectorAll('article')]"
    seen = articles + ".map(a => a.querySelector('{}')?.checkVisibility())"
    assert opened.ask(seen.format(".body p")) == [True] * 12 + [False, None]
    assert opened.ask(seen.format(".notes li[data-f=lexical-minor]")) == [True] * 12 + [False, None]
    assert opened.ask(seen.format(".notes li[data-f=name-major]")) == [False] * 12 + [None, None]
    assert not opened.ask("document.forms[0].checkVisibility()")
    opened.print_styles(on=False)
    opened.pdf(tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")


def test_it_can_be_read_without_its_script(browser: Browser, page: Path) -> None:
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.resize(*DESK)
        browser.open(page)
        assert browser.ask("document.forms[0].hidden")
        assert browser.ask("document.querySelector('.notes li').checkVisibility()")
        browser.click("article:last-of-type summary")
        assert browser.ask("document.querySelector('article:last-of-type details').open")
    finally:
        browser.call("Emulation.setScriptExecutionDisabled", value=False)


def test_text_that_turns_round_stays_in_its_place(browser, make_score, tmp_path: Path) -> None:
    """Hebrew in a quote is read as Hebrew; what follows it stays where English has it."""
    body = make_score().paragraphs[1]
    text = "He said שלום עולם, then left."
    paragraph = Document.from_blocks([Block(text)], id="", source="").paragraphs[0]
    scored = replace(body, paragraph=paragraph, findings=(finding_in(text, "שלום עולם"),))
    path = write_page([make_score(paragraphs=(scored,))], tmp_path / "hebrew.html")
    browser.resize(*DESK)
    browser.open(path)
    where = (
        "(r => {{ const t = document.querySelector('.body p').childNodes[{}];"
        " r.setStart(t.nodeType === 3 ? t : t.firstChild, 0);"
        " r.setEndAfter(t); return r.getBoundingClientRect().left; }})(document.createRange())"
    )
    before, hebrew, after = (browser.ask(where.format(n)) for n in range(3))
    assert before < hebrew < after


@pytest.mark.slow
def test_five_thousand_articles_stay_usable(browser, make_score, tmp_path: Path) -> None:
    body = make_score().paragraphs[1]
    filler = [replace(body, findings=())] * 12
    long = make_score(paragraphs=(make_score().paragraphs[0], body, *filler))
    scores = (replace(long, id=f"a{n}", title=f"Article {n}") for n in range(5000))
    path = write_page(scores, tmp_path / "many.html")
    browser.resize(*DESK)
    browser.open(path)
    assert browser.ask(TOLD) == "5,000 articles and 15,000 findings shown."
    set_box(browser, "severity", "minor")
    assert browser.ask(TOLD) == "5,000 articles and 10,000 findings shown."
    browser.ask("scrollTo(0, document.body.scrollHeight)")
    assert browser.ask("document.querySelector('article:last-of-type summary').checkVisibility()")
    heights = "document.querySelector('article:last-of-type').getBoundingClientRect().bottom"
    assert browser.ask(heights) <= DESK[1] + 40
