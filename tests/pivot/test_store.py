"""A folder gives back what was written, and nothing that was not."""

from __future__ import annotations

import json

import numpy as np
import pytest

from garbled.errors import ModelError
from garbled.model.folder import write_digests
from garbled.pivot import store
from garbled.pivot.store import FILES, load_pivot
from pivot.relays import LANGUAGES, original, relay


def test_what_was_written_comes_back(fitted, written):
    texts = [relay(original(n), name, "east") for n in (600, 601) for name in LANGUAGES]
    loaded = load_pivot(written)
    assert loaded.classes_.tolist() == fitted.classes_.tolist()
    np.testing.assert_allclose(loaded.predict_proba(texts), fitted.predict_proba(texts))


@pytest.mark.parametrize("name", FILES)
def test_a_tampered_file_is_refused(folder, name):
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(ModelError, match=f"{name} is not the file that was written"):
        load_pivot(folder)


@pytest.mark.parametrize("name", [*FILES, "digests.json"])
def test_a_missing_file_is_refused(folder, name):
    (folder / name).unlink()
    with pytest.raises(ModelError, match="garbled pivot train"):
        load_pivot(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 99}, "train it again"),
        ({"classes": ["aa", "unknown"]}, "classes"),
        ({"classes": ["bb", "aa", "cc", "unknown"]}, "classes"),
        ({"classes": ["aa", "bb", "cc", "dd", "unknown"]}, "shape"),
        ({"unknown": {}}, "not a readable guess"),
        ({"scale": [float("nan"), 0.0]}, "no number"),
        ({"counts": "0" * 64}, "other word counts"),
    ],
)
def test_a_hostile_description_is_refused(folder, change, message):
    file = folder / "pivot.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | change), "utf-8")
    write_digests(folder, FILES)
    with pytest.raises(ModelError, match=message):
        load_pivot(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"columns": np.array([2**30], dtype=np.int32)}, "shape"),
        ({"coef": np.zeros((4, 3))}, "shape"),
        ({"intercept": np.full(4, np.inf)}, "no numbers"),
        ({"coef": np.array([object()], dtype=object)}, "not a readable guess"),
    ],
)
def test_hostile_weights_are_refused(folder, change, message):
    with np.load(folder / "pivot.npz") as file:
        arrays = {name: file[name] for name in file.files}
    np.savez(folder / "pivot.npz", **arrays | change)
    write_digests(folder, FILES)
    with pytest.raises(ModelError, match=message):
        load_pivot(folder)


def test_weights_that_unpack_to_too_much_are_refused(folder, monkeypatch):
    np.savez_compressed(folder / "pivot.npz", columns=np.zeros(1_000_000, dtype=np.int32))
    write_digests(folder, FILES)
    monkeypatch.setattr(store, "MAX_BYTES", 1_000_000)
    with pytest.raises(ModelError, match="larger than any of ours"):
        load_pivot(folder)
