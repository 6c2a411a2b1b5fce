"""What stands in the HTML report, read as a parser reads it; test_html_browser looks at it."""

from __future__ import annotations

import io
import re
import tracemalloc
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from garbled.documents import KINDS, SEVERITIES, VERDICTS
from garbled.report import html as report_html
from garbled.report import write
from garbled.report.html_article import Note, cut
from garbled.report.html_plots import findings_plot, score_plot
from garbled.report.html_template import visible
from garbled.report.summary import WORST_FIRST

from .conftest import finding_in
from .hostile import HOSTILE, hostile_score


def page_of(scores, **options) -> str:
    stream = io.StringIO()
    write(scores, stream, format="html", **options)
    return stream.getvalue()


def tree_of(scores, **options):
    return html.document_fromstring(page_of(scores, **options))


def text_of(node) -> str:
    return " ".join(node.text_content().split())


def titles(tree) -> list[str]:
    return [text_of(title) for title in tree.xpath("//article//*[@class='title']")]


def test_worst_article_comes_first_and_errors_last(make_score, error_score):
    scores = [
        make_score(title="PASSED", verdict="pass", score=3.0),
        replace(error_score, id="BROKEN"),
        make_score(title="DOUBTFUL", verdict="review", score=95.0),
        make_score(title="UNSCORED", verdict="review", score=None, probability=None),
        make_score(title="BAD", verdict="hold", score=70.0),
        make_score(title="WORST", verdict="hold", score=90.0),
    ]
    tree = tree_of(scores)
    assert titles(tree) == ["WORST", "BAD", "DOUBTFUL", "UNSCORED", "PASSED", "BROKEN"]
    opened = tree.xpath("//article[details/@open]//*[@class='title']")
    assert [text_of(title) for title in opened] == ["WORST", "BAD", "DOUBTFUL", "UNSCORED"]


def test_equals_keep_the_order_of_the_input(make_score):
    names = [f"N{i}" for i in range(30)]
    assert titles(tree_of([make_score(title=name) for name in names])) == names


def test_only_the_worst_articles_are_open(make_score):
    tree = tree_of([make_score() for _ in range(report_html.OPENED + 5)])
    assert len(tree.xpath("//article/details[@open]")) == report_html.OPENED


def test_the_order_of_verdicts_knows_them_all():
    assert sorted(WORST_FIRST) == sorted(VERDICTS)


def test_a_finding_is_marked_in_its_text_and_its_reason_told(make_score):
    tree = tree_of([make_score()])
    [mark] = tree.xpath("//article//mark[@class='major' and text()='Norgas.XX']")
    assert mark.get("tabindex") == "0"
    assert mark.get("data-f") == "name-major"
    reason = text_of(tree.get_element_by_id(mark.get("aria-describedby")))
    for said in ("major name", "Norgas.XX", "→ Norgasco", "instrument code", "NAME_RIC_LEAK"):
        assert said in reason
    body = tree.xpath("//div[contains(@class, 'body')]/p")[0]
    assert body.text_content() == make_score().paragraphs[1].paragraph.text


def test_paragraphs_are_shaded_by_score_and_the_score_is_written(make_score):
    [held] = tree_of([make_score()]).xpath("//div[contains(@class, 'body')]")
    assert "s4" in held.get("class").split()
    assert held.xpath("string(div[@class='n'])") == "91"
    body = make_score().paragraphs[1]
    mild = make_score(paragraphs=(replace(body, score=25.0),))
    assert tree_of([mild]).xpath("//div[contains(@class, 's1') and contains(@class, 'body')]")


def test_the_head_counts_what_came(make_score, error_score):
    scores = [
        make_score(),
        make_score(verdict="review", degraded=("grammar",)),
        make_score(verdict="pass"),
        make_score(error="cut off in the middle", reasons=("input_damaged",)),
        error_score,
    ]
    tree = tree_of(scores)
    header = text_of(tree.xpath("//header")[0])
    assert "5 articles, 48 words: 2 to hold, 1 to review, 1 passed, 2 with an input" in header
    assert "1 scored without grammar" in header
    filters = {i.get("value"): text_of(i.getparent()) for i in tree.xpath("//fieldset//input")}
    assert filters["name"] == "name 8"
    assert filters["major"] == "major 8"
    assert "critical" not in filters
    assert "6.6" in header
    assert "no LanguageTool" in header


def test_errors_damage_and_what_was_missing_are_shown(make_score, error_score):
    damaged = make_score(error="cut off in the middle", degraded=("grammar",), verdict="review")
    damaged_text, broken_text = map(text_of, tree_of([damaged, error_score]).xpath("//article"))
    assert "The input was damaged: cut off in the middle" in damaged_text
    assert "Degraded: scored without grammar" in damaged_text
    assert "Could not be read: is a PDF; convert it to text first" in broken_text
    assert "b.pdf" in broken_text


def test_reasons_are_told_with_their_meaning(make_score):
    text = text_of(tree_of([make_score()]).xpath("//article")[0])
    assert "name corruption: a name, a place or an instrument code was broken" in text


def test_without_texts_places_and_rules_stay_and_wording_goes(make_score):
    page = page_of([make_score()], texts=False)
    for wording in ("Norgas", "pump", "Tuesday", "holds an instrument code"):
        assert wording not in page
    tree = html.document_fromstring(page)
    assert titles(tree) == ["a-1"]
    assert not tree.xpath("//article//mark | //article//q | //article//ins")
    notes = [text_of(note) for note in tree.xpath("//ul[@class='notes']/li")]
    assert "major name characters 12 to 21 NAME_RIC_LEAK" in notes
    [held] = tree.xpath("//div[contains(@class, 's4')]")
    assert held.xpath("string(p)") == "text left out"


def test_a_run_without_articles_says_so():
    tree = tree_of([])
    assert "No document was found" in tree.text_content()
    assert not tree.xpath("//svg | //article")


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("texts", [True, False])
def test_no_text_of_the_input_is_markup(make_score, hostile, texts):
    page = page_of([hostile_score(make_score, hostile)], texts=texts)
    page.encode("utf-8")
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufffe\uffff]", page
    )
    tree = html.document_fromstring(page)
    plain = html.document_fromstring(page_of([hostile_score(make_score, "harmless")]))
    known = {(e.tag, name) for e in plain.iter() for name in (None, *e.attrib)}
    assert {(e.tag, name) for e in tree.iter() for name in (None, *e.attrib)} <= known
    assert len(tree.xpath("//script")) == len(tree.xpath("//style")) == 1
    [article] = tree.xpath("//main/article")
    assert not article.getnext()
    if texts:
        shown = article.xpath("string(.//div[contains(@class, 'body')]/p)")
        assert shown == visible(hostile)


def test_template_marks_in_a_text_stay_as_they_are(make_score):
    assert "{{ 7 * 7 }}" in page_of([make_score(title="{{ 7 * 7 }}")])


def test_the_policy_names_the_style_and_the_script_and_nothing_else(make_score):
    page = page_of([make_score()])
    tree = html.document_fromstring(page)
    [policy] = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        [text] = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.S)
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    metas = tree.xpath("//meta")
    assert metas.index(tree.xpath("//meta[@http-equiv]")[0]) == 1


def test_the_page_needs_nothing_else(make_score):
    page = page_of([make_score()])
    tree = html.document_fromstring(page)
    assert not tree.xpath("//link | //img | //iframe | //object | //base | //a | //*[@src]")
    assert not [k for e in tree.iter() for k in e.attrib if k.startswith("on") or k == "style"]
    assert not re.search(r"url\((?!#)|@import|https?:", page)


def test_no_id_stands_twice_and_every_reference_has_its_id(make_score, error_score):
    tree = tree_of([make_score(), make_score(), error_score])
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids)) > 10
    named = " ".join(tree.xpath("//@aria-describedby | //@aria-labelledby")).split()
    assert len(named) > 6
    assert set(named) <= set(ids)


def test_findings_that_overlap_are_both_told(make_score):
    body = make_score().paragraphs[1]
    text = body.paragraph.text
    findings = (
        finding_in(text, "Norgas.XX said", severity="critical"),
        finding_in(text, "said on", kind="grammar", severity="minor"),
    )
    tree = tree_of([make_score(paragraphs=(replace(body, findings=findings),))])
    marks = tree.xpath("//article//mark")
    assert [(m.text, m.get("class"), m.get("tabindex")) for m in marks] == [
        ("Norgas.XX ", "critical", "0"),
        ("said", "critical", "0"),
        (" on", "minor", None),
    ]
    assert marks[1].get("data-f") == "name-critical grammar-minor"


@given(
    st.text(max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6),
)
def test_pieces_put_together_are_the_text(text, places):
    notes = [
        Note(str(n), "name", "minor", "X", *sorted((min(a, len(text)), min(b, len(text)))), *"qsm")
        for n, (a, b) in enumerate(places)
    ]
    pieces = list(cut(text, notes))
    assert "".join(piece.text for piece in pieces) == text
    for note in notes:
        quoted = "".join(piece.text for piece in pieces if note in piece.notes)
        assert quoted == text[note.start : note.end]
        reached = [p for p in pieces if note in p.notes and p.is_reached]
        assert bool(reached) == (note.end > note.start)


def test_a_long_run_is_sorted_in_bounded_memory(make_score, monkeypatch):
    """Printed articles wait on disk: memory grows by far less than what is printed."""
    monkeypatch.setattr(report_html, "_IN_MEMORY", 1000)
    filler = "word " * 4000
    written = 0

    class Sink(io.TextIOBase):
        def write(self, text):
            nonlocal written
            written += len(text)
            return len(text)

    scores = (make_score(error=None, id=f"{n}", source=filler, score=n / 4) for n in range(400))
    page_of([make_score()])
    tracemalloc.start()
    write(scores, Sink(), format="html")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert written > 1_000_000
    assert peak < written / 2


def test_the_plot_of_scores_stacks_every_article():
    counts = {(0, "pass"): 3, (18, "hold"): 2, (18, "review"): 1}
    plot = score_plot(counts, WORST_FIRST)
    assert len(plot.bars) == 3
    hold, review = (bar for bar in plot.bars if bar.x > plot.width / 2)
    assert hold.name == "hold"
    assert hold.y + hold.height == plot.height
    assert review.y + review.height == pytest.approx(hold.y)
    assert hold.height == pytest.approx(2 * review.height)
    assert all(bar.y > -1e-6 for bar in plot.bars)


def test_the_plot_of_findings_fits_and_keeps_its_proportions():
    counts = {(kind, severity): 7 for kind in KINDS for severity in SEVERITIES}
    plot = findings_plot(counts)
    assert len(plot.bars) == len(KINDS) * len(SEVERITIES)
    assert len({round(bar.width, 6) for bar in plot.bars}) == 1
    assert max(bar.x + bar.width for bar in plot.bars) <= plot.width
    assert plot.bars[0].name == "critical"


def test_the_filters_of_the_page_are_the_kinds_and_severities(make_score):
    body = make_score().paragraphs[1]
    text = body.paragraph.text
    findings = tuple(
        finding_in(text, text[n : n + 1], kind=kind, start=n, end=n + 1)
        for n, kind in enumerate(KINDS)
    )
    tree = tree_of([make_score(paragraphs=(replace(body, findings=findings),))])
    assert tree.xpath("//input[@name='kind']/@value") == list(KINDS)
