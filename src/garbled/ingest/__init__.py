"""Bytes in, documents out: plain text, HTML, feeds, JSONL, CSV and Parquet. No network.

>>> [document] = read_bytes(b"The pier reopened.", source="pier.txt")
>>> document.text
'The pier reopened.'
"""

from garbled.ingest.options import Format, Limits, ReadOptions
from garbled.ingest.reader import read, read_bytes

__all__ = ["Format", "Limits", "ReadOptions", "read", "read_bytes"]
