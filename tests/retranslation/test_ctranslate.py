"""With models that are made here; needs ctranslate2 and sentencepiece."""

from __future__ import annotations

import importlib
import json
import sys

import pytest
from texts import CLEAN

from garbled.errors import ResourceError
from garbled.retranslation.batches import through_chain
from garbled.retranslation.chains import plan_chain
from garbled.retranslation.ctranslate import MAX_TOKENS, CTranslate2, find_models

try:
    import ctranslate2  # noqa: F401
    import sentencepiece  # noqa: F401

    from . import tiny_models

    ARE_INSTALLED = True
except ImportError:
    ARE_INSTALLED = False

needs_libraries = pytest.mark.skipif(not ARE_INSTALLED, reason="needs garbled[ctranslate2]")


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    tiny_models.write_opus(folder, "en", "fr", seed=1)
    tiny_models.write_opus(folder / "more", "fr", "es", seed=5)
    tiny_models.write_argos(folder, "es", "en", seed=4)
    return folder


@needs_libraries
def test_a_chain_of_models_in_both_layouts(models):
    engine = CTranslate2(models, threads=2)
    chain = plan_chain(engine, ["fr", "es"])
    assert engine.version[0].isdigit()
    assert chain.languages == "en-fr-es-en"
    assert chain.modes == "opus-mt-en-fr>opus-mt-fr-es>translate-es_en-1_9"
    outcomes = through_chain(engine, chain, CLEAN)
    assert len(outcomes) == len(CLEAN)
    assert all(isinstance(outcome, str) and outcome for outcome in outcomes)
    assert outcomes == through_chain(engine, chain, CLEAN)


@needs_libraries
def test_a_paragraph_is_its_sentences_one_by_one(models):
    engine = CTranslate2(models)
    [step] = [step for step in engine.steps() if step.name == "opus-mt-en-fr"]
    first, second = "Work is due to begin in January.", "Divers will look at the legs."
    one, two, both = engine.translate([first, second, f"{first} {second}"], step)
    assert both == f"{one} {two}"
    assert one != two
    assert not any("</s>" in made or "▁" in made for made in (one, two))


@needs_libraries
def test_the_folder_may_be_the_model_itself(models):
    engine = CTranslate2(models / "opus-mt-en-fr")
    assert [step.name for step in engine.steps()] == ["opus-mt-en-fr"]
    with pytest.raises(ResourceError, match=r"no way from fr to en .*opus-mt-fr-en there"):
        plan_chain(engine, ["fr"])


@needs_libraries
def test_a_target_prefix_is_asked_for_and_taken_off(tmp_path):
    tiny_models.write_argos(tmp_path, "en", "es", seed=4, prefix="__es__")
    engine = CTranslate2(tmp_path)
    [step] = engine.steps()
    [made] = engine.translate(["Work is due to begin."], step)
    assert made
    assert "__es__" not in made


@needs_libraries
def test_a_model_that_repeats_itself_is_stopped(models):
    """Random weights do; the bound is on the tokens of each sentence."""
    engine = CTranslate2(models)
    made = engine.translate([CLEAN[0]], engine.steps()[0])
    assert len(made[0]) < 20 * MAX_TOKENS


@needs_libraries
@pytest.mark.parametrize("fault", ["model", "pieces"])
def test_a_damaged_model_is_named(tmp_path, fault):
    folder = tiny_models.write_opus(tmp_path, "en", "fr")
    damaged = folder / ("model.bin" if fault == "model" else "source.spm")
    damaged.write_bytes(b"\0" * 40)
    engine = CTranslate2(tmp_path)
    with pytest.raises(ResourceError, match="opus-mt-en-fr: no usable model"):
        engine.translate(["One."], engine.steps()[0])


@needs_libraries
def test_a_folder_without_models_says_what_is_sought(tmp_path):
    with pytest.raises(ResourceError, match=r"no folder with model\.bin"):
        CTranslate2(tmp_path)


def test_without_the_libraries_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ctranslate2", None)
    importlib.invalidate_caches()
    with pytest.raises(ResourceError, match=r"pip install 'garbled\[ctranslate2\]'"):
        CTranslate2(tmp_path)


@pytest.mark.parametrize(
    ("name", "languages"),
    [
        ("opus-mt-en-fr", ("en", "fr")),
        ("opus-mt-tc-big-en-es", ("en", "es")),
        ("ct2_de_en", ("de", "en")),
        ("opus-mt-en-fr-2020-02-26", ("en", "fr")),
        ("opus-mt-en-ROMANCE", None),
        ("model", None),
        ("en-fr", ("en", "fr")),
    ],
)
def test_languages_are_told_by_the_folder_s_name(tmp_path, name, languages):
    folder = tmp_path / name
    folder.mkdir()
    for file in ("model.bin", "source.spm", "target.spm"):
        (folder / file).write_bytes(b"x")
    found = [(model.source, model.target) for model in find_models(tmp_path)]
    assert found == ([languages] if languages else [])


@pytest.mark.parametrize(
    ("config", "adds_end"), [({}, False), ({"add_source_eos": True}, True), ([], False)]
)
def test_whether_the_model_adds_the_end_of_a_sentence_itself(tmp_path, config, adds_end):
    for file in ("model.bin", "source.spm", "target.spm"):
        (tmp_path / "en-fr").mkdir(exist_ok=True)
        (tmp_path / "en-fr" / file).write_bytes(b"x")
    (tmp_path / "en-fr" / "config.json").write_text(json.dumps(config))
    [model] = find_models(tmp_path)
    assert model.adds_end is adds_end


def test_a_package_without_its_languages_is_passed_over(tmp_path):
    (tmp_path / "package" / "model").mkdir(parents=True)
    for file in ("model/model.bin", "sentencepiece.model"):
        (tmp_path / "package" / file).write_bytes(b"x")
    (tmp_path / "package" / "metadata.json").write_text('{"from_code": 3}')
    assert list(find_models(tmp_path)) == []
