"""The way out of English and back: planned over what an engine can translate."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from garbled.errors import ResourceError
from garbled.retranslation.engine import ENGLISH, Engine, Step

MAX_STEPS = 12


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps that begin and end in English.

    >>> chain = Chain((Step("eng-spa", "en", "es"), Step("spa-eng", "es", "en")))
    >>> chain.languages, chain.pivot, chain.modes
    ('en-es-en', 'es', 'eng-spa>spa-eng')
    """

    steps: tuple[Step, ...]

    @property
    def languages(self) -> str:
        """All languages in order, as in ``en-es-fr-es-en``."""
        return "-".join((ENGLISH, *(step.target for step in self.steps)))

    @property
    def pivot(self) -> str:
        """The languages between English and English, as in ``es-fr-es``."""
        return "-".join(step.target for step in self.steps[:-1])

    @property
    def modes(self) -> str:
        """The engine's own names of the steps."""
        return ">".join(step.name for step in self.steps)


def plan_chain(engine: Engine, through: Sequence[str]) -> Chain:
    """The shortest chain from English through these languages, in this order, to English.

    Where an engine lacks a direct step between two of them, others are gone through, if it may be
    such as are in the chain already.

    Raises:
        ResourceError: no language is named, or there is no way between two of them.
    """
    if not through:
        raise ResourceError("name a language to go through, such as es", source=engine.name)
    steps = engine.steps()
    stops = [ENGLISH, *through, ENGLISH]
    if len(through) == 1 and through[0] == ENGLISH:
        raise ResourceError("a chain must leave English: name another language", source=engine.name)
    chain: list[Step] = []
    for source, target in pairwise(stops):
        if source == target:
            continue
        familiar = {*through, *(step.target for step in chain)}
        leg = find_way(sorted(steps, key=lambda s: s.target not in familiar), source, target)
        if leg is None:
            raise _missing(engine, steps, source, target)
        chain.extend(leg)
    return _checked(chain, engine)


def name_chain(engine: Engine, names: Sequence[str]) -> Chain:
    """The chain of the steps with exactly these names.

    Raises:
        ResourceError: the engine has no step of a name, or they do not go from English to English.
    """
    known = {step.name: step for step in engine.steps()}
    for name in names:
        if name not in known:
            raise ResourceError(
                f"there is no {name} here, but {', '.join(sorted(known)) or 'nothing'}",
                source=engine.name,
            )
    chain = [known[name] for name in names]
    stops = [ENGLISH, *(step.target for step in chain)]
    if not chain or [step.source for step in chain] != stops[:-1] or stops[-1] != ENGLISH:
        raise ResourceError(
            f"{' > '.join(names) or 'no mode'} does not lead from English to English",
            source=engine.name,
        )
    return _checked(chain, engine)


def find_way(steps: Sequence[Step], source: str, target: str) -> list[Step] | None:
    """The fewest steps from one language to another; of equals, those that stand first.

    >>> steps = [Step("en-es", "en", "es"), Step("es-fr", "es", "fr")]
    >>> [step.name for step in find_way(steps, "en", "fr")], find_way(steps, "fr", "en")
    (['en-es', 'es-fr'], None)
    """
    reached: dict[str, Step | None] = {source: None}
    waiting = deque([source])
    while waiting and target not in reached:
        here = waiting.popleft()
        for step in steps:
            if step.source == here and step.target not in reached:
                reached[step.target] = step
                waiting.append(step.target)
    if target not in reached:
        return None
    way: list[Step] = []
    while (last := reached[target]) is not None:
        way.append(last)
        target = last.source
    return way[::-1]


def _checked(chain: Sequence[Step], engine: Engine) -> Chain:
    if len(chain) > MAX_STEPS:
        raise ResourceError(f"a chain has at most {MAX_STEPS} steps", source=engine.name)
    return Chain(tuple(chain))


def _missing(engine: Engine, steps: Sequence[Step], source: str, target: str) -> ResourceError:
    reached = sorted({s.target for s in steps if find_way(steps, source, s.target)} - {source})
    told = f"no way from {source} to {target} is installed"
    if engine.advice(source, target):
        told += f"; {engine.advice(source, target)}"
    told += f"; from {source} there is a way to {', '.join(reached) or 'nothing'}"
    return ResourceError(told, source=engine.name)
