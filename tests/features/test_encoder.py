"""The encoder reads a window the same whatever stands beside it, and reads anything."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import CLEAN, FRENCH, MANGLED
from tiny_encoder import WORDS, tiny_tokenizer, write_tiny_encoder
from tokenizers import Tokenizer

from garbled.errors import ModelError
from garbled.features.encoder import (
    ENCODER_FILE,
    MAX_PIECES,
    TOKENIZER_FILE,
    Encoder,
    EncoderFeatures,
    Reading,
    WordPieces,
    default_threads,
    import_onnxruntime,
)
from garbled.features.rows import Row
from garbled.model.folder import default_folder
from garbled.segment.articles import Sentence, Window
from garbled.segment.tokens import Token, tokenise

WINDOWS = [list(WORDS[start:]) for start in range(len(WORDS))] + [
    ["Gazp.MM", "said"],
    ["pier"] * 90,
]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return Encoder(write_tiny_encoder(tmp_path_factory.mktemp("encoder")), threads=1)


def make_row(texts: Sequence[str]) -> Row:
    tokens = tuple(Token(text, 0, len(text)) for text in texts)
    return Row(Window((Sentence(0, "body", 0, 1, tokens),), len(tokens)), (), None)


def same(first: Sequence[Reading], second: Sequence[Reading]) -> None:
    for one, other in zip(first, second, strict=True):
        assert (one.mangled, one.quality) == (other.mangled, other.quality)
        np.testing.assert_array_equal(one.tokens, other.tokens)


def test_reading_is_what_the_network_says(encoder: Encoder) -> None:
    texts = ["the", "mayor", "of", "Gazp.MM"]
    [reading] = encoder.read([texts])
    pieces = tiny_tokenizer().encode(texts, is_pretokenized=True)
    session = import_onnxruntime().InferenceSession(str(encoder.folder / ENCODER_FILE))
    ids = np.array([pieces.ids])
    window, logits = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
    assert [reading.mangled, reading.quality] == window[0].tolist()
    assert reading.tokens[:3].tolist() == logits[0, 1:4].tolist()
    assert pieces.word_ids.count(3) == 7  # g a z p . m m
    assert reading.tokens[3] == logits[0, 4:11].max()


def test_a_reading_depends_on_its_window_alone(encoder: Encoder) -> None:
    together = encoder.read(WINDOWS)
    same([encoder.read([window])[0] for window in WINDOWS], together)
    same(encoder.read(WINDOWS[::-1])[::-1], together)


@pytest.mark.parametrize("threads", [2, 5])
def test_threads_do_not_change_a_reading(encoder: Encoder, threads: int) -> None:
    same(Encoder(encoder.folder, threads).read(WINDOWS * 4), encoder.read(WINDOWS * 4))


def test_copies_in_other_processes_read_the_same(encoder: Encoder) -> None:
    encoder.read(WINDOWS[:1])
    copy = pickle.loads(pickle.dumps(encoder))  # noqa: S301
    assert (copy.folder, copy.threads) == (encoder.folder, 1)
    same(copy.read(WINDOWS), encoder.read(WINDOWS))


def test_nothing_to_read(encoder: Encoder) -> None:
    assert encoder.read([]) == []
    empty, full = encoder.read([[], ["pier"]])
    assert np.isnan([empty.mangled, empty.quality]).all()
    assert empty.tokens.shape == (0,)
    assert not np.isnan(full.mangled)


def test_tokens_beyond_the_limit_are_undefined(encoder: Encoder) -> None:
    room = MAX_PIECES - 2  # for [CLS] and [SEP]
    short, long = encoder.read([["pier"] * room, ["pier"] * 50_000])
    assert not np.isnan(short.tokens).any()
    assert np.isnan(long.tokens).tolist() == [False] * room + [True] * (50_000 - room)
    assert long.mangled == short.mangled


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "a." * 500_000,
        "\u4e2d" * 1_000_000,
        "\x00",
        "\ud800",
        "caf\udce9",
        "\u202eabc\u202c",
        "\u200b",
        "\u0301" * 1_000,
        "🛢️👩‍👩‍👧",
        "",
        " ",
        "[PAD]",
    ],
    ids=lambda text: ascii(text[:4]),
)
def test_hostile_tokens(encoder: Encoder, text: str) -> None:
    for window in ([text], ["the", text, "pier"], [text] * 2_000):
        [reading] = encoder.read([window])
        assert reading.tokens.shape == (len(window),)
        assert np.isfinite([reading.mangled, reading.quality]).all()
        assert not np.isinf(reading.tokens).any()
    columns = EncoderFeatures(encoder).transform([make_row([text])])
    assert not np.isinf(columns).any()


@settings(max_examples=50)
@given(st.lists(st.text(st.characters(), max_size=30), max_size=40))
def test_any_tokens_are_read(encoder: Encoder, texts: list[str]) -> None:
    [reading] = encoder.read([texts])
    assert reading.tokens.shape == (len(texts),)
    assert np.isnan(reading.mangled) == (not texts)


@settings(max_examples=50)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=9), max_size=99))
def test_tokens_are_cut_as_the_tokenizer_cuts_them(texts: list[str]) -> None:
    tokenizer = tiny_tokenizer()
    tokenizer.enable_truncation(MAX_PIECES)
    expected = tokenizer.encode(texts, is_pretokenized=True)
    pieces = WordPieces(tiny_tokenizer())
    for _ in range(2):  # cut, and remembered
        ids, owners = pieces.read(texts)
        assert ids.tolist() == expected.ids
        assert owners.tolist() == [word for word in expected.word_ids if word is not None]


def test_the_shipped_tokenizer_cuts_each_token_by_itself() -> None:
    file = str(default_folder() / TOKENIZER_FILE)
    pieces, tokenizer = WordPieces(Tokenizer.from_file(file)), Tokenizer.from_file(file)
    tokenizer.no_padding()
    for paragraph in (*CLEAN, *MANGLED, *FRENCH, "naïve “Straße” 東京 ' s don't 3,5 Gazp.MM ½ ﬁ"):
        texts = [token.text for token in tokenise(paragraph)]
        expected = tokenizer.encode(texts, is_pretokenized=True)
        ids, owners = pieces.read(texts)
        assert ids.tolist() == expected.ids
        assert owners.tolist() == [word for word in expected.word_ids if word is not None]


def test_long_word_reads_as_any_other_long_word(encoder: Encoder) -> None:
    """The tokenizer gives up on both, so that cutting a word's end off changes nothing."""
    same(encoder.read([["a" * 101, "pier"]]), encoder.read([["a" * 10_000, "pier"]]))


# -- the columns


def test_columns_are_drawn_from_the_reading(encoder: Encoder) -> None:
    texts = ["the", "mayor", "said", "Gazp.MM", "rain"]
    [values] = EncoderFeatures(encoder).transform([make_row(texts)])
    [reading] = encoder.read([texts])
    tokens = reading.tokens.astype(float)
    assert values[:2].tolist() == [reading.mangled, reading.quality]
    assert values[2] == pytest.approx((1 / (1 + np.exp(-tokens))).mean())
    assert values[3] == pytest.approx(np.sort(tokens)[2:].mean())


def test_truncated_tokens_do_not_count(encoder: Encoder) -> None:
    short, long = (make_row(["pier"] * n) for n in (MAX_PIECES - 2, 900))
    values = EncoderFeatures(encoder).transform([short, long])
    np.testing.assert_array_equal(values[0], values[1])


def test_fewer_tokens_than_the_worst_three(encoder: Encoder) -> None:
    [values] = EncoderFeatures(encoder).transform([make_row(["rain"])])
    [reading] = encoder.read([["rain"]])
    assert values[3] == pytest.approx(float(reading.tokens[0]))


def test_a_group_without_its_encoder_says_so() -> None:
    with pytest.raises(ValueError, match="needs an encoder"):
        EncoderFeatures().transform([make_row(["rain"])])


# -- threads, files, privacy


def test_threads_are_what_the_caller_of_workers_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert default_threads() == 3
    for name in ("", "0", "many"):
        monkeypatch.setenv("OMP_NUM_THREADS", name)
        assert default_threads() >= 1


@pytest.mark.slow
def test_joblib_workers_share_the_cores(tmp_path: Path) -> None:
    """So many workers as cores have a thread each; nobody tells them but joblib."""
    script = """
from joblib import Parallel, cpu_count, delayed
from garbled.features.encoder import default_threads
print(*Parallel(n_jobs=2)(delayed(default_threads)() for _ in range(2)), cpu_count() // 2 or 1)
"""
    environment = {k: v for k, v in os.environ.items() if k != "OMP_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    first, second, expected = map(int, done.stdout.split())
    assert first == second == expected


@pytest.mark.parametrize("name", [ENCODER_FILE, TOKENIZER_FILE])
@pytest.mark.parametrize("content", [b"", b"not a model", None])
def test_damaged_files(encoder: Encoder, tmp_path: Path, name: str, content: bytes | None) -> None:
    folder = write_tiny_encoder(tmp_path / "damaged")
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(content)
    with pytest.raises(ModelError, match="not a readable encoder") as caught:
        Encoder(folder).read([["pier"]])
    assert caught.value.source == str(folder)
    assert "\n" not in str(caught.value)


def test_tokenizer_of_another_encoder(tmp_path: Path) -> None:
    folder = write_tiny_encoder(tmp_path / "mixed")
    tokenizer = tiny_tokenizer()
    tokenizer.add_tokens(["mumbai"])
    tokenizer.save(str(folder / TOKENIZER_FILE))
    with pytest.raises(ModelError, match="not a readable encoder"):
        Encoder(folder, threads=2).read([["mumbai"], ["pier"]])


def test_onnxruntime_reports_to_nobody(encoder: Encoder, tmp_path: Path) -> None:
    """Left to itself it writes a database of what to report below the cache folder."""
    script = f"""
from pathlib import Path
from garbled.features.encoder import Encoder
print(len(Encoder(Path({str(encoder.folder)!r})).read([["pier"]])))
"""
    quiet = ("CI", "GITHUB_ACTIONS", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS")
    environment = {k: v for k, v in os.environ.items() if k not in quiet}
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "TMPDIR"):
        environment[name] = str(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "1\n"
    assert not list(tmp_path.iterdir())
