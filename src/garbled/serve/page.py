"""The page at ``/``: paste or drop copy, and its original, and see what is wrong and why.

It is made here, and works without its script, which takes dropped files, records labels in place
and walks through findings. Nothing in it is loaded from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from garbled.comparison.findings import with_original
from garbled.documents import Document
from garbled.ingest.options import Format
from garbled.ingest.reader import sniff
from garbled.report.comparison_html import passages_context
from garbled.report.html_article import article_html
from garbled.report.html_template import asset, policy, template
from garbled.serve.bodies import Body, Bounds, bounded, bounds_of, read_body, text_document
from garbled.serve.forms import read_form
from garbled.serve.guard import AUTHORISED
from garbled.serve.keys import Keys
from garbled.serve.recall import Judged
from garbled.serve.refused import Refused
from garbled.serve.results import stored
from garbled.serve.scoring import comparison_of
from garbled.serve.service import Service
from garbled.store.rows import WORDS

SOURCE = "page"
"""The feed of what is pasted."""
FORMATS: Mapping[str, str] = {
    "auto": "tell by looking",
    "text": "plain text",
    "markdown": "Markdown",
    "html": "HTML page",
}
MAX_SHOWN = 20
"""Articles of one input that the page shows."""
_NO_FIELDS = {"text": "", "original": "", "title": "", "format": "auto"}
_GRAMMAR = {
    "off": "LanguageTool is not used.",
    "ready": "LanguageTool is there.",
    "starting": "LanguageTool is starting: for now, grammar is missing from results.",
    "restarting": "LanguageTool is being restarted: for now, grammar is missing from results.",
    "failed": "LanguageTool has failed: grammar is missing from results.",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A result as the page shows it; ``article`` is its printed element, or empty."""

    verdict: str
    says: str
    result_id: int | None
    label: str | None
    article: Any = ""


def make_router(service: Service, keys: Keys) -> APIRouter:
    """The routes over a service."""
    router = APIRouter(include_in_schema=False)
    bounds = bounds_of(service.options.config)

    @router.get("/")
    async def empty(request: Request) -> Response:
        if not request.scope[AUTHORISED]:
            return _login()
        return await service.read(lambda: _page(service, _NO_FIELDS))

    @router.post("/")
    async def check(request: Request) -> Response:
        if not request.scope[AUTHORISED]:
            return _login("The page was closed in the meantime; give the token again.", 401)
        data = await request.body()
        read = await service.read(lambda: read_form(data), n_bytes=len(data))
        fields = _NO_FIELDS | read
        try:
            return await _checked(service, fields, bounds)
        except Refused as refused:
            page = _page(service, fields, problem=refused.message, status=refused.status)
            if refused.retry_after is not None:
                page.headers["retry-after"] = str(refused.retry_after)
            return page

    @router.post("/login")
    async def login(request: Request) -> Response:
        fields = read_form(await request.body())
        if not keys.is_token(fields.get("token", "")):
            return _login("That is not the token.", 401)
        answer = RedirectResponse("/", 303)
        answer.headers["set-cookie"] = keys.cookie(is_secure=request.url.scheme == "https")
        return answer

    @router.post("/label")
    async def label(request: Request) -> Response:
        """What the buttons do in a browser without scripts."""
        if not request.scope[AUTHORISED]:
            return _login("Give the token again.", 401)
        fields = read_form(await request.body())
        id, word = fields.get("result_id", ""), fields.get("label", "")
        known = [own for own in WORDS if own == word]
        if not (id.isascii() and id.isdecimal() and len(id) < 19 and known):
            raise Refused(422, f"a label is {' or '.join(WORDS)}, on a result")
        service.memory()
        await stored(service, lambda: service.label(int(id), known[0]))
        notice = f"Recorded: {word.replace('_', ' ')}."
        return await service.read(lambda: _page(service, _NO_FIELDS, notice=notice))

    return router


async def _checked(service: Service, fields: Mapping[str, str], bounds: Bounds) -> Response:
    n_bytes = len(fields["text"]) + len(fields["original"])
    with service.admitted():
        documents = await service.read(lambda: _documents(fields, "text", bounds), n_bytes=n_bytes)
        if not fields["original"].strip():
            judged = await service.judge(lambda: documents)
            return await service.read(lambda: _articles_page(service, fields, judged))
        originals = await service.read(
            lambda: _documents(fields, "original", bounds), n_bytes=n_bytes
        )
        if len(documents) != 1 or len(originals) != 1:
            raise Refused(422, "one article and one original at a time")
        [judged_copy] = await service.judge(lambda: documents)
        return await service.read(
            lambda: _comparison_page(service, fields, judged_copy, originals[0])
        )


def _documents(fields: Mapping[str, str], name: str, bounds: Bounds) -> Sequence[Document]:
    """The documents of a text area.

    Raises:
        Refused: there is no text in it, or too much.
    """
    text = fields[name]
    if not text.strip():
        raise Refused(422, "there is no copy to check")
    format: Format = fields["format"] if fields["format"] in FORMATS else "auto"  # type: ignore[assignment]
    data = text.encode("utf-8", "replace")
    if format == "auto":
        format = sniff(data)
    if format == "text":
        title = fields["title"].strip() if name == "text" else ""
        return [bounded(text_document(text, title=title or None, source=SOURCE), bounds)]
    body = Body(data, "text/plain; charset=utf-8", format, SOURCE)
    return read_body(body, bounds).documents


def _articles_page(service: Service, fields: Mapping[str, str], judged: list[Judged]) -> Response:
    from markupsafe import Markup

    entries = []
    for place, own in enumerate(judged[:MAX_SHOWN], 1):
        printed = article_html(own.record, place).replace("<details>", "<details open>", 1)
        entries.append(_entry(own, own.record, Markup(printed)))  # noqa: S704 - printed by article_html
    more = len(judged) - len(entries)
    notice = f"Only the first {MAX_SHOWN} articles are shown, {more} are not." if more else None
    return _page(service, fields, entries=entries, notice=notice)


def _comparison_page(
    service: Service, fields: Mapping[str, str], judged: Judged, original: Document
) -> Response:
    comparison = comparison_of(service, judged, original)
    score = with_original(comparison)
    record = {"verdict": score.verdict, "score": score.score, "probability": score.probability}
    context = passages_context(comparison)
    context |= {"reasons": [reason.replace("_", " ") for reason in score.reasons]}
    return _page(service, fields, entries=[_entry(judged, record)], **context)


def _entry(judged: Judged, record: Mapping[str, Any], article: Any = "") -> Entry:
    if record["score"] is None:
        says = "no score"
    else:
        says = f"score {record['score']:.0f} of 100, probability of being mangled "
        says += f"{record['probability']:.2f}"
    return Entry(record["verdict"], says, judged.result_id, judged.label, article)


def _page(
    service: Service,
    fields: Mapping[str, str],
    *,
    entries: Sequence[Entry] = (),
    problem: str | None = None,
    notice: str | None = None,
    status: int = 200,
    **context: Any,
) -> Response:
    from markupsafe import escape

    base = asset("compare.css" if "rows" in context else "report.css")
    style, script = base + asset("serve.css"), asset("serve.js")
    html = template("serve.html").render(
        style=style,
        script=script,
        state=_GRAMMAR[service.grammar.name],
        # Escaped here: what is unseen is not spelled out in what can be sent again.
        fields={name: escape(value) for name, value in fields.items()},
        formats=FORMATS,
        entries=entries,
        problem=problem,
        notice=notice,
        **context,
    )
    return _answer(html, policy(style=style, script=script), status)


def _login(problem: str | None = None, status: int = 200) -> Response:
    style = asset("report.css") + asset("serve.css")
    html = template("login.html").render(style=style, problem=problem)
    return _answer(html, policy(style=style, script=""), status)


def _answer(html: str, rules: str, status: int) -> Response:
    own = rules.replace("form-action 'none'", "form-action 'self'")
    headers = {
        "content-security-policy": f"{own}; connect-src 'self'; frame-ancestors 'none'",
        # Under no-referrer a browser hides the origin of our own forms from us.
        "referrer-policy": "same-origin",
    }
    return HTMLResponse(html, status, headers)
