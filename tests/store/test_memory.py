"""What is scored, what is remembered, and what becomes of results that lack grammar."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import CLEAN, MANGLED

from garbled import Scorer
from garbled.documents import Block, Document, Score
from garbled.errors import IngestError
from garbled.policy import Policies, Policy
from garbled.report.record import to_record
from garbled.store import Item, Memory, Store, content_of, score_remembered

from .conftest import CountingScorer, change, make_document, make_score, patient


@pytest.fixture
def scorer() -> CountingScorer:
    return CountingScorer()


@pytest.fixture
def memory(scorer: CountingScorer, store: Store) -> Memory:
    return Memory(scorer, store, has_grammar=lambda: True)


def documents(n: int = 3) -> list[Document]:
    return [make_document(f"Text {number}.", number) for number in range(n)]


def test_what_was_scored_is_not_scored_again(memory: Memory, scorer: CountingScorer) -> None:
    first = [to_record(score) for score in memory.score_documents(documents(40))]
    again = [to_record(score) for score in memory.score_documents(documents(41))]
    assert again[:40] == first
    assert len(scorer.given) == 41
    assert [record["id"] for record in again] == [f"id-{number}" for number in range(41)]


def test_a_correction_is_scored_anew(memory: Memory, scorer: CountingScorer, store: Store) -> None:
    for text in ("Shares rose.", "Shares fell.", "Shares fell."):
        assert next(memory.score_documents([make_document(text)])).id == "id-1"
    assert [document.paragraphs[1].text for document in scorer.given] == [
        "Shares rose.",
        "Shares fell.",
    ]
    assert [result.item_id for result in store.results()] == ["id-1", "id-1"]


@pytest.mark.parametrize(
    "changed",
    [
        {"tier": "full"},
        {"digest": "sha256:1"},
        {"prior": 0.2},
        {"policies": Policies(Policy(hold=0.8))},
        {"policies": Policies(feeds=(("wire", Policy(shift=0.1)),))},
        {"policies": Policies(feeds=(("w*", Policy(prior=0.4)),))},
    ],
)
def test_another_configuration_scores_anew(
    memory: Memory, scorer: CountingScorer, changed: dict[str, object]
) -> None:
    list(memory.score_documents(documents(2)))
    scorer.settings = replace(scorer.settings, **changed)  # type: ignore[arg-type]
    list(memory.score_documents(documents(2)))
    list(memory.score_documents(documents(2)))
    assert len(scorer.given) == 4


def test_another_feeds_configuration_changes_nothing(
    memory: Memory, scorer: CountingScorer
) -> None:
    list(memory.score_documents(documents(2)))
    policies = Policies(feeds=(("other", Policy(hold=0.8)),))
    scorer.settings = replace(scorer.settings, policies=policies)
    list(memory.score_documents(documents(2)))
    assert len(scorer.given) == 2


def test_one_content_under_several_names_is_scored_once(
    memory: Memory, scorer: CountingScorer, store: Store
) -> None:
    names = [(1, "wire"), (2, "wire"), (3, "other")]
    same = [make_document("The same text.", *name) for name in names]
    for _ in range(2):
        scores = list(memory.score_documents(same))
        assert [(score.id, score.source) for score in scores] == [
            ("id-1", "wire#1"),
            ("id-2", "wire#2"),
            ("id-3", "other#3"),
        ]
    list(memory.score_documents([make_document("The same text.", 4, "late")]))
    assert len(scorer.given) == 1
    assert sorted(result.item_id for result in store.results()) == ["id-1", "id-2", "id-3", "id-4"]


def test_a_remembered_item_is_not_even_parsed(memory: Memory) -> None:
    def item(read: Callable[[], Document]) -> Item:
        return Item(b"<item>raw</item>", "id-1", "wire#1", read)

    def fail() -> Document:
        raise AssertionError("it was parsed")

    [new] = memory.judge([item(make_document)])
    [old] = memory.judge([item(fail)])
    assert (new.is_remembered, old.is_remembered) == (False, True)
    assert old.verdict == new.verdict == "hold"
    assert old.to_record() == new.to_record()
    assert old.to_record(texts=False) == new.to_record(texts=False)
    assert to_record(old.to_score()) == new.to_record()


def test_an_item_that_cannot_be_parsed_is_a_document_that_says_so(
    memory: Memory, scorer: CountingScorer
) -> None:
    def fail() -> Document:
        raise IngestError("it is broken", source="elsewhere")

    [outcome] = memory.judge([Item(b"", "7", "wire#7", fail)])
    assert scorer.given == [Document.unreadable("it is broken", id="7", source="wire#7")]
    assert outcome.to_score().error == "it is broken"


def test_where_wording_is_not_kept_the_item_gives_it(path: Path, scorer: CountingScorer) -> None:
    document = make_document("Norgas.XX rose. More.")
    with Store(path, keep_text=False) as store:
        memory = Memory(scorer, store)
        [fresh] = memory.score_documents([document])
        [restored] = memory.score_documents([document])
    assert len(scorer.given) == 1
    assert restored.title == "Head"
    assert [part.paragraph for part in restored.paragraphs] == list(document.paragraphs)
    [_, body], [_, old] = fresh.paragraphs, restored.paragraphs
    assert old.findings[0].quote == body.findings[0].quote == "Norgas.XX"
    assert old.findings[0].suggestion is None
    assert "instrument code" in old.findings[0].message


def test_results_come_as_they_are_made(memory: Memory, scorer: CountingScorer) -> None:
    drawn: list[int] = []

    def slowly() -> Iterator[Document]:
        for number, document in enumerate(documents(100)):
            drawn.append(number)
            yield document

    scores = memory.score_documents(slowly())
    next(scores)
    assert len(drawn) <= 8
    assert len(scorer.given) == 1
    assert len(list(scores)) == 99


def test_what_was_scored_before_a_run_ends_early_is_kept(memory: Memory, store: Store) -> None:
    scores = memory.score_documents(documents(8))
    for _ in range(3):
        next(scores)
    scores.close()  # type: ignore[attr-defined]
    assert len(list(store.results())) == 3


def degraded(document: Document) -> Score:
    return make_score(document, degraded=("grammar",))


def test_results_without_grammar_are_only_taken_while_there_is_none(store: Store) -> None:
    has_grammar = False
    scorer = CountingScorer(lambda d: make_score(d) if has_grammar else degraded(d))
    memory = Memory(scorer, store, has_grammar=lambda: has_grammar)
    list(memory.score_documents(documents(20)))
    assert all(score.degraded for score in memory.score_documents(documents(20)))
    assert len(scorer.given) == 20, "an unchanged item is not scored twice"
    has_grammar = True
    for _ in range(2):
        assert not any(score.degraded for score in memory.score_documents(documents(20)))
    assert len(scorer.given) == 40
    assert len(list(store.results())) == 20


def test_grammar_is_asked_for_once_in_a_while(
    store: Store, monkeypatch: pytest.MonkeyPatch, no_languagetool: None
) -> None:
    asked = []
    monkeypatch.setattr(
        "garbled.store.memory._can_check_grammar", lambda: bool(asked.append(1)) or False
    )
    memory = Memory(CountingScorer(degraded), store)
    for _ in range(5):
        list(memory.score_documents(documents(20)))
    assert len(asked) == 1


def test_without_languagetool_there_is_no_grammar(
    no_languagetool: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from garbled.store.memory import _can_check_grammar

    assert not _can_check_grammar()
    monkeypatch.setenv("GARBLED_LANGUAGETOOL_URL", "http://127.0.0.1:9/")
    assert not _can_check_grammar()


def test_an_editors_word_comes_with_the_item(
    memory: Memory, store: Store, scorer: CountingScorer
) -> None:
    [first, second, third] = memory.judge(map(Item.of, documents(3)))
    assert {first.label, second.label, third.label} == {None}
    store.label(("wire", "id-0"), "false_alarm")
    store.label(("wire", "id-1"), "mangled")
    policies = Policies(feeds=tuple(store.policies().items()))
    scorer.settings = replace(scorer.settings, policies=policies)
    items = [*map(Item.of, documents(3)), Item.of(make_document("Text 0.", 0, "other"))]
    outcomes = list(memory.judge(items))
    assert not any(outcome.is_remembered for outcome in outcomes[:3])
    assert [o.label for o in outcomes] == ["false_alarm", "mangled", None, None]
    assert [o.decision for o in outcomes] == ["pass", "hold", "hold", "hold"]
    assert {o.verdict for o in outcomes} == {"hold"}


def test_a_memory_that_fails_is_done_without(
    path: Path, scorer: CountingScorer, caplog: pytest.LogCaptureFixture
) -> None:
    with Store(path) as store:
        memory = Memory(scorer, store)
        change(path, "DROP TABLE results")
        for _ in range(2):
            assert len(list(memory.score_documents(documents(20)))) == 20
    [warning] = [r for r in caplog.records if r.levelno >= logging.WARNING]
    assert "going on without the memory" in warning.message
    assert str(path) in warning.message
    assert len(scorer.given) == 40


def test_without_a_memory_all_is_scored(scorer: CountingScorer) -> None:
    for _ in range(2):
        assert len(list(score_remembered(scorer, None, documents(3)))) == 3
    assert len(scorer.given) == 6


def test_the_real_scorer_says_the_same_from_memory(model_folder: Path, store: Store) -> None:
    texts = (CLEAN, MANGLED, ("Too short.",))
    told = [
        Document.from_blocks([Block(t) for t in text], id=str(n), source=f"w#{n}", title="A head")
        for n, text in enumerate(texts)
    ]
    with Scorer("fast", model=model_folder) as scorer:
        fresh = list(score_remembered(scorer, store, told))
        scorer.score_documents = lambda documents: iter(())  # type: ignore[method-assign]
        remembered = list(score_remembered(scorer, store, told))
    assert [to_record(score) for score in remembered] == [to_record(score) for score in fresh]
    assert [score.verdict for score in fresh] == ["pass", "hold", "pass"]


@patient
@given(st.lists(st.tuples(st.text(), st.sampled_from(["body", "quote"])), max_size=4), st.text())
def test_content_is_all_but_id_and_source(blocks: list[tuple[str, str]], title: str) -> None:
    def document(**changes: str | None) -> Document:
        fields = {"id": "a", "source": "b", "title": title, **changes}
        made = Document.from_blocks([Block(*block) for block in blocks], **fields)  # type: ignore[arg-type]
        return replace(made, title=fields["title"])

    same = content_of(document())
    assert content_of(document(id="c", source="d")) == same
    assert content_of(document(title=title + "x")) != same
    assert content_of(document(language="fr")) != same
    assert content_of(document(error="cut off")) != same
    assert isinstance(same, bytes)
