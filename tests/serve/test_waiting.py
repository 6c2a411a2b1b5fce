"""Who is scored next."""

from __future__ import annotations

import threading
import time

import pytest

from garbled.documents import Document
from garbled.serve.recall import Item
from garbled.serve.waiting import MAX_CHARACTERS, MAX_ITEMS, Job, Waiting


def job(name: str, n: int, *, length: int = 1, seconds: float = 60) -> Job:
    documents = [Document(f"{name}{k}", "x", text="x" * length) for k in range(n)]
    items = [Item(document, document.id) for document in documents]
    return Job(items, None, True, time.monotonic() + seconds, lambda error: None)  # type: ignore[arg-type]


def names(waiting: Waiting) -> list[str]:
    return [ticket.item.document.id for ticket in waiting.take()]


def test_a_large_job_does_not_hold_up_a_small_one() -> None:
    waiting = Waiting()
    waiting.put(job("large", 50))
    waiting.put(job("small", 1))
    assert names(waiting) == ["large0", "small0", "large1", "large2"][:MAX_ITEMS]
    assert waiting.n_items == 50 - MAX_ITEMS + 1


def test_long_articles_come_alone() -> None:
    waiting = Waiting()
    waiting.put(job("long", 3, length=MAX_CHARACTERS))
    assert [names(waiting) for _ in range(3)] == [["long0"], ["long1"], ["long2"]]


def test_what_nobody_waits_for_is_left_out() -> None:
    waiting = Waiting()
    late, left = job("late", 2, seconds=-1), job("left", 2)
    left.is_given_up = True
    for each in (late, left, job("wanted", 1)):
        waiting.put(each)
    assert names(waiting) == ["wanted0"]
    assert waiting.n_items == 0


def test_closing_lets_go_once_nothing_waits() -> None:
    waiting = Waiting()
    waiting.put(job("last", 1))
    waiting.close()
    assert names(waiting) == ["last0"]
    assert waiting.take() == []


def test_a_worker_waits_for_work() -> None:
    waiting = Waiting()
    taken: list[str] = []
    worker = threading.Thread(target=lambda: taken.extend(names(waiting)))
    worker.start()
    waiting.put(job("new", 1))
    worker.join(10)
    assert taken == ["new0"]


@pytest.mark.parametrize("n_workers", [1, 3])
def test_every_item_is_taken_once(n_workers: int) -> None:
    waiting = Waiting()
    taken: list[str] = []

    def work() -> None:
        while batch := waiting.take():
            taken.extend(ticket.item.document.id for ticket in batch)

    workers = [threading.Thread(target=work) for _ in range(n_workers)]
    for worker in workers:
        worker.start()
    for number in range(20):
        waiting.put(job(f"j{number}-", 7))
    waiting.close()
    for worker in workers:
        worker.join(30)
    assert sorted(taken) == sorted(f"j{n}-{k}" for n in range(20) for k in range(7))
