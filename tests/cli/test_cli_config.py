"""The configuration on the command line: found, shown, overridden, refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from garbled.cli import COMMANDS, cli
from garbled.cli.configured import CONFIGURED
from garbled.policy import Policies, Policy


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GARBLED_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("GARBLED_CONFIG", raising=False)
    (tmp_path / "names.txt").write_text("Corvane\n")
    return tmp_path


def write(folder, content, name="garbled.toml"):
    (folder / name).write_text(content)
    return folder / name


def test_the_file_gives_the_defaults(desk, plumbing, garbled):
    write(
        desk,
        'tier = "fast"\ngrammar = false\nprior = 0.2\nhold = 0.8\nhouse_list = "names.txt"\n'
        '[feeds."wire/*"]\nprior = 0.4\n',
    )
    assert garbled("score", "x").code == 0
    assert plumbing.scorer_options == {
        "tier": "fast",
        "grammar": False,
        "jobs": 1,
        "prior": None,
        "model": None,
        "house_list": desk / "names.txt",
        "policies": Policies(Policy(prior=0.2, hold=0.8), (("wire/*", Policy(prior=0.4)),)),
    }


def test_options_go_before_the_file(desk, plumbing, garbled):
    write(desk, 'tier = "fast"\ngrammar = false\nprior = 0.2\n')
    assert garbled("score", "x", "--tier", "full", "--grammar", "--prior", "0.3").code == 0
    told = plumbing.scorer_options
    assert (told["tier"], told["grammar"], told["prior"]) == ("full", True, 0.3)


def test_help_shows_the_files_values(desk, garbled):
    write(desk, 'tier = "fast"\n')
    out = " ".join(garbled("score", "--help").out.split())
    assert "[default: fast]" in out


def test_a_file_can_be_named_by_option_or_environment(desk, plumbing, garbled, monkeypatch):
    write(desk, 'tier = "fast"\n')
    other = write(desk, 'tier = "full"\n', "other.toml")
    garbled("--config", str(other), "score", "x")
    assert plumbing.scorer_options["tier"] == "full"
    monkeypatch.setenv("GARBLED_CONFIG", str(other))
    garbled("score", "x")
    assert plumbing.scorer_options["tier"] == "full"
    garbled("--config", "/dev/null", "score", "x")
    assert plumbing.scorer_options["tier"] == "auto"
    result = garbled("--config", "none.toml", "score", "x")
    assert result.code == 2
    assert "'none.toml' does not exist" in result.err


def test_a_file_that_is_wrong_is_said_in_one_line(desk, plumbing, garbled):
    file = write(desk, 'teir = "fast"\n')
    for command in ("score", "config"):
        result = garbled(command, *(["x"] if command == "score" else []))
        assert (result.code, result.out) == (2, "")
        assert result.err == f"garbled: {file}: unknown key teir; did you mean tier?\n"
    assert plumbing.scorer_options == {}


def test_commands_that_need_none_run_beside_a_broken_file(desk, garbled):
    write(desk, "teir\n")
    assert garbled("schema").code == 0
    assert garbled("--help").code == 0
    assert garbled("align", "--help").code == 0


def test_every_command_that_scores_is_configured():
    present = [name for name, (module, _) in COMMANDS.items() if _exists(module)]
    assert {"score", "config"} <= set(present)
    for name in present:
        command = cli.get_command(None, name)
        options = {parameter.name for parameter in command.params}
        if "house_list" in options or "store" in options:
            assert name in CONFIGURED
    assert set(COMMANDS) >= CONFIGURED


def _exists(module):
    from importlib.util import find_spec

    return find_spec(module) is not None


def test_config_shows_each_value_and_where_it_is_from(desk, garbled):
    file = write(desk, 'tier = "full"\nprior = 0.2\n[feeds."wire/*"]\nhold = 0.9\n')
    result = garbled("config", "--prior", "0.3", "--no-store")
    assert result.code == 0
    first, *lines = result.out.splitlines()
    assert first == f"# {file}"
    rows = [line.split() for line in lines]
    assert ["tier", "file", "full"] in rows
    assert ["prior", "option", "0.3"] in rows
    assert ["grammar", "default", "true"] in rows
    assert ["store.enabled", "option", "false"] in rows
    assert ["store.path", "default", str(desk / "data" / "results.sqlite")] in rows
    assert ['feeds."wire/*".hold', "file", "0.9"] in rows
    [review] = [row for row in rows if row[0] == "review"]
    assert review[1] == "model"
    assert "(full)," in review
    assert "(fast)" not in " ".join(review)
    assert not (desk / "data").exists(), "nothing is made"


def test_config_as_json(desk, garbled):
    assert garbled("config", "--json", "--tier", "fast").code == 0
    shown = json.loads(garbled("config", "--json", "--tier", "fast", "--store", "x.sqlite").out)
    assert shown["file"] is None
    assert shown["settings"]["tier"] == {"value": "fast", "from": "option"}
    assert shown["settings"]["prior"] == {"value": 0.1, "from": "model"}
    assert shown["settings"]["house_list"] == {"value": None, "from": "default"}
    assert shown["settings"]["store.path"] == {"value": "x.sqlite", "from": "option"}
    assert list(shown["settings"]["hold"]["value"]) == ["fast"]


def test_without_a_file_config_says_so(desk, garbled):
    assert garbled("config").out.startswith("# no file was found")
    assert not Path("garbled.toml").exists()
