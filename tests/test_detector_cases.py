"""Short articles of our own that must come to review or must pass; nothing was tuned on them.

In the manner of ftfy's test cases: what must be flagged, what must pass, and known failures, which
run too and must fail until their note is taken away.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from garbled.documents import Block, Document, Score
from garbled.scorer import Scorer

CASES = json.loads(Path(__file__).with_name("detector_cases.json").read_text("utf-8"))
TIERS = ("fast", pytest.param("full", marks=[pytest.mark.slow, pytest.mark.languagetool]))
MIN_WORDS, MAX_WORDS = 40, 120
NEAR_LOG_ODDS = 0.1


def cases(side: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in CASES[side]]


@pytest.fixture(scope="module", params=TIERS)
def scores(request: pytest.FixtureRequest, model_folder: Path) -> tuple[str, dict[str, Score]]:
    """The tier, and each case's score by the case's name."""
    documents = [
        Document.from_blocks([Block(case["text"])], id=case["id"], source=case["id"])
        for side in ("mangled", "negative")
        for case in CASES[side]
    ]
    with Scorer(request.param, model=model_folder) as scorer:
        return request.param, {score.id: score for score in scorer.score_documents(documents)}


def is_flagged(
    case: dict[str, Any], scores: tuple[str, dict[str, Score]], request: pytest.FixtureRequest
) -> bool:
    tier, by_name = scores
    score = by_name[case["id"]]
    assert score.probability is not None
    if tier in case.get("known_failure", {}):
        reason = case["known_failure"][tier]
        request.node.add_marker(pytest.mark.xfail(reason=reason, strict=True))
    assert score.signature.tier == tier
    if is_near_threshold(score) and score.verdict != "hold":
        pytest.skip("so near the threshold that the CPU's rounding decides")
    return score.verdict in ("review", "hold")


def is_near_threshold(score: Score) -> bool:
    odds, least = (p / (1 - p) for p in (score.probability, score.signature.thresholds["review"]))
    return abs(math.log(odds / least)) < NEAR_LOG_ODDS


@pytest.mark.parametrize("case", cases("mangled"))
def test_mangled_copy_comes_to_review(case, scores, request) -> None:
    assert is_flagged(case, scores, request)


@pytest.mark.parametrize("case", cases("negative"))
def test_good_copy_does_not(case, scores, request) -> None:
    assert not is_flagged(case, scores, request)


def test_cases_are_many_short_and_named_once() -> None:
    everything = CASES["mangled"] + CASES["negative"]
    assert min(len(CASES["mangled"]), len(CASES["negative"])) >= 15
    assert len({case["id"] for case in everything}) == len(everything)
    for case in everything:
        assert MIN_WORDS <= len(case["text"].split()) <= MAX_WORDS, case["id"]
        assert set(case.get("known_failure", {})) <= {"fast", "full"}
