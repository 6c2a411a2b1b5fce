"""The verdict on an item, as an element or member that stands in the item."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

NAMESPACE = "urn:garbled:verdict:1"
"""The namespace of the element, and what an object or a trust indicator is recognised by."""

Form = Literal["element", "object", "indicator", "indicators"]
"""An XML element, a JSON object, or a trust indicator of ninjs 1 or of a later generation."""


class Slot(NamedTuple):
    """Where an annotation goes, in which form, and what must stand around it there."""

    place: int
    form: Form = "element"
    before: bytes = b""
    after: bytes = b""


@dataclass(frozen=True, slots=True)
class Note:
    """What an annotation says.

    ``score`` (0 to 100) and ``probability`` are higher for worse and None where an item was not
    scored; ``editor`` is an editor's word that went before the verdict; ``by`` names version and
    model.
    """

    verdict: str
    score: float | None
    probability: float | None
    reasons: tuple[str, ...]
    by: str
    editor: str | None = None

    def written(self, slot: Slot) -> bytes:
        """The annotation as it stands in its place."""
        if slot.form == "element":
            text = self.element()
        elif slot.form == "object":
            text = self.object()
        else:
            text = self.indicator(plural=slot.form == "indicators")
        return slot.before + text.encode() + slot.after

    def fields(self) -> dict[str, Any]:
        """The annotation as an object; what is not known is left out."""
        said = {
            "about": NAMESPACE,
            "verdict": self.verdict,
            "score": self.score,
            "probability": self.probability,
            "reasons": list(self.reasons),
            "editor": self.editor,
            "by": self.by,
        }
        return {name: value for name, value in said.items() if value is not None}

    def element(self) -> str:
        """An XML element that declares its own namespace.

        >>> Note("pass", 3.1, 0.02, (), "garbled 0.1.0").element()[:73]
        '<garbled:verdict xmlns:garbled="urn:garbled:verdict:1" score="3.1" probab'
        """
        attributes = {n: v for n, v in self.fields().items() if n not in ("about", "verdict")}
        attributes["reasons"] = " ".join(self.reasons)
        told = "".join(f' {name}="{_escaped(str(value))}"' for name, value in attributes.items())
        start = f'<garbled:verdict xmlns:garbled="{NAMESPACE}"{told}>'
        return f"{start}{_escaped(self.verdict)}</garbled:verdict>"

    def object(self) -> str:
        return json.dumps(self.fields())

    def indicator(self, *, plural: bool = False) -> str:
        """One of ninjs's trust indicators: its schemas allow no property of one's own.

        Generation 1 has ``scheme`` and ``code``, later ones (``plural``) a ``role``.
        """
        figures = {"probability": self.probability, "score": self.score, "editor": self.editor}
        told = [self.verdict]
        told += [f"{name} {value}" for name, value in figures.items() if value is not None]
        title = f"{self.by}: {', '.join([*told, *self.reasons])}"
        if plural:
            return json.dumps({"role": NAMESPACE, "title": title})
        return json.dumps({"scheme": NAMESPACE, "code": self.verdict, "title": title})


def is_ours(value: object) -> bool:
    """Whether a decoded JSON value is an annotation of ours, in any of its forms."""
    if not isinstance(value, Mapping):
        return False
    return NAMESPACE in (value.get("about"), value.get("scheme"), value.get("role"))


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;")
