"""How a system translates, told from its name and its set: the one place that says so.

WMT's overview papers of 2013 to 2022 describe the systems. ``online-A`` and its like turned
neural from late 2016 on, after wmt16's systems had been run.
"""

from __future__ import annotations

import regex

from garbled.corpora.splits import fold_of

STATISTICAL, RULE_BASED = "statistical", "rule-based"
NEURAL, LANGUAGE_MODEL, UNKNOWN = "neural", "language model", "unknown"
ARCHITECTURES = (STATISTICAL, RULE_BASED, NEURAL, LANGUAGE_MODEL)
SYSTEM_FOLDS = 5

_STATISTICAL_SETS = frozenset({"wmt13", "wmt15", "wmt16"})
_NEURAL_SETS = frozenset({"wmt19", "wmt21", "wmt22", "mlqe-pe", "scifact-roundtrip"})
_RULE_BASED = regex.compile(r"rbmt|rule-based|apertium|^PROMT\.\d", regex.IGNORECASE)
"""PROMT's entry of 2013 was its rule-based engine; later rule-based ones say so."""
_NEURAL = regex.compile(r"neural|nmt|AMU-UEDIN", regex.IGNORECASE)
_LANGUAGE_MODEL = regex.compile(
    r"gpt|davinci|bayling|alpaca|vicuna|chatglm|bloomz|parrot|alma-", regex.IGNORECASE
)
_OWN_NEURAL = regex.compile(r"^(?:ctranslate2|libretranslate) ")
"""Engines of ``garbled retranslate``."""
_SUBMISSION = regex.compile(r"\.\d+$")


def architecture_of(set: str, system: str) -> str:
    """One of ``ARCHITECTURES``, or ``unknown`` for a set that is not named here.

    >>> architecture_of("wmt16", "uedin-nmt.4361"), architecture_of("wmt13", "rbmt-1")
    ('neural', 'rule-based')
    >>> architecture_of("wmt16", "online-B.0"), architecture_of("wmt21", "Online-B")
    ('statistical', 'neural')
    >>> architecture_of("llm-wmt-gptmt", "ChatGPT_zeroshot"), architecture_of("mine", "x")
    ('language model', 'unknown')
    >>> architecture_of("mine", "ctranslate2 4.8.5 opus-mt-en-fr>opus-mt-fr-en")
    'neural'
    """
    if _RULE_BASED.search(system):
        return RULE_BASED
    if _OWN_NEURAL.search(system):
        return NEURAL
    if set in _STATISTICAL_SETS:
        return NEURAL if set != "wmt13" and _NEURAL.search(system) else STATISTICAL
    if set.startswith("llm-"):
        return LANGUAGE_MODEL if _LANGUAGE_MODEL.search(system) else NEURAL
    return NEURAL if set in _NEURAL_SETS or set == "asap-roundtrip" else UNKNOWN


def system_fold(system: str) -> int:
    """The fold of a system, the same in all sets and for all of its submissions.

    >>> system_fold("online-A.0") == system_fold("online-A") == system_fold("Online-A")
    True
    """
    return fold_of(f"system/{_SUBMISSION.sub('', system).lower()}", SYSTEM_FOLDS)
