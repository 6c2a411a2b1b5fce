"""Lessons for the small encoder, read by a tiny one."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from tiny_encoder import write_tiny_encoder

from garbled.documents import Block, Document
from garbled.errors import ResourceError
from garbled.features.encoder import Encoder
from garbled.segment.articles import analyse
from garbled.training.encoder.data import UNLABELLED, Example, unlabelled_examples
from garbled.training.encoder.teach import _standardised, teach
from garbled.training.surprisal import digest_of_model

WINDOWS = [tuple(text.split()) for text in ("The mayor said no .", "Rain", "The pier", "A b c")]
EXAMPLES = [
    Example("wmt16", WINDOWS[0], WINDOWS[1], 1, 0.1, True, False, None),
    Example("wmt16", WINDOWS[0], WINDOWS[2], 0, 0.9, True, False, None),
    Example(UNLABELLED, WINDOWS[3], WINDOWS[1], -1, 0.0, False, False, None),
]


def test_lessons_are_what_the_teacher_reads(tmp_path: Path) -> None:
    teacher = write_tiny_encoder(tmp_path / "teacher")
    lessons = teach(EXAMPLES, teacher, None, 0, tmp_path / "cache")
    assert len(lessons) == len(EXAMPLES)
    for example, pair in zip(EXAMPLES, lessons, strict=True):
        readings = Encoder(teacher).read([example.original, example.copy])
        for lesson, reading in zip(pair, readings, strict=True):
            assert lesson.mangled == reading.mangled
            np.testing.assert_array_equal(lesson.tokens, reading.tokens)
            assert np.isnan(lesson.surprisal).all()


def test_second_call_goes_on_from_the_cache(tmp_path: Path) -> None:
    teacher = write_tiny_encoder(tmp_path / "teacher")
    first = teach(EXAMPLES, teacher, None, 0, tmp_path / "cache")
    shutil.rmtree(teacher)
    again = teach(EXAMPLES, teacher, None, 0, tmp_path / "cache")
    assert [lesson.mangled for pair in again for lesson in pair] == [
        lesson.mangled for pair in first for lesson in pair
    ]


def test_surprisal_is_put_on_one_scale() -> None:
    scaled = _standardised({("a",): (4.0, 1.0), ("b",): (6.0, 3.0), ("c",): (np.nan, np.nan)})
    assert scaled["a",] == (-1.0, -1.0)
    assert scaled["b",] == (1.0, 1.0)
    assert np.isnan(scaled["c",]).all()


def test_a_language_model_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="no language model here"):
        digest_of_model(tmp_path / "none.gguf")


def test_unlabelled_windows_come_in_twos() -> None:
    blocks = [Block("It rained. " * 30)]
    article = analyse(Document.from_blocks(blocks, id="a", source="a"))
    windows = [(article.windows[0], "")] * 5
    found = list(unlabelled_examples(windows))
    assert len(found) == 2
    assert {example.source for example in found} == {UNLABELLED}
    assert found[0].original == tuple(t.text for t in article.windows[0].tokens)
    assert found[0].wrong is None
