from __future__ import annotations

import pytest

from garbled.cli.exits import exit_code

EVERYTHING = {"n_held": 1, "n_review": 1, "n_errors": 1, "n_degraded": 1, "strict": True}


@pytest.mark.parametrize(
    ("run", "code"),
    [
        ({}, 0),
        ({"n_held": 3, "n_review": 3}, 0),
        ({"n_held": 3, "fail_on": "never"}, 0),
        ({"n_held": 1, "fail_on": "hold"}, 1),
        ({"n_review": 1, "fail_on": "hold"}, 0),
        ({"n_review": 1, "fail_on": "review"}, 1),
        ({"n_held": 1, "fail_on": "review"}, 1),
        ({"fail_on": "review"}, 0),
        ({"n_errors": 1}, 3),
        ({"n_errors": 1, "n_held": 1, "fail_on": "hold"}, 3),
        ({"n_degraded": 1}, 0),
        ({"strict": True}, 0),
        ({"n_degraded": 1, "strict": True}, 4),
        ({"n_degraded": 1, "strict": True, "n_held": 1, "fail_on": "hold"}, 4),
        ({"n_degraded": 1, "n_held": 1, "fail_on": "hold"}, 1),
        ({"n_degraded": 1, "strict": True, "n_errors": 1}, 3),
        ({"usage_error": True}, 2),
        (EVERYTHING | {"fail_on": "hold"}, 3),
        (EVERYTHING | {"fail_on": "hold", "usage_error": True}, 2),
    ],
)
def test_exit_code(run, code):
    assert exit_code(**run) == code
