"""``garbled retranslate`` against a real server on loopback, and with Apertium where it is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from retranslation.server import answer, serving
from texts import CLEAN, FRENCH

from garbled.corpora.pairs import by_document, read_pairs

ORIGINALS = Path(__file__).parents[2] / "data" / "samples" / "originals"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr("garbled.retranslation.libretranslate.LibreTranslate.first_wait", 0.01)
    with serving() as running:
        yield running


@pytest.fixture
def articles(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("pier", "quay"):
        text = "\n\n".join((f"The {name} closes", *CLEAN))
        (folder / f"{name}.txt").write_text(text)
    (folder / "feed.jsonl").write_text(json.dumps({"id": "x7", "text": "\n\n".join(CLEAN)}))
    return folder


def call(garbled, server, articles, output, *more):
    where = "--engine", "libretranslate", "--address", server.address
    return garbled("retranslate", str(articles), *where, "-o", str(output), *more)


def test_pairs_are_what_training_reads(garbled, server, articles, tmp_path):
    output = tmp_path / "pairs.parquet"
    result = call(garbled, server, articles, output, "--through", "fr,es", "--through", "es")
    assert result.code == 0, result.err
    assert result.out == ""
    assert "en-fr-es-en by libretranslate 1.6.2 en-fr>fr-es>es-en" in result.err
    rows = pq.read_table(output).to_pylist()
    assert len(rows) == 2 * 14
    assert {row["pivot"] for row in rows} == {"fr-es", "es"}
    assert {(row["kind"], row["origlang"], row["source_lang"]) for row in rows} == {
        ("machine", "en", "es")
    }
    documents = by_document(read_pairs(output))
    assert all(pair.is_direct and pair.is_native for rows in documents.values() for pair in rows)
    [pier] = [
        rows
        for (_, lang_pair, _, name), rows in documents.items()
        if lang_pair == "en-fr-es-en" and "pier" in name
    ]
    assert [pair.original for pair in pier] == ["The pier closes", *CLEAN]
    assert [pair.seg for pair in pier] == [0, 1, 2, 3, 4]
    assert list(tmp_path.glob(".*")) == []


def test_what_fails_is_named_and_the_rest_kept(garbled, server, articles, tmp_path):
    (articles / "la-jetee.txt").write_text("\n\n".join(FRENCH * 2))
    (articles / "empty.txt").write_text("")
    server.misbehave = lambda question: (
        answer(400, {"error": "bad word"}) if "yauq" in str(question) else None
    )
    output = tmp_path / "pairs.parquet"
    result = call(garbled, server, articles, output, "--through", "es")
    assert result.code == 3
    assert "la-jetee.txt: not English (fr), so it is not retranslated" in result.err
    assert "empty.txt: empty" in result.err
    assert "quay.txt: paragraph 1: " in result.err
    assert "13 pairs of 3 texts; 2 texts and 1 paragraphs could not be retranslated" in result.err
    assert pq.read_table(output).num_rows == 13


def test_a_server_that_goes_away_leaves_work_that_the_next_run_goes_on_with(
    garbled, server, articles, tmp_path, monkeypatch
):
    monkeypatch.setattr("garbled.retranslation.libretranslate.LibreTranslate.batch_words", 100)
    output = tmp_path / "pairs.parquet"
    done = len(CLEAN) + 1
    server.misbehave = lambda question: answer(503) if len(server.requests) > 3 else None
    result = call(garbled, server, articles, output, "--through", "es", "--jobs", "1")
    assert result.code == 3
    assert "run the same command again to go on" in result.err
    assert 0 < pq.read_table(output).num_rows < 3 * done
    assert [path.name for path in tmp_path.glob(".*")] == [".pairs.parquet.work"]
    asked = len(server.requests)
    server.misbehave = lambda question: None
    result = call(garbled, server, articles, output, "--through", "es", "--jobs", "1")
    assert result.code == 0, result.err
    assert "going on: " in result.err
    assert pq.read_table(output).num_rows == 14
    assert len(server.requests) - asked < 6
    assert list(tmp_path.glob(".*")) == []


def test_nothing_translated_leaves_what_was_there(garbled, server, tmp_path):
    (tmp_path / "fr.txt").write_text("\n\n".join(FRENCH))
    output = tmp_path / "pairs.parquet"
    output.write_bytes(b"of yesterday")
    result = call(garbled, server, tmp_path / "fr.txt", output, "--through", "es")
    assert result.code == 3
    assert "nothing is written" in result.err
    assert output.read_bytes() == b"of yesterday"
    assert list(tmp_path.glob(".*")) == []


def test_what_an_engine_has_is_listed(garbled, server):
    result = garbled(
        *["retranslate", "--list", "--engine", "libretranslate", "--address", server.address]
    )
    assert result.code == 0
    assert "en > fr  en-fr\n" in result.out


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--through", "de"], "offers no translation from en to de"),
        (["--modes", "en-fr"], "does not lead from English to English"),
        ([], "name the languages to go through"),
    ],
)
def test_a_chain_that_cannot_be_is_exit_code_2(garbled, server, articles, tmp_path, args, told):
    result = call(garbled, server, articles, tmp_path / "p.parquet", *args)
    assert result.code == 2
    assert told in result.err
    assert not (tmp_path / "p.parquet").exists()


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--engine", "ctranslate2"], "needs --models"),
        (["--engine", "libretranslate"], "needs --address"),
        (["--engine", "deepl"], "'deepl' is not one of"),
        (["--engine", "libretranslate", "--address", "x"], "no address of a server"),
    ],
)
def test_a_wrong_call_is_exit_code_2(garbled, articles, args, told):
    result = garbled("retranslate", str(articles), "--through", "es", "-o", "p.parquet", *args)
    assert result.code == 2
    assert told in result.err


def test_an_engine_that_is_not_installed_is_one_line(garbled, articles, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    result = garbled(
        *["retranslate", str(articles), "--through", "es", "-o", str(tmp_path / "p.parquet")]
    )
    assert result.code == 2
    assert result.err.splitlines() == [
        "garbled: apertium: not installed; on Debian: apt-get install apertium-eng-spa"
        " apertium-fr-es apertium-eng-cat apertium-fra-cat apertium-en-gl apertium-eo-en"
    ]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("apertium") is None, reason="needs Apertium")
def test_apertium_on_the_sample_articles(garbled, tmp_path):
    output = tmp_path / "pairs.parquet"
    result = garbled(
        *["retranslate", str(ORIGINALS), "--through", "fr,es", "-o", str(output), "--year", "2026"]
    )
    assert result.code == 0, result.err
    rows = pq.read_table(output).to_pylist()
    assert {row["lang_pair"] for row in rows} == {"en-es-fr-es-en"}
    assert {row["system"].split()[2] for row in rows} == {"eng-spa>es-fr>fr-es>spa-eng"}
    assert len({row["doc_id"] for row in rows}) == 12
    changed = [row for row in rows if row["original"] != row["retranslated"]]
    assert len(changed) > 0.9 * len(rows)
