"""The frozen manifest: which documents and clean articles a report is about, as digests.

A document is known by its set, language pair and name, its number of rows, and a digest of all
that its rows say; texts count as ``normalise_original`` leaves them. No text is in a manifest.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from garbled.corpora.clean import CleanArticle, read_clean
from garbled.corpora.damage import RULE_VERSION
from garbled.corpora.pairs import Pair, read_pairs
from garbled.corpora.splits import FOLDS, group_folds, group_pairs, normalise_original
from garbled.errors import IngestError
from garbled.training.config import HELD_OUT_FOLD, LEFT_OUT_SETS

FORMAT = 1
FOLD_RULE = (
    "groups: connected components over normalised original and document; fold: the first 8 bytes "
    "of the sha256 of a group's smallest normalised original, modulo the number of folds"
)
RESERVE_RULE = "the first 8 bytes of the sha256 of 200 normalised characters, modulo 5, are 0"
SHORT, LONG = 12, 64
"""Hexadecimal digits of a document's digest and of one over many documents."""
MAX_BYTES = 64 * 2**20
"""Of a manifest, unpacked."""
_NAMED = 3
_MISSHAPEN = (ValueError, TypeError, AttributeError)

Digests = Mapping[str, tuple[int, str]]
"""Number of rows or articles and their digest, by name."""


@dataclass(frozen=True)
class Manifest:
    """What is measured: the held-out documents, and the clean articles set aside, by source.

    ``documents`` are by set, language pair and name; ``fitted_on`` has one digest a set over
    the rows of the other folds, which refitted heads learn from. ``files`` says where it all came
    from; it is not checked, since the same rows may be packed in other files.
    """

    rules: Mapping[str, str | int]
    documents: Mapping[str, Mapping[str, Digests]]
    fitted_on: Digests
    clean: Digests
    files: Mapping[str, str]

    @property
    def digest(self) -> str:
        """Digest of what is checked, as a report's signature has it."""
        checked = {name: value for name, value in asdict(self).items() if name != "files"}
        return f"sha256:{_sha256(json.dumps(checked, sort_keys=True), LONG)}"

    @property
    def n_documents(self) -> int:
        return sum(1 for _ in self._flat())

    def _flat(self) -> Iterator[tuple[str, tuple[int, str]]]:
        """Everything that is checked, one name each."""
        for set_, by_pair in self.documents.items():
            for lang_pair, own in by_pair.items():
                for name, value in own.items():
                    yield f"{set_} {lang_pair} {name or 'rows without a document'}", value

    def differences(self, found: Manifest) -> list[str]:
        """What ``found`` has otherwise, one short line a thing; empty where all is the same."""
        lines = [
            f"{name} is {found.rules.get(name)!r}, not {value!r}"
            for name, value in self.rules.items()
            if found.rules.get(name) != value
        ]
        lines += _compare("held-out document", dict(self._flat()), dict(found._flat()))
        lines += _compare("training set", self.fitted_on, found.fitted_on)
        return lines + _compare("source of clean articles", self.clean, found.clean)


def make_manifest(pairs: Path, clean: Path | None) -> Manifest:
    """Read all pairs and clean articles and describe what is held out.

    Raises:
        IngestError: there is nothing to read.
    """
    documents, fitted_on = _describe_pairs(read_pairs(pairs))
    files = [*_parquet_files(pairs), *([] if clean is None else _parquet_files(clean))]
    return Manifest(
        {
            "format": FORMAT,
            "damage_rule": RULE_VERSION,
            "folds": FOLDS,
            "held_out_fold": HELD_OUT_FOLD,
            "fold_rule": FOLD_RULE,
            "reserve_rule": RESERVE_RULE,
        },
        documents,
        fitted_on,
        {} if clean is None else _describe_clean(read_clean(clean, reserved=True)),
        {f"{file.parent.name}/{file.name}": _file_digest(file) for file in sorted(files)},
    )


def require_same(manifest: Manifest, pairs: Path, clean: Path | None) -> None:
    """Make sure that the data is exactly what the manifest names.

    Args:
        manifest: the frozen one.
        pairs: folder of aligned pairs that is about to be measured.
        clean: folder of clean articles; where there is none, the manifest's are not asked for.

    Raises:
        IngestError: a document is missing, changed or too many; one line says which.
    """
    found = make_manifest(pairs, clean)
    if clean is None:
        found = Manifest(found.rules, found.documents, found.fitted_on, manifest.clean, found.files)
    differences = manifest.differences(found)
    if differences:
        raise IngestError(
            f"not the data of the manifest: {'; '.join(differences)}. Use that data, or "
            "--no-manifest to measure other data",
            source=str(pairs),
        )


def save_manifest(manifest: Manifest, path: Path) -> None:
    """Write it, packed where the name ends in ``.gz``; the same manifest gives the same bytes."""
    content = json.dumps(asdict(manifest), sort_keys=True, separators=(",", ":")).encode()
    packed = gzip.compress(content, 9, mtime=0) if path.suffix == ".gz" else content + b"\n"
    path.write_bytes(packed)


def load_manifest(path: Path) -> Manifest:
    """Read a manifest.

    Raises:
        IngestError: it is missing, damaged, empty or of another format.
    """
    try:
        content: dict[str, Any] = json.loads(_read_bounded(path))
        manifest = Manifest(
            dict(content["rules"]),
            {
                set_: {pair: _digests(own) for pair, own in by_pair.items()}
                for set_, by_pair in content["documents"].items()
            },
            _digests(content["fitted_on"]),
            _digests(content["clean"]),
            dict(content["files"]),
        )
    except (OSError, EOFError, LookupError, RecursionError, *_MISSHAPEN) as error:
        raise IngestError(f"not a readable manifest ({error})", source=str(path)) from error
    if manifest.rules.get("format") != FORMAT or not manifest.n_documents:
        raise IngestError(
            f"a manifest of another format, or with no document: make one of format {FORMAT} by "
            "--write-manifest",
            source=str(path),
        )
    return manifest


def _read_bounded(path: Path) -> bytes:
    with path.open("rb") as raw, gzip.open(raw) if path.suffix == ".gz" else raw as stream:
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES} bytes")
    return bytes(content)


def _digests(found: Mapping[str, Any]) -> dict[str, tuple[int, str]]:
    return {name: (int(n), str(digest)) for name, (n, digest) in found.items()}


def _describe_pairs(
    read: Iterable[Pair],
) -> tuple[dict[str, dict[str, dict[str, tuple[int, str]]]], dict[str, tuple[int, str]]]:
    """Digests of the held-out documents, and by set of all other rows."""
    pairs = list(read)
    held_out: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    fitted_on: defaultdict[str, list[str]] = defaultdict(list)
    for pair, fold in zip(pairs, _folds(pairs), strict=True):
        if fold == HELD_OUT_FOLD:
            held_out[pair.set, pair.lang_pair, pair.document].append(_row_digest(pair))
        else:
            fitted_on[pair.set].append(_row_digest(pair))
    documents: dict[str, dict[str, dict[str, tuple[int, str]]]] = {}
    for (set_, lang_pair, name), rows in sorted(held_out.items()):
        documents.setdefault(set_, {}).setdefault(lang_pair, {})[name] = _digest_of(rows, SHORT)
    return documents, {set_: _digest_of(rows, LONG) for set_, rows in sorted(fitted_on.items())}


def _folds(pairs: list[Pair]) -> list[int]:
    """Each pair's fold; sets that training leaves out are grouped apart, as training does."""
    folds = [-1] * len(pairs)
    for left_out in (False, True):
        own = [i for i, p in enumerate(pairs) if (p.set in LEFT_OUT_SETS) == left_out]
        mine = [pairs[i] for i in own]
        if mine:
            for i, fold in zip(own, group_folds(mine, group_pairs(mine)).tolist(), strict=True):
                folds[i] = fold
    return folds


def _row_digest(pair: Pair) -> str:
    said = [
        *(pair.system, pair.kind, pair.seg, pair.origlang, pair.year, pair.human_score),
        *(normalise_original(pair.original), normalise_original(pair.retranslated)),
    ]
    return _sha256("\t".join(map(str, said)), LONG)


def _describe_clean(articles: Iterable[CleanArticle]) -> dict[str, tuple[int, str]]:
    """Digests by source, which is what stands before the first dot of an article's id."""
    sources: defaultdict[str, list[str]] = defaultdict(list)
    for article in articles:
        source, dot, _ = article.id.partition(".")
        said = f"{article.id}\t{article.title}\t{normalise_original(article.text)}"
        sources[source if dot else ""].append(_sha256(said, LONG))
    return {name: _digest_of(own, LONG) for name, own in sorted(sources.items())}


def _digest_of(digests: Iterable[str], length: int) -> tuple[int, str]:
    ordered = sorted(digests)
    return len(ordered), _sha256("\n".join(ordered), length)


def _sha256(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def _file_digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _parquet_files(path: Path) -> list[Path]:
    return list(path.glob("*.parquet")) if path.is_dir() else [path]


def _compare(what: str, wanted: Digests, found: Digests) -> list[str]:
    kinds = {
        "missing": sorted(wanted.keys() - found.keys()),
        "not in the manifest": sorted(found.keys() - wanted.keys()),
        "changed": sorted(n for n in wanted.keys() & found.keys() if wanted[n] != found[n]),
    }
    return [
        f"{len(names)} {what}{'s' if len(names) > 1 else ''} {kind} ({_name(names)})"
        for kind, names in kinds.items()
        if names
    ]


def _name(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
