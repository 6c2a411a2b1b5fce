"""Superdesk: held copy is not published, and a macro notes what was found.

In the newsroom's ``settings.py``::

    INSTALLED_APPS.append("garbled.plugins.superdesk")

The configuration is the nearest garbled.toml, or the file that ``GARBLED_CONFIG`` in the
environment of Superdesk's processes names. Superdesk calls ``init_app`` when it starts, which
connects ``refuse_held`` to the signal ``item_validate``. What a receiver adds to ``response``
prevents publishing and is shown to the user, so there is no place for warnings: ``review`` passes
here, and the macro in ``garbled.plugins.superdesk_macro`` writes it into the editor's note.
Nothing here ever raises into Superdesk: what cannot be checked is published, and the log says that
it was not checked.

An item is judged by the policy of the feed that its ``source`` names. Kills and takedowns pass.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from garbled.documents import SEVERITIES, Block, Document, Finding, Score
from garbled.errors import GarbledError
from garbled.report.plain import plain
from garbled.report.reasons import REASONS

CONFIG_VARIABLE = "GARBLED_CONFIG"
"""Environment variable with the path of a garbled.toml; the nearest one if not given."""
OVERRIDE = "garbled_pass"
"""Custom text field of a content profile: an editor who fills it in publishes a held item."""
CHECKED_TYPES = frozenset({"text", "preformatted"})
FEED = "superdesk"
"""The feed of an item that names no source."""
MAX_SHOWN = 5
"""Findings that are told, the worst first."""
MAX_QUOTE = 80

# The client takes the messages for a printed list: it drops brackets and straight quotes, cuts at
# commas and names the field by the first word; "9007" and "9009" make it load the item anew.
_SHOWN = str.maketrans({",": "‚", "[": "(", "]": ")", "'": "’", '"': "”", "\\": "/"})
_MARKUP = str.maketrans({"<": "‹", ">": "›"})

logger = logging.getLogger("garbled.superdesk")


def init_app(app: Any) -> None:
    """Connect to Superdesk's signal; what it calls on each of ``INSTALLED_APPS``."""
    import_module("superdesk.signals").item_validate.connect(refuse_held)


def refuse_held(
    sender: Any, item: Any = None, response: Any = None, error_fields: Any = None, **_: Any
) -> None:
    """Receive ``item_validate``: refuse a held item with quoted reasons.

    Args:
        sender: Superdesk's service.
        item: a copy of the item that is to be published.
        response: the messages that prevent publishing, to which ours are added.
        error_fields: field to what is wrong with it.
    """
    try:
        if not _is_checked(item):
            return
        score = desk(config_file()).score(item)
        if score.verdict == "hold" and not (item.get("extra") or {}).get(OVERRIDE):
            response.extend(refusal(score))
            if isinstance(error_fields, dict):
                error_fields.setdefault("body_html", "is held by garbled")
        logger.info("%s %s", score.verdict, _name(item))
    except Exception as error:
        _give_up(item, error)


def note(item: Any) -> Any:
    """Write what was found into an item's editor's note, or take an older note away.

    Other notes stay. Items that cannot be checked are returned as they are.
    """
    try:
        if _is_checked(item):
            _put_note(item, desk(config_file()).score(item))
    except Exception as error:
        _give_up(item, error)
    return item


def config_file() -> Path | None:
    """The configuration that the environment names."""
    named = os.environ.get(CONFIG_VARIABLE)
    return Path(named) if named else None


class Desk:
    """A scorer that the threads of one process share."""

    def __init__(self, config: Path | None) -> None:
        from garbled.config import load_config
        from garbled.scorer import Scorer

        own = load_config(config)
        self.scorer = Scorer(
            own.tier,
            grammar=own.grammar,
            model=own.model,
            house_list=own.house_list,
            policies=own.policies,
        )
        self._turn = threading.Lock()

    def score(self, item: Mapping[str, Any]) -> Score:
        """The score of an item.

        Raises:
            IngestError: no HTML can be read from its body.
        """
        with self._turn:
            return next(iter(self.scorer.score_documents([to_document(item)])))


@cache
def desk(config: Path | None) -> Desk:
    """The desk of a configuration, made at its first item.

    Raises:
        GarbledError: the configuration, or the model that it names, is not what it should be.
    """
    return Desk(config)


def to_document(item: Mapping[str, Any]) -> Document:
    """A Superdesk item, which is ninjs with HTML in its fields, as a document.

    >>> item = {"guid": "urn:1", "headline": "Pier <b>shut</b>", "body_html": "<p>It rained.</p>"}
    >>> [(p.role, p.text) for p in to_document(item).paragraphs]
    [('headline', 'Pier shut'), ('body', 'It rained.')]
    """
    from garbled.ingest.document import make_document
    from garbled.ingest.markup import plain as without_tags
    from garbled.ingest.options import Limits

    limits = Limits()
    source = _text(item, "source") or FEED
    return make_document(
        list(_blocks(item, limits)),
        limits,
        id=_name(item),
        source=source,
        title=without_tags(_text(item, "headline")) or None,
        language=_text(item, "language"),
    )


def _blocks(item: Mapping[str, Any], limits: Any) -> Iterator[Block]:
    from garbled.ingest.blocks import markup_text_blocks

    fields = ("byline", "byline"), ("dateline", "dateline"), ("abstract", "subhead")
    for field, role in fields:
        for block in markup_text_blocks(_text(item, field), limits):
            yield Block(block.text, role)  # type: ignore[arg-type]
    body = _text(item, "body_html")
    if len(body) > limits.max_record_bytes:
        raise GarbledError(f"longer than {limits.max_record_bytes:,} characters")
    yield from markup_text_blocks(body, limits)


def _text(item: Mapping[str, Any], field: str) -> str:
    """A field's text; the dateline is an object that has one."""
    value = item.get(field)
    value = value.get("text") if isinstance(value, dict) else value
    return value if isinstance(value, str) else ""


def refusal(score: Score) -> list[str]:
    """What the user is told, in words that the client shows as they are."""
    said = "; ".join(REASONS.get(reason, reason) for reason in score.reasons)
    lines = [f"BODY_HTML garbled holds this article{_numbers(score)}: {said}"]
    lines += [f"{field} {_wording(finding)}" for field, finding in worst(score)]
    return [shown(line) for line in lines]


def worst(score: Score) -> list[tuple[str, Finding]]:
    """The gravest findings, each with the field of the item that it stands in."""
    found = [
        ("HEADLINE" if scored.paragraph.role == "headline" else "BODY_HTML", finding)
        for scored in score.paragraphs
        for finding in scored.findings
    ]
    return sorted(found, key=lambda pair: _gravity(pair[1]))[:MAX_SHOWN]


def _gravity(finding: Finding) -> tuple[int, bool, bool]:
    """The severe first, of these what can be mended, then names."""
    severity = SEVERITIES.index(finding.severity)
    return -severity, finding.suggestion is None, finding.kind != "name"


def shown(line: str) -> str:
    """A message as Superdesk's client shows it, in one piece.

    >>> shown('BODY_HTML “a, [b]” isn\\'t <i>')
    'BODY_HTML “a‚ (b)” isn’t ‹i›'
    """
    line = plain(line).translate(_SHOWN).translate(_MARKUP)
    return line.replace("9007", "9 007").replace("9009", "9 009")


def _put_note(item: Any, score: Score) -> None:
    kept = [line for line in _text(item, "ednote").split("\n") if not line.startswith("garbled: ")]
    if score.verdict in ("review", "hold"):
        found = [_wording(finding) for _, finding in worst(score)]
        told = found or [REASONS.get(reason, reason) for reason in score.reasons]
        kept.append(f"garbled: {score.verdict}{_numbers(score)}: {'; '.join(told)}")
    text = "\n".join(line for line in kept if line)
    if text or item.get("ednote"):
        item["ednote"] = text.translate(_MARKUP)


def _wording(finding: Finding) -> str:
    suggestion = f" → “{plain(finding.suggestion, MAX_QUOTE)}”" if finding.suggestion else ""
    return f"“{plain(finding.quote, MAX_QUOTE)}”{suggestion}: {plain(finding.message).rstrip('.')}"


def _numbers(score: Score) -> str:
    if score.score is None or score.probability is None:
        return ""
    return f" (score {score.score:.0f} of 100; probability {score.probability:.2f})"


def _is_checked(item: Any) -> bool:
    """Text that is to be published; a kill or takedown must never be in its way."""
    return (
        isinstance(item, dict)
        and item.get("type", "text") in CHECKED_TYPES
        and item.get("pubstatus") != "canceled"
    )


def _name(item: Any) -> str:
    own = item if isinstance(item, dict) else {}
    return plain(str(own.get("_id") or own.get("guid") or "item"), 200)


def _give_up(item: Any, error: Exception) -> None:
    """Logs hold no copy: of an error that is not garbled's own only the type is told."""
    why = str(error) if isinstance(error, GarbledError) else type(error).__name__
    logger.error("not checked: %s (%s)", _name(item), plain(why))
