from __future__ import annotations

import io
import json
import math
import re
from dataclasses import replace

import pytest

from garbled.explanation import (
    Doubt,
    Explanation,
    FeaturePart,
    GroupPart,
    Passage,
    Sum,
    WindowPart,
)
from garbled.features.groups import CONFIGURATIONS, feature_names
from garbled.model.articles import ARTICLE_FEATURES
from garbled.report import REASONS
from garbled.report.explain import meanings, write_jsonl, write_table
from garbled.report.plain import plain

HOSTILE = ["\x1b[2J", "\x9b1m", "a\r\nb", "[bold]x[/bold] [/]", "\u202eover", "bell\x07"]


def explanation_of(score, opening: str = "The group Norgas.XX said") -> Explanation:
    names = GroupPart("names", 1.25, (FeaturePart("name_codes", 8.3, 0.01, 1.25),))
    words = GroupPart("words", -0.5, (FeaturePart("words_ngrams", None, 0.2, -0.5),))
    window = WindowPart(
        passages=(Passage(1, 0, len(opening), opening),),
        opening=opening,
        n_words=12,
        sum=Sum(-2.0, 0.1, (names, words)),
        doubts=(Doubt(Passage(1, 10, 19, opening), 3.2),),
    )
    return Explanation(
        score=score,
        article=Sum(-2.0, 0.3, (replace(names, features=()), replace(words, features=()))),
        article_model=Sum(-2.0, 0.05, (GroupPart("article", 1.0),)),
        windows=(window,),
        n_windows=4,
    )


def written(write, *explanations: Explanation, **options) -> str:
    stream = io.StringIO()
    write(explanations, stream, **options)
    return stream.getvalue()


def test_json_lines_add_up_as_they_are_written(make_score):
    [line] = written(write_jsonl, explanation_of(make_score())).splitlines()
    record = json.loads(line)
    assert record["id"] == "a-1"
    assert record["n_windows"] == 4
    for total in (record["article"], record["article_model"], record["windows"][0]):
        parts = [total["prior"], total["average_text"], *(g["log_odds"] for g in total["groups"])]
        assert math.fsum(parts) == pytest.approx(total["log_odds"], abs=1e-6)
    [window] = record["windows"]
    assert window["passages"] == [
        {"paragraph": 1, "start": 0, "end": 24, "quote": "The group Norgas.XX said"}
    ]
    assert window["groups"][0]["features"] == [
        {"feature": "name_codes", "value": 8.3, "average": 0.01, "log_odds": 1.25}
    ]
    assert window["groups"][1]["features"][0]["value"] is None
    assert window["tokens"][0]["log_odds"] == 3.2
    for group in record["article"]["groups"]:
        assert group["reason"] in REASONS


def test_the_table_says_what_moved_the_score(make_score):
    text = written(write_table, explanation_of(make_score()))
    assert "hold, score 87.2, probability 0.93 (name_corruption, wrong_words)" in text
    assert re.search(r"\+1\.25\s+names\s+names, places and instrument codes", text)
    assert re.search(r"\(\+1\.25\)\s+instrument codes .*: more than usual\s+8\.30\s+0\.01", text)
    assert re.search(r"-0\.95\s+sum\s+a probability of 0\.28", text)
    assert "worst 1 of 4 windows, paragraph 1, probability 0.24: “The group Norgas.XX said”" in text
    assert "words that the network doubts:" in text


def test_what_was_not_scored_says_why(error_score, make_score):
    short = make_score(score=None, probability=None, reasons=("too_short",), verdict="pass")
    text = written(write_table, Explanation(error_score), Explanation(short))
    assert "nothing to explain: is a PDF" in text
    assert "nothing to explain: too_short" in text
    records = written(write_jsonl, Explanation(error_score)).splitlines()
    assert json.loads(records[0])["article"] is None


@pytest.mark.parametrize("write", [write_table, write_jsonl])
def test_without_texts_no_wording_is_left(write, make_score):
    text = written(write, explanation_of(make_score()), texts=False)
    assert "a-1" in text
    assert "Norgas" not in text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_drives_the_terminal(hostile, make_score):
    explanation = explanation_of(make_score(title=hostile), opening=hostile)
    table = written(write_table, explanation)
    assert table.replace("\n", "").isprintable()
    assert plain(hostile) in table
    [line] = written(write_jsonl, explanation).splitlines()
    assert line.isprintable()


def test_every_group_and_feature_has_a_meaning():
    groups = {group for groups in CONFIGURATIONS.values() for group in groups}
    wanted = {name: [f.partition("__")[2] for f in feature_names(name)] for name in groups}
    wanted["article"] = list(ARTICLE_FEATURES)
    assert set(meanings()) == set(wanted)
    for group, features in wanted.items():
        assert set(meanings()[group]) == {"about", *features}, group
        for meaning in meanings()[group].values():
            assert meaning.strip() == meaning != ""
            assert "\n" not in meaning
