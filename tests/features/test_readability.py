"""Readability reads its dictionary from the package, in a process that has no network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from garbled.features.readability import ReadabilityFeatures
from garbled.features.rows import make_rows

SCRIPT = """
import json, sys
import nltk, pyphen
from garbled import Scorer
text = "An area of the harbour was an idea for audio in every sense, he said. " * 4
with Scorer(tier="full", grammar=False, model=sys.argv[1]) as scorer:
    result = scorer.score(text)
import textstat
hyphens = pyphen.Pyphen(lang="en_US")
words = ["area", "idea", "audio"]
print(json.dumps({
    "score": result.score,
    "tier": result.signature.tier,
    "found": str(nltk.data.find("corpora/cmudict")),
    "textstat": [textstat.syllable_count(word) for word in words],
    "pyphen": [len(hyphens.positions(word)) + 1 for word in words],
}))
"""


def can_unshare() -> bool:
    try:
        done = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def test_dictionary_is_the_shipped_one_and_needs_no_network(
    model_folder: Path, tmp_path: Path
) -> None:
    if not can_unshare():
        pytest.skip("unshare -rn is not permitted here")
    # A home without NLTK's data, so that nothing but the package can hold the dictionary.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("NLTK")}
    done = subprocess.run(
        ["unshare", "-rn", sys.executable, "-c", SCRIPT, str(model_folder)],
        env={**environment, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["score"] is not None
    assert said["tier"] == "full"
    assert "garbled/resources/nltk_data" in said["found"].replace(os.sep, "/")
    assert said["textstat"] == [3, 3, 3]
    assert said["pyphen"] != said["textstat"]


def test_indices_point_the_way_they_say(make_article) -> None:
    easy = "The cat sat on the mat. The dog ran to the door. We all went out to play. " * 2
    hard = (
        "Notwithstanding considerable institutional deliberation, the parliamentary subcommittee "
        "unanimously recommended comprehensive administrative reorganisation of municipalities."
    )
    easy_values, hard_values = (
        dict(
            zip(
                ReadabilityFeatures.names,
                ReadabilityFeatures().transform(make_rows(make_article(text).windows, (), None))[0],
                strict=True,
            )
        )
        for text in (easy, hard)
    )
    assert easy_values["flesch_reading_ease"] > hard_values["flesch_reading_ease"]
    for name in ReadabilityFeatures.names[1:]:
        assert easy_values[name] < hard_values[name], name
    assert np.isclose(easy_values["syllables_per_word"], 1.0)
    assert np.isclose(easy_values["words_per_sentence"], 6.0, atol=0.5)
