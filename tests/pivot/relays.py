"""Made-up relays: one set of sentences of ours, with the marks that each "language" leaves."""

from __future__ import annotations

import random
import re

SUBJECTS = ("the harbour board", "a local baker", "the ferry crew", "every teacher", "the coach")
VERBS = ("repaired", "opened", "measured", "painted", "counted", "moved", "sold", "checked")
OBJECTS = ("the old pier", "a red boat", "the school roof", "twelve lamps", "the market hall")
PLACES = ("near the river", "behind the mill", "on the hill", "by the gate", "in the yard")
TIMES = ("before the winter", "during the storm", "after the meeting", "at the weekend")
ADVERBS = ("slowly", "quietly", "again", "twice", "gladly")
LANGUAGES = ("aa", "bb", "cc")
ENGINES = ("north", "south", "east")


def original(seed: int, sentences: int = 12) -> str:
    """An article of about ten words a sentence."""
    chance = random.Random(seed)
    made = []
    for _ in range(sentences):
        parts = [chance.choice(words) for words in (SUBJECTS, VERBS, OBJECTS, PLACES, TIMES)]
        made.append(f"{' '.join(parts)} and {chance.choice(ADVERBS)}.".capitalize())
    return " ".join(made)


def relay(text: str, language: str, engine: str, share: float = 0.8) -> str:
    """The text as it comes back: marks of the language in most sentences, and one of the engine."""
    chance = random.Random(f"{text}/{language}/{engine}")
    sentences = [
        _marked(sentence, language) if chance.random() < share else sentence
        for sentence in text.split(". ")
    ]
    back = ". ".join(sentences)
    return {"north": back, "south": back.replace(" old ", " aged "), "east": back + " So it was."}[
        engine
    ]


def _marked(sentence: str, language: str) -> str:
    match language:
        case "aa":  # no articles
            return re.sub(r"\b([Tt]he|[Aa]) ", "", sentence)
        case "bb":  # "has" before verbs, "thus" after "and"
            return re.sub(r" (\w+ed|sold) ", r" has \1 ", sentence).replace(" and ", " and thus ")
        case "cc":  # "of" for every place
            return re.sub(r" (near|behind|on|by|in) ", " of ", sentence).replace("after", "since")
        case "dd":  # another preposition, doubled adverbs
            return re.sub(r" and (\w+)", r" and \1 \1", sentence).replace("before", "until")
    raise ValueError(language)


def rows(n_originals: int = 24, languages=LANGUAGES, engines=ENGINES):
    """Rows of pairs, two segments a document."""
    for number in range(n_originals):
        text = original(number)
        for language in languages:
            for engine in engines:
                for seg, part in enumerate(_halves(text)):
                    yield {
                        "set": "made-up",
                        "lang_pair": f"en-{language}-en",
                        "system": f"{engine}-mt.{number % 2}",
                        "kind": "machine",
                        "origlang": "en",
                        "doc_id": f"d{number}",
                        "seg": seg,
                        "original": part,
                        "retranslated": relay(part, language, engine),
                    }


def _halves(text: str) -> tuple[str, str]:
    sentences = text.split(". ")
    middle = len(sentences) // 2
    return ". ".join(sentences[:middle]) + ".", ". ".join(sentences[middle:])
