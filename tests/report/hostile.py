"""Scores whose every text tries to get out of the place where a page shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from garbled.documents import Block, Document, Finding, ParagraphScore, Score
from garbled.report.html import write_html

RUNS = "window.pwned=(window.pwned||0)+1"
HOSTILE = (
    f"<script>{RUNS}</script>",
    f"</script><script>{RUNS}</script>",
    f"</title></style><script>{RUNS}</script>",
    f"<img src=x onerror='{RUNS}'>",
    f"<svg/onload={RUNS}>",
    f'" autofocus onfocus="{RUNS}" x="',
    f"' onmouseover='{RUNS}",
    f"<a href=javascript:{RUNS}>link</a>",
    f"<iframe srcdoc='<script>parent.{RUNS}</script>'></iframe>",
    "<meta http-equiv=refresh content='0;url=https://example.invalid/'>",
    "<base href=https://example.invalid/><link rel=stylesheet href=x.css>",
    "<style>*{display:none!important}</style>",
    "<!-- <!--",
    "--><![CDATA[ ]]>",
    "<details open><summary></details></article></main>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;script&gt;&#x3c;b&#x3e; &amp;",
    "\x00\x01\x08\x0b\x0c\x1b[2J\x7f\x9b",
    "pay \u202eevil\u2066 order",
    "lone \udce9 \ud83d surrogates",
    "line\u2028and\u2029ends \ufffe\uffff",
    "e" + "\u0301" * 300,
    "x" * 5000,
)


def hostile_score(make_score: Callable[..., Score], text: str, number: int = 0) -> Score:
    """A score in which every free text is ``text``, unclean as no parser would leave it."""
    paragraph = replace(Document.from_blocks([Block("x")], id="", source="").paragraphs[0])
    paragraph = replace(paragraph, text=text, end=len(text))
    half = len(text) // 2
    findings = tuple(
        Finding("name", "NAME_X", severity, start, end, text[start:end], text, text)
        for severity, start, end in (("critical", 0, half + 1), ("minor", half, len(text)))
    )
    scored = ParagraphScore(paragraph, 90.0, 0.9, findings)
    return make_score(
        id=f"{number}{text}",
        source=text,
        title=text,
        language=text,
        error=text,
        paragraphs=(scored,),
    )


def write_page(scores: list[Score], path: Path, *, texts: bool = True) -> Path:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        write_html(scores, stream, texts=texts)
    return path
