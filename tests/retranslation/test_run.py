from __future__ import annotations

from threading import Event, Thread, Timer

import pytest
from texts import CLEAN, FRENCH

from garbled.documents import Block, Document
from garbled.retranslation.chains import plan_chain
from garbled.retranslation.engine import EngineUnavailableError
from garbled.retranslation.journal import Journal
from garbled.retranslation.run import MAX_UNAVAILABLE, Text, readable_texts, retranslate

from .engines import WordEngine


def texts(count: int) -> list[Text]:
    return [Text(f"t{n}", f"t{n}.txt", (f"head {n}", f"body of {n} words")) for n in range(count)]


def run(engine, wanted, *through, **options):
    chains = [plan_chain(engine, one.split(",")) for one in through or ["es"]]
    return list(retranslate(wanted, engine, chains, **options))


@pytest.mark.parametrize("jobs", [1, 3])
def test_texts_come_back_in_order_through_each_chain(jobs):
    engine = WordEngine(batch_words=9)
    wanted = texts(20)
    made = run(engine, wanted, "es", "fr", jobs=jobs)
    for chain in ("en-es-en", "en-es-fr-es-en"):
        own = [one for one in made if one.chain.languages == chain]
        assert [one.text for one in own] == wanted
        assert all(one.copies.texts == one.text.paragraphs for one in own)


def test_pairs_are_numbered_by_paragraph_and_leave_out_what_was_lost():
    engine = WordEngine(fails=lambda text: text == "head 1")
    made = run(engine, texts(2))
    assert [list(one.pairs()) for one in made] == [
        [(0, "head 0", "head 0"), (1, "body of 0 words", "body of 0 words")],
        [(1, "body of 1 words", "body of 1 words")],
    ]
    assert made[1].copies.problems == ("paragraph 1: told to fail",)


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path):
    engine = WordEngine(batch_words=9)
    with Journal(tmp_path / "work") as journal:
        made = retranslate(texts(9), engine, [plan_chain(engine, ["es"])], journal)
        for _ in range(3):
            next(made)
        made.close()
        done = len(journal)
    assert 3 <= done < 9
    asked = len(engine.calls)
    with Journal(tmp_path / "work") as journal:
        rest = run(engine, texts(9), journal=journal)
    assert [one.copies.texts for one in rest] == [text.paragraphs for text in texts(9)]
    assert 0 < len(engine.calls) - asked < asked + 9
    with Journal(tmp_path / "work") as journal:
        asked = len(engine.calls)
        assert len(run(engine, texts(9), journal=journal)) == 9
    assert len(engine.calls) == asked


class Slow(WordEngine):
    """Its first call ends when it is let go."""

    def __init__(self) -> None:
        super().__init__(batch_words=9)
        self.begun, self.go = Event(), Event()

    def translate(self, texts, step):
        made = super().translate(texts, step)
        self.begun.set()
        assert self.go.wait(60)
        return made


def test_a_run_that_is_left_begins_no_further_call():
    engine = Slow()
    made = retranslate(texts(30), engine, [plan_chain(engine, ["fr"])])
    first = Thread(target=lambda: next(made))
    first.start()
    assert engine.begun.wait(60)
    engine.go.set()
    first.join()
    engine.go.clear()
    Timer(0.3, engine.go.set).start()
    before = len(engine.calls)
    made.close()
    assert len(engine.calls) <= before + 1


def test_an_engine_that_does_not_answer_is_given_up_and_the_rest_kept(tmp_path):
    engine = WordEngine(
        batch_words=1,
        fails=lambda text: "2" in text or len(engine.calls) > 12,
        error=EngineUnavailableError,
    )
    with Journal(tmp_path / "work") as journal:
        made = run(engine, texts(30), journal=journal)
        assert len(made) == 30
        answered = [one.text.id for one in made if not one.unavailable]
        assert answered[:2] == ["t0", "t1"]
        assert "t2" not in answered
        assert len(journal) == len(answered)
    unanswered = [one for one in made if one.unavailable]
    assert len(unanswered) > MAX_UNAVAILABLE
    assert len(engine.calls) < 30
    assert all(one.copies.texts == (None, None) for one in unanswered)


def document(*paragraphs: str, id: str = "a", **fields) -> Document:
    return Document.from_blocks(map(Block, paragraphs), id=id, source=f"{id}.txt", **fields)


def test_headline_and_body_are_translated_and_the_rest_is_not():
    byline = "By Ellen Marsh"
    [text] = readable_texts([document(byline, *CLEAN, title="The pier closes")])
    assert text.paragraphs == ("The pier closes", *CLEAN)


def test_texts_that_are_not_translated_say_why():
    made = list(
        readable_texts(
            [
                document(*FRENCH, id="fr"),
                Document.unreadable("not found", id="gone", source="gone.txt"),
                Document("empty", "empty.txt"),
                document(*CLEAN, id="cut", error="cut off"),
            ]
        )
    )
    assert [text.problem for text in made] == [
        "not English (fr), so it is not retranslated",
        "not found",
        "it has no text",
        None,
    ]
    assert made[3].warning == "cut off"
    engine = WordEngine()
    assert [one.text.id for one in run(engine, made)] == ["cut"]


def test_ids_are_made_unique():
    made = readable_texts([document(*CLEAN), document(*CLEAN), document(*CLEAN, id="b")])
    assert [text.id for text in made] == ["a", "a (2)", "b"]


def test_line_breaks_within_a_paragraph_are_blanks():
    [text] = readable_texts([document("\n".join(CLEAN[0].split()))])
    assert text.paragraphs == (CLEAN[0],)
