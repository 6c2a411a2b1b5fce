"""The statements that the memory's results are written and read with, and their rows."""

from __future__ import annotations

from typing import Any, NamedTuple

from garbled.documents import VERDICTS
from garbled.errors import GarbledError
from garbled.report.record import to_record
from garbled.store.rows import Kept, Remembered, pack, split_key
from garbled.store.styles import verdicts_by_style

KEEP = """
INSERT INTO results (content, fingerprint, feed, item, scored_at, verdict, score, probability,
    model, prior, review, hold, by_style, reasons, degraded, record)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (content, fingerprint, feed, item) DO UPDATE SET scored_at = excluded.scored_at,
    verdict = excluded.verdict, score = excluded.score, probability = excluded.probability,
    review = excluded.review, hold = excluded.hold, by_style = excluded.by_style,
    reasons = excluded.reasons, degraded = excluded.degraded, record = excluded.record
"""
KEEP_AGAIN = """
INSERT INTO results (content, fingerprint, feed, item, scored_at, verdict, score, probability,
    model, prior, review, hold, by_style, reasons, degraded, record)
SELECT content, fingerprint, ?, ?, ?, verdict, score, probability, model, prior, review, hold,
    by_style, reasons, degraded, record FROM results WHERE id = ?
ON CONFLICT (content, fingerprint, feed, item) DO NOTHING
"""
SELECT = """
SELECT r.id, r.content, r.fingerprint, r.feed, r.item, r.scored_at, r.verdict, r.score,
    r.probability, r.review, r.hold, r.reasons, r.degraded, l.word, r.record
FROM results r LEFT JOIN labels l ON l.feed = r.feed AND l.content = r.content
"""
SOURCES = """
SELECT feed, count(*), sum(verdict = 'hold'), sum(verdict = 'review'), sum(verdict = 'pass'),
    sum(verdict = 'error'), min(scored_at), max(scored_at)
FROM results GROUP BY feed ORDER BY max(id) DESC
"""
OBSERVED = """
WITH last AS (
    SELECT model, prior FROM results WHERE feed = :feed AND verdict != 'error'
    ORDER BY id DESC LIMIT 1
), own AS (
    SELECT max(id) AS newest, min(scored_at) AS first_at FROM results
    WHERE feed = :feed AND verdict != 'error' AND (model, prior) = (SELECT model, prior FROM last)
    GROUP BY item
)
SELECT first_at, probability, review, hold, by_style FROM own JOIN results ON id = newest
ORDER BY first_at
"""
PRUNE = """
DELETE FROM results WHERE id IN (SELECT id FROM results WHERE scored_at < ? LIMIT ?)
"""


class Source(NamedTuple):
    """A feed's numbers of results; times are seconds of Unix time."""

    feed: str
    n_results: int
    n_held: int
    n_review: int
    n_passed: int
    n_errors: int
    first_at: float
    last_at: float


class Observed(NamedTuple):
    """An item of a feed: when it was first scored, and what its verdict hangs on.

    ``review`` and ``hold`` are the thresholds that it was judged by; ``by_style`` are its verdicts
    with a probability below review, between, and at hold or above, parted by blanks.
    """

    first_at: float
    probability: float | None
    review: float
    hold: float
    by_style: str


def values(row: Kept, scored_at: float, *, texts: bool) -> tuple[Any, ...]:
    """What ``KEEP`` takes of a result."""
    score, signature = row.score, row.score.signature
    record = to_record(score, texts=texts)
    return (
        *split_key(row.key),
        writable(row.feed),
        writable(row.item_id),
        scored_at,
        score.verdict,
        record["score"],
        record["probability"],
        signature.model,
        signature.prior,
        signature.thresholds["review"],
        signature.thresholds["hold"],
        " ".join(verdicts_by_style(score)),
        " ".join(score.reasons),
        " ".join(score.degraded),
        pack(record),
    )


def remembered(row: tuple[Any, ...]) -> Remembered:
    """A row of ``SELECT`` as the result that it is."""
    id, content, fingerprint, feed, item, at, verdict, score, probability, *rest = row
    review, hold, reasons, degraded, word, record = rest
    return Remembered(
        result_id=id,
        key=(content + fingerprint).hex(),
        feed=feed,
        item_id=item,
        scored_at=at,
        verdict=verdict,
        score=score,
        probability=probability,
        thresholds={"review": review, "hold": hold},
        reasons=tuple(reasons.split()),
        is_degraded=bool(degraded),
        label=word,
        packed=record,
    )


def conditions(
    feed: str | None, verdict: str | None, since: float | None, until: float | None
) -> tuple[list[str], list[Any]]:
    """What narrows ``SELECT`` down, and the values for its marks.

    Raises:
        GarbledError: there is no such verdict.
    """
    if verdict is not None and verdict not in VERDICTS:
        raise GarbledError(f"a verdict is {', '.join(VERDICTS)}, not {verdict!r}")
    is_pattern = feed is not None and any(mark in feed for mark in "*?")
    wanted = {
        "matches(r.feed, ?)" if is_pattern else "r.feed = ?": feed and writable(feed),
        "r.verdict = ?": verdict,
        "r.scored_at >= ?": since,
        "r.scored_at < ?": until,
    }
    given = {condition: value for condition, value in wanted.items() if value is not None}
    return list(given), list(given.values())


def writable(name: str) -> str:
    r"""A name as SQLite can keep it: lone surrogates (undecodable bytes) spelled out.

    >>> writable("caf\udce9.xml")
    'caf\\udce9.xml'
    """
    return name.encode("utf-8", "backslashreplace").decode()
