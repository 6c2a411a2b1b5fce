"""Retranslates English paragraphs through chains of Apertium's rule-based translators."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from garbled.errors import ResourceError

CHAINS: Mapping[str, tuple[str, ...]] = {
    "en-es-en": ("eng-spa", "spa-eng"),
    "en-es-fr-es-en": ("eng-spa", "es-fr", "fr-es", "spa-eng"),
    "en-ca-en": ("eng-cat", "cat-eng"),
    "en-gl-en": ("en-gl", "gl-en"),
    "en-ca-fr-ca-en": ("eng-cat", "cat-fra", "fra-cat", "cat-eng"),
    "en-eo-en": ("en-eo", "eo-en"),
}
"""Modes of Debian's packages eng-spa, fr-es, eng-cat, en-gl, fra-cat and eo-en, in order."""
TIMEOUT_SECONDS = 600


def available_chains() -> list[str]:
    """The chains whose modes are all installed.

    Raises:
        ResourceError: Apertium is not installed.
    """
    if shutil.which("apertium") is None:
        raise ResourceError(
            "not installed; on Debian: apt-get install apertium-eng-spa apertium-fr-es "
            "apertium-eng-cat apertium-fra-cat apertium-en-gl apertium-eo-en",
            source="apertium",
        )
    listed = subprocess.run(["apertium", "-l"], capture_output=True, text=True, check=True)  # noqa: S607
    modes = set(listed.stdout.split())
    return [name for name, chain in CHAINS.items() if modes.issuperset(chain)]


def retranslate(paragraphs: Sequence[str], chain: str) -> list[str] | None:
    """The paragraphs, each on one line, through all modes of a chain; None if lines got lost.

    Raises:
        ResourceError: a mode failed.
    """
    lines = [" ".join(paragraph.split()) for paragraph in paragraphs]
    for mode in CHAINS[chain]:
        lines = translate(mode, "\n\n".join(lines) + "\n").split("\n\n")
        if len(lines) != len(paragraphs):
            return None
    return [" ".join(line.split()) for line in lines]


def translate(mode: str, text: str) -> str:
    """One text through one mode; ``-u`` leaves unknown words unmarked."""
    done = subprocess.run(
        ["apertium", "-u", mode],  # noqa: S607
        input=text,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    if done.returncode or not done.stdout.strip():
        raise ResourceError(f"mode {mode} failed: {done.stderr[:200]}", source="apertium")
    return done.stdout.strip()
