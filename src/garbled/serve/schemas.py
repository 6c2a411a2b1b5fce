"""What requests bring and answers give, as the OpenAPI document describes it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from garbled.documents import Verdict
from garbled.store import Word


def _writable(value: Any) -> Any:
    """A text in which half a surrogate pair, as a cut text may have, is a replacement mark."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


Text = Annotated[str, BeforeValidator(_writable)]
Name = Annotated[str, BeforeValidator(_writable), Field(max_length=1000)]


class Strict(BaseModel):
    model_config = ConfigDict(strict=True)


class Article(Strict):
    """One article to score."""

    text: Text = Field(description="Plain text; paragraphs are parted by blank lines.")
    title: Name | None = Field(None, description="The headline, if it is not in the text.")
    id: Name | int | None = Field(None, description="Yours; without one the content gives it one.")
    source: Name = Field(
        "api", description="The feed, whose prior and thresholds are used. It is never fetched."
    )
    original: Text | None = Field(
        None, description="The text that the copy was made from: what changed is told too."
    )


class Pair(Strict):
    """An original and its copy."""

    original: Article | Text
    copy_: Article | Text = Field(alias="copy")


class LabelRequest(Strict):
    """An editor's word on a result."""

    label: Word


class LabelReply(Strict):
    """A label that was recorded."""

    result_id: int
    label: Word
    feed: str


class Problem(Strict):
    """Why a request was not done, in one line."""

    detail: str


class Summary(Strict):
    """A result in the memory."""

    result_id: int
    feed: str
    id: str
    scored_at: float = Field(description="Seconds of Unix time.")
    verdict: Verdict
    score: float | None
    probability: float | None
    reasons: list[str]
    degraded: bool
    label: Word | None
    title: str | None


class Page(Strict):
    """Results, the newest first; ``before`` asks for those that follow."""

    results: list[Summary]
    before: int | None = Field(description="Pass it on for the next page; null at the end.")


class Health(Strict):
    """The process lives."""

    status: Literal["ok"] = "ok"


class Readiness(Strict):
    """Whether requests are scored, and with what."""

    status: Literal["loading", "ready", "failed", "stopping"]
    grammar: Literal["off", "starting", "ready", "restarting", "failed"]
    degraded: bool = Field(description="Results lack what their tier wants.")
    detail: str | None = Field(None, description="What is in the way.")
