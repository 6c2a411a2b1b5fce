"""Makes the table of companies by ticker from a list of listed companies.

The list is FinanceDatabase's (MIT): ticker with the exchange's suffix, name, country, exchange.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import regex

from garbled.analysers.tickers import COMPANIES_FILE, NO_SUFFIX
from garbled.errors import ResourceError

SOURCE = "Made by `garbled mine tickers` from FinanceDatabase's list of companies (MIT)."
LEFT_OUT = frozenset({"BE", "MU", "DU", "HM", "HA", "TI", "IL", "VI", "F", "XC", "NX"})
"""Places that mostly list other countries' companies, under names in capitals."""
CROSS_LISTED = frozenset({"MX", "SN", "BA"})
"""Exchanges that list American shares under their own tickers, which the list lacks elsewhere."""
MAX_NAME = 48
_ROOT = regex.compile(r"[A-Z]{1,10}\d{0,2}(?:-[A-Z])?|\d{4,6}")
_CLASS = regex.compile(r"(?<=^[A-Z]+)-([A-Z])$")
_LEGAL_FORM = regex.compile(
    r"""[\s,]+(?:\(The\)|\(publ\)|\(P(?:ubl|ty)\.?\)|&\s+Co\.?|Inc\.?|Incorporated|Corp\.?|Corporation
    |Co\.?|Company|L(?:i?mi)?te?d\.?|P\.?L\.?C\.?|L\.?L\.?C\.?|L\.?P\.?|AG|Aktiengesellschaft|A\.?G\.?
    |S\.?A\.?(?:B\.?)?(?:\ de\ C\.?V\.?)?|S\.?A\.?A\.?|S\.?p\.?A\.?|Societ[àa]\ per\ azioni
    |Soci[ée]t[ée]\ anonyme|Soci[ée]t[ée]\ europ[ée]enne|N\.?V\.?|B\.?V\.?|AB|ASA|A/S|AS|Oyj?|Abp|SE
    |S\.?E\.?|KGaA|&\ Co\.\ KGaA|Bhd\.?|Berhad|Tbk|PJSC|OJSC|JSC|P\.?S\.?C\.?|A\.?\s?[SŞ]\.?
    |S\.A\.S\.|Public(?:\ Joint\ Stock)?|Group|Holdings?|Ordinary\ Shares|Common\ Stock|ADR
    |Class\ [A-C](?:\ Ordinary\ Shares|\ Common\ Stock)?)$""",
    regex.VERBOSE | regex.IGNORECASE,
)
_LEADING_FORM = regex.compile(
    r"^(?:The|PT|P\.T\.|(?:Public |Open )?Joint[- ]Stock Company|PJSC|OJSC|JSC|Public Company) ",
    regex.IGNORECASE,
)
_QUOTES = regex.compile(r"[\"“”«»]")

Companies = Mapping[tuple[str, str], tuple[str, ...]]


def mine_tickers(rows: Iterable[tuple[str, str, str]]) -> Companies:
    """Listings by root and short name, from rows of ticker, name and country."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    american: dict[str, Counter[str]] = defaultdict(Counter)
    for ticker, name, country in rows:
        root, listing = _split(ticker)
        company = short_name(name)
        if listing in LEFT_OUT or not company or not _ROOT.fullmatch(root):
            continue
        if listing in CROSS_LISTED and country == "United States":
            if root.isalpha() and len(root) <= 4:
                american[root][company] += 1
            continue
        found[_CLASS.sub(lambda match: match.group(1).lower(), root), company].add(listing)
    own = {root for (root, _), listings in found.items() if NO_SUFFIX in listings}
    for root, names in american.items():
        if root not in own:
            found[root, names.most_common(1)[0][0]].add(NO_SUFFIX)
    return {key: tuple(sorted(listings)) for key, listings in sorted(found.items())}


def _split(ticker: str) -> tuple[str, str]:
    root, dot, listing = ticker.rpartition(".")
    return (root, listing) if dot else (ticker, NO_SUFFIX)


def short_name(name: str) -> str:
    """The name as newspapers write it: without its legal form.

    >>> short_name("Public Joint Stock Company Gazprom"), short_name("Ford Motor Company")
    ('Gazprom', 'Ford Motor')
    """
    name = " ".join(_QUOTES.sub("", name).split())
    name = _LEADING_FORM.sub("", name)
    while (shorter := _LEGAL_FORM.sub("", name).rstrip(" ,&")) != name:
        if len(shorter) < 3:
            break
        name = shorter
    return name[:MAX_NAME]


def read_listed_companies(path: Path) -> Iterator[tuple[str, str, str]]:
    """Rows of ticker, name and country.

    Raises:
        ResourceError: the file cannot be read or is no such list.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                if len(row) < 3:
                    raise ResourceError("a row has no ticker, name and country", source=str(path))
                yield row[0], row[1], row[2]
    except (OSError, UnicodeDecodeError) as error:
        raise ResourceError(
            f"cannot read the list of companies: {error}", source=str(path)
        ) from error


def save_tickers(folder: Path, companies: Companies) -> Path:
    """Write the gzipped table, the same bytes for the same companies."""
    path = folder / COMPANIES_FILE
    lines = [f"# {SOURCE}\n"]
    lines += [
        f"{root}\t{' '.join(listings)}\t{name}\n" for (root, name), listings in companies.items()
    ]
    with path.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
        packed.write("".join(lines).encode("utf-8"))
    return path
