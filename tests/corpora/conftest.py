"""Pairs made by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from garbled.corpora.pairs import Pair


@pytest.fixture(scope="session")
def make_pair() -> Callable[..., Pair]:
    """Builds a pair; keyword arguments replace its fields."""

    def make(original: str = "It rained.", retranslated: str = "It has rained.", **fields: Any):
        given = {
            "set": "one",
            "lang_pair": "de-en",
            "system": "x",
            "kind": "machine",
            "document": "",
            "seg": None,
            "origlang": None,
            "human_score": None,
            "year": None,
        }
        return Pair(original, retranslated, **(given | fields))

    return make
