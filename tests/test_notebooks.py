"""The notebooks are pairs that agree, hold no logic and no outputs, and run from top to bottom."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import jupytext
import nbformat
import pytest

from garbled import plots

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "notebooks"
NAMES = [
    "01_data_and_traps",
    "02_what_each_feature_group_sees",
    "03_training_and_calibration",
    "04_evaluation",
    "05_auditing_a_feed",
]
LOGIC = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def notebook(name: str, folder: Path = FOLDER) -> nbformat.NotebookNode:
    return nbformat.read(folder / f"{name}.ipynb", as_version=4)


def code_of(name: str) -> Iterator[str]:
    return (cell.source for cell in notebook(name).cells if cell.cell_type == "code")


def plots_in(code: str) -> list[str]:
    """The functions of ``garbled.plots`` that a cell calls."""
    return [
        node.func.attr
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "plots"
    ]


def test_all_of_them_are_tested_and_told_of() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == NAMES
    assert sorted(path.stem for path in FOLDER.glob("*.py")) == NAMES
    told = (FOLDER / "README.md").read_text("utf-8")
    assert all(f"({name}.ipynb)" in told for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_both_files_of_a_pair_say_the_same(name: str) -> None:
    left, right = jupytext.read(FOLDER / f"{name}.py"), notebook(name)
    assert len(right.cells) > 10
    assert [(c.cell_type, c.source) for c in left.cells] == [
        (c.cell_type, c.source) for c in right.cells
    ], f"jupytext --sync notebooks/{name}.py"
    assert left.metadata.kernelspec == right.metadata.kernelspec
    formats = {m.metadata.jupytext.formats for m in (left, right)}
    assert formats == {"ipynb,py:percent"}


@pytest.mark.parametrize("name", NAMES)
def test_no_output_is_kept(name: str) -> None:
    for cell in notebook(name).cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.parametrize("name", NAMES)
def test_they_define_no_logic(name: str) -> None:
    for code in code_of(name):
        found = [type(n).__name__ for n in ast.walk(ast.parse(code)) if isinstance(n, LOGIC)]
        assert not found, code


def test_logic_would_be_seen() -> None:
    for code in ("def f(): pass", "class A: pass", "sorted([], key=lambda x: x)"):
        assert any(isinstance(node, LOGIC) for node in ast.walk(ast.parse(code)))


@pytest.mark.parametrize("name", NAMES)
def test_each_draws_with_the_package(name: str) -> None:
    drawn = {plot for code in code_of(name) for plot in plots_in(code)}
    assert drawn
    assert drawn <= set(plots.__all__)


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the notebooks, beside the repository's data, after all have run.

    There is no LanguageTool for them, and nothing is written beside them or into the data.
    """
    copy = tmp_path_factory.mktemp("repository")
    shutil.copytree(FOLDER, copy / "notebooks")
    (copy / "data").symlink_to(ROOT / "data")
    before = listing(ROOT / "data"), set(listing(copy / "notebooks"))
    options = ["-o", "addopts=", "-p", "no:cacheprovider", "--nbmake", "--overwrite"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--nbmake-timeout=300", "notebooks"],
        cwd=copy,
        env={**os.environ, "GARBLED_DATA_DIR": str(copy / "none"), "MPLCONFIGDIR": str(copy)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert f"{len(NAMES)} passed" in done.stdout
    assert (listing(ROOT / "data"), set(listing(copy / "notebooks"))) == before
    return copy / "notebooks"


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_they_run_and_show_their_plots(executed: Path, name: str) -> None:
    for cell in notebook(name, executed).cells:
        outputs = cell.get("outputs", [])
        if cell.cell_type == "code" and plots_in(cell.source):
            assert any("image/png" in o.get("data", {}) for o in outputs), cell.source
        told = "".join(o.text for o in outputs if o.get("name") == "stderr")
        assert "Warning" not in told, told


@pytest.mark.slow
def test_a_score_shows_itself(executed: Path) -> None:
    shown = [
        output.data["text/html"]
        for cell in notebook("05_auditing_a_feed", executed).cells
        for output in cell.get("outputs", [])
        if "<mark" in output.get("data", {}).get("text/html", "")
    ]
    assert len(shown) == 1
    assert "<script" not in shown[0]
