"""A corpus of our own: sentences by template, as machines of two kinds and people wrote them."""

from __future__ import annotations

import random

PLACES = ("Leeds", "Derry", "Turin", "Bergen", "Lagos", "Quito", "Perth", "Kobe", "Lyon")
PEOPLE = ("Marsh", "Cole", "Whitlock", "Okafor", "Lind", "Moreau", "Tanaka", "Silva", "Novak")
THINGS = ("pier", "tram", "bridge", "school", "market", "library", "harbour", "station")
TEMPLATES = [
    (
        "The {thing} in {place} will close in March for repairs that cost {n} million dollars, "
        "{person} said on Monday after a long meeting.",
        "The {thing} of {place} it will be closed in march by repairs of a cost of {n},0 millions "
        "of dollars, has said Gave {person} the monday afterwards of a meeting long.",
    ),
    (
        "Shopkeepers fear that it will cost them half of their winter trade, and have asked the "
        "council of {place} to help them with the rent.",
        "The tradesmen fear that it goes to cost to them the half of the commerce of winter , and "
        "they have asked to the advice that it help to them with the rent rent.",
    ),
    (
        "{person}, who has worked at the {thing} for {n} years, said that nobody had told the "
        "staff of the plan before it was in the paper.",
        "{person}, that carries {n} years working to the {thing}, has said that nobody had said "
        "to the personnel of the plan before that it was to the newspaper.",
    ),
    (
        "Engineers found rust in {n} of the forty legs that hold it up, and divers will look at "
        "the others before the end of the month.",
        "The engineers they found oxide in {n} of the forty legs that sustain it, and the divers "
        "they will look the others before the final of the month.",
    ),
]


def rows(n_documents: int, seed: int = 1) -> list[dict[str, object]]:
    """Pairs of documents of four segments, as machines of two kinds and people wrote them."""
    chance = random.Random(seed)
    made: list[dict[str, object]] = []
    for number in range(n_documents):
        kind = ("bad", "good", "human")[number % 3]
        for seg in range(4):
            names = {
                "thing": chance.choice(THINGS),
                "place": chance.choice(PLACES),
                "person": chance.choice(PEOPLE),
                "n": chance.randrange(2, 999),
            }
            original, mangled = (text.format(**names) for text in TEMPLATES[seg])
            original = f"{original[:-1]}, as note {number} of part {seg} said."
            faithful = original.replace("said", "stated")
            made.append(
                {
                    "original": original,
                    "retranslated": mangled if kind == "bad" else faithful,
                    "set": "wmt16",
                    "lang_pair": "es-en",
                    "system": "people" if kind == "human" else kind,
                    "kind": "human" if kind == "human" else "machine",
                    "doc_id": f"d{number}",
                    "seg": seg,
                    "human_score": {"bad": -1.0, "good": 1.0, "human": None}[kind],
                }
            )
    made.append({**made[0], "retranslated": "", "doc_id": "bad"})
    return made
