"""Paragraphs -> findings: what the analysers saw, as quotes that an editor can check."""

from garbled.evidence.findings import find, without_doubt
from garbled.evidence.house_list import HouseList, as_house_list

__all__ = ["HouseList", "as_house_list", "find", "without_doubt"]
