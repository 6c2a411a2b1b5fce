"""Retranslates English paragraphs through chains of Apertium's rule-based translators."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
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
    modes = set(installed_modes())
    return [name for name, chain in CHAINS.items() if modes.issuperset(chain)]


def installed_modes() -> list[str]:
    """The modes that ``apertium -l`` lists.

    Raises:
        ResourceError: Apertium is not installed, or does not run.
    """
    return _ask("-l").split()


def installed_version() -> str:
    """The version of the ``apertium`` command, such as 3.8.3.

    Raises:
        ResourceError: Apertium is not installed, or does not run.
    """
    return (_ask("-V").split() or ["?"])[-1]


def _ask(option: str) -> str:
    if shutil.which("apertium") is None:
        raise ResourceError(
            "not installed; on Debian: apt-get install apertium-eng-spa apertium-fr-es "
            "apertium-eng-cat apertium-fra-cat apertium-en-gl apertium-eo-en",
            source="apertium",
        )
    try:
        return subprocess.run(
            ["apertium", option],  # noqa: S607
            capture_output=True,
            text=True,
            check=True,
            timeout=TIMEOUT_SECONDS,
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise ResourceError(f"apertium {option} failed ({error})", source="apertium") from error


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


def translate(mode: str, text: str, timeout: float = TIMEOUT_SECONDS) -> str:
    """One text through one mode; ``-u`` leaves unknown words unmarked.

    Raises:
        ResourceError: the mode failed, or took longer than ``timeout`` seconds.
    """
    process = subprocess.Popen(
        ["apertium", "-u", mode],  # noqa: S607
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        process_group=0,
    )
    try:
        output, errors = process.communicate(text, timeout)
    except subprocess.TimeoutExpired as error:
        raise ResourceError(f"mode {mode} took over {timeout:g} s", source="apertium") from error
    finally:
        _end(process)
    if process.returncode or not output.strip():
        raise ResourceError(f"mode {mode} failed: {errors[:200]}", source="apertium")
    return output.strip()


def _end(process: subprocess.Popen[str]) -> None:
    """A mode is a pipeline: what is left of it must not outlive its shell."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
