from __future__ import annotations

import pytest

from garbled.comparison.pairing import Originals
from garbled.documents import Document
from garbled.errors import IngestError

from .conftest import ORIGINAL

OTHER = (
    "Shares in the ferry company fell by 4 percent after its chairman left the board.",
    "Traders had expected the line to Skye to be sold before the end of the year.",
)
COPY = (
    "Actions of the company of ferries fell by 4 percent after its chairman left the plate.",
    "The traders had expected that the line of Skye was sold before the end of the year.",
)


def pairs(mate):
    return [(s.original, s.retranslated) for s in mate.segments]


@pytest.fixture
def originals(make_document):
    return Originals.of(
        [make_document(*ORIGINAL, id="pier.txt"), make_document(*OTHER, id="ferry.txt")]
    )


def test_a_copy_finds_its_original_by_its_words(originals, make_document):
    [mate] = originals.mates([make_document(*COPY, id="no-name")])
    assert mate.original.id == "ferry.txt"
    assert pairs(mate) == list(zip(OTHER, COPY, strict=True))


def test_an_id_that_points_to_another_article_is_not_believed(originals, make_document):
    [mate] = originals.mates([make_document(*COPY, id="pier.en-es-en.txt")])
    assert mate.original.id == "ferry.txt"


def test_several_copies_of_one_original(originals, make_document):
    copies = [make_document(*COPY, id=f"ferry.{n}.txt") for n in range(3)]
    assert [m.original.id for m in originals.mates(copies)] == ["ferry.txt"] * 3


def test_a_stranger_has_no_original(originals, make_document):
    text = "Bake the dough for an hour, then let it cool and serve it with butter and jam."
    [mate] = originals.mates([make_document(text)])
    assert mate.original is None
    assert mate.segments == ()


def test_what_cannot_be_read_is_passed_over(originals, make_document):
    broken = Document.unreadable("is a PDF", id="b", source="b.pdf")
    assert [m.copy.id for m in originals.mates([broken, make_document(*COPY, id="c")])] == ["c"]


def test_an_article_that_is_too_long_does_not_end_the_run(originals, make_document):
    long = make_document(" ".join(COPY) + " It rained." * 2_100, id="ferry.long.txt", source="long")
    first, second = originals.mates([long, make_document(*COPY, id="c")])
    assert first.original is None
    assert "long: too long to compare" in first.problem
    assert second.original.id == "ferry.txt"


def test_segments_come_in_the_order_of_the_original(originals, make_document):
    [mate] = originals.mates([make_document(*COPY[::-1], id="c")])
    assert [s.original for s in mate.segments] == list(OTHER)


def test_without_a_readable_original_there_is_nothing_to_align():
    with pytest.raises(IngestError, match="no original"):
        Originals.of([Document.unreadable("empty", id="e", source="e.txt")])
