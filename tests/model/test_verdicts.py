"""What is held, what is reviewed, what passes, and why."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garbled.documents import KINDS, SEVERITIES, Finding
from garbled.features.groups import CONFIGURATIONS
from garbled.model.verdicts import (
    MAX_REASONS,
    REASON_OF_GROUP,
    REASON_OF_KIND,
    SEVERE,
    Judged,
    decide,
)
from garbled.report import REASONS

THRESHOLDS = {"review": 0.5, "hold": 0.9}


def finding(severity: str = "major", kind: str = "name") -> Finding:
    return Finding(kind, "RULE", severity, 0, 1, "x", "Wrong.")  # type: ignore[arg-type]


MAJOR, MINOR = finding(), finding("minor")
NUMBER = finding("critical", "number")


def judged(probability: float | None = 0.1, **fields: Any) -> Judged:
    given = {
        "findings": (),
        "headline_findings": (),
        "moved": {"fluency": 0.8, "names": 0.1},
        "mangled_share": 1.0,
    }
    headline = fields.get("headline_findings", ())
    fields["findings"] = (*fields.get("findings", ()), *headline)
    return Judged(probability, **(given | fields))  # type: ignore[arg-type]


CASES: list[tuple[str, Judged, str, tuple[str, ...]]] = [
    ("clean", judged(0.1), "pass", ()),
    ("just below", judged(0.499), "pass", ()),
    ("at the threshold", judged(0.5), "review", ("unusual_wording",)),
    ("style alone never holds", judged(1.0), "review", ("unusual_wording",)),
    (
        "minor evidence never holds",
        judged(1.0, findings=[MINOR] * 9),
        "review",
        ("unusual_wording",),
    ),
    ("one slip in clean copy", judged(0.1, findings=[MAJOR]), "pass", ()),
    ("two slips in clean copy", judged(0.1, findings=[MAJOR] * 2), "review", ("name_corruption",)),
    ("many slips in clean copy", judged(0.1, findings=[MAJOR] * 9), "review", ("name_corruption",)),
    (
        "suspect with a slip",
        judged(0.6, findings=[MAJOR]),
        "review",
        ("name_corruption", "unusual_wording"),
    ),
    (
        "suspect with three slips",
        judged(0.6, findings=[MAJOR, MAJOR, NUMBER]),
        "hold",
        ("name_corruption", "number_errors", "unusual_wording"),
    ),
    (
        "certain with a slip",
        judged(0.9, findings=[NUMBER]),
        "hold",
        ("number_errors", "unusual_wording"),
    ),
    (
        "headline of clean copy",
        judged(0.1, headline_findings=[MAJOR]),
        "review",
        ("headline_finding", "name_corruption"),
    ),
    (
        "headline of suspect copy",
        judged(0.6, headline_findings=[MAJOR]),
        "hold",
        ("headline_finding", "name_corruption", "unusual_wording"),
    ),
    ("minor in the headline", judged(0.1, headline_findings=[MINOR]), "pass", ()),
    ("too short", judged(None, mangled_share=None), "pass", ("too_short",)),
    (
        "too short with minor slips",
        judged(None, findings=[MINOR] * 3, mangled_share=None),
        "pass",
        ("too_short",),
    ),
    (
        "too short with a slip",
        judged(None, findings=[MAJOR], mangled_share=None),
        "review",
        ("too_short", "name_corruption"),
    ),
    (
        "too short is never held",
        judged(None, headline_findings=[MAJOR] * 9, mangled_share=None),
        "review",
        ("too_short", "headline_finding", "name_corruption"),
    ),
    (
        "part mangled",
        judged(0.6, mangled_share=0.3),
        "review",
        ("part_mangled", "unusual_wording"),
    ),
    ("part mangled but clear", judged(0.1, mangled_share=0.3), "pass", ()),
    (
        "groups by weight",
        judged(0.6, moved={"names": 0.6, "grammar": 0.9, "fluency": 0.4, "syntax": -2.0}),
        "review",
        ("grammar_errors", "name_corruption"),
    ),
    (
        "no group stands out",
        judged(0.6, moved={"names": 0.1, "syntax": 0.2}),
        "review",
        ("foreign_phrasing",),
    ),
    (
        "two groups of one reason",
        judged(0.6, moved={"words": 0.9, "fluency": 0.8}),
        "review",
        ("unusual_wording",),
    ),
    (
        "groups of one reason weigh together",
        judged(0.6, moved={"words": 0.4, "fluency": 0.2, "names": -1.0, "syntax": 0.55}),
        "review",
        ("unusual_wording", "foreign_phrasing"),
    ),
    (
        "groups of one reason that cancel",
        judged(0.6, moved={"words": 0.9, "fluency": -0.8, "syntax": 0.6}),
        "review",
        ("foreign_phrasing",),
    ),
    (
        "both encoders",
        judged(0.6, moved={"encoder": 1.2, "large_encoder": 2.0, "syntax": 0.6}),
        "review",
        ("machine_phrasing", "foreign_phrasing"),
    ),
]


@pytest.mark.parametrize(
    ("case", "verdict", "reasons"),
    [pytest.param(*rest, id=name) for name, *rest in CASES],
)
def test_verdicts(case: Judged, verdict: str, reasons: tuple[str, ...]) -> None:
    assert decide(case, THRESHOLDS) == (verdict, reasons)


findings = st.lists(st.builds(finding, st.sampled_from(SEVERITIES), st.sampled_from(KINDS)))
probabilities = st.one_of(st.none(), st.floats(0, 1))
moved = st.dictionaries(st.sampled_from(list(REASON_OF_GROUP)), st.floats(-3, 3), min_size=1)


@given(probabilities, findings, findings, moved, st.one_of(st.none(), st.floats(0, 1)))
def test_invariants(probability, body, headline, groups, share) -> None:
    case = Judged(probability, [*body, *headline], headline, groups, share)
    verdict, reasons = decide(case, THRESHOLDS)
    severe = [f for f in case.findings if f.severity in SEVERE]
    if verdict == "hold":
        assert severe
        assert probability is not None
        assert probability >= THRESHOLDS["review"]
    if probability is not None and probability >= THRESHOLDS["review"]:
        assert verdict != "pass"
    if verdict != "pass":
        assert reasons
    assert verdict in ("pass", "review", "hold")
    assert len(set(reasons)) == len(reasons)


@given(findings, moved)
def test_more_probable_is_no_milder(found, groups) -> None:
    order = ["pass", "review", "hold"]
    verdicts = [
        order.index(decide(Judged(p, found, (), groups, 0.5), THRESHOLDS)[0])
        for p in (0.0, 0.3, 0.5, 0.7, 0.9, 1.0)
    ]
    assert verdicts == sorted(verdicts)


def test_every_kind_and_group_has_a_reason() -> None:
    assert set(REASON_OF_KIND) == set(KINDS)
    groups = {group for groups in CONFIGURATIONS.values() for group in groups}
    assert set(REASON_OF_GROUP) == groups
    assert MAX_REASONS >= 1


def test_every_reason_is_in_the_closed_vocabulary() -> None:
    assert {*REASON_OF_KIND.values(), *REASON_OF_GROUP.values()} <= set(REASONS)
