"""Reports made of results that were written by hand: Markdown, HTML, plots, JSON, notes."""

from __future__ import annotations

import re
from dataclasses import replace
from math import nan

import pytest
from lxml import html

from garbled.errors import IngestError
from garbled.evaluation.metrics import Interval
from garbled.evaluation.notes import in_order, parse_notes, read_notes, without_note
from garbled.evaluation.report import FORMS, render
from garbled.evaluation.results import Target
from garbled.evaluation.slices import Separation
from garbled.evaluation.stored import from_json, read_results, to_json
from garbled.evaluation.wording import target_value, verdict

from .made_up import make_results, make_targets

HOSTILE = "</td><script>alert(1)</script> \"'&|`$x_1$`| [a](javascript:b) \x00\x1b[31m <!-- ]]>"
NOTES = {"native news round trips, article": "Tried `distil` and *more*.\n\n- one\n- two"}


@pytest.fixture(scope="module")
def page() -> str:
    return render(make_results(), NOTES, "html")


@pytest.fixture(scope="module")
def markdown() -> str:
    return render(make_results(), NOTES, "markdown")


def hostile_results():
    """Every string of the results that came from data is hostile."""
    results = make_results()
    targets = (replace(results.targets[0], name=HOSTILE, aim=HOSTILE, note=HOSTILE),)
    roc = tuple(replace(c, scorer=HOSTILE) for c in results.roc)
    ablation = tuple(replace(a, group=HOSTILE, slice=HOSTILE) for a in results.ablation)
    separation = tuple(replace(r, slice=r.slice + HOSTILE) for r in results.separation)
    return replace(
        results,
        targets=targets,
        roc=roc,
        ablation=ablation,
        separation=(*results.separation, *separation),
        named_slices=(replace(results.named_slices[0], name=HOSTILE, rule=HOSTILE),),
        signature={**results.signature, HOSTILE: HOSTILE},
        not_measured={HOSTILE: HOSTILE, "tiers": HOSTILE},
        tiers=(),
    )


@pytest.mark.parametrize("form", FORMS)
def test_the_same_results_give_the_same_bytes(form):
    assert render(make_results(), NOTES, form) == render(make_results(), NOTES, form)


def test_json_comes_back_as_it_was():
    results = make_results()
    read = from_json(to_json(results))
    assert repr(read) == repr(results)  # NaN is not equal to itself
    assert to_json(read) == to_json(results)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", "nan", '{"signature": {}}', "[" * 100_000, b"\xff\xfe"]
)
def test_what_is_no_report_is_refused_by_name(tmp_path, content):
    path = tmp_path / "old.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(IngestError, match=r"old\.json"):
        read_results(path)


def test_a_report_with_a_field_of_another_type_is_refused(tmp_path):
    text = to_json(make_results()).replace('"n_originals": 815', '"n_originals": "815"', 1)
    (tmp_path / "r.json").write_text(text, "utf-8")
    with pytest.raises(IngestError, match="evaluate again"):
        read_results(tmp_path / "r.json")


def test_every_target_is_on_the_first_screen(markdown):
    first, _ = markdown.split("## Separation by slice")
    for target in make_targets()[:-1]:
        assert f"| {target.name} | {target.aim} | {target_value(target)} |" in first
        assert verdict(target) in first
    assert "Of 5: 3 met, 1 missed, 1 not measured." in first
    assert "later, quartile" not in first  # has no aim and stands further down


def test_every_table_has_rows_of_the_width_of_its_head(markdown):
    tables = re.findall(r"(?:^\|.*\n)+", markdown + "\n", re.M)
    assert len(tables) >= 18
    for table in tables:
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1, table
        assert table.count("\n") > 2, table


def test_nothing_undefined_is_printed(markdown, page):
    for text in (markdown, html.fromstring(page).text_content()):
        assert not re.search(r"\bnan\b|\bNone\b|\binf\b", text)


def test_a_note_stands_under_the_targets_and_what_has_none_is_named(markdown):
    targets, rest = markdown.split("## Separation by slice")
    assert "### native news round trips, article\n\nTried `distil` and *more*.\n\n- one" in targets
    assert "nothing written yet" not in markdown
    assert "distil" not in rest
    silent = render(make_results(), {}, "markdown")
    assert "nothing written yet on what was tried: native news round trips, article." in silent


def test_notes_are_found_by_name_or_key_and_none_is_lost(tmp_path):
    path = tmp_path / "notes.md"
    path.write_text(
        "# Notes\nfor nobody\n\n## NATIVE_ARTICLE\nby key\n\n## Other\nkept\n"
        "## native news round trips, paragraph\nby name\n## native_article\n- again\n",
        "utf-8",
    )
    notes = read_notes(path)
    assert list(in_order(notes, make_targets())) == [
        ("native news round trips, paragraph", "by name"),
        ("native news round trips, article", "by key\n\n- again"),
        ("Other", "kept"),
    ]
    assert without_note(notes, make_targets()) == []
    assert without_note(parse_notes("## native_article\n"), make_targets()) == [
        "native news round trips, article"
    ]


def test_notes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "n.md").write_bytes(b"## \xff")
    with pytest.raises(IngestError, match=r"n\.md"):
        read_notes(tmp_path / "n.md")


def test_a_part_that_was_not_measured_says_why():
    results = replace(make_results(), tiers=(), not_measured={"tiers": "not asked for"})
    assert "Tiers on the same texts: not measured (not asked for)." in render(
        results, {}, "markdown"
    )


def test_what_was_not_refitted_is_not_claimed():
    results = replace(
        make_results(), generalisation=(), ablation=(), not_measured={"refits": "not asked for"}
    )
    assert render(results, {}, "markdown").count("not measured (not asked for)") == 2


def test_a_report_about_any_data_says_so():
    results = make_results()
    signature = {k: v for k, v in results.signature.items() if k != "manifest"}
    text = render(replace(results, signature=signature), {}, "markdown")
    assert "| manifest | none:" in text


def test_the_page_fetches_nothing_and_runs_nothing(page):
    tree = html.document_fromstring(page)
    assert not tree.xpath("//script | //link | //img | //iframe | //object | //form | //base")
    links = [v for e in tree.iter() for k, v in e.attrib.items() if k.endswith("href")]
    assert links  # marks within the plots
    assert all(value.startswith("#") for value in links)
    assert not [k for e in tree.iter() for k in e.attrib if k.startswith("on")]
    assert not re.search(r"url\((?!#)|@import", page)
    [policy] = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy


def test_no_string_of_the_data_is_markup_in_the_page():
    page = render(hostile_results(), {HOSTILE: HOSTILE}, "html")
    clean = render(make_results(), NOTES, "html")
    assert "<script" not in page
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", page)
    tree = html.document_fromstring(page)
    known = {e.tag for e in html.document_fromstring(clean).iter()}
    assert {e.tag for e in tree.iter()} <= known
    assert "alert(1)" in tree.text_content()


def test_no_string_of_the_data_is_markup_in_markdown():
    text = render(hostile_results(), {}, "markdown")
    assert not re.search(r"(?<!\\)<", text)
    assert not re.search(r"(?<!\\)\]\(", text)
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", text)
    for table in re.findall(r"(?:^\|.*\n)+", text, re.M):
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1


def test_every_plot_is_there_and_says_what_it_shows(page):
    tree = html.document_fromstring(page)
    figures = tree.xpath("//figure")
    assert len(figures) == 8
    for figure in figures:
        [svg] = figure.xpath(".//*[local-name()='svg']")
        [caption] = figure.xpath("figcaption")
        assert svg.get("role") == "img"
        assert svg.get("aria-label") == caption.text_content()
        assert "viewbox" in {name.lower() for name in svg.attrib}
        assert "width" not in svg.attrib


def test_no_id_stands_twice_in_the_page(page):
    ids = html.document_fromstring(page).xpath("//@id")
    assert len(ids) == len(set(ids)) > 50
    used = set(re.findall(r"url\(#([^)]+)\)", page)) | set(re.findall(r'href="#([^"]+)"', page))
    assert used <= set(ids)


def test_lines_differ_without_colour(page):
    tree = html.document_fromstring(page)
    roc = tree.xpath("//*[local-name()='svg']")[0]
    styles = [p.get("style") or "" for p in roc.xpath(".//*[local-name()='path']")]
    curves = {s for s in styles if "fill: none" in s and "stroke-width: 1.5" in s}
    dashes = {re.sub(r"stroke: #\w+;? ?", "", style) for style in curves}
    assert len(dashes) == len(curves) == 3


def test_results_with_next_to_nothing_still_make_a_report():
    nothing = Separation(0, Interval(nan), nan, nan)
    results = make_results()
    fields = dict.fromkeys(results.__dataclass_fields__, ())
    kept = {"signature": results.signature, "alarms": None, "not_measured": {}}
    separation = tuple(replace(r, all=nothing, mangled=nothing) for r in results.separation)
    empty = replace(results, **{**fields, **kept, "separation": separation})
    for form in FORMS:
        assert render(empty, {}, form)
    assert "<figure>" not in render(empty, {}, "html")


@pytest.mark.parametrize(
    ("aim", "value", "low", "high", "shown"),
    [
        ("0.90", 0.912, 0.89, 0.93, "0.912 [0.890, 0.930]"),
        ("≤ 0.005", -0.0021, -0.004, 0.001, "-0.002 [-0.004, 0.001]"),
        ("≤ 2 %", 0.0123, 0.01, 0.015, "1.2 % [1.0 %, 1.5 %]"),
        ("≤ 2 %", nan, nan, 0.0012, "at most 0.12 %"),
        ("≤ 2 %", nan, 0.0, 0.0012, "at most 0.12 %"),
        ("≥ 0.75", nan, 0.61, nan, "at least 0.610"),
        ("0.75", 0.7, nan, nan, "0.700"),
        ("reported", nan, nan, nan, "–"),
    ],
)
def test_a_target_is_written_in_the_unit_of_its_aim(aim, value, low, high, shown):
    assert target_value(Target("k", "n", aim, value, low, high, 9, None)) == shown


@pytest.mark.parametrize("form", FORMS)
def test_a_real_evaluation_can_be_reported(report, form):
    text = render(report, {}, form)
    assert report.signature["model"] in text
    assert repr(from_json(to_json(report))) == repr(report)
