"""What other thresholds would have done is what scoring under them does."""

from __future__ import annotations

from pathlib import Path

import pytest

from garbled.documents import Document
from garbled.evaluation.thresholds import FLAGGED, HELD, alarms_at
from garbled.ingest import read
from garbled.policy import Policies, Policy
from garbled.scorer import Scorer

FEED = Path(__file__).parents[2] / "data" / "samples" / "feed.xml"


@pytest.mark.slow
def test_alarms_are_those_of_scoring_again(model_folder):
    documents = list(read([FEED]))

    def verdicts(policy: Policy):
        with Scorer("fast", model=model_folder, policies=Policies(policy)) as scorer:
            return [score.verdict for score in scorer.score_documents(documents)]

    thresholds = [0.02, 0.5, 0.9, 0.999]
    found = alarms_at(documents, Scorer("fast", model=model_folder).settings, thresholds)
    assert found[HELD] == [verdicts(Policy(hold=t)).count("hold") for t in thresholds]
    flagged = [verdicts(Policy(review=t)) for t in thresholds]
    assert found[FLAGGED] == [len(v) - v.count("pass") for v in flagged]
    assert len(set(found[HELD])) > 1
    assert len(set(found[FLAGGED])) > 1


def test_what_no_threshold_judges_stays_as_it_is(model_folder):
    unread = Document.unreadable("cut off", id="a", source="a")
    settings = Scorer("fast", model=model_folder).settings
    assert alarms_at([unread], settings, [0.5]) == {HELD: [0], FLAGGED: [0]}
    assert alarms_at([], settings, [0.1, 0.9])[HELD] == [0, 0]
