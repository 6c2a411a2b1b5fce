"""Documents in, aligned pairs out: many documents in a batch, batches side by side."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from garbled.documents import Document
from garbled.retranslation.batches import Outcome, through_chain
from garbled.retranslation.chains import Chain
from garbled.retranslation.engine import Engine, EngineUnavailableError, Step
from garbled.retranslation.journal import Copies, Journal, journal_key
from garbled.segment.language import identify_language, is_english
from garbled.segment.roles import assign_roles

ROLES = frozenset({"headline", "subhead", "body", "quote"})
"""Paragraphs that are translated; bylines, captions, furniture and the like are not."""
MAX_UNAVAILABLE = 3
"""Batches in a row that an engine may leave unanswered before the rest is given up."""


@dataclass(frozen=True, slots=True)
class Text:
    """A document's paragraphs, each on one line.

    ``problem`` says why it is not translated, ``warning`` what was wrong with the input.
    """

    id: str
    source: str
    paragraphs: tuple[str, ...] = ()
    problem: str | None = None
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Retranslated:
    """A text through one chain; ``unavailable`` says why the engine was not to be had for it."""

    text: Text
    chain: Chain
    copies: Copies
    unavailable: str | None = None

    def pairs(self) -> Iterator[tuple[int, str, str]]:
        """Number, original and copy of each paragraph that came back."""
        both = zip(self.text.paragraphs, self.copies.texts, strict=True)
        for number, (original, copy) in enumerate(both):
            if copy is not None:
                yield number, original, copy


def readable_texts(documents: Iterable[Document]) -> Iterator[Text]:
    """The paragraphs to translate, under ids that are unique; documents not in English say so."""
    seen: Counter[str] = Counter()
    for document in documents:
        text = _text(document)
        seen[text.id] += 1
        yield replace(text, id=f"{text.id} ({seen[text.id]})") if seen[text.id] > 1 else text


def _text(document: Document) -> Text:
    if not document.paragraphs:
        return Text(document.id, document.source, problem=document.error or "it has no text")
    with_roles = assign_roles(document)
    language = identify_language(with_roles)
    if not is_english(language):
        not_english = f"not English ({language}), so it is not retranslated"
        return Text(document.id, document.source, problem=not_english)
    lines = (" ".join(p.text.split()) for p in with_roles.paragraphs if p.role in ROLES)
    paragraphs = tuple(line for line in lines if line)
    problem = None if paragraphs else "neither headline nor body to translate"
    return Text(document.id, document.source, paragraphs, problem, document.error)


class _Watched:
    """The same engine, which is not asked any more once it is stopped or was silent too often."""

    def __init__(self, engine: Engine) -> None:
        self.name, self.version, self.batch_words = engine.name, engine.version, engine.batch_words
        self.engine = engine
        self.steps, self.advice = engine.steps, engine.advice
        self.silences = 0
        self.refusal: EngineUnavailableError | None = None

    def translate(self, texts: Sequence[str], step: Step) -> list[str]:
        if self.refusal is not None:
            raise self.refusal
        return self.engine.translate(texts, step)

    def stop(self) -> None:
        self.refusal = EngineUnavailableError("stopped", source=self.name)

    def call(
        self, chain: Chain, paragraphs: Sequence[str]
    ) -> list[Outcome] | EngineUnavailableError:
        try:
            outcomes = through_chain(self, chain, paragraphs)
        except EngineUnavailableError as error:
            self.silences += 1
            if self.silences >= MAX_UNAVAILABLE:
                self.refusal = error
            return error
        self.silences = 0
        return outcomes


@dataclass(frozen=True)
class _Task:
    """Texts for one chain: what the journal has of each, and the call for the others."""

    texts: Sequence[Text]
    chain: Chain
    known: Sequence[Copies | None]
    call: Future[list[Outcome] | EngineUnavailableError] | None


def retranslate(
    texts: Iterable[Text],
    engine: Engine,
    chains: Sequence[Chain],
    journal: Journal | None = None,
    jobs: int = 1,
) -> Iterator[Retranslated]:
    """Each text through each chain, in order, ``jobs`` batches at a time.

    Texts with a problem are passed over. What the journal has is taken from there, and what is
    translated goes into it; what an unreachable engine left undone does not.
    """
    watched = _Watched(engine)

    def begin(pool: ThreadPoolExecutor) -> Iterator[_Task]:
        for group in _groups(texts, engine.batch_words):
            for chain in chains:
                known = [_find(journal, engine, chain, text) for text in group]
                left = [p for t, k in zip(group, known, strict=True) if not k for p in t.paragraphs]
                call = pool.submit(watched.call, chain, left) if left else None
                yield _Task(group, chain, known, call)

    with ThreadPoolExecutor(jobs) as pool:
        try:
            for task in _ahead(begin(pool), 2 * jobs):
                yield from _finished(task, engine, journal)
        finally:
            watched.stop()
            pool.shutdown(wait=False, cancel_futures=True)


def _finished(task: _Task, engine: Engine, journal: Journal | None) -> Iterator[Retranslated]:
    outcomes = task.call.result() if task.call else []
    start = 0
    for text, copies in zip(task.texts, task.known, strict=True):
        if copies:
            yield Retranslated(text, task.chain, copies)
        elif isinstance(outcomes, EngineUnavailableError):
            none = Copies((None,) * len(text.paragraphs))
            yield Retranslated(text, task.chain, none, unavailable=str(outcomes))
        else:
            made = _copies(outcomes[start : start + len(text.paragraphs)])
            start += len(text.paragraphs)
            if journal is not None:
                journal.keep(_key(engine, task.chain, text), made)
            yield Retranslated(text, task.chain, made)


def _copies(outcomes: Sequence[Outcome]) -> Copies:
    return Copies(
        tuple(outcome if isinstance(outcome, str) else None for outcome in outcomes),
        tuple(
            f"paragraph {number}: {outcome}"
            for number, outcome in enumerate(outcomes, start=1)
            if not isinstance(outcome, str)
        ),
    )


def _find(journal: Journal | None, engine: Engine, chain: Chain, text: Text) -> Copies | None:
    return journal.find(_key(engine, chain, text)) if journal is not None else None


def _key(engine: Engine, chain: Chain, text: Text) -> str:
    return journal_key(engine, chain, text.paragraphs)


def _groups(texts: Iterable[Text], batch_words: int) -> Iterator[list[Text]]:
    group: list[Text] = []
    words = 0
    for text in texts:
        if text.problem is not None:
            continue
        group.append(text)
        words += sum(paragraph.count(" ") + 1 for paragraph in text.paragraphs)
        if words >= batch_words:
            yield group
            group, words = [], 0
    if group:
        yield group


def _ahead(tasks: Iterable[_Task], most: int) -> Iterator[_Task]:
    """The same tasks, so many of them begun before the first is looked at."""
    begun: deque[_Task] = deque()
    for task in tasks:
        begun.append(task)
        if len(begun) > most:
            yield begun.popleft()
    yield from begun
