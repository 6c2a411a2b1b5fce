"""What of a run is done: one output file an input file, and a note of each that is finished.

    OUT/<name>.parquet                  results of IN/<name>.parquet
    OUT/_garbled/run.json               version, model and configuration: of one run, never of two
    OUT/_garbled/finished/<name>.json   size and time of the input, number of rows and verdicts
    OUT/_garbled/partial/               results on their way

Readers of Parquet folders pass over names that start with ``_``. Only one run at a time writes to
a folder.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from garbled.errors import GarbledError, IngestError
from garbled.scale.config import Identity, ScaleConfig
from garbled.scale.storage import InputFile, Storage

NOTES = "_garbled"


@dataclass(frozen=True)
class Summary:
    """What a run did: files scored now and skipped as finished, rows and verdicts of both.

    ``failures`` are files that could not be read or scored, with the reason; nothing of them is
    in the output.
    """

    n_scored: int
    n_skipped: int
    verdicts: Mapping[str, int]
    failures: tuple[tuple[str, str], ...] = ()

    @property
    def n_rows(self) -> int:
        return sum(self.verdicts.values())

    def __str__(self) -> str:
        r"""In one line.

        >>> print(Summary(2, 1, {"pass": 1200, "error": 3}))
        2 files scored, 1 finished before; 1,203 rows: 1,200 pass, 3 error
        """
        rows = ", ".join(f"{n:,} {verdict}" for verdict, n in self.verdicts.items())
        failed = f", {len(self.failures)} failed" if self.failures else ""
        files = "file" if self.n_scored == 1 else "files"
        return (
            f"{self.n_scored:,} {files} scored, {self.n_skipped:,} finished before{failed}; "
            f"{self.n_rows:,} rows{': ' if rows else ''}{rows}"
        )


@dataclass
class Ledger:
    """The notes of a run in its output folder."""

    storage: Storage
    output: str
    finished: dict[str, Counter[str]] = field(default_factory=dict)

    @classmethod
    def open(
        cls,
        storage: Storage,
        output: str,
        config: ScaleConfig,
        files: Iterable[InputFile],
        *,
        start_over: bool = False,
    ) -> Ledger:
        """The notes of a run that is begun, or gone on with where it stopped.

        Args:
            config: pinned.
            start_over: forget what is finished, and put new results in its place.

        Raises:
            GarbledError: the folder holds results of another version, model or configuration.
        """
        ledger = cls(storage, output.rstrip("/"))
        if start_over:
            storage.remove(ledger.note("finished"))
        else:
            ledger._require_same(run_of(config))
        storage.remove(ledger.note("partial"))
        storage.write(ledger.note("run.json"), json.dumps(run_of(config), indent=1))
        for file in files:
            ledger._recall(file)
        return ledger

    def note(self, name: str) -> str:
        """The path of something beside the results."""
        return f"{self.output}/{NOTES}/{name}"

    def partial(self, file: InputFile) -> str:
        """Where a file's results are written before they are whole."""
        return self.note(f"partial/{file.name}")

    def finish(self, file: InputFile, written: str, verdicts: Mapping[str, int]) -> None:
        """Put a file's results in their place, then note that they are there."""
        self.storage.move(written, f"{self.output}/{file.name}")
        entry = {"bytes": file.n_bytes, "modified": file.modified, "verdicts": dict(verdicts)}
        self.storage.write(self._entry(file), json.dumps(entry))
        self.finished[file.name] = Counter(verdicts)

    def close(
        self, files: Sequence[InputFile], before: int, failures: Mapping[str, str]
    ) -> Summary:
        """Remove what is left over, and sum up.

        Args:
            before: how many files were finished before.

        Raises:
            IngestError: there were files to score, and all failed.
        """
        self.storage.remove(self.note("partial"))
        n_scored = len(self.finished) - before
        if failures and not n_scored and not before:
            name, reason = next(iter(failures.items()))
            raise IngestError(reason, source=name)
        total = sum((self.finished[f.name] for f in files if f.name in self.finished), Counter())
        return Summary(n_scored, before, dict(total.most_common()), tuple(failures.items()))

    def _entry(self, file: InputFile) -> str:
        return self.note(f"finished/{file.name}.json")

    def _recall(self, file: InputFile) -> None:
        entry = _json(self.storage.read(self._entry(file)))
        same = (entry.get("bytes"), entry.get("modified")) == (file.n_bytes, file.modified)
        if same and self.storage.exists(f"{self.output}/{file.name}"):
            self.finished[file.name] = Counter(entry["verdicts"])

    def _require_same(self, run: Mapping[str, Any]) -> None:
        """Results of one run stand beside none of another's."""
        found = _json(self.storage.read(self.note("run.json")))
        if not found:
            return
        changed = [
            f"{key} {found.get(key)}, not {run[key]}" for key in run if found.get(key) != run[key]
        ]
        if changed:
            raise GarbledError(
                f"holds results of another run ({'; '.join(changed)}); name another folder, or"
                " start over",
                source=self.output,
            )


def run_of(config: ScaleConfig) -> dict[str, Any]:
    """What all results of one folder have in common, as JSON."""
    identity: Identity | None = config.identity
    return {**(asdict(identity) if identity else {}), **config.described()}


def _json(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
