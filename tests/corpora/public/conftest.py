from __future__ import annotations

from collections.abc import Iterator

import pytest

from .server import FileServer, serving_files


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with serving_files() as running:
        yield running
