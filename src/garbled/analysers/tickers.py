"""Which company an instrument code stands for, and which endings codes have.

Roots and names are from a public list of companies (FinanceDatabase, MIT); the exchanges' suffixes
are written for garbled. Agencies write some roots with letters that a list lacks.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import regex

FOLDER = "evidence"
COMPANIES_FILE = "tickers.tsv.gz"
EXCHANGES_FILE = "tickers_exchanges.tsv"
NO_SUFFIX = "-"
"""What the list writes for an American company, whose ticker has no suffix."""
MIN_UNIQUE_ROOT = 3
"""A shorter root says nothing where the exchange does not fit."""
_SHARE_CLASS = regex.compile(r"(?<=[\p{Lu}\d])(?:\p{Ll}|_\p{Ll}{1,2})$")


@dataclass(frozen=True, slots=True)
class Tickers:
    """Companies by root and listing, and the listings that each code suffix stands for.

    ``domains`` are the suffixes that sites' addresses end in, too.
    """

    companies: Mapping[str, Mapping[str, str]]
    listings: Mapping[str, frozenset[str]]
    domains: frozenset[str]

    def is_suffix(self, suffix: str) -> bool:
        """Whether an exchange's codes end so, in capitals."""
        return suffix in self.listings

    def decode(self, root: str, suffix: str) -> str | None:
        """The company of a code in whatever case, by its exchange.

        >>> load_tickers().decode("barc", "l"), load_tickers().decode("SIEGn", "DE")
        ('Barclays', 'Siemens')
        >>> load_tickers().decode("Barc", "Leeds")
        """
        wanted = self.listings.get(suffix.upper(), frozenset())
        for variant in _variants(root, is_german="DE" in wanted):
            for listing, company in self.companies.get(variant, {}).items():
                if listing in wanted:
                    return company
        return None

    def decode_root(self, root: str) -> str | None:
        """The company of a root that is one company's alone, whatever the exchange."""
        for variant in _variants(root):
            names = set(self.companies.get(variant, {}).values())
            if len(names) == 1 and len(variant) >= MIN_UNIQUE_ROOT:
                return names.pop()
        return None


def _variants(root: str, *, is_german: bool = False) -> Iterator[str]:
    """The root as lists write it, and without the class of the share or a German code's last G."""
    yield _with_class(root)
    yield root.upper()
    bare = _SHARE_CLASS.sub("", root).upper()
    yield bare
    if is_german:
        yield regex.sub(r"(?:G|GN|G?_P)$", "", root.upper())


def _with_class(root: str) -> str:
    return root[:-1].upper() + root[-1] if _SHARE_CLASS.search(root) else root.upper()


@cache
def load_tickers() -> Tickers:
    folder = resources.files("garbled.resources").joinpath(FOLDER)
    with (
        folder.joinpath(COMPANIES_FILE).open("rb") as packed,
        gzip.open(packed, "rt", encoding="utf-8") as file,
    ):
        companies = _read_companies(file)
    lines = folder.joinpath(EXCHANGES_FILE).read_text("utf-8").splitlines()
    listings: dict[str, set[str]] = {}
    domains: set[str] = set()
    for suffix, listing, _, *domain in _rows(iter(lines)):
        listings.setdefault(suffix, set()).add(listing)
        domains.update(suffix for mark in domain if mark)
    known = {suffix: frozenset(places) for suffix, places in listings.items()}
    return Tickers(companies, known, frozenset(domains))


def _rows(lines: Iterator[str]) -> Iterator[list[str]]:
    kept = (line for line in lines if not line.startswith("#"))
    return csv.reader(kept, delimiter="\t", quoting=csv.QUOTE_NONE)


def _read_companies(lines: Iterator[str]) -> dict[str, dict[str, str]]:
    companies: dict[str, dict[str, str]] = {}
    for root, listings, company in _rows(lines):
        known = companies.setdefault(root, {})
        known.update(dict.fromkeys(listings.split(), company))
    return companies
