"""With the Apertium that is installed here, and with commands that behave as badly as it may."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from texts import CLEAN, TRAPS, hostile_texts

from garbled.corpora import apertium as commands
from garbled.errors import ResourceError
from garbled.retranslation.apertium import Apertium, debian_modes, remove_marks
from garbled.retranslation.batches import through_chain
from garbled.retranslation.chains import name_chain, plan_chain
from garbled.retranslation.engine import Step, TranslationError

SAMPLES = Path(__file__).parents[2] / "data" / "samples" / "pairs.jsonl"
EN_ES = Step("eng-spa", "en", "es")

needs_apertium = pytest.mark.skipif(
    shutil.which("apertium") is None or "eng-spa" not in commands.installed_modes(),
    reason="needs Apertium with apertium-eng-spa",
)


@pytest.fixture
def fake_apertium(tmp_path, monkeypatch):
    """Puts a shell script in the place of Apertium's command."""

    def install(script: str) -> None:
        command = tmp_path / "bin" / "apertium"
        command.parent.mkdir(exist_ok=True)
        command.write_text(
            '#!/bin/sh\ncase "$1" in -V) echo "Apertium 9.9.9"; exit;;'
            " -l) echo eng-spa; echo spa-eng; exit;; esac\n" + script
        )
        command.chmod(0o755)
        monkeypatch.setenv("PATH", str(command.parent), prepend=os.pathsep)

    return install


@needs_apertium
def test_paragraphs_come_back_one_for_one():
    engine = Apertium()
    assert engine.version[0].isdigit()
    chain = plan_chain(engine, ["es"])
    assert chain.modes == "eng-spa>spa-eng"
    outcomes = through_chain(engine, chain, CLEAN)
    assert all(isinstance(outcome, str) for outcome in outcomes)
    for place, number in ((1, "3.5"), (2, "Marsh"), (3, "David Cole")):
        assert number in outcomes[place]
        assert sum(number in outcome for outcome in outcomes) == 1
    assert outcomes != list(CLEAN)


@needs_apertium
@pytest.mark.slow
def test_a_paragraph_gets_the_copy_that_it_gets_alone():
    """The marks between paragraphs do not leak into them, nor one paragraph into the next."""
    engine = Apertium()
    rows = map(json.loads, SAMPLES.read_text("utf-8").splitlines())
    texts = [" ".join(row["original"].split()) for row in rows if row["chain"] == "en-es-en"][:12]
    together = engine.translate(texts, EN_ES)
    alone = [engine.translate([text], EN_ES)[0] for text in texts]
    assert together == alone


@needs_apertium
@pytest.mark.slow
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(hostile_texts)
def test_hostile_paragraphs_stay_apart(text):
    engine = Apertium()
    line = " ".join(text.split()) or "x"
    texts = ["The pier closed.", line, *TRAPS, "70193000001", "Sales rose 3 percent."]
    outcomes = through_chain(engine, plan_chain(engine, ["es"]), texts)
    assert isinstance(outcomes[0], str)
    assert outcomes[0] != outcomes[-1]
    assert "70193000001" in str(outcomes[-2])
    assert "3" in str(outcomes[-1])


@needs_apertium
def test_unknown_words_carry_no_marks():
    [made] = Apertium().translate(["The zorbluk was flimmed by the quaxer on Monday."], EN_ES)
    assert not set("*@#") & set(made)
    assert "zorbluk" in made


@pytest.mark.parametrize(
    ("output", "text", "kept"),
    [
        ("the *zorbluk @rate", "el zorbluk tasa", "the zorbluk rate"),
        ("a #runner# of banks", "un corredor", "a runner of banks"),
        ("follow #BudgetDay", "sigue #BudgetDay", "follow #BudgetDay"),
        ("write to a@b.org", "escribe a a@b.org", "write to a@b.org"),
        ("5 * 3 # 2", "5 x 3", "5 * 3 # 2"),
        ("C# and *word", "C# y palabra", "C# and word"),
    ],
)
def test_marks_are_removed_unless_the_text_has_them(output, text, kept):
    assert remove_marks(output, text) == kept


@needs_apertium
def test_a_missing_pair_is_named_with_its_package():
    engine = Apertium()
    with pytest.raises(ResourceError, match="no Debian package leads from en to de"):
        plan_chain(engine, ["de"])
    if "spa-ita" not in commands.installed_modes():
        with pytest.raises(ResourceError, match=r"apt-get install apertium-(spa|cat)-ita;"):
            plan_chain(engine, ["it"])
    with pytest.raises(ResourceError, match=r"there is no eng-deu here, but .*eng-spa"):
        name_chain(engine, ["eng-deu", "deu-eng"])


def test_every_listed_mode_has_its_languages_and_its_package():
    modes = debian_modes()
    assert len(modes) > 40
    assert all(package.startswith("apertium-") for _, package in modes)
    assert {(s.source, s.target) for s, _ in modes} >= {("en", "es"), ("es", "fr"), ("fr", "es")}


def test_without_apertium_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ResourceError, match="apertium: not installed; on Debian: apt-get install"):
        Apertium()


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo broken >&2; exit 1", "mode eng-spa failed: broken"),
        ("cat >/dev/null", "mode eng-spa failed"),
        ("cat | tr -d 0123456789", "did not keep 2 paragraphs apart"),
        ("cat; echo more", "did not keep 2 paragraphs apart"),
        ("tac", "did not keep 2 paragraphs apart"),
    ],
)
def test_what_a_mode_breaks_is_not_taken(fake_apertium, script, told):
    fake_apertium(script)
    with pytest.raises(TranslationError, match=told):
        Apertium().translate(["one", "two"], EN_ES)


def test_what_a_mode_passes_through_is_taken(fake_apertium):
    fake_apertium("cat")
    assert Apertium().translate(["one", "two  2"], EN_ES) == ["one", "two 2"]


def test_a_mode_that_hangs_is_ended_with_all_its_processes(fake_apertium, tmp_path):
    """A pipeline's last process holds the output open after its shell is gone."""
    pids = tmp_path / "pids"
    fake_apertium(f"sleep 300 | sleep 300 & echo $! >{pids}; jobs -p >>{pids}; wait")
    begun = time.monotonic()
    with pytest.raises(ResourceError, match=r"mode eng-spa took over 0.5 s"):
        commands.translate("eng-spa", "text", timeout=0.5)
    assert time.monotonic() - begun < 60
    for pid in {int(line) for line in pids.read_text().split()}:
        assert not is_running(pid)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"
