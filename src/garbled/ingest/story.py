"""The parts of an agency's story, kept apart: what is copy is scored, what is about it is not.

Formats differ in where they put a headline, a byline or the terms of use. Their parsers make a
story of these, and one function puts its parts in order, each under its role:

- byline and dateline as such, credit lines as ``credit``;
- the editor's note, and a status other than usable, as ``note``;
- usage terms, copyright and sluglines as ``furniture``, which is neither scored nor searched;
- alternative headlines and a standfirst as ``subhead``; a standfirst that the body repeats as
  ``duplicate``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from garbled.documents import SCORED_ROLES, Block, Document, Role
from garbled.ingest.blocks import markup_text_blocks
from garbled.ingest.document import cut_problem, make_document
from garbled.ingest.markup import holds_html, plain, unescaped
from garbled.ingest.options import Limits
from garbled.ingest.text import text_blocks

USABLE = frozenset({"", "usable"})
MAX_ABOUT = 2_000
"""Parts of a story beside its body, which would leave no room for it."""
MAX_SOUGHT = 50
"""Parts up to which a standfirst is sought in the body."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Story:
    """One item's text. ``before`` and ``after`` are its metadata, ``body`` is in its own order.

    ``problem`` says in one line what was wrong with it, if anything was.
    """

    headline: str | None = None
    before: tuple[Block, ...] = ()
    body: tuple[Block, ...] = ()
    after: tuple[Block, ...] = ()
    language: str | None = None
    problem: str | None = None


def story_document(
    story: Story, limits: Limits, *, id: str, source: str, problems: Sequence[str | None] = ()
) -> Document:
    """The document of a story."""
    if len(story.before) + len(story.after) > MAX_ABOUT:
        problems = [*problems, f"more than {MAX_ABOUT:,} headlines, bylines and notes; cut there"]
        story = replace(story, before=story.before[:MAX_ABOUT], after=story.after[:MAX_ABOUT])
    return make_document(
        list(_ordered(story)),
        limits,
        id=id,
        source=source,
        title=story.headline,
        language=story.language,
        problems=[*problems, story.problem, cut_problem(story.body, limits)],
    )


def line(text: object, role: Role) -> tuple[Block, ...]:
    """A field of one line, without tags, as a part of a story; nothing if it holds no text.

    >>> line("Bob Reed &amp; <b>Ann Low</b>", "byline"), line(None, "byline")
    ((Block(text='Bob Reed & Ann Low', role='byline'),), ())
    """
    written = plain(text) if isinstance(text, str) else ""
    return (Block(written, role),) if written else ()


def paragraphs(text: str, limits: Limits, role: Role = "body") -> tuple[Block, ...]:
    """A field's paragraphs, whether it is HTML or plain text. ``role`` stands for the body's.

    Raises:
        IngestError: it is HTML that cannot be read.

    >>> [block.text for block in paragraphs("<p>One.</p><p>Tea &amp;amp; milk.</p>", Limits())]
    ['One.', 'Tea & milk.']
    """
    if not holds_html(text):
        text = unescaped(text)
    is_html = holds_html(text)
    found = markup_text_blocks(text, limits) if is_html else text_blocks(text, headline=False)
    return tuple(
        Block(unescaped(block.text), role if block.role == "body" else block.role)
        for block in found
    )


def status(value: str | None) -> tuple[Block, ...]:
    """A note of a publication status that is not usable: the item is scored all the same."""
    name = re.split("[:/]", value or "")[-1].strip().lower()
    return () if name in USABLE else line(f"Publication status: {name[:40]}", "note")


def _ordered(story: Story) -> Iterator[Block]:
    """The story's blocks, each text once under its role, the headline apart."""
    title = _key(story.headline or "")
    body = [_below_headline(block) for block in story.body if not _is_title(block, title)]
    copy = f" {' '.join(_key(b.text) for b in body if b.role in SCORED_ROLES)} "
    seen = {(block.role, _key(block.text)) for block in body}
    for number, block in enumerate((*story.before, None, *story.after)):
        if block is None:
            yield from body
            continue
        key = _key(block.text)
        if (block.role, key) in seen or _is_title(block, title):
            continue
        seen.add((block.role, key))
        is_sought = block.role == "subhead" and key and number < MAX_SOUGHT
        if is_sought and f" {key} " in copy:
            yield block._replace(role="duplicate")
        else:
            yield _below_headline(block)


def _is_title(block: Block, title: str) -> bool:
    return block.role in ("headline", "subhead") and _key(block.text) == title


def _below_headline(block: Block) -> Block:
    """A headline that is not the story's own is a subhead."""
    return block._replace(role="subhead") if block.role == "headline" else block


def _key(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
