"""The large encoder is optional, found by its digest, and refused when it is another."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from texts import CLEAN, MANGLED
from tiny_encoder import write_tiny_encoder

from garbled.documents import Document, Score
from garbled.errors import ModelError
from garbled.features.encoder import Encoder
from garbled.model.large import FILES, digest_of, find_large, large_folder, wanted_digest
from garbled.scorer import Scorer

from .conftest import tiny_configurations, write_tiny_model

pytestmark = pytest.mark.usefixtures("no_languagetool")
LARGE_SEED = 7


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A large encoder that is not installed yet."""
    return write_tiny_encoder(tmp_path / "built", LARGE_SEED, external=True)


@pytest.fixture
def description(built: Path) -> dict[str, object]:
    return {"large_encoder": {"digest": digest_of(built)}}


@pytest.fixture
def installed(description, no_languagetool) -> Path:
    """The folder of the large encoder, installed."""
    folder = large_folder(wanted_digest(description))
    return write_tiny_encoder(folder, LARGE_SEED, external=True)


@pytest.fixture
def model_with_large(tmp_path: Path, description) -> Path:
    write_tiny_model(tmp_path / "model", tiny_configurations(), **description)
    return tmp_path / "model"


@pytest.fixture
def score(
    model_with_large: Path, make_document: Callable[..., Document]
) -> Callable[..., list[Score]]:
    def score(tier: str = "full", **options: object) -> list[Score]:
        documents = [make_document(*MANGLED, id="m"), make_document(*CLEAN, id="c")]
        with Scorer(tier, model=model_with_large, **options) as scorer:  # type: ignore[arg-type]
            return list(scorer.score_documents(documents))

    return score


def test_installed_is_found(description, installed: Path) -> None:
    assert find_large(description) == installed


def test_not_installed_is_no_news(description, caplog: pytest.LogCaptureFixture) -> None:
    assert find_large(description) is None
    assert caplog.text == ""


def test_model_that_knows_no_large_encoder(installed, caplog: pytest.LogCaptureFixture) -> None:
    assert find_large({"prior": 0.1}) is None
    assert caplog.text == ""


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("act", ["flip", "remove"])
def test_damaged_is_reported_in_a_line(
    description, installed: Path, caplog: pytest.LogCaptureFixture, name: str, act: str
) -> None:
    path = installed / name
    if act == "flip":
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    else:
        path.unlink()
    assert find_large(description) is None
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    message = record.getMessage()
    assert str(installed) in message
    assert "garbled model install" in message
    assert "\n" not in message


def test_of_another_model_is_reported(
    description, installed: Path, caplog: pytest.LogCaptureFixture
) -> None:
    installed.rename(installed.with_name("0123456789abcdef"))
    assert find_large(description) is None
    [record] = caplog.records
    assert "no large encoder of this model" in record.getMessage()


@pytest.mark.parametrize("digest", ["../../etc", "sha256:12", "", "None"])
def test_what_is_no_digest_names_no_folder(digest: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(ModelError, match="no digest"):
        large_folder(digest)
    assert find_large({"large_encoder": {"digest": digest}}) is None
    assert len(caplog.records) == 1


def test_digest_tells_files_apart(tmp_path: Path, built: Path) -> None:
    same = write_tiny_encoder(tmp_path / "same", LARGE_SEED, external=True)
    other = write_tiny_encoder(tmp_path / "other", LARGE_SEED + 1, external=True)
    assert digest_of(same) == digest_of(built) != digest_of(other)


def test_full_tier_reads_with_it_where_it_is_installed(score, installed: Path) -> None:
    for result in score():
        assert result.signature.encoder == "large"
        assert result.signature.tier == "full"
        assert result.degraded == ("grammar",)  # what is missing is LanguageTool
    assert {r.signature.encoder for r in score("fast")} == {"small"}


def test_without_it_nothing_is_degraded(score) -> None:
    for result in score(grammar=False):
        assert result.signature.encoder == "small"
        assert result.degraded == ()


def test_it_counts(score, installed: Path) -> None:
    with_it = [result.score for result in score(grammar=False)]
    (installed / "encoder.onnx").unlink()
    assert [result.score for result in score(grammar=False)] != with_it


@pytest.mark.slow
def test_workers_read_with_it_too(score, installed: Path) -> None:
    together = [r.probability for r in score(grammar=False)]
    assert [r.probability for r in score(grammar=False, jobs=2)] == together


def test_each_encoder_reads_a_window_once(
    score, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: dict[Path, list[tuple[str, ...]]] = {}
    real = Encoder.read

    def counted(self: Encoder, windows):
        read.setdefault(self.folder, []).extend(map(tuple, windows))
        return real(self, windows)

    monkeypatch.setattr(Encoder, "read", counted)
    results = score("auto")
    assert "large" in {result.signature.encoder for result in results}
    assert len(read) == 2
    for windows in read.values():
        assert len(windows) == len(set(windows))
