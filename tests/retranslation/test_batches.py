from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garbled.retranslation.batches import MAX_CHARACTERS, through_chain
from garbled.retranslation.chains import plan_chain
from garbled.retranslation.engine import EngineUnavailableError, TranslationError

from .engines import WordEngine, turn

words = st.text("abcdefg", min_size=1, max_size=6)
paragraphs = st.lists(st.lists(words, min_size=1, max_size=9).map(" ".join), max_size=30)


def run(engine: WordEngine, texts: list[str], through: str = "es") -> list[str | TranslationError]:
    return through_chain(engine, plan_chain(engine, through.split(",")), texts)


@given(paragraphs, st.integers(1, 40), st.sampled_from(["es", "fr", "fr,es"]))
def test_one_paragraph_in_is_one_out(texts, batch_words, through):
    engine = WordEngine(batch_words=batch_words)
    assert run(engine, texts, through) == texts


@given(paragraphs, st.integers(1, 40))
def test_what_fails_is_alone_in_failing(texts, batch_words):
    engine = WordEngine(batch_words=batch_words, fails=lambda text: text.startswith("b"))
    outcomes = run(engine, texts)
    for text, outcome in zip(texts, outcomes, strict=True):
        if text.startswith("b") or turn(text).startswith("b"):
            assert isinstance(outcome, TranslationError)
        else:
            assert outcome == text


def test_a_paragraph_that_fails_once_is_tried_again():
    seen: list[str] = []

    def fails(text: str) -> bool:
        seen.append(text)
        return seen.count(text) == 1 and text == "one"

    assert run(WordEngine(fails=fails), ["one"]) == ["one"]


def test_a_failed_batch_is_cut_in_halves():
    engine = WordEngine(batch_words=100, fails=lambda text: text == "seventh")
    outcomes = run(engine, ["word"] * 6 + ["seventh"] + ["word"])
    assert [n for n, one in enumerate(outcomes) if not isinstance(one, str)] == [6]
    sizes = [size for step, size in engine.calls if step == "en-es"]
    assert sizes == [8, 4, 4, 2, 2, 1, 1, 1]


class Careless(WordEngine):
    """Loses, adds or empties paragraphs in batches of more than one."""

    def __init__(self, fault: str) -> None:
        super().__init__()
        self.fault = fault

    def translate(self, texts, step):
        made = super().translate(texts, step)
        if len(texts) == 1:
            return made
        return {"lost": made[1:], "added": [*made, "x"], "empty": ["  ", *made[1:]]}[self.fault]


@pytest.mark.parametrize("fault", ["lost", "added", "empty"])
def test_a_batch_that_does_not_come_back_whole_is_not_taken(fault):
    engine = Careless(fault)
    assert run(engine, ["a b", "c d", "e"]) == ["a b", "c d", "e"]
    assert engine.calls[0] == ("en-es", 3)


def test_a_paragraph_of_any_length_is_not_given_to_an_engine():
    engine = WordEngine()
    long, short = run(engine, ["x" * (MAX_CHARACTERS + 1), "short"])
    assert isinstance(long, TranslationError)
    assert "too long" in str(long)
    assert short == "short"
    assert engine.calls == [("en-es", 1), ("es-en", 1)]


def test_an_engine_that_does_not_answer_is_not_asked_in_parts():
    engine = WordEngine(fails=lambda text: True, error=EngineUnavailableError)
    with pytest.raises(EngineUnavailableError):
        run(engine, ["a", "b", "c"])
    assert engine.calls == [("en-es", 3)]
