"""A score in a notebook: what shows, that it is escaped, small, and readable without colour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from chromium import Browser, find_chromium
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from garbled.documents import Block, Document, ParagraphScore
from garbled.report import notebook
from garbled.report.html_template import visible

from .conftest import finding_in, held
from .hostile import HOSTILE, hostile_score

TAGS = {"div", "p", "b", "small", "mark", "sup", "ol", "li", "q", "bdi"}
ATTRIBUTES = {"style", "dir", "title"}

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def tree_of(score):
    shown = score._repr_html_()
    tree = html.fragment_fromstring(shown)
    assert {node.tag for node in tree.iter()} <= TAGS
    assert {name for node in tree.iter() for name in node.attrib} <= ATTRIBUTES
    return tree


def test_verdict_numbers_and_reasons_are_told(make_score):
    text = tree_of(make_score()).text_content()
    assert "hold · score 87 of 100 · probability 0.93" in text
    assert "a name, a place or an instrument code was broken or translated" in text


def test_a_finding_is_marked_titled_and_listed(make_score):
    tree = tree_of(make_score())
    marks = tree.xpath("//mark")
    assert [mark.text for mark in marks] == ["group", "Norgas.XX", "pump"]
    title = marks[1].get("title")
    assert title.startswith("2. major name → Norgasco: Norgas.XX holds an instrument code")
    assert [sup.text for sup in tree.xpath("//sup")] == ["1", "2", "3"]
    notes = tree.xpath("//ol/li")
    assert len(notes) == 3
    assert "major name Norgas.XX → Norgasco" in " ".join(notes[1].text_content().split())


def test_severities_differ_without_colour(make_score):
    score = make_score()
    body = score.paragraphs[1]
    findings = tuple(
        replace(finding, severity=severity)
        for finding, severity in zip(body.findings, ("minor", "major", "critical"), strict=True)
    )
    tree = tree_of(replace(score, paragraphs=(replace(body, findings=findings),)))
    styles = {mark.get("style") for mark in tree.xpath("//mark")}
    assert len(styles) == 3
    assert all("background:none;color:inherit" in style for style in styles)


def test_an_error_and_unscored_copy_are_told(error_score, make_score):
    text = tree_of(error_score).text_content()
    assert "the input could not be read at all" in text
    assert "is a PDF" in text
    assert (
        "score"
        not in tree_of(make_score(score=None, probability=None, paragraphs=())).text_content()
    )


def test_the_bundle_has_a_line_for_terminals(make_score):
    bundle = make_score()._repr_mimebundle_(include=None, exclude=None)
    assert bundle.keys() == {"text/plain", "text/html"}
    assert bundle["text/plain"] == (
        "Norgas.XX raises its output · hold · score 87 of 100, probability 0.93"
        " · name corruption · wrong words"
    )
    assert bundle["text/html"] == make_score()._repr_html_()


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_the_copy_becomes_markup(make_score, text):
    score = hostile_score(make_score, text)
    tree = tree_of(replace(score, reasons=(text,), verdict=text))
    assert len(tree.xpath("//mark")) <= 3
    score._repr_html_().encode("utf-8")
    assert score._repr_mimebundle_()["text/plain"].isprintable()


@PATIENT
@given(st.text(max_size=300), st.data())
def test_the_text_of_a_paragraph_is_shown_whole(text, data):
    document = Document.from_blocks([Block(f"x{text}")], id="a", source="a")
    own = document.paragraphs[0].text
    start = data.draw(st.integers(0, len(own) - 1))
    end = data.draw(st.integers(start + 1, len(own)))
    finding = replace(finding_in(own, own[start:end]), start=start, end=end)
    part = ParagraphScore(document.paragraphs[0], None, None, (finding,))
    [passage] = tree_of(replace(held(None), paragraphs=(part,))).xpath("./p[@dir]")
    [number] = passage.xpath("./sup")
    number.drop_tree()
    assert passage.text_content() == visible(own)


def test_a_long_article_is_cut(make_score):
    body = make_score().paragraphs[1]
    many = make_score(paragraphs=(body,) * 50_000)
    assert len(many._repr_html_()) < 60_000
    assert "and 49,960 more paragraphs" in tree_of(many).text_content()
    long = "x" * 10**6
    [paragraph] = Document.from_blocks([Block(long)], id="a", source="a").paragraphs
    findings = tuple(replace(finding_in(long, "x"), start=n, end=n + 1) for n in range(0, 1000, 2))
    score = make_score(paragraphs=(ParagraphScore(paragraph, 1.0, 0.1, findings),))
    shown = score._repr_html_()
    assert len(shown) < 100_000
    assert shown.count("<li>") == notebook.MAX_NOTES


CHROMIUM = find_chromium()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium: apt-get install chromium")
    try:
        started = Browser(CHROMIUM, tmp_path_factory.mktemp("profile"))
    except (AssertionError, OSError) as error:
        pytest.skip(f"Chromium does not start here: {error}")
    with started:
        yield started


@pytest.mark.slow
def test_nothing_of_the_copy_runs_in_a_browser(browser, make_score, tmp_path: Path):
    """As in a trusted notebook: the output stands in the page, with no policy around it."""
    outputs = [hostile_score(make_score, text)._repr_html_() for text in HOSTILE]
    page = tmp_path / "notebook.html"
    page.write_text(f"<!doctype html><meta charset=utf-8>{''.join(outputs)}", "utf-8")
    browser.open(page)
    assert browser.ask("window.pwned === undefined")
    assert browser.ask("document.querySelectorAll('script, img, svg, iframe, a').length") == 0
    assert browser.ask("document.body.children.length") == len(outputs)
    assert len(browser.requested) == 1
