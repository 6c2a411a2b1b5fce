"""Scores out: the record and its schema, and the formats a record is written in."""

from garbled.report.reasons import REASONS
from garbled.report.record import SCHEMA_VERSION, to_record
from garbled.report.schema import result_schema
from garbled.report.writers import FORMATS, write

__all__ = ["FORMATS", "REASONS", "SCHEMA_VERSION", "result_schema", "to_record", "write"]
