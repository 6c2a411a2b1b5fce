from __future__ import annotations

import pytest

from garbled.errors import ResourceError
from garbled.retranslation.chains import name_chain, plan_chain

from .engines import WordEngine


@pytest.mark.parametrize(
    ("through", "languages", "modes"),
    [
        (["es"], "en-es-en", "en-es>es-en"),
        (["fr"], "en-es-fr-es-en", "en-es>es-fr>fr-es>es-en"),
        (["fr", "es"], "en-es-fr-es-en", "en-es>es-fr>fr-es>es-en"),
        (["es", "es"], "en-es-en", "en-es>es-en"),
        (["es", "en", "es"], "en-es-en-es-en", "en-es>es-en>en-es>es-en"),
    ],
)
def test_a_chain_goes_through_what_is_installed(through, languages, modes):
    chain = plan_chain(WordEngine(), through)
    assert (chain.languages, chain.modes) == (languages, modes)
    assert chain.pivot == languages.removeprefix("en-").removesuffix("-en")


def test_a_language_that_is_in_the_chain_anyway_is_preferred():
    engine = WordEngine("en-ca ca-en en-es es-en ca-fr fr-ca es-fr fr-es")
    assert plan_chain(engine, ["fr", "es"]).languages == "en-es-fr-es-en"
    assert plan_chain(engine, ["fr"]).languages == "en-ca-fr-ca-en"


@pytest.mark.parametrize(
    ("through", "told"),
    [
        (["de"], "no way from en to de is installed; write down en-de; from en there is a way to"),
        (["es", "pt"], "no way from es to pt is installed"),
        ([], "name a language"),
        (["en"], "must leave English"),
        (["es", "fr"] * 6, "at most 12 steps"),
    ],
)
def test_what_is_missing_is_named(through, told):
    with pytest.raises(ResourceError, match=told):
        plan_chain(WordEngine(), through)


def test_no_way_back_is_named_too():
    with pytest.raises(ResourceError, match="no way from es to en is installed"):
        plan_chain(WordEngine("en-es"), ["es"])


def test_modes_by_name():
    names = ["en-es", "es-fr", "fr-es", "es-en"]
    assert name_chain(WordEngine(), names).languages == "en-es-fr-es-en"


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["en-es", "es-de"], "there is no es-de here, but en-es, es-en, es-fr, fr-es"),
        (["en-es", "fr-es", "es-en"], "does not lead from English to English"),
        (["en-es"], "does not lead"),
        (["es-en"], "does not lead"),
        ([], "does not lead"),
    ],
)
def test_modes_that_make_no_chain(names, told):
    with pytest.raises(ResourceError, match=told):
        name_chain(WordEngine(), names)
