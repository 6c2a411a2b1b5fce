"""Arrows only go down, and a user who only scores loads nothing that scoring does not need."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

import garbled

SOURCES = Path(garbled.__file__).parent
LAYERS = (
    "documents",
    "errors",
    "policy",
    "ingest",
    "segment",
    "languagetool",
    "analysers",
    "features",
    "evidence",
    "grammar",
    "model",
    "settings",
    "drafts",
    "attribution",
    "results",
    "pipeline",
    "parallel",
    "explanation",
    "comparison",
    "scorer",
    "config",
    "report",
    "plots",
    "frames",
    "feature_extraction",
    "plugins",
    "store",
    "gate",
    "scale",
    "corpora",
    "retranslation",
    "training",
    "evaluation",
    "pivot",
    "serve",
    "cli",
)
"""Each imports from those before it only. A new module needs its place here."""
OUTSIDE = {"__init__", "__main__", "resources"}
MAX_LINES = 400
RESOURCES = (
    "abbreviations.txt",
    "apertium_modes.tsv",
    "comparison.schema.json",
    "comparison.toml",
    "corpora.toml",
    "evidence/doubled_places.txt",
    "evidence/name_forms.npz",
    "evidence/names.tsv.gz",
    "evidence/names_foreign.txt.gz",
    "evidence/names_weights.json",
    "evidence/tickers.tsv.gz",
    "evidence/tickers_exchanges.tsv",
    "evidence/titles.txt",
    "evidence/token_doubts.json",
    "evidence/words_channel.json",
    "evidence/words_confusions.tsv.gz",
    "evidence/words_foreign.npz",
    "evidence/words_phrases.tsv.gz",
    "html/article.html",
    "html/notebook.html",
    "html/page.html",
    "html/report.css",
    "html/report.js",
    "html/compare.css",
    "html/compare.html",
    "html/login.html",
    "html/passages.html",
    "html/serve.css",
    "html/serve.html",
    "html/serve.js",
    "languagetool/left_out.txt",
    "languagetool/pom.xml",
    "model/MODEL_CARD.md",
    "model/counts.npz",
    "model/digests.json",
    "model/encoder.onnx",
    "model/encoder_tokenizer.json",
    "model/model.json",
    "model/substitutions.tsv.gz",
    "model/weights.npz",
    "nltk_data/corpora/cmudict/cmudict",
    "report.css",
    "result.schema.json",
    "roles/markup.toml",
    "roles/paragraphs.toml",
    "rules.toml",
    "tortured_phrases.tsv.gz",
)
MODULES = sorted(SOURCES.rglob("*.py"))


def layer_of(module: Path) -> str:
    return module.relative_to(SOURCES).parts[0].removesuffix(".py")


def imports(module: Path) -> Iterator[str]:
    """Absolute names of everything that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def run_python(script: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(SOURCES)))
def test_imports_go_down(module: Path) -> None:
    layer = layer_of(module)
    if layer in OUTSIDE:
        return
    assert layer in LAYERS, f"give {layer} its place in LAYERS"
    allowed = LAYERS[: LAYERS.index(layer) + 1]
    own = {name.split(".")[1] for name in imports(module) if name.startswith("garbled.")}
    assert {name for name in own if name in LAYERS or name not in ("__version__",)} <= set(allowed)


def test_every_layer_is_seen() -> None:
    """The test above cannot pass by looking at nothing."""
    assert {layer_of(m) for m in MODULES} >= {"documents", "features", "pipeline", "training"}
    pipeline = set(imports(SOURCES / "pipeline.py"))
    assert "garbled.analysers.run.find_faults" in pipeline


def test_one_module_imports_language_tool_python() -> None:
    importers = {
        str(module.relative_to(SOURCES))
        for module in MODULES
        for name in imports(module)
        if name.split(".")[0] == "language_tool_python"
    }
    assert importers == {"languagetool/client.py"}


def test_onnxruntime_is_imported_where_its_telemetry_is_off() -> None:
    """Every other module takes it from ``features.encoder.import_onnxruntime``."""
    importers = {
        str(module.relative_to(SOURCES))
        for module in MODULES
        if any(name.split(".")[0] == "onnxruntime" for name in imports(module))
        and "garbled.features.encoder.import_onnxruntime" not in imports(module)
    }
    assert importers == {"features/encoder.py"}


@pytest.mark.parametrize("module", MODULES, ids=lambda m: str(m.relative_to(SOURCES)))
def test_modules_are_short(module: Path) -> None:
    assert len(module.read_text("utf-8").splitlines()) <= MAX_LINES


def test_import_is_light() -> None:
    script = "import sys, garbled; print(*sys.modules)"
    loaded = {name.split(".")[0] for name in run_python(script).split()}
    assert "garbled" in loaded
    assert not loaded & {"numpy", "scipy", "sklearn", "nltk", "pyarrow", "lxml", "click"}


def test_scoring_loads_no_training_code(model_folder: Path) -> None:
    script = f"""
import sys
from garbled import Scorer
text = "It rained on the harbour all day and nobody minded. " * 5
with Scorer(tier="fast", model={str(model_folder)!r}) as scorer:
    assert scorer.score(text).score is not None
print(*sys.modules)
"""
    loaded = run_python(script).split()
    above = LAYERS[LAYERS.index("scorer") + 1 :]
    unwanted = tuple(f"garbled.{layer}" for layer in above)
    assert "garbled.features.fluency" in loaded
    assert not {name for name in loaded if name.startswith(unwanted)}
    heavy = {"language_tool_python", "pyarrow", "pandas", "trafilatura", "feedparser"}
    # scikit-learn imports pandas where it is installed, and that pyarrow
    by_scikit_learn = run_python("import sys, sklearn.pipeline; print(*sys.modules)").split()
    assert not heavy & {name.split(".")[0] for name in {*loaded} - {*by_scikit_learn}}


@pytest.mark.slow
def test_a_process_that_only_hands_out_loads_no_classifier(model_folder: Path) -> None:
    """Its workers start the sooner, and load what scoring needs themselves."""
    script = f"""
import sys
from garbled import Scorer
from garbled.documents import Document
documents = [Document(id=str(n), source="empty.txt") for n in range(3)]
with Scorer(tier="fast", model={str(model_folder)!r}, jobs=2) as scorer:
    assert len(list(scorer.score_documents(documents))) == 3
print(*sys.modules)
"""
    loaded = run_python(script).split()
    assert "joblib" in loaded
    assert not {"sklearn", "onnxruntime", "garbled.pipeline"} & {*loaded}


@pytest.mark.parametrize("name", RESOURCES)
def test_resource_is_in_the_package(name: str) -> None:
    file = resources.files("garbled.resources").joinpath(name)
    assert file.is_file()
    assert file.read_bytes()


def test_git_ignores_no_resource() -> None:
    """Hatchling leaves out of the wheel what git ignores."""
    if shutil.which("git") is None:
        pytest.skip("no git")
    folder = SOURCES / "resources"
    files = [str(path) for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    done = subprocess.run(
        ["git", "check-ignore", "--no-index", *files], cwd=folder, capture_output=True, text=True
    )
    if done.returncode == 128:
        pytest.skip("not a git checkout")
    assert done.stdout == ""


@pytest.mark.slow
def test_wheel_holds_the_resources(tmp_path: Path) -> None:
    pytest.importorskip("hatchling")
    root = SOURCES.parents[1]
    script = f"""
import os; os.chdir({str(root)!r})
from hatchling.build import build_wheel; build_wheel({str(tmp_path)!r})
"""
    run_python(script)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    assert {f"garbled/resources/{name}" for name in RESOURCES} <= held
