"""What is held, what is reviewed, what passes, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garbled.documents import KINDS, SEVERITIES, Finding
from garbled.evidence.findings import rules
from garbled.features.groups import CONFIGURATIONS, DESCRIPTION_ONLY
from garbled.model.verdicts import (
    MAX_REASONS,
    REASON_OF_GROUP,
    REASON_OF_KIND,
    SEVERE,
    Judged,
    chance,
    decide,
)
from garbled.report import REASONS

THRESHOLDS = {"review": 0.5, "hold": 0.9}


def finding(severity: str = "major", kind: str = "name", number: int = 0) -> Finding:
    """A finding of a rule that is not precise; its number tells rule and wording from others'."""
    quote = f"x{number}"
    return Finding(kind, f"RULE{number}", severity, 0, len(quote), quote, "Wrong.")  # type: ignore[arg-type]


def several(n: int, severity: str = "major", kind: str = "name") -> list[Finding]:
    return [finding(severity, kind, number) for number in range(n)]


def precise(n: int) -> list[Finding]:
    return [replace(found, rule=PRECISE) for found in several(n)]


def of_one_rule(n: int) -> list[Finding]:
    return [replace(found, rule="RULE") for found in several(n, kind="lexical")]


def doubts(n: int, severity: str = "major") -> list[Finding]:
    found = several(n, severity, "lexical")
    return [replace(finding, rule=f"TOKEN_{finding.rule}") for finding in found]


MAJOR, MINOR = finding(), finding("minor")
NUMBER = finding("critical", "number")
PRECISE = next(name for name, rule in rules().items() if rule.get("precise"))


def judged(probability: float | None = 0.1, **fields: Any) -> Judged:
    given = {
        "findings": (),
        "headline_findings": (),
        "moved": {"fluency": 0.8, "names": 0.1},
        "mangled_share": 1.0,
        "n_words": 450,
    }
    headline = fields.get("headline_findings", ())
    fields["findings"] = (*fields.get("findings", ()), *headline)
    return Judged(probability, **(given | fields))  # type: ignore[arg-type]


NAMES, WORDS, STYLE = ("name_corruption",), ("wrong_words",), "unusual_wording"
CASES: list[tuple[str, Judged, str, tuple[str, ...]]] = [
    ("clean", judged(0.1), "pass", ()),
    ("just below", judged(0.499), "pass", ()),
    ("at the threshold", judged(0.5), "review", ("unusual_wording",)),
    ("style alone never holds", judged(1.0), "review", ("unusual_wording",)),
    (
        "minor evidence never holds",
        judged(1.0, findings=several(9, "minor")),
        "review",
        ("name_corruption", "unusual_wording"),
    ),
    ("one slip in clean copy", judged(0.1, findings=[MAJOR]), "pass", ()),
    ("one slip many times over", judged(0.1, findings=[MAJOR] * 9), "pass", ()),
    ("two slips in clean copy", judged(0.1, findings=several(2, kind="lexical")), "hold", WORDS),
    ("two slips of one rule", judged(0.1, findings=of_one_rule(2)), "pass", ()),
    ("two doubts", judged(0.1, findings=doubts(2)), "review", WORDS),
    ("many minor doubts", judged(0.1, findings=doubts(9, "minor")), "pass", ()),
    ("many doubts of suspect copy", judged(0.6, findings=doubts(9)), "review", (*WORDS, STYLE)),
    ("a doubt of certain copy", judged(0.9, findings=doubts(1)), "hold", (*WORDS, STYLE)),
    ("two slips in a book", judged(0.1, findings=several(2), n_words=20_000), "pass", ()),
    ("one slip in a brief", judged(0.1, findings=[MAJOR], n_words=45), "review", NAMES),
    ("many slips in clean copy", judged(0.1, findings=several(4)), "hold", NAMES),
    ("two names broken beyond doubt", judged(0.1, findings=precise(2)), "hold", NAMES),
    ("one name broken beyond doubt", judged(0.1, findings=precise(1)), "pass", ()),
    ("one of them in a brief", judged(0.1, findings=precise(1), n_words=100), "review", NAMES),
    ("three minor slips in names", judged(0.1, findings=several(3, "minor")), "review", NAMES),
    (
        "minor slips of no name",
        judged(0.1, findings=several(2, "minor", "typography")),
        "pass",
        (),
    ),
    ("suspect with a slip", judged(0.6, findings=[MAJOR]), "review", (*NAMES, STYLE)),
    (
        "suspect brief with a slip",
        judged(0.6, findings=[MAJOR], n_words=150),
        "hold",
        (*NAMES, STYLE),
    ),
    (
        "suspect with three slips",
        judged(0.6, findings=[*several(2), NUMBER]),
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
        judged(None, findings=[finding("minor", "typography")], n_words=20, mangled_share=None),
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


findings = st.lists(
    st.builds(finding, st.sampled_from(SEVERITIES), st.sampled_from(KINDS), st.integers(0, 9))
)
probabilities = st.one_of(st.none(), st.floats(0, 1))
moved = st.dictionaries(st.sampled_from(list(REASON_OF_GROUP)), st.floats(-3, 3), min_size=1)
lengths = st.integers(1, 10_000)
ORDER = ["pass", "review", "hold"]


@given(probabilities, findings, findings, moved, st.one_of(st.none(), st.floats(0, 1)), lengths)
def test_invariants(probability, body, headline, groups, share, n_words) -> None:
    case = Judged(probability, [*body, *headline], headline, groups, share, n_words)
    verdict, reasons = decide(case, THRESHOLDS)
    if verdict == "hold":
        assert [f for f in case.findings if f.severity in SEVERE]
        assert probability is not None
    if probability is not None and probability >= THRESHOLDS["review"]:
        assert verdict != "pass"
    if verdict != "pass":
        assert reasons
    assert verdict in ORDER
    assert len(set(reasons)) == len(reasons)


@given(findings, moved, lengths)
def test_more_probable_is_no_milder(found, groups, n_words) -> None:
    verdicts = [
        ORDER.index(decide(Judged(p, found, (), groups, 0.5, n_words), THRESHOLDS)[0])
        for p in (0.0, 0.3, 0.5, 0.7, 0.9, 1.0)
    ]
    assert verdicts == sorted(verdicts)


@given(probabilities, findings, findings, lengths, lengths)
def test_more_findings_in_fewer_words_are_no_milder(p, found, more, words, fewer) -> None:
    milder = Judged(p, found, (), {"names": 1.0}, 0.5, max(words, fewer))
    harder = Judged(p, [*found, *more], (), {"names": 1.0}, 0.5, min(words, fewer))
    given, then = (ORDER.index(decide(case, THRESHOLDS)[0]) for case in (milder, harder))
    assert given <= then


def test_chances_are_poissons() -> None:
    from scipy.stats import poisson

    for n in (0, 1, 2, 5, 200):
        assert chance(n, 0.2, 3_000) == pytest.approx(poisson.sf(n - 1, 0.6), abs=1e-12)


def test_what_makes_sure_is_severe_evidence_then() -> None:
    for name, rule in rules().items():
        if rule.get("precise"):
            assert rule.get("in_mangled", rule["severity"]) in SEVERE, name


def test_every_kind_and_group_has_a_reason() -> None:
    assert set(REASON_OF_KIND) == set(KINDS)
    groups = {group for groups in CONFIGURATIONS.values() for group in groups}
    assert set(REASON_OF_GROUP) == groups - set(DESCRIPTION_ONLY)
    assert MAX_REASONS >= 1


def test_every_reason_is_in_the_closed_vocabulary() -> None:
    assert {*REASON_OF_KIND.values(), *REASON_OF_GROUP.values()} <= set(REASONS)
