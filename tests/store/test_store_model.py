"""The memory against a model of it: any order of keeping, finding, labelling and forgetting."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from garbled.errors import GarbledError
from garbled.store import Kept, Store, Word, result_key

from .conftest import change, make_document, make_score

contents = st.integers(0, 3)
configurations = st.sampled_from(["old", "new"])
feeds = st.sampled_from(["wire", "desk"])
items = st.integers(0, 2).map(str)
words = st.sampled_from(["false_alarm", "mangled"])
verdicts = st.sampled_from(["pass", "review", "hold", "error"])

Row = tuple[int, str, str, str]
"""Content, configuration, feed and item."""


class Memories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name) / "results"
        self.store = Store(self.path)
        self.verdicts: dict[Row, str] = {}
        self.order: list[Row] = []
        self.labels: dict[tuple[str, int], Word] = {}

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @rule(rows=st.lists(st.tuples(contents, configurations, feeds, items, verdicts), max_size=4))
    def keep(self, rows: list[tuple[int, str, str, str, str]]) -> None:
        kept = []
        for content, configuration, feed, item, verdict in rows:
            document = make_document(f"Text {content}.", content, feed)
            key = result_key(str(content).encode(), configuration)
            kept.append(Kept(key, feed, item, make_score(document, verdict=verdict)))
            row = (content, configuration, feed, item)
            self.order += [row] if row not in self.verdicts else []
            self.verdicts[row] = verdict
        self.store.keep(kept)

    @rule(content=contents, configuration=configurations)
    def find(self, content: int, configuration: str) -> None:
        key = result_key(str(content).encode(), configuration)
        mine = [r for r in self.order if r[:2] == (content, configuration)]
        usable = [r for r in mine if self.verdicts[r] != "error"]
        found = self.store.find([key])
        assert bool(found) == bool(usable)
        for result in found.values():
            assert (result.feed, result.item_id) == usable[-1][2:]
            assert result.verdict == result.record["verdict"] == self.verdicts[usable[-1]]

    @rule(feed=feeds, item=items, word=words)
    def label(self, feed: str, item: str, word: Word) -> None:
        mine = [row for row in self.order if row[2:] == (feed, item)]
        if not mine:
            with pytest.raises(GarbledError, match="has no item"):
                self.store.label((feed, item), word)
            return
        self.store.label((feed, item), word)
        self.labels[feed, mine[-1][0]] = word

    @rule(feed=feeds, item=items)
    def unlabel(self, feed: str, item: str) -> None:
        mine = [row for row in self.order if row[2:] == (feed, item)]
        if mine and (feed, mine[-1][0]) in self.labels:
            self.store.unlabel(self.store.result((feed, item)).result_id)
            del self.labels[feed, mine[-1][0]]

    @rule(n=st.integers(0, 3))
    def forget(self, n: int) -> None:
        change(
            self.path,
            "UPDATE results SET scored_at = 0"
            " WHERE id IN (SELECT id FROM results ORDER BY id LIMIT ?)",
            n,
        )
        self.reopen()
        for row in self.order[:n]:
            del self.verdicts[row]
        self.order = self.order[n:]

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = Store(self.path)

    @invariant()
    def the_history_is_right(self) -> None:
        told = [(result.feed, result.item_id, result.verdict) for result in self.store.results()]
        assert told == [(*row[2:], self.verdicts[row]) for row in self.order[::-1]]

    @invariant()
    def the_labels_are_right(self) -> None:
        told = {(label.feed, label.content): label.word for label in self.store.labels()}
        expected = {
            (feed, bytes.fromhex(result_key(str(content).encode(), "")[:40])): word
            for (feed, content), word in self.labels.items()
        }
        assert told == expected


TestMemories = Memories.TestCase
TestMemories.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
