"""The house list: what it finds, what it leaves alone, and what it refuses."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import CLEAN, MANGLED, hostile_texts

from garbled.analysers.faults import Fault
from garbled.analysers.run import Resources, find_faults
from garbled.documents import Document, Score
from garbled.errors import GarbledError
from garbled.evidence import HouseList, as_house_list, house_list
from garbled.scorer import Scorer

MakeScorer = Callable[..., Scorer]


def is_left_alone(terms: list[str], text: str, quote: str) -> bool:
    start = text.index(quote)
    return HouseList.of(terms).leaves_alone(text, start, start + len(quote))


@pytest.mark.parametrize(
    ("term", "text", "quote", "expected"),
    [
        ("Quexley Rovers", "At Quexley Rovers they wept.", "Quexley Rovers", True),
        ("Quexley Rovers", "At Quexley Rovers they wept.", "Rovers", True),
        ("Quexley Rovers", "At Quexley Rovers they wept.", "Rovers they", True),
        ("Quexley Rovers", "At Quexley Rovers they wept.", "wept", False),
        ("Quexley Rovers", "At Quexley\nRovers they wept.", "Quexley", True),
        ("Quexley Rovers", "QUEXLEY ROVERS WIN", "QUEXLEY", True),
        ("Quexley Rovers", "quexley rovers win", "quexley", False),
        ("warmstorm", "Warmstorm deals fell.", "Warmstorm", True),
        ("Quex", "At Quexley they wept.", "Quexley", False),
        ("ley", "At Quexley they wept.", "Quexley", False),
        ("Qx.NN", "Shares of Qx.NN fell.", "Qx.NN", True),
        ("Qx.NN", "Shares of Qx.NNO fell.", "Qx.NNO", False),
        ("O'Quex", "O’Quex’s shares", "O’Quex", True),
        ("“Quex–Ley”", "A Quex-Ley shop", "Quex-Ley", True),
        ("Élan Q", "E\u0301lan Q".replace("E\u0301", "É") + " rose", "Élan Q", True),
    ],
)
def test_terms_are_found_as_whole_words(term: str, text: str, quote: str, expected: bool) -> None:
    assert is_left_alone([term], text, quote) == expected


def test_a_doubled_term_is_a_finding_all_the_same() -> None:
    assert not is_left_alone(["Quex"], "So Quex Quex said.", "Quex Quex")
    assert is_left_alone(["Quex Quex"], "So Quex Quex said.", "Quex Quex")
    assert is_left_alone(["Quex"], "So Quex and Quex said.", "Quex and Quex")


def test_the_longest_term_is_taken() -> None:
    terms = ["Quex", "Quex Ley", "Quex Ley Bank"]
    assert is_left_alone(terms, "The Quex Ley Bank fell.", "Bank")
    assert not is_left_alone(terms, "The Quex Ley shop fell.", "shop")


@given(st.lists(hostile_texts, max_size=4), hostile_texts)
def test_whatever_the_terms_every_span_has_an_answer(terms: list[str], text: str) -> None:
    try:
        house = HouseList.of(terms)
    except GarbledError:
        return
    for term in house.terms:
        assert house.leaves_alone(f"a {term} b", 2, 2 + len(term)), term
    assert house.leaves_alone(text, 0, len(text)) in (True, False)


@settings(deadline=None)
@given(st.lists(hostile_texts, min_size=1, max_size=3))
def test_spared_is_what_is_left_alone(make_article, texts: list[str]) -> None:
    article = make_article(*texts, "The Quex said Quex Quex of Ley.")
    faults = [
        Fault(p.index, start, start + 4, "NAME_SPELLING")
        for p in article.document.paragraphs
        for start in range(0, len(p.text) - 3, 3)
    ]
    house = HouseList.of(["Quex", "Ley"])
    paragraphs = article.document.paragraphs
    kept = house.spare(faults, article)
    assert kept == [
        f for f in faults if not house.leaves_alone(paragraphs[f.paragraph].text, f.start, f.end)
    ]
    assert len(kept) < len(faults)
    assert HouseList().spare(faults, article) == faults


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "house.txt"
    path.write_text("\ufeff# our own\n\nQuexley Rovers\n  Bras\u0301 \nQuexley Rovers\n", "utf-8")
    assert HouseList.read(path).terms == ("Braś", "Quexley Rovers")
    assert as_house_list(str(path)) == as_house_list(path) == HouseList.read(path)
    assert as_house_list(["Braś", "Quexley Rovers"]) == HouseList.read(path)
    assert as_house_list(HouseList.read(path)) == HouseList.read(path)
    assert as_house_list(None) == HouseList()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00Q", "UTF-8"),
        (b"Quex\n---\n", "'---' is not a name or term"),
        (b"Q" * 201, "is not a name or term of 1 to 200 characters"),
        (b"Quex\n" * 1_000_001, "larger than"),
        (b"".join(b"Q%d\n" % n for n in range(50_001)), "more than 50000 terms"),
    ],
    ids=["not text", "no letters", "long", "large", "many"],
)
def test_what_is_no_list_is_refused_by_name(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "house.txt"
    path.write_bytes(content)
    with pytest.raises(GarbledError, match=said) as caught:
        HouseList.read(path)
    assert caught.value.source == str(path)


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(GarbledError, match=r"absent\.txt: the house list cannot be read"):
        Scorer("fast", house_list=tmp_path / "absent.txt")


def test_many_terms_and_a_long_text_take_no_time(make_article) -> None:
    house = HouseList.of(f"Quex {n}" for n in range(house_list.MAX_TERMS))
    article = make_article("Quex 7 fell , " * 5_000)
    faults = [Fault(0, at, at + 1, "TYPO_SPACED_MARK") for at in range(0, 60_000, 14)]
    assert house.spare(faults, article) == []


# -- in scoring

TEXT = f"Shares of Gazp.MM fell. {CLEAN[0]}"


def rules_of(score: Score) -> set[str]:
    return {f.rule for p in score.paragraphs for f in p.findings}


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_list_reaches_every_worker(make_document, make_scorer: MakeScorer, jobs: int) -> None:
    documents: list[Document] = [make_document(TEXT, id=str(n)) for n in range(3)]
    strict = make_scorer("fast", jobs=jobs)
    lenient = make_scorer("fast", jobs=jobs, house_list=["Gazp.MM"])
    for score in strict.score_documents(documents):
        assert "NAME_RIC_LEAK" in rules_of(score)
        assert score.signature.house_list is None
    for score in lenient.score_documents(documents):
        assert "NAME_RIC_LEAK" not in rules_of(score)
        assert score.signature.house_list == HouseList.of(["Gazp.MM"]).digest


def test_features_leave_it_alone_too(make_document, make_scorer: MakeScorer) -> None:
    """Not only is the finding gone: the name weighs nothing in the score either."""
    documents = [make_document(" ".join([TEXT, *CLEAN[1:]]))]
    [strict] = make_scorer("fast").score_documents(documents)
    [lenient] = make_scorer("fast", house_list=["Gazp.MM"]).score_documents(documents)
    assert lenient.probability != strict.probability


TIERS = ["fast", pytest.param("full", marks=[pytest.mark.slow, pytest.mark.languagetool])]


@pytest.mark.parametrize("tier", TIERS)
def test_whatever_finds_it_can_be_told_to_leave_it(make_scorer, make_document, tier: str) -> None:
    """Analysers, the encoder's doubts and LanguageTool alike."""
    document = make_document(
        *MANGLED, "The board should takes boats out, and they was late for it."
    )
    [strict] = make_scorer(tier).score_documents([document])
    quotes = {f.quote for p in strict.paragraphs for f in p.findings}
    [lenient] = make_scorer(tier, house_list=quotes).score_documents([document])
    families = {rule.partition("_")[0] for rule in rules_of(strict)}
    assert families >= ({"NAME", "LEX", "LT"} if tier == "full" else {"NAME", "LEX"})
    assert not quotes & {f.quote for p in lenient.paragraphs for f in p.findings}


def test_settings_travel(make_scorer: MakeScorer) -> None:
    asked = make_scorer("fast", house_list=["Quex"]).settings
    assert pickle.loads(pickle.dumps(asked)) == asked  # noqa: S301


def test_analysers_alone_know_no_list(make_article, resources: Resources) -> None:
    article = make_article(TEXT)
    faults = find_faults(article, resources)
    spared = HouseList.of(["Gazp.MM"]).spare(faults, article)
    assert {f.rule for f in faults} - {f.rule for f in spared} == {"NAME_RIC_LEAK"}
