from __future__ import annotations

import pytest

from garbled.pivot.naming import engine_of, pivot_of


@pytest.mark.parametrize(
    ("lang_pair", "language"),
    [
        ("cs-en", "cs"),
        ("en-es-en", "es"),
        ("en-es-fr-es-en", "es"),
        ("en-fr-es-en", "es"),
        ("en-de-beam5-en", "de"),
        ("EN-CA-EN", "ca"),
        ("en-de+ru-en", None),
        ("es-fr", None),
        ("en", None),
        ("", None),
        ("?", None),
    ],
)
def test_the_last_language_before_english_counts(lang_pair, language):
    assert pivot_of(lang_pair) == language


def test_systems_of_one_team_are_one_engine_and_products_are_not():
    assert engine_of("uedin-syntax.2603") == engine_of("UEDIN_NMT.4302") == "uedin"
    assert engine_of("online-A") == engine_of("Online-A.0") != engine_of("online-B.0")
    assert engine_of("...") == engine_of("") == "?"
