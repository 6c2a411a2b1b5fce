"""Paragraphs of two versions that belong together: kept, merged, split, moved, cut or added."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from garbled.comparison.alignment import Alignment, beads_of

Relation = Literal["same", "reworded", "merged", "split", "recut", "dropped", "added"]
RELATIONS: tuple[Relation, ...] = get_args(Relation)


@dataclass(frozen=True, slots=True)
class Group:
    """Paragraphs by index that share sentences; one side is empty for cut or added ones.

    ``moved`` says that they stand in another order than in the original.
    """

    original: tuple[int, ...]
    copy: tuple[int, ...]
    moved: bool = False


def group_paragraphs(alignment: Alignment) -> list[Group]:
    """All paragraphs, in the order of the copy; what was cut follows what stood before it."""
    linked = [(b.original, b.copy) for b in beads_of(sorted(alignment.paragraph_links))]
    linked.sort(key=lambda sides: sides[1])
    moved = _out_of_order([sides[0][0] for sides in linked])
    groups = [Group(*sides, place in moved) for place, sides in enumerate(linked)]
    groups += [Group((), (index,)) for index in _left(alignment.copy, [s[1] for s in linked])]
    groups.sort(key=lambda group: group.copy)
    for index in _left(alignment.original, [s[0] for s in linked]):
        groups.insert(_place_of_cut(groups, index), Group((index,), ()))
    return groups


def relation_of(group: Group, texts: Mapping[str, Sequence[str]]) -> Relation:
    """How the two sides differ; ``texts`` are each version's paragraphs.

    >>> relation_of(Group((0, 1), (0,)), {"original": ["A.", "B."], "copy": ["A. B."]})
    'merged'
    """
    if not group.original or not group.copy:
        return "dropped" if group.original else "added"
    if len(group.original) > 1:
        return "merged" if len(group.copy) == 1 else "recut"
    if len(group.copy) > 1:
        return "split"
    before, after = (
        " ".join(texts[side][index].split())
        for side, index in (("original", group.original[0]), ("copy", group.copy[0]))
    )
    return "same" if before == after else "reworded"


def _left(sentences: Sequence[object], linked: Iterable[Sequence[int]]) -> list[int]:
    """Paragraphs with sentences of which none is linked."""
    taken = {index for side in linked for index in side}
    return sorted({s.paragraph for s in sentences} - taken)  # type: ignore[attr-defined]


def _place_of_cut(groups: Sequence[Group], index: int) -> int:
    """Behind the group with the nearest earlier paragraph of the original, or first."""
    before = [
        (max(i for i in g.original if i < index), place)
        for place, g in enumerate(groups)
        if any(i < index for i in g.original)
    ]
    return max(before)[1] + 1 if before else 0


def _out_of_order(firsts: Sequence[int]) -> set[int]:
    """Places outside a longest rising run of these numbers.

    >>> _out_of_order([0, 4, 1, 2, 3])
    {1}
    """
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, number in enumerate(firsts):
        at = bisect_left(tails, number)
        before.append(ends[at - 1] if at else -1)
        tails[at : at + 1], ends[at : at + 1] = [number], [place]
    kept = set()
    place = ends[-1] if ends else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    return set(range(len(firsts))) - kept
