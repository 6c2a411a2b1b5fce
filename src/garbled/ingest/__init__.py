"""Bytes in, documents out: text, pages, feeds, agency formats and tables of records. No network.

>>> [document] = read_bytes(b"The pier reopened.", source="pier.txt")
>>> document.text
'The pier reopened.'
"""

from garbled.ingest.options import Format, Limits, ReadOptions
from garbled.ingest.reader import read, read_bytes
from garbled.ingest.sniffing import format_of, sniff

__all__ = ["Format", "Limits", "ReadOptions", "format_of", "read", "read_bytes", "sniff"]
