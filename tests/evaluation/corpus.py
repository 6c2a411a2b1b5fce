"""A tiny corpus of our own: news-like sentences by template, and copies that were damaged."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

NAMES = ("Oakfield", "Marlow", "Tenby", "Harrow", "Kelso", "Alnwick", "Ryde", "Thirsk")
PEOPLE = ("Jane Marsh", "Tom Ridley", "Ann Hobbs", "Paul Verity", "Ruth Calder")
TEMPLATES = (
    "The council in {place} said on {day} that it would repair {n} miles of road before winter.",
    "Residents of {place} have asked {person} to explain why the library closed {n} weeks early.",
    "A spokesman for {person} said the plan would cost about {n} million pounds over five years.",
    "Police in {place} were called at about {n} minutes past six after a lorry hit the old bridge.",
    "{person} told reporters on {day} that the school had room for {n} more pupils this autumn.",
    "The harvest near {place} was the smallest in {n} years, farmers told the newspaper on {day}.",
    "Shares in the firm fell by {n} percent on {day} after {person} left the board of directors.",
    "The theatre at {place} will reopen on {day} with a play that {person} wrote {n} years ago.",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
DAMAGE = {
    "said": "has said it",
    "council": "advice",
    "repair": "to be repairing",
    "winter": "the winters of season",
    "library": "bookshop of lending",
    "spokesman": "carrier of word",
    "cost": "be costing of",
    "Police": "The policies",
    "lorry": "charge truck",
    "bridge": "decks",
    "reporters": "the informers",
    "school": "formation house",
    "pupils": "apprentices",
    "harvest": "crop gathering",
    "farmers": "agriculturists",
    "Shares": "Actions",
    "firm": "signature",
    "board": "plate",
    "theatre": "room of operation",
    "play": "game piece",
    "people": "peoples",
}
REWORDING = {"about": "around", "told": "said to", "asked": "called on", "before": "ahead of"}


def sentence(random: random.Random) -> str:
    """One in ten is not quite clean, so that the two versions overlap as they do in life."""
    text = random.choice(TEMPLATES).format(
        place=random.choice(NAMES),
        person=random.choice(PEOPLE),
        day=random.choice(DAYS),
        n=random.randint(3, 9_999),
    )
    return replace(text, DAMAGE) if random.random() < 0.1 else text


def replace(text: str, words: dict[str, str]) -> str:
    return " ".join(words.get(word, word) for word in text.split())


def _copy(text: str, words: dict[str, str]) -> str:
    return replace(text, words) + " It rained."


def write_pairs(folder: Path, *, origlang: str | None = "en", documents: int = 100) -> Path:
    """Documents of four segments, by a bad and a careful system and, in wmt22, a human."""
    random_ = random.Random(7)
    for name, lang_pairs in {"wmt16": ("de-en",), "wmt22": ("cs-en", "ja-en")}.items():
        rows: list[dict[str, Any]] = []
        for number in range(documents):
            segments = [sentence(random_) for _ in range(4)]
            for system in ("bad", "careful", *(["human"] if name == "wmt22" else [])):
                bad = system == "bad"
                rows += [
                    {
                        "original": text,
                        "retranslated": _copy(text, DAMAGE if bad else REWORDING),
                        "set": name,
                        "lang_pair": lang_pairs[number % len(lang_pairs)],
                        "system": system,
                        "kind": "human" if system == "human" else "machine",
                        "doc_id": f"{name}.{number}",
                        "seg": place,
                        "origlang": origlang,
                        "human_score": (-1.0 if bad else 0.8) + random_.gauss(0, 0.2),
                    }
                    for place, text in enumerate(segments)
                ]
        pq.write_table(pa.Table.from_pylist(rows), folder / f"{name}.parquet")
    return folder


def write_clean(folder: Path, articles: int = 150) -> Path:
    random_ = random.Random(11)
    rows = [
        {
            "doc_id": f"tide.{number}",
            "text": "\n".join(sentence(random_) for _ in range(5)),
        }
        for number in range(articles)
    ]
    pq.write_table(pa.Table.from_pylist(rows), folder / "tide.parquet")
    return folder
