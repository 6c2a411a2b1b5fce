"""What a feed's copy is judged by: lookups, precedence, and what it does to verdicts."""

from __future__ import annotations

from pathlib import Path

import pytest
from texts import CLEAN

from garbled import Document, Scorer
from garbled.documents import Block
from garbled.errors import GarbledError
from garbled.policy import Policies, Policy

OWN = {"clear_pass": 0.05, "review": 0.3, "hold": 0.7}


@pytest.mark.parametrize(
    ("policy", "review", "hold", "clear_pass"),
    [
        (Policy(), 0.3, 0.7, 0.05),
        (Policy(review=0.02), 0.02, 0.7, 0.02),
        (Policy(review=0.8), 0.8, 0.8, 0.05),
        (Policy(hold=0.2), 0.2, 0.2, 0.05),
        (Policy(review=0.4, hold=0.5), 0.4, 0.5, 0.05),
    ],
)
def test_thresholds_stay_in_order(
    policy: Policy, review: float, hold: float, clear_pass: float
) -> None:
    assert policy.thresholds(OWN) == {"clear_pass": clear_pass, "review": review, "hold": hold}


@pytest.mark.parametrize("values", [{"prior": 0}, {"review": 1}, {"hold": -1}])
def test_a_share_that_is_none_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(GarbledError, match="between 0 and 1"):
        Policy(**values)
    with pytest.raises(GarbledError, match="below review"):
        Policy(review=0.6, hold=0.5)


def test_an_exact_name_goes_before_a_pattern() -> None:
    policies = Policies(
        Policy(prior=0.1, hold=0.9), (("*", Policy(prior=0.2)), ("a.xml", Policy(prior=0.3)))
    )
    assert policies.of("a.xml#1") == Policy(prior=0.3, hold=0.9)
    assert policies.of("b.xml#a.xml") == Policy(prior=0.2, hold=0.9)


def test_feeds_of_one_run_are_judged_by_their_own(model_folder: Path) -> None:
    policies = Policies(feeds=(("strict", Policy(prior=0.5, review=1e-6)),))
    blocks = [Block(text) for text in CLEAN]
    documents = [
        Document.from_blocks(blocks, id=name, source=f"{name}#1") for name in ("strict", "other")
    ]
    with Scorer("fast", model=model_folder, policies=policies) as scorer:
        strict, other = scorer.score_documents(documents)
        fingerprints = {scorer.settings.fingerprint(d.source) for d in documents}
    assert strict.verdict == "review"
    assert strict.signature.thresholds["review"] == 1e-6
    assert strict.signature.prior == 0.5 != other.signature.prior
    assert (strict.probability or 0) > (other.probability or 1)
    assert other.signature.thresholds["review"] != 1e-6
    assert len(fingerprints) == 2


def test_a_prior_for_the_run_goes_before_the_feeds(model_folder: Path) -> None:
    policies = Policies(Policy(prior=0.4))
    with Scorer("fast", model=model_folder, prior=0.2, policies=policies) as scorer:
        assert scorer.score("\n\n".join(CLEAN)).signature.prior == 0.2
