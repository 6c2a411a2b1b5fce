"""What can go wrong, as types. A message says what, where and what to do about it."""

from __future__ import annotations


class GarbledError(Exception):
    """Base of all errors that garbled raises on purpose.

    Args:
        message: what went wrong and what the user can do, in one line.
        source: the file, feed item or resource it happened in, where known.
    """

    def __init__(self, message: str, *, source: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.source = source

    def __str__(self) -> str:
        return f"{self.source}: {self.message}" if self.source else self.message


class IngestError(GarbledError):
    """An input could not be read: empty, binary, too large, broken, of an unknown kind."""


class ResourceError(GarbledError):
    """Something the tool needs is missing or does not work: Java, LanguageTool, a word list."""


class ModelError(GarbledError):
    """A model folder is missing, damaged, of another version, or fails its digest."""
