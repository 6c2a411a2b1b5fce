"""Instrument codes: read, decoded, and told from an agency's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from garbled.analysers.codes import find_code_faults
from garbled.analysers.run import Resources
from garbled.analysers.tickers import load_tickers
from garbled.errors import ResourceError
from garbled.training.mine_tickers import (
    mine_tickers,
    read_listed_companies,
    save_tickers,
    short_name,
)

LEAK, BROKEN = "NAME_RIC_LEAK", "NAME_CODE_BROKEN"


@pytest.fixture(scope="module")
def codes(make_article, resources: Resources):
    def codes(text: str) -> list[tuple[str, str, str | None]]:
        article = make_article(text)
        return [
            (fault.rule, text[fault.start : fault.end], fault.suggestion)
            for fault in find_code_faults(article, resources.counts)
        ]

    return codes


@pytest.mark.parametrize(
    ("text", "quote", "company"),
    [
        ("Shares in Tsco.L fell on Tuesday.", "Tsco.L", "Tesco"),
        ("Shares in TSCO.l fell on Tuesday.", "TSCO.l", "Tesco"),
        ("Shares in tsco.l fell on Tuesday.", "tsco.l", "Tesco"),
        ("A rival of TSCO.L opened there.", "TSCO.L", "Tesco"),
        ("In Leeds, TSCO.L opened a shop.", "TSCO.L", "Tesco"),
        ("The rival of TSCO .L opened there.", "TSCO .L", "Tesco"),
        ("The rival of TSCO,L opened there.", "TSCO,L", "Tesco"),
        ("Talks with TSCO.L.N went on.", "TSCO.L.N", "Tesco"),
        ("Talks with TSCO.Lended at noon.", "TSCO.Lended", "Tesco ended"),
        ("Profit at the carmaker 7203.t rose.", "7203.t", "Toyota Motor"),
        ("The engineers of SIEGn.DE left.", "SIEGn.DE", "Siemens"),
        ("Miners such as Rio.l Tinto rose.", "Rio.l Tinto", "Rio Tinto"),
        ("The prince of Qxzw.N spoke.", "Qxzw.N", None),
    ],
)
def test_codes_that_stand_for_a_name(codes, text: str, quote: str, company: str | None) -> None:
    assert codes(text) == [(LEAK, quote, company)]


@pytest.mark.parametrize(
    ("text", "quote", "mended"),
    [
        ("Shares in Tesco (Tsco.l) fell.", "Tsco.l", "TSCO.L"),
        ("Shares in Tesco tsco.L fell.", "tsco.L", "TSCO.L"),
        ("Shares in TescoTSCO.L fell.", "TescoTSCO.L", "Tesco TSCO.L"),
    ],
)
def test_codes_that_are_broken(codes, text: str, quote: str, mended: str) -> None:
    assert codes(text) == [(BROKEN, quote, mended)]


@pytest.mark.parametrize(
    "text",
    [
        "Shares in Tesco (TSCO.L) and Tesco Plc TSCO.L fell.",
        "Tesco ( TSCO.L ) and Siemens <SIEGn.DE> signed.",
        "Warren Buffett's Berkshire Hathaway BRKa.N bought it.",
        "News Corp. NWSA.O and the Quux Co. Ltd. QUX.AX merged.",
        "The U.S. firm J.P. Morgan, E.ON and AT&T met at St. Paul's.",
        "He has a Ph.D. and an M.B.A. from Leeds.",
        "It ended in Leeds.He went home.I stayed.",
        "Read it at bild.de, on orf.at or at www.example.co.uk today.",
        "The service was written in Node.js and in ASP.NET.",
        "He joined UBS. A spokesman for the IMF. I left in 2007.T",
        "SHARES OF TSCO. L AND OTHERS FELL IN A BAD WEEK FOR LONDON.",
    ],
)
def test_what_is_no_fault(codes, text: str) -> None:
    assert codes(text) == []


def test_decoding_knows_the_exchange() -> None:
    tickers = load_tickers()
    assert tickers.decode("VOD", "L") == "Vodafone"
    assert tickers.decode("VOD", "T") is None
    assert tickers.decode("GAZP", "MM") == tickers.decode("gazp", "me") == "Gazprom"
    assert tickers.decode_root("BARC") == "Barclays"
    assert tickers.decode_root("ZZZZZZ") is None
    assert tickers.is_suffix("PA")
    assert not tickers.is_suffix("XYZ")


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("The Quux Group, Inc.", "Quux"),
        ("Deutsche Quux Aktiengesellschaft", "Deutsche Quux"),
        ("Quux S.p.A.", "Quux"),
        ("BT Group plc", "BT Group"),
        ("3i", "3i"),
    ],
)
def test_names_lose_their_legal_form(name: str, short: str) -> None:
    assert short_name(name) == short


def test_listings_are_mined() -> None:
    mined = mine_tickers(
        [
            ("QUX-B.ST", "Quux AB (publ)", "Sweden"),
            ("QUX.MU", "QUUX AB", "Sweden"),
            ("ABC.MX", "Abacus Corporation", "United States"),
            ("ABCD", "Abecedary Inc.", "United States"),
            ("0R12.L", "Foreign plc", "France"),
        ]
    )
    assert mined == {
        ("ABC", "Abacus"): ("-",),
        ("ABCD", "Abecedary"): ("-",),
        ("QUXb", "Quux"): ("ST",),
    }


def test_the_table_is_written_alike_each_time(tmp_path: Path) -> None:
    companies = mine_tickers([("ABCD.L", "Abecedary plc", "United Kingdom")])
    first = save_tickers(tmp_path, companies).read_bytes()
    assert save_tickers(tmp_path, companies).read_bytes() == first


def test_a_list_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.tsv"
    path.write_text("one column\n", "utf-8")
    with pytest.raises(ResourceError, match="no ticker"):
        list(read_listed_companies(path))
    with pytest.raises(ResourceError, match="cannot read"):
        list(read_listed_companies(tmp_path / "absent.tsv"))
