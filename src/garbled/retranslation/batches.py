"""Paragraphs through a chain, one in and one out: what fails in a batch is tried in parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from garbled.retranslation.chains import Chain
from garbled.retranslation.engine import Engine, EngineUnavailableError, Step, TranslationError

MAX_CHARACTERS = 20_000
"""Of a paragraph: longer ones are data, not prose, and are not given to an engine."""

Outcome = str | TranslationError
"""A paragraph's copy, or why there is none."""


def through_chain(engine: Engine, chain: Chain, paragraphs: Sequence[str]) -> list[Outcome]:
    """Each paragraph through all steps of a chain.

    A batch that fails is retried in halves, down to single paragraphs; one that fails by itself,
    twice, is given up.

    Raises:
        EngineUnavailableError: the engine does not answer.
    """
    outcomes: list[Outcome] = [_within_bounds(text) for text in paragraphs]
    for step in chain.steps:
        left = [(n, text) for n, text in enumerate(outcomes) if isinstance(text, str)]
        for batch in _batches(left, engine.batch_words):
            translated = _translate(engine, step, [text for _, text in batch])
            for (number, _), outcome in zip(batch, translated, strict=True):
                outcomes[number] = outcome
    return outcomes


def _within_bounds(text: str) -> Outcome:
    if len(text) <= MAX_CHARACTERS:
        return text
    return TranslationError(f"over {MAX_CHARACTERS:,} characters, too long to translate")


def _batches(texts: Sequence[tuple[int, str]], batch_words: int) -> Iterator[list[tuple[int, str]]]:
    batch: list[tuple[int, str]] = []
    words = 0
    for number, text in texts:
        batch.append((number, text))
        words += text.count(" ") + 1
        if words >= batch_words:
            yield batch
            batch, words = [], 0
    if batch:
        yield batch


def _translate(engine: Engine, step: Step, texts: Sequence[str]) -> list[Outcome]:
    try:
        return [*_checked(engine, step, texts)]
    except EngineUnavailableError:
        raise
    except TranslationError as error:
        if len(texts) == 1:
            return [_again(engine, step, texts[0], error)]
        middle = len(texts) // 2
        halves = texts[:middle], texts[middle:]
        return [outcome for half in halves for outcome in _translate(engine, step, half)]


def _again(engine: Engine, step: Step, text: str, failure: TranslationError) -> Outcome:
    try:
        return _checked(engine, step, [text])[0]
    except EngineUnavailableError:
        raise
    except TranslationError:
        return failure


def _checked(engine: Engine, step: Step, texts: Sequence[str]) -> list[str]:
    """What an engine gave, held to one text out for each one in, none of them empty."""
    copies = [" ".join(copy.split()) for copy in engine.translate(texts, step)]
    if len(copies) != len(texts):
        raise TranslationError(
            f"{step.name} gave {len(copies)} paragraphs for {len(texts)}", source=engine.name
        )
    if not all(copies):
        raise TranslationError(f"{step.name} gave an empty paragraph", source=engine.name)
    return copies
