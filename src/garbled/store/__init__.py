"""The memory: results that were scored before, and editors' words on them, in an SQLite file."""

from garbled.store.results import Store, default_path
from garbled.store.rows import Kept, Remembered, Word, result_key
from garbled.store.schema import StoreError

__all__ = [
    "Kept",
    "Remembered",
    "Store",
    "StoreError",
    "Word",
    "default_path",
    "result_key",
]
