"""The full tier with a real LanguageTool, which may also die under it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from languagetool.processes import jvm_of
from texts import CLEAN

from garbled.documents import Document, Score
from garbled.grammar import Grammar
from garbled.languagetool.server import Server
from garbled.scorer import Scorer

pytestmark = [pytest.mark.languagetool, pytest.mark.slow]

UNGRAMMATICAL = (
    "The board have said that this are a problem and that it do not know an answer of it yet.",
    "He have told to the reporters that he are sorry, and that there is many thing to do before "
    "a end of month.",
)


@pytest.fixture(scope="module")
def lasting() -> Iterator[Server]:
    """A server that no test harms."""
    with Server.start() as started:
        yield started


@pytest.fixture
def find_server(monkeypatch: pytest.MonkeyPatch) -> Callable[[Server], None]:
    """Lets scorers find a server as they find any."""
    monkeypatch.delenv("GARBLED_LANGUAGETOOL_URL", raising=False)
    monkeypatch.setenv("_GARBLED_LANGUAGETOOL", "")
    return lambda server: server.handle.publish()


@pytest.fixture
def mortal(find_server: Callable[[Server], None]) -> Iterator[Server]:
    """A server of this test's own."""
    with Server.start() as started:
        find_server(started)
        yield started


@pytest.fixture
def scorer(lasting: Server, find_server, make_scorer: Callable[..., Scorer]) -> Scorer:
    find_server(lasting)
    return make_scorer("full")


@pytest.fixture
def documents(make_document: Callable[..., Document]) -> list[Document]:
    return [make_document(*CLEAN, *UNGRAMMATICAL, id=str(number)) for number in range(40)]


def grammar_findings(score: Score) -> list[str]:
    return [f.rule for p in score.paragraphs for f in p.findings if f.kind == "grammar"]


def test_full_tier_finds_grammar(scorer: Scorer, documents: list[Document]) -> None:
    [score] = scorer.score_documents(documents[:1])
    assert grammar_findings(score)
    assert all(rule.startswith("LT_") for rule in grammar_findings(score))
    assert score.degraded == ()
    assert score.signature.tier == "full"
    assert score.signature.languagetool.split(".")[0] == "6"
    for part in score.paragraphs:
        for finding in part.findings:
            assert part.paragraph.text[finding.start : finding.end] == finding.quote


def test_clean_copy_has_no_grammar_finding(scorer: Scorer, make_document) -> None:
    [score] = scorer.score_documents([make_document(*CLEAN)])
    assert grammar_findings(score) == []
    assert score.degraded == ()


def test_names_unknown_to_languagetool_are_no_findings(scorer: Scorer, make_document) -> None:
    names = (
        "Officials in Kyrgyzbalta and Oudewaterschans told Zdzisława Brzęczyszczykiewicz and "
        "Mr. Nkwankwuotu that Vlkošovce, Xqzvwk and Thórðargerði would be spared by the storm.",
    )
    [score] = scorer.score_documents([make_document(*names, *CLEAN)])
    assert score.paragraphs[0].findings == ()
    assert score.degraded == ()


def test_quotes_and_emoji_do_not_shift_findings(scorer: Scorer, make_document) -> None:
    text = "🛢️👩‍👩‍👧 “Well” – he said 😀 that this are a eror of him, and then he leaved."
    [score] = scorer.score_documents([make_document(text, *CLEAN)])
    findings = score.paragraphs[0].findings
    assert findings
    for finding in findings:
        assert text[finding.start : finding.end] == finding.quote
        assert "😀" not in finding.quote


def test_killed_server_is_restarted_and_scoring_goes_on(
    mortal: Server, make_scorer: Callable[..., Scorer], documents: list[Document]
) -> None:
    scores = make_scorer("full").score_documents(documents)
    first = next(scores)
    killed = jvm_of(mortal.handle.state_file)
    killed.kill()
    rest = list(scores)
    assert [score.id for score in rest] == [document.id for document in documents[1:]]
    assert jvm_of(mortal.handle.state_file).pid != killed.pid
    for score in rest:
        assert score.degraded == ()
        assert grammar_findings(score) == grammar_findings(first)
        assert score.score == pytest.approx(first.score)


def test_server_killed_twice_degrades_and_says_so(
    mortal: Server, make_scorer: Callable[..., Scorer], documents: list[Document]
) -> None:
    scores = make_scorer("full").score_documents(documents)
    first = next(scores)
    jvm_of(mortal.handle.state_file).kill()
    second = next(scores)
    jvm_of(mortal.handle.state_file).kill()
    rest = list(scores)
    assert (first.degraded, second.degraded) == ((), ())
    last = rest[-1]
    assert last.degraded == ("grammar",)
    assert last.score is not None
    assert last.signature.languagetool is None
    assert grammar_findings(last) == []
    assert [score.id for score in rest] == [document.id for document in documents[2:]]


def test_reason_of_the_failure_is_kept(mortal: Server, make_article) -> None:
    grammar = Grammar()
    article = make_article(*UNGRAMMATICAL)
    assert grammar.submit(article).result()
    assert grammar.failure is None
    mortal.stop()
    assert grammar.submit(article).result() is None
    assert grammar.failure is not None
    assert "LanguageTool" in grammar.failure
    assert grammar.submit(article).result() is None
    grammar.close()


def test_workers_share_the_server(
    lasting: Server, find_server, make_scorer, documents: list[Document]
) -> None:
    find_server(lasting)
    scores = list(make_scorer("full", jobs=2).score_documents(documents))
    assert [score.id for score in scores] == [document.id for document in documents]
    assert all(score.degraded == () for score in scores)
    assert len({score.signature.languagetool for score in scores}) == 1
    assert all(grammar_findings(score) for score in scores)
