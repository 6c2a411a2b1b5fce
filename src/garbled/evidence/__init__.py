"""Paragraphs -> findings: what the analysers saw, as quotes that an editor can check."""

from garbled.evidence.findings import find

__all__ = ["find"]
