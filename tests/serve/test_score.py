"""Scoring over HTTP gives what the library gives, and keeps it."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from texts import CLEAN, FRENCH, MANGLED

from garbled.documents import Score
from garbled.ingest import read_bytes
from garbled.report.comparison import comparison_schema, to_comparison_record
from garbled.report.record import to_record
from garbled.report.schema import result_schema
from garbled.scorer import Scorer
from garbled.serve.openapi import served_result_schema

from .running import Running

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
ADDED = ("result_id", "label", "remembered")
BAD, GOOD = "\n\n".join(MANGLED), "\n\n".join(CLEAN)


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer("fast")


def own(record: dict[str, Any]) -> dict[str, Any]:
    """A record without what the service adds, and without its names."""
    return {k: v for k, v in record.items() if k not in (*ADDED, "id", "source")}


def same(record: dict[str, Any], score: Score) -> bool:
    return own(record) == own(json.loads(json.dumps(to_record(score))))


@pytest.mark.parametrize("text", [BAD, GOOD, "Too short to say.", "\n\n".join(FRENCH)])
def test_one_article(service: Running, scorer: Scorer, text: str) -> None:
    record = service.score(text, id="a-1", source="wire#a-1")
    assert same(record, scorer.score(text))
    assert (record["id"], record["source"]) == ("a-1", "wire#a-1")
    jsonschema.validate(record, served_result_schema(), cls=jsonschema.Draft202012Validator)
    jsonschema.validate(record, result_schema(), cls=jsonschema.Draft202012Validator)


def test_many_articles_in_their_order(service: Running, scorer: Scorer) -> None:
    texts = [BAD, GOOD, "", "x" * 200_000, GOOD, BAD + "\n\nMore."]
    answer = service.ask("/v1/score", json=[{"text": t, "id": str(n)} for n, t in enumerate(texts)])
    assert answer.status_code == 200
    records = answer.json()
    assert [record["id"] for record in records] == list("012345")
    for record, text in zip(records, texts, strict=True):
        if 0 < len(text) < 50_000:
            assert same(record, scorer.score(text))
        else:
            assert record["verdict"] == "error"
    assert "longer than 50,000 characters" in records[3]["error"]


def test_clients_at_once_get_their_own(service: Running, scorer: Scorer) -> None:
    texts = [f"{part} The number is {n}." for n, part in enumerate((*CLEAN, *MANGLED) * 3)]
    expected = [scorer.score(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        records = list(pool.map(service.score, texts))
    assert all(same(record, score) for record, score in zip(records, expected, strict=True))


def test_a_headline_apart(service: Running, scorer: Scorer) -> None:
    record = service.score(BAD, title="Gazp.MM falls")
    assert same(record, scorer.score(BAD, title="Gazp.MM falls"))
    assert record["paragraphs"][0]["role"] == "headline"


def test_with_its_original(service: Running, scorer: Scorer) -> None:
    copy = GOOD.replace("David Cole", "David Coal")
    record = service.score(copy, original=GOOD)
    assert same(record, scorer.score(copy, original=GOOD))
    found = [f for p in record["paragraphs"] for f in p["findings"]]
    assert ("ORIGINAL_NAME", "David Cole") in {(f["rule"], f["suggestion"]) for f in found}
    assert record["verdict"] == "review"


def test_an_original_without_text_is_told(service: Running) -> None:
    record = service.score(GOOD, original=" ")
    assert record["error"].startswith("not held against its original")
    assert record["score"] is not None


@pytest.mark.parametrize(
    ("name", "type", "format"),
    [
        ("text/05-obituary-lark.en-es-en.txt", "text/plain", "text"),
        ("feed.xml", "application/rss+xml", "feed"),
        ("feed.xml", "text/xml; charset=utf-8", "feed"),
        ("feed.atom", "application/atom+xml", "feed"),
    ],
)
def test_copy_in_other_formats(service: Running, scorer: Scorer, name, type, format) -> None:
    data = (SAMPLES / name).read_bytes()
    answer = service.ask("/v1/score", data=data, headers={"content-type": type})
    assert answer.status_code == 200
    records = answer.json() if format == "feed" else [answer.json()]
    documents = list(read_bytes(data, source="api", format=format))
    scores = list(scorer.score_documents(documents))
    assert len(records) == len(scores) > 0
    assert all(same(record, score) for record, score in zip(records, scores, strict=True))


def test_a_page(service: Running) -> None:
    [page, *_] = sorted((SAMPLES / "pages").iterdir())
    answer = service.ask(
        "/v1/score?id=p-1&source=web", data=page.read_bytes(), headers={"content-type": "text/html"}
    )
    assert answer.json()["id"] == "p-1"
    assert answer.json()["n_words"] > 100


NINJS = {"uri": "urn:desk:7", "headline": "Pier shut", "body_text": GOOD}
NITF = f"""<nitf><body><body.head><hedline><hl1>Pier shut</hl1></hedline></body.head>
<body.content>{"".join(f"<p>{text}</p>" for text in CLEAN)}</body.content></body></nitf>"""
FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Pier",
    "items": [{"id": "1", "content_text": GOOD}, {"id": "2", "content_text": BAD}],
}
MARKDOWN = "# Pier shut\n\n" + "\n\n".join(f"**{text[:20]}**{text[20:]}" for text in CLEAN)


@pytest.mark.parametrize(
    ("data", "type", "n"),
    [
        (json.dumps(NINJS), "application/json", None),
        (json.dumps(NINJS), "application/ninjs+json", None),
        (NITF, "application/nitf+xml", None),
        (NITF, "text/xml", None),
        (MARKDOWN, "text/markdown; charset=utf-8", None),
        (json.dumps(FEED), "application/json", 2),
        (json.dumps(FEED), "application/feed+json", 2),
    ],
)
def test_agencies_formats(service: Running, data: str, type: str, n: int | None) -> None:
    answer = service.ask("/v1/score", data=data.encode(), headers={"content-type": type})
    assert answer.status_code == 200, answer.text
    records = [answer.json()] if n is None else answer.json()
    assert len(records) == (n or 1)
    assert records[0]["verdict"] == "pass"
    assert records[0]["n_words"] > 80
    assert n or records[0]["title"] == "Pier shut"
    assert records[-1]["verdict"] == ("hold" if n else "pass")


def test_the_format_may_be_named(service: Running) -> None:
    data = json.dumps({"id": 7, "text": GOOD}) + "\n" + json.dumps({"id": 8, "text": BAD})
    records = service.ask("/v1/score?format=jsonl", data=data.encode()).json()
    assert [record["id"] for record in records] == ["7", "8"]


def test_without_wording(service: Running) -> None:
    record = service.ask("/v1/score?texts=false", json={"text": BAD, "title": "Head"}).json()
    assert record["title"] is None
    assert "pier" not in json.dumps(record)
    assert any(part["findings"] for part in record["paragraphs"])


def test_the_same_text_is_known_again(service: Running) -> None:
    text = f"{GOOD}\n\nThis paragraph is for the memory alone."
    first = service.score(text, source="memory")
    again = service.score(text, source="memory")
    assert (first["remembered"], again["remembered"]) == (False, True)
    assert own(first) == own(again)
    assert first["result_id"] == again["result_id"]
    corrected = service.score(text.replace("Monday", "Tuesday"), source="memory")
    assert not corrected["remembered"]


def test_results_are_listed(service: Running) -> None:
    ids = [
        service.score(f"{GOOD}\n\nListed {n}.", source=f"list#{n}", id=f"l{n}")["result_id"]
        for n in range(3)
    ]
    page = service.ask("/v1/results", params={"feed": "list", "limit": 2}).json()
    assert [result["id"] for result in page["results"]] == ["l2", "l1"]
    rest = service.ask("/v1/results", params={"feed": "l*t", "before": page["before"]}).json()
    assert [result["result_id"] for result in rest["results"]] == ids[:1]
    assert rest["before"] is None
    held = service.ask("/v1/results", params={"feed": "list", "verdict": "hold"}).json()
    assert held["results"] == []


def test_a_label_is_recorded_and_told(service: Running) -> None:
    text = f"{BAD}\n\nLabelled."
    record = service.score(text, source="labelled")
    path = f"/v1/results/{record['result_id']}/label"
    answer = service.ask(path, json={"label": "false_alarm"})
    assert answer.json() == {
        "result_id": record["result_id"],
        "label": "false_alarm",
        "feed": "labelled",
    }
    again = service.score(text, source="labelled")
    assert again["label"] == "false_alarm"
    [listed] = service.ask("/v1/results", params={"feed": "labelled", "limit": 1}).json()["results"]
    assert listed["label"] == "false_alarm"


def test_labels_move_thresholds_of_their_feed(service: Running) -> None:
    """What the library does with the same labels, the running service does at once."""
    before = service.score(BAD, source="moved")["signature"]["thresholds"]
    for number in range(40):
        record = service.score(f"{BAD}\n\nAlarm {number}.", source="moved")
        service.ask(f"/v1/results/{record['result_id']}/label", json={"label": "false_alarm"})
    after = service.score(BAD, source="moved")["signature"]["thresholds"]
    assert after["review"] > before["review"]
    assert service.score(BAD, source="unmoved")["signature"]["thresholds"] == before


@pytest.mark.parametrize("texts", ["true", "false"])
def test_comparison(service: Running, scorer: Scorer, texts: str) -> None:
    copy = GOOD.replace("January", "February").replace("David Cole", "David Coal")
    pair = {"original": GOOD, "copy": {"text": copy, "id": "c"}}
    compared = service.ask(f"/v1/compare?texts={texts}", json=pair).json()
    jsonschema.validate(compared, comparison_schema(), cls=jsonschema.Draft202012Validator)
    expected = to_comparison_record(scorer.compare(GOOD, copy), texts=texts == "true")
    assert compared["passages"] == json.loads(json.dumps(expected["passages"]))
    assert compared["counts"]["date"] == compared["counts"]["name"] == 1
    assert own(compared["copy"]) == own(json.loads(json.dumps(expected["copy"])))


@pytest.mark.parametrize(
    ("send", "status", "told"),
    [
        ({"data": b"{", "headers": {"content-type": "application/json"}}, 400, "not JSON"),
        ({"data": b"\xff\xfe{", "headers": {"content-type": "application/json"}}, 400, "not JSON"),
        (
            {"data": b"[" * 100_000, "headers": {"content-type": "application/json"}},
            400,
            "not JSON",
        ),
        ({"json": {}}, 422, "text: Field required"),
        ({"json": {"text": 7}}, 422, "text: "),
        ({"json": [{"text": "a"}, {"title": "secret words"}]}, 422, "1.text: Field required"),
        ({"json": 7}, 422, ""),
        ({"json": [{"text": "a"}] * 101}, 413, "more than 100 articles"),
        ({"data": b"x", "headers": {"content-type": "image/png"}}, 415, "application/json"),
        ({"data": b"x"}, 415, "application/json"),
        ({"data": b"x", "headers": {"content-type": "text/plain; charset=rot13"}}, 415, "charset"),
        ({"data": b"x", "headers": {"content-type": "text/plain; charset=zip"}}, 415, "charset"),
        ({"data": b"PAR1", "headers": {"content-type": "text/xml"}}, 415, "Parquet"),
        ({"data": b"x" * 10_000_001, "headers": {"content-type": "text/plain"}}, 413, "10,000,000"),
    ],
)
def test_what_is_refused_is_told_in_one_line(service: Running, send, status, told) -> None:
    answer = service.ask("/v1/score", **send)
    assert answer.status_code == status, answer.text
    [detail] = answer.json().values()
    assert told in detail
    assert "\n" not in detail
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("path", "send", "status"),
    [
        ("/nothing", {}, 404),
        ("/v1/score", {}, 405),
        ("/v1/results?limit=0", {}, 422),
        ("/v1/results?verdict=bad", {}, 422),
        ("/v1/results/99999999/label", {"json": {"label": "mangled"}}, 404),
        ("/v1/results/1/label", {"json": {"label": "maybe"}}, 422),
        ("/v1/results/x/label", {"json": {"label": "mangled"}}, 422),
        ("/v1/compare", {"json": {"original": "", "copy": ""}}, 422),
        ("/v1/compare", {"json": {"original": "a" * 50_001, "copy": "b"}}, 413),
        ("/v1/score?format=docx", {"data": b"x"}, 422),
    ],
)
def test_other_refusals(service: Running, path: str, send: dict[str, Any], status: int) -> None:
    answer = service.ask(path, **send)
    assert answer.status_code == status, answer.text
    assert list(answer.json()) == ["detail"]


def test_metrics_count_what_was_given(service: Running) -> None:
    def value(name: str) -> float:
        found = re.search(rf"^{re.escape(name)} (\S+)$", service.ask("/metrics").text, re.M)
        return float(found[1]) if found else 0.0

    name = 'garbled_results_total{feed="counted",verdict="hold"}'
    known = value("garbled_remembered_results_total")
    for _ in range(2):
        service.score(f"{BAD}\n\nCounted.", source="counted#1")
    assert value(name) == 2
    assert value("garbled_remembered_results_total") == known + 1
    assert value("garbled_ready") == 1
    assert value("garbled_degraded") == 0
    assert value('garbled_requests_total{route="/v1/score",status="200"}') > 1
    assert value('garbled_request_seconds_count{route="/v1/score"}') > 1


def test_feeds_of_metrics_are_bounded(service: Running) -> None:
    service.ask(
        "/v1/score", json=[{"text": f"Feed {n}.", "source": f"feed-{n}"} for n in range(99)]
    )
    text = service.ask("/metrics").text
    feeds = set(re.findall(r'garbled_results_total\{feed="([^"]*)"', text))
    assert len(feeds) <= 51
    assert "(other feeds)" in feeds


def test_health(service: Running) -> None:
    assert service.ask("/healthz").json() == {"status": "ok"}
    ready = service.ask("/readyz").json()
    assert (ready["status"], ready["grammar"], ready["degraded"]) == ("ready", "off", False)


def test_every_answer_has_the_headers(service: Running) -> None:
    for path in ("/", "/healthz", "/nothing", "/v2/languages", "/openapi.json"):
        headers = service.ask(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "server" not in headers


def test_the_log_holds_no_copy(service: Running) -> None:
    service.score("A sentence about zebrafinches.", source="log-zebra", title="Zebrafinches")
    service.ask("/v2/check?language=en&text=zebrafinches")
    service.ask("/zebrafinches")
    service.ask("/v1/score", json={"zebrafinches": 1})
    log = service.log.read_text().lower()
    assert "/v1/score" in log
    assert "zebra" not in log
