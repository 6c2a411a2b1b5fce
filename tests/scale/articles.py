"""Made-up articles by the thousand, no two alike, and the tables they come in."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from texts import CLEAN, FRENCH, MANGLED

_SYLLABLES = (
    "bar",
    "cor",
    "dan",
    "el",
    "far",
    "gor",
    "hal",
    "is",
    "kel",
    "mar",
    "nor",
    "os",
    "wick",
)
_SENTENCES = (
    "{name} of {place} said on {day} that the {thing} would {act} before the end of {month}.",
    "The {thing} at {place} cost {n} pounds and was {done} by {name}, who lives in {other}.",
    "About {n} people came to {place} on {day} to see the {thing}, the council said.",
    '"We did not expect the {thing} to {act} so soon," said {name}, a clerk from {other}.',
    "Work on the {thing} stopped in {month} after {n} complaints from people in {place}.",
)
_WORDS = {
    "day": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "month": ["January", "March", "April", "June", "August", "October", "December"],
    "thing": ["bridge", "harbour", "market", "library", "school", "station", "theatre", "canal"],
    "act": ["open", "close", "move", "reopen", "grow", "shrink", "return"],
    "done": ["built", "bought", "painted", "repaired", "designed"],
}


def sentences(seed: int, n: int) -> str:
    """English of a kind, with names and places that no other seed has."""
    draw = random.Random(seed)

    def invented() -> str:
        return "".join(draw.choices(_SYLLABLES, k=3)).capitalize()

    filled = []
    for _ in range(n):
        words = {kind: draw.choice(choices) for kind, choices in _WORDS.items()}
        name, n_people = f"{invented()} {invented()}", f"{draw.randint(2, 9000):,}"
        template = draw.choice(_SENTENCES)
        filled.append(
            template.format(name=name, place=invented(), other=invented(), n=n_people, **words)
        )
    return " ".join(filled)


def short_articles(n: int, first: int = 0) -> Iterator[str]:
    """Articles of three paragraphs, about 100 words."""
    for seed in range(first, first + n):
        yield "\n\n".join(sentences(3 * seed + part, 2) for part in range(3))


def rows(n: int, first: int = 0) -> list[dict[str, str | None]]:
    """Rows of every kind: clean, mangled, French, null, empty, too short, without an id."""
    made = []
    for number, text in enumerate(short_articles(n, first), first):
        kinds: dict[int, str | None] = {
            1: "\n\n".join(MANGLED) + f"\n\nIt was day {number} of the works.",
            3: "\n\n".join(CLEAN) + f"\n\nIt was day {number} of the works.",
            5: "\n\n".join(FRENCH),
            7: None,
            8: "",
            9: f"It rained on day {number}.",
        }
        id = None if number % 10 == 4 else f"item-{number}"
        made.append({"id": id, "title": f"Day {number}", "text": kinds.get(number % 10, text)})
    return made


def write_folder(folder: Path, sizes: dict[str, int], group: int = 50) -> Path:
    """A folder of Parquet files by name and number of rows."""
    first = 0
    for name, n in sizes.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        table = pa.Table.from_pylist(
            rows(n, first),
            schema=pa.schema([(column, pa.string()) for column in ("id", "title", "text")]),
        )
        pq.write_table(table, folder / name, row_group_size=group)
        first += n
    return folder
