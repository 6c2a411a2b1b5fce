"""Two versions of an article, and comparing them without a model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from garbled.comparison.compare import Comparison, compare_versions
from garbled.documents import Document, Finding, ParagraphScore, Score, Signature
from garbled.evidence.house_list import HouseList

ORIGINAL = (
    "The harbour board of Marlow said on Monday that the old pier would close until the spring.",
    "Work worth 3.5 million pounds is due to begin in January, the engineer David Cole said.",
    '"We knew it was bad, but nobody told us it was this bad," said Ellen Marsh, who sells tea.',
    "Divers will look at the remaining legs before the month is out. The lifeboat station stays "
    "open. Visitors can still walk along the northern beach.",
    "The council did not say how many of the forty shops on the front will have to move.",
)


def scored(document: Document, **findings: Finding) -> Score:
    """A score as the pipeline gives it; ``findings`` by paragraph: p0, p1, …"""
    return Score(
        id=document.id,
        source=document.source,
        title=document.title,
        language="en",
        score=50.0,
        probability=0.4,
        verdict="pass",
        reasons=(),
        mangled_share=0.0,
        degraded=(),
        n_words=100,
        error=document.error,
        signature=Signature("0", "sha256:0", "fast", None, 0.1, {"review": 0.5, "hold": 0.9}),
        paragraphs=tuple(
            ParagraphScore(
                p, 50.0, 0.4, (findings[f"p{p.index}"],) if f"p{p.index}" in findings else ()
            )
            for p in document.paragraphs
        ),
    )


@pytest.fixture(scope="session")
def compare(make_document: Callable[..., Document]) -> Callable[..., Comparison]:
    """Compares two texts, or two sequences of paragraphs."""

    def run(
        original: Any, copy: Any, house: tuple[str, ...] = (), **findings: Finding
    ) -> Comparison:
        before, after = (
            make_document(*([v] if isinstance(v, str) else v)) for v in (original, copy)
        )
        return compare_versions(before, scored(after, **findings), HouseList.of(house))

    return run
