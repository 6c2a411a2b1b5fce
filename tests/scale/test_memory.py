"""Memory over many articles: it fills its bounded caches, and then stays."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("psutil")

ARTICLES = 3_000
STEP = 500
SETTLED = 1_000
"""Articles after which all that loads on first use is there, and no cache grows fast."""
MEGABYTES = 6.0
"""What the rest may add. Measured: under 2, of the bounded caches; 9 more where every result was
kept, which is the smallest leak there could be."""

SCRIPT = """
import psutil
from garbled.documents import Document
from garbled.ingest.text import text_blocks
from garbled.scorer import Scorer
from tests_articles import short_articles

process = psutil.Process()
documents = (
    Document.from_blocks(text_blocks(text), id=str(n), source="made-up")
    for n, text in enumerate(short_articles({articles}))
)
with Scorer("fast") as scorer:
    for n, score in enumerate(scorer.score_documents(documents), 1):
        assert score.verdict != "error"
        if n % {step} == 0:
            print(n, process.memory_info().rss / 2**20, flush=True)
"""


@pytest.mark.slow
def test_memory_stops_growing(tmp_path: Path) -> None:
    here = Path(__file__).parent
    (tmp_path / "tests_articles.py").symlink_to(here / "articles.py")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(articles=ARTICLES, step=STEP)],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(tmp_path), str(here.parent)]),
            "OMP_NUM_THREADS": "1",
        },
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    resident = {int(n): float(megabytes) for n, megabytes in lines}
    assert max(resident) == ARTICLES
    assert resident[ARTICLES] - resident[SETTLED] < MEGABYTES, resident
