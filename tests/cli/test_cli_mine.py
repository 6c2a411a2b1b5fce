from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

from garbled.cli.mine import mine


@pytest.mark.parametrize("part", ["names", "words", "tickers"])
def test_what_is_mined_from_must_be_named(part: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(mine, [part, "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert "Missing option '--" in done.output


def test_tickers_are_mined_from_a_list(tmp_path: Path) -> None:
    companies = tmp_path / "companies.tsv"
    companies.write_text("VLMR.L\tVelmar Harbour Guild plc\tUnited Kingdom\tLSE\n", "utf-8")
    done = CliRunner().invoke(
        mine, ["tickers", "--companies", str(companies), "--out", str(tmp_path / "out")]
    )
    assert done.exit_code == 0, done.output
    assert Path(done.output.strip()).is_file()


@pytest.mark.skipif(find_spec("wordfreq") is not None, reason="wordfreq is installed")
def test_names_say_what_to_install(tmp_path: Path) -> None:
    from garbled.errors import ResourceError

    arguments = ["names", "--pairs", str(tmp_path), "--clean", str(tmp_path), "--out"]
    done = CliRunner().invoke(mine, [*arguments, str(tmp_path)])
    assert isinstance(done.exception, ResourceError)
    assert "pip install wordfreq" in str(done.exception)
