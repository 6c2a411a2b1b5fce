"""Names whose form is broken: doubled, glued, split, in the wrong case, spelt in two ways."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from garbled.analysers.article_counts import ArticleCounts
from garbled.analysers.case_forms import NameForms, load_name_forms, titles
from garbled.analysers.counts import hash_words
from garbled.analysers.names import find_name_faults
from garbled.analysers.run import Resources
from garbled.corpora.clean import CleanArticle
from garbled.training.mine_name_forms import mine_name_forms


@pytest.fixture(scope="module")
def names(make_article, resources: Resources):
    def names(text: str) -> list[tuple[str, str, str | None]]:
        parts = text.split("||")
        article = make_article(*parts)
        return [
            (fault.rule, parts[fault.paragraph][fault.start : fault.end], fault.suggestion)
            for fault in find_name_faults(article, resources.counts)
        ]

    return names


@pytest.mark.parametrize(
    ("text", "rule", "quote", "suggestion"),
    [
        (
            "A friend of Karin Holt Karin Holt wept.",
            "NAME_DOUBLED",
            "Karin Holt Karin Holt",
            "Karin Holt",
        ),
        ("Then Sarkozy Sarkozy said no.", "NAME_DOUBLED", "Sarkozy Sarkozy", "Sarkozy"),
        (
            "The talks in Moscowbetween the two ended.",
            "NAME_GLUED",
            "Moscowbetween",
            "Moscow between",
        ),
        ("She moved inMoscow with her sons.", "NAME_GLUED", "inMoscow", "in Moscow"),
        ("He was born in SouthKorea in May.", "NAME_GLUED", "SouthKorea", "South Korea"),
        (
            "A poem by IlvaBrekke won a prize.||Then the poet Ilva Brekke bowed.",
            "NAME_GLUED",
            "IlvaBrekke",
            "Ilva Brekke",
        ),
        (
            "The speech of PresidentSarkozy was short.",
            "NAME_TITLE_RUN_IN",
            "PresidentSarkozy",
            "President Sarkozy",
        ),
        (
            "The speech of Presidentsarkozy was short.",
            "NAME_TITLE_RUN_IN",
            "Presidentsarkozy",
            "President Sarkozy",
        ),
        ("They asked Mr.Sarkozy to wait.", "NAME_TITLE_RUN_IN", "Mr.Sarkozy", "Mr. Sarkozy"),
        (
            "They asked Nicolas President Sarkozy to wait.",
            "NAME_TITLE_RUN_IN",
            "Nicolas President Sarkozy",
            "President Nicolas Sarkozy",
        ),
        ("The visit to Mel bourne was brief.", "NAME_SPLIT", "Mel bourne", "Melbourne"),
        ("The visit to Mel-bourne was brief.", "NAME_SPLIT", "Mel-bourne", "Melbourne"),
        ("A son of Jorun Velde||Later Jor un was ill.", "NAME_SPLIT", "Jor un", "Jorun"),
        ("A visit by Nicolas SARKOZY surprised them.", "NAME_IN_CAPITALS", "SARKOZY", "Sarkozy"),
        ("The chairman of the Federal RESERVE spoke.", "NAME_IN_CAPITALS", "RESERVE", "Reserve"),
        ("The minister flew from moscow at noon.", "NAME_LOWER_CASE", "moscow", "Moscow"),
        ("The two norwegian trawlers sank.", "NAME_LOWER_CASE", "norwegian", "Norwegian"),
        (
            "The mayor flew to the United states at noon.",
            "NAME_LOWER_CASE",
            "United states",
            "United States",
        ),
        (
            "It was by Tschernova.||Later the young Chernova sang.||The child of Chernova wept.",
            "NAME_SPELLING",
            "Tschernova",
            "Chernova",
        ),
    ],
)
def test_found(names, text: str, rule: str, quote: str, suggestion: str) -> None:
    assert (rule, quote, suggestion) in names(text)


@pytest.mark.parametrize(
    "text",
    [
        "The owner of BlackBerry met the founder of PricewaterhouseCoopers and YouTube.",
        "The actor LeVar McDonald and the singer DiMaggio van Dijk met.",
        "The village of Whitehorse lies by Blackwater and Greenwood.",
        "Farmers in Holland, Finland and Queensland met the Yemenis.",
        "NATO, the WHO and UNESCO met in Geneva.",
        "MOSCOW (Reuters) - The minister left at noon.",
        "LONDON/PARIS (Reuters) - The minister left at noon.",
        "OUTLOOK The bank expects growth. MARKET REACTION The pound rose.",
        "It was NOT his fault, and he DID say so.",
        "They ate turkey and drank cognac, then slept.",
        "Write to info@moscow.example or to @moscow today.",
        "He said that president Sarkozy would come.",
        "A Chernov and a Chernova sang, and one Chernova wept.",
        "On Montréal streets he sang of Montreal, and in Montreal he wept.",
        "The Justice Department, Chief Executive Officer Jane Holt and the President left.",
        "The train to Baden-Baden passed Walla Walla and Pago Pago.",
        "Han Han drove. Fans of Han Han cheered.",
        "The new Han was Solar is what they read.",
    ],
)
def test_names_that_are_whole(names, text: str) -> None:
    assert names(text) == []


def test_many_names_in_capitals_are_a_style(names) -> None:
    people = ("SARKOZY", "MERKEL", "PUTIN", "OBAMA", "CAMERON", "BERLUSCONI", "ZAPATERO")
    text = "||".join(f"The minister saw Mr. Holt and asked for {name} at noon." for name in people)
    assert "NAME_IN_CAPITALS" in {rule for rule, *_ in names(text.split("||")[0])}
    assert names(text) == []


def test_an_article_counts_as_the_counts_do(make_article, resources: Resources) -> None:
    article = make_article("The mayor of Leeds saw a qxzw.")
    counts = ArticleCounts.of(article, resources.counts)
    for word in ("mayor", "Leeds", "qxzw", "harbour"):
        assert counts.word(word) == resources.counts.word(word)
        assert counts.capitalised_uses(word) == resources.counts.capitalised_uses(word)
        assert counts.lower_case_uses(word) == resources.counts.lower_case_uses(word)


def test_forms_are_mined(tmp_path: Path) -> None:
    sentences = "Nobody saw the Quiet Harbour near Sundholm. Nobody at QUUX knew the quiet harbour."
    said = "Nobody at all met the people from New Sundholm in May or asked QUUX for help."
    forms = mine_name_forms([CleanArticle(str(n), None, f"{sentences} {said}") for n in range(20)])
    assert forms.is_titled("Sundholm")
    assert not forms.is_titled("QUUX")
    assert not forms.is_titled("nobody")
    assert forms.pairs_among(["new", "Sundholm", "quiet", "harbour"]) == [True, False, False, False]
    forms.save(tmp_path / "forms.npz")
    loaded = NameForms.load(tmp_path / "forms.npz")
    assert loaded.titled.tolist() == forms.titled.tolist()
    assert loaded.pairs.tolist() == forms.pairs.tolist()


def test_without_forms_nothing_is_known() -> None:
    empty = NameForms(np.empty(0, np.uint32), np.empty(0, np.uint32))
    assert not empty.is_titled("Sundholm")
    assert empty.pairs_among(["New", "Sundholm"]) == [False, False]


def test_the_forms_that_ship_hold_names() -> None:
    forms = load_name_forms()
    assert len(forms.titled) > 5_000
    assert hash_words(["Sarkozy"])[0] in forms.titled
    assert "senator" in titles()
