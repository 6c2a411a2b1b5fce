"""The memory: results that were scored before, and editors' words on them, in an SQLite file."""

from garbled.store.labels import Label
from garbled.store.memory import Item, Memory, Outcome, content_of, score_remembered
from garbled.store.results import Store, default_path
from garbled.store.rows import Kept, Remembered, Word, result_key
from garbled.store.schema import StoreError

__all__ = [
    "Item",
    "Kept",
    "Label",
    "Memory",
    "Outcome",
    "Remembered",
    "Store",
    "StoreError",
    "Word",
    "content_of",
    "default_path",
    "result_key",
    "score_remembered",
]
