"""What was found about findings, as plain data that the report is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from garbled.evaluation.alignment import AlignmentResult
from garbled.evaluation.metrics import Interval, Rate
from garbled.evaluation.results import Target


@dataclass(frozen=True, slots=True)
class AlarmRates:
    """Findings in good copy per 1,000 words, by kind of copy; ``held`` are articles."""

    copy: str
    n: int
    n_words: int
    all: Interval
    names: Interval
    severe: Interval
    evidence: Interval
    held: Rate


@dataclass(frozen=True, slots=True)
class RuleRate:
    """One rule: findings per 1,000 words of good copy and of machine copy, and what it caught."""

    rule: str
    severity: str
    clean_findings: int
    clean: float
    machine: float
    planted: int


@dataclass(frozen=True, slots=True)
class Recall:
    """What was found of planted corruptions of one sort; intervals over articles."""

    sort: str
    n: int
    found: Interval
    as_name: Interval
    suggested: float
    restored: float


@dataclass(frozen=True, slots=True)
class TokenAgreement:
    """Agreement of a detector with post-edits, token by token.

    ``alarms`` are its false alarms per 1,000 words of good copy; ``left_out`` says what was
    dropped to bring them to the rate that F1 is compared at.
    """

    detector: str
    set: str
    n_tokens: int
    n_wrong: int
    alarms: float
    precision: float
    recall: float
    f1: Interval
    mcc: Interval
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """How often a finding in machine copy has a suggestion, and how often it is the original."""

    kind: str
    findings: int
    coverage: Interval
    right: Interval


@dataclass(frozen=True, slots=True)
class Held:
    """Share of articles of a kind that are held; ``reviewed`` counts those under review too."""

    key: str
    copy: str
    n: int
    held: Rate
    reviewed: Rate


@dataclass(frozen=True, slots=True)
class FamilyAblation:
    """What is lost and spared without a family of rules."""

    family: str
    alarms: float
    alarms_without: float
    severe: float
    severe_without: float
    recall: float
    recall_without: float
    f1: float
    f1_without: float
    held: float
    held_without: float


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds a paragraph of the evidence alone, medians over articles of one process."""

    part: str
    milliseconds: float
    worst: float
    n_paragraphs: int


@dataclass(frozen=True)
class FindingResults:
    """All results; ``not_measured`` says by name of a part why it is missing."""

    signature: Mapping[str, str | int | float]
    targets: tuple[Target, ...]
    alarms: tuple[AlarmRates, ...]
    slices: tuple[AlarmRates, ...]
    rules: tuple[RuleRate, ...]
    recall: tuple[Recall, ...]
    tokens: tuple[TokenAgreement, ...]
    suggestions: tuple[Suggestions, ...]
    held: tuple[Held, ...]
    ablation: tuple[FamilyAblation, ...]
    cost: tuple[Cost, ...]
    alignment: AlignmentResult
    not_measured: Mapping[str, str]
