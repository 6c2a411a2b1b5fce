"""SARIF 2.1.0, as code scanning reads it: a result for each verdict that is no pass and finding.

Results are written as they come; rules and notices follow them. Offsets and columns count code
points (``columnKind``), lines end at ``\\n``, and a byte order mark does not count.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any, TextIO
from urllib.parse import quote

import garbled
from garbled.documents import Score
from garbled.report.annotations import LEVEL_OF, Annotation, Annotator, Level
from garbled.report.places import Region
from garbled.report.reasons import REASONS
from garbled.report.record import to_line

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
ROOT = "%SRCROOT%"
MAX_NOTICES = 1000
"""Inputs that could not be read, or only in part, that are told one by one."""
_VERDICTS: Mapping[str, str] = {
    "HOLD": "Mangled, with quoted evidence: somebody should read it before it is published.",
    "REVIEW": "Probably mangled, or not readable as English news copy: somebody should read it.",
}
_PROBLEMS: Mapping[Level, str] = {"error": "error", "warning": "warning", "note": "recommendation"}
_HOUSE_LIST = "A name or term that is right as it stands belongs in the house list."


@dataclass(slots=True)
class Log:
    """What is known of a run once its results are written."""

    rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)
    notices: list[dict[str, Any]] = field(default_factory=list)
    n_errors: int = 0

    def result(self, annotation: Annotation) -> dict[str, Any]:
        if annotation.rule not in self.rules:
            self.rules[annotation.rule] = _rule(annotation)
        fix = _fix(annotation)
        return {
            "ruleId": annotation.rule,
            "ruleIndex": list(self.rules).index(annotation.rule),
            "level": annotation.level,
            "message": {"text": annotation.message},
            "locations": [_location(annotation)],
            "partialFingerprints": self._fingerprints(annotation),
            **({"fixes": [fix]} if fix else {}),
        }

    def _fingerprints(self, annotation: Annotation) -> dict[str, str]:
        """What stays the same when lines move: the rule and the words around, and which of equals.

        The first name is the one that GitHub matches alerts by.
        """
        told = (annotation.path, annotation.document, annotation.rule, annotation.context)
        digest = sha256(json.dumps(told).encode("utf-8", "backslashreplace")).hexdigest()[:16]
        self.seen[digest] += 1
        value = f"{digest}:{self.seen[digest]}"
        return {"primaryLocationLineHash": value, "garbledContext/v1": value}

    def notice(self, annotation: Annotation) -> None:
        self.n_errors += 1
        if len(self.notices) < MAX_NOTICES:
            self.notices.append(
                {
                    "level": annotation.level,
                    "message": {"text": annotation.message},
                    "locations": [_location(annotation)],
                }
            )

    def tail(self) -> dict[str, Any]:
        """The members of the run that come after its results."""
        driver = {
            "name": "garbled",
            "version": garbled.__version__,
            "semanticVersion": garbled.__version__,
            "rules": list(self.rules.values()),
        }
        invocation = {
            "executionSuccessful": not self.n_errors,
            "toolExecutionNotifications": self.notices,
        }
        return {
            "columnKind": "unicodeCodePoints",
            "newlineSequences": ["\r\n", "\n"],
            "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the checkout."}}},
            "tool": {"driver": driver},
            "invocations": [invocation],
        }


def write_sarif(scores: Iterable[Score], stream: TextIO, *, texts: bool = True) -> None:
    """Write one log; with ``texts=False`` no result holds any wording, nor a fix.

    An interrupted run leaves it open.
    """
    log, annotator = Log(), Annotator(texts)
    head = to_line({"$schema": SCHEMA, "version": "2.1.0"})
    stream.write(head.removesuffix("}") + ', "runs": [{"results": [')
    separator = "\n"
    for score in scores:
        for annotation in annotator.annotate(score):
            if score.error is not None and annotation.kind == "verdict":
                log.notice(annotation)
            if annotation.rule != "UNREADABLE":
                stream.write(separator + to_line(log.result(annotation)))
                separator = ",\n"
    stream.write("\n], " + to_line(log.tail()).removeprefix("{") + "]}\n")


def _rule(annotation: Annotation) -> dict[str, Any]:
    """A rule as code scanning lists it."""
    from garbled.evidence.findings import rules

    known = rules().get(annotation.rule, {})
    short = known.get("message") or _VERDICTS.get(annotation.rule) or _of_kind(annotation.kind)
    level = LEVEL_OF[known["severity"]] if "severity" in known else annotation.level
    about = short if annotation.kind == "verdict" else f"{short} {_of_kind(annotation.kind)}"
    return {
        "id": annotation.rule,
        "name": "".join(part.capitalize() for part in annotation.rule.split("_")),
        "shortDescription": {"text": short},
        "fullDescription": {"text": about},
        "help": {"text": f"{about} {_HOUSE_LIST}", "markdown": f"{about}\n\n{_HOUSE_LIST}"},
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": ["copy", annotation.kind],
            "problem.severity": _PROBLEMS[level],
        },
    }


def _of_kind(kind: str) -> str:
    from garbled.model.verdicts import REASON_OF_KIND

    meaning = REASONS[REASON_OF_KIND[kind]]
    return f"{meaning[0].upper()}{meaning[1:]}."


def _location(annotation: Annotation) -> dict[str, Any]:
    region = {"startLine": 1} if annotation.region is None else _region(annotation.region)
    physical = {"artifactLocation": _artifact(annotation.path), "region": region}
    if annotation.document is None:
        return {"physicalLocation": physical}
    logical = {"fullyQualifiedName": annotation.document, "kind": "document"}
    return {"physicalLocation": physical, "logicalLocations": [logical]}


def _artifact(path: str) -> dict[str, str]:
    address = quote(path.encode("utf-8", "backslashreplace"))
    if PurePosixPath(path).is_absolute():
        return {"uri": f"file://{address}"}
    return {"uri": address, "uriBaseId": ROOT}


def _region(region: Region) -> dict[str, int]:
    return {
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
        "charOffset": region.start,
        "charLength": region.end - region.start,
    }


def _fix(annotation: Annotation) -> dict[str, Any] | None:
    if annotation.replacement is None or annotation.region is None:
        return None
    replacement = {
        "deletedRegion": _region(annotation.region),
        "insertedContent": {"text": annotation.replacement},
    }
    change = {
        "artifactLocation": _artifact(annotation.path),
        "replacements": [replacement],
    }
    return {"description": {"text": "Put the suggestion there."}, "artifactChanges": [change]}
