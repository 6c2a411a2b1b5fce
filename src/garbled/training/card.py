"""The model card that travels in the model folder."""

from __future__ import annotations

from typing import Any

from garbled.features.groups import DESCRIPTION_ONLY

_CARD = """---
license: apache-2.0
language: en
library_name: garbled
---

# garbled: model card

Scores how mangled English news copy is because a machine translated it. Made by `garbled train`
(garbled {garbled}), seed {seed}.

**For** desks and feeds that decide what to look at, and for researchers. **Not for** telling who
wrote a text, whether a text was translated, or whether an AI wrote it; not for other languages.

**What it learned from.** {pairs} aligned pairs of human English and machine-retranslated English
in {groups} groups that share no original and no document with the held-out fold
({held_out_fold} of 5): {windows} windows of about 70 words, {grammar_windows} of them checked by
LanguageTool. Encoders and n-gram models learned from other groups than the classifiers, which
were fitted on {stacking_windows} windows ({stacking}). Weights, counts and word-level
substitutions seen in five documents or more are all that is kept of them; the texts are under
their owners' terms, most for research only.

| set | windows, both versions | mangled |
| --- | --- | --- |
{sets}
{calibrated}
**What mangled means**: rule {rule_version} of `garbled.corpora.damage`. Probabilities are for a
prior of {prior}. `garbled evaluate` prints how well it does on the held-out fold.

**Limits.** Native English originals are few (about 1,500 segments of news). Fluent systems of 2021
and later are close to human copy and mostly pass. Counts of clean English come from agency copy of
2006 to 2012 and Australian radio news.
"""


_CALIBRATED = """
**Calibrated anew** by `python -m garbled.training.recalibrate` (garbled {calibrated}) on the same
windows: calibration, score scales, thresholds, and the statistics by which article features are
scaled. The classifiers' coefficients are as they were, but deaf to the feature groups that only
describe a text ({deaf}).
"""


def write_card(description: dict[str, Any]) -> str:
    rows = [
        f"| {name} | {n['windows']} | {n['mangled']} |" for name, n in description["sets"].items()
    ]
    told = ""
    if "calibrated" in description:
        deaf = ", ".join(DESCRIPTION_ONLY)
        told = _CALIBRATED.format(calibrated=description["calibrated"], deaf=deaf)
    return _CARD.format(**{**description, "sets": "\n".join(rows), "calibrated": told})
