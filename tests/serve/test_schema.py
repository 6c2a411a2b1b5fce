"""schemathesis sends what the OpenAPI document allows, and what it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from .conftest import TOKEN
from .running import Running, start

OPERATIONS = (
    ("POST", "/v1/score"),
    ("POST", "/v1/compare"),
    ("GET", "/v1/results"),
    ("POST", "/v1/results/{result_id}/label"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("POST", "/v2/check"),
    ("GET", "/v2/check"),
    ("GET", "/v2/languages"),
    ("GET", "/v2/info"),
    ("GET", "/v2/maxtextlength"),
    ("GET", "/v2/healthcheck"),
)
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service with a memory of its own: what is sent labels results at random."""
    running = start(tmp_path_factory.mktemp("tried"), "--tier", "fast")
    yield running
    assert running.end() == 0, running.log.read_text()


def send_cases(running: Running, method: str, path: str, mode: GenerationMode, n: int) -> None:
    """Send generated requests; an answer that is not as described fails."""
    schema = schemathesis.openapi.from_url(f"{running.url}/openapi.json")
    strategy = schema[path][method].as_strategy(generation_mode=mode)

    @settings(
        max_examples=n,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=strategy)
    def send(case: Any) -> None:
        headers = {"authorization": f"Bearer {running.token}"} if running.token else {}
        case.call_and_validate(headers=headers, excluded_checks=_not_meant(case))

    try:
        send()
    except Unsatisfiable:  # nothing of it can be wrong
        assert mode is GenerationMode.NEGATIVE


def _not_meant(case: Any) -> list[Any]:
    """Any bytes may be copy; a text may be empty, and a form's parameters depend on each other."""
    is_json = case.media_type == "application/json" and "format" not in (case.query or {})
    if case.path == "/v1/score" and not is_json:
        return [negative_data_rejection]
    if case.path in ("/v1/compare", "/v2/check"):
        return [positive_data_acceptance]
    return []


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_answer_is_as_described(
    tried: Running, method: str, path: str, mode: GenerationMode
) -> None:
    send_cases(tried, method, path, mode, 40)


@pytest.mark.slow
def test_with_a_token_too(start_service: Callable[..., Running]) -> None:
    running = start_service("--tier", "fast", "--no-store", token=TOKEN)
    for method, path in OPERATIONS:
        send_cases(running, method, path, GenerationMode.POSITIVE, 8)


def test_the_document_is_complete(service: Running) -> None:
    document = service.ask("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    paths = document["paths"]
    described = {(method.upper(), path) for path, own in paths.items() for method in own}
    assert described == set(OPERATIONS)
    for path, methods in paths.items():
        for operation in methods.values():
            assert operation["summary"], path
            assert "content" in operation["responses"]["200"], path
    score = paths["/v1/score"]["post"]
    example = score["requestBody"]["content"]["application/json"]["examples"]["one"]["value"]
    assert service.ask("/v1/score", json=example).status_code == 200


def test_every_reference_of_the_document_leads_somewhere(service: Running) -> None:
    document = service.ask("/openapi.json").json()

    def references(value: Any) -> Any:
        if isinstance(value, dict):
            yield from (v for k, v in value.items() if k == "$ref" and isinstance(v, str))
            for each in value.values():
                yield from references(each)
        elif isinstance(value, list):
            for each in value:
                yield from references(each)

    found = set(references(document))
    assert len(found) > 10
    for reference in found:
        place: Any = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]
