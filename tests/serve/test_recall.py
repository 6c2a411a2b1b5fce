"""What is known again, and what is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from texts import MANGLED

from garbled.documents import Document, Score
from garbled.report.record import to_record
from garbled.scorer import Scorer
from garbled.serve.bodies import text_document
from garbled.serve.recall import Item, Recall
from garbled.store import Store, content_of, result_key

TEXT = "\n\n".join(MANGLED)


@pytest.fixture(scope="module")
def score() -> Score:
    [made] = Scorer("fast").score_documents([text_document(TEXT, source="wire#1", id="1")])
    return made


def item(score: Score, *, id: str = "1", source: str = "wire#1", fingerprint: str = "f") -> Item:
    document = replace(text_document(TEXT), id=id, source=source)
    return Item(document, result_key(content_of(document), fingerprint))


@pytest.fixture(params=["memory", "memory without text", "no memory"])
def recall(request: pytest.FixtureRequest, tmp_path: Path):
    if request.param == "no memory":
        yield Recall(None)
        return
    with Store(tmp_path / "r.sqlite", keep_text=request.param == "memory") as store:
        yield Recall(store)


def test_an_unchanged_text_is_known(recall: Recall, score: Score) -> None:
    own = item(score)
    assert recall.find([own]) == [None]
    [kept] = recall.keep([(own, score)])
    assert not kept.is_remembered
    [known] = recall.find([own])
    assert known is not None
    assert known.is_remembered
    assert known.record == kept.record == to_record(score)
    assert known.result_id == kept.result_id
    assert (known.result_id is None) == (recall.store is None)


def test_another_name_gets_a_place_of_its_own(recall: Recall, score: Score) -> None:
    [kept] = recall.keep([(item(score), score)])
    [known] = recall.find([item(score, id="2", source="other#2")])
    assert known is not None
    assert (known.record["id"], known.record["source"]) == ("2", "other#2")
    if recall.store is not None:
        assert known.result_id not in (None, kept.result_id)
        assert recall.store.result(known.result_id).feed == "other"


def test_another_configuration_is_scored_anew(recall: Recall, score: Score) -> None:
    recall.keep([(item(score), score)])
    assert recall.find([item(score, fingerprint="g")]) == [None]


def test_what_lacks_grammar_is_scored_anew(recall: Recall, score: Score) -> None:
    own = item(score)
    recall.keep([(own, replace(score, degraded=("grammar",)))])
    assert recall.find([own]) == [None]
    recall.keep([(own, score)])
    assert recall.find([own])[0] is not None


def test_what_could_not_be_read_is_tried_again(recall: Recall, score: Score) -> None:
    own = item(score)
    recall.keep([(own, replace(score, verdict="error", error="broken"))])
    assert recall.find([own]) == [None]


def test_drafts_are_known_but_not_kept(recall: Recall, score: Score) -> None:
    own = item(score)
    [draft] = recall.keep([(own, score)], kept=False)
    assert draft.result_id is None
    [known] = recall.find([own], kept=False)
    assert known is not None
    assert known.result_id is None
    if recall.store is not None:
        assert list(recall.store.results()) == []


def test_a_label_is_told(tmp_path: Path, score: Score) -> None:
    with Store(tmp_path / "r.sqlite") as store:
        recall = Recall(store)
        [kept] = recall.keep([(item(score), score)])
        assert kept.result_id is not None
        store.label(kept.result_id, "false_alarm")
        [known] = recall.find([item(score)])
        assert known is not None
        assert known.label == "false_alarm"


def test_a_memory_that_fails_is_done_without(tmp_path: Path, score: Score, caplog) -> None:
    store = Store(tmp_path / "r.sqlite")
    recall = Recall(store)
    store.close()
    own = item(score)
    assert recall.find([own]) == [None]
    [kept] = recall.keep([(own, score)])
    assert kept.record == to_record(score)
    assert kept.result_id is None
    assert caplog.text.count("going on without the memory") == 1


def test_few_results_are_held(score: Score, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("garbled.serve.recall.RECENT_CHARACTERS", 20_000)
    recall = Recall(None)
    items = [item(score, fingerprint=str(number)) for number in range(30)]
    for own in items:
        recall.keep([(own, score)])
    known = [found is not None for found in recall.find(items)]
    assert known[-1]
    assert not known[0]
    assert known == sorted(known)


def test_documents_differ_by_what_a_result_depends_on() -> None:
    one = text_document("The pier shut.", title="Pier")
    other = text_document("The pier shut.", title="Piers")
    assert one.id != other.id
    assert one.id == text_document("The pier shut.", title="Pier", source="x").id
    assert isinstance(one, Document)
