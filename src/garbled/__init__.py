"""Scores how mangled English copy is because a machine translated it on its way to you.

>>> import garbled
>>> garbled.Scorer(tier="fast").score("Rain fell.").verdict
'pass'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from garbled.documents import Document, Finding, Paragraph, Score
    from garbled.errors import GarbledError
    from garbled.feature_extraction import TextFeatures
    from garbled.frames import score_frame
    from garbled.scorer import Scorer, compare

__version__ = "0.3.0"
__all__ = [
    "Document",
    "Finding",
    "GarbledError",
    "Paragraph",
    "Score",
    "Scorer",
    "TextFeatures",
    "__version__",
    "compare",
    "score_frame",
]

_HOMES = {
    "Document": "garbled.documents",
    "Finding": "garbled.documents",
    "GarbledError": "garbled.errors",
    "Paragraph": "garbled.documents",
    "Score": "garbled.documents",
    "Scorer": "garbled.scorer",
    "TextFeatures": "garbled.feature_extraction",
    "compare": "garbled.scorer",
    "score_frame": "garbled.frames",
}


def __getattr__(name: str) -> Any:
    """Import on first use, so that ``import garbled`` and ``garbled --help`` stay quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'garbled' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
