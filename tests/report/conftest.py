"""Scores built by hand, as garbled.scorer gives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from garbled.documents import (
    Block,
    Document,
    Finding,
    ParagraphScore,
    Score,
    Signature,
)

SIGNATURE = Signature(
    garbled="0.1.0",
    model="sha256:0123456789abcdef",
    tier="full",
    languagetool="6.6",
    prior=0.1,
    thresholds={"review": 0.5, "hold": 0.9},
)


def finding_in(text: str, quote: str, **changes: Any) -> Finding:
    start = text.index(quote)
    fields: dict[str, Any] = {
        "kind": "name",
        "rule": "NAME_RIC_LEAK",
        "severity": "major",
        "start": start,
        "end": start + len(quote),
        "quote": quote,
        "message": f"{quote} holds an instrument code where a company name should stand",
        "suggestion": "Norgasco",
    }
    return Finding(**fields | changes)


def held(title: str | None) -> Score:
    body = "The group 🛢 Norgas.XX said on Tuesday that it would pump more."
    document = Document.from_blocks([Block(body)], id="a-1", source="feed.xml#1", title=title)
    scored = tuple(
        ParagraphScore(paragraph)
        if paragraph.role == "headline"
        else ParagraphScore(
            paragraph,
            score=91.04,
            probability=0.951234,
            findings=(
                finding_in(paragraph.text, "group", kind="lexical", severity="minor"),
                finding_in(paragraph.text, "Norgas.XX"),
                finding_in(paragraph.text, "pump", severity="major", suggestion=None),
            ),
        )
        for paragraph in document.paragraphs
    )
    return Score(
        id=document.id,
        source=document.source,
        title=document.title,
        language="en",
        score=87.249,
        probability=0.93126,
        verdict="hold",
        reasons=("name_corruption", "wrong_words"),
        mangled_share=0.81239,
        degraded=(),
        n_words=12,
        error=None,
        signature=SIGNATURE,
        paragraphs=scored,
    )


def unreadable() -> Score:
    return Score(
        id="b",
        source="b.pdf",
        title=None,
        language=None,
        score=None,
        probability=None,
        verdict="error",
        reasons=("unreadable",),
        mangled_share=None,
        degraded=(),
        n_words=0,
        error="is a PDF; convert it to text first",
        signature=replace(SIGNATURE, languagetool=None),
    )


@pytest.fixture
def make_score() -> Callable[..., Score]:
    """Builds a held score with three findings; keyword arguments replace its fields."""

    def make(title: str | None = "Norgas.XX raises its output", **changes: Any) -> Score:
        return replace(held(title), **changes)

    return make


@pytest.fixture
def error_score() -> Score:
    return unreadable()
