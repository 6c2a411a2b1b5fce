from __future__ import annotations

import subprocess
import sys

import click
import pytest

from garbled import __version__
from garbled.cli import COMMANDS, cli

HEAVY = ("sklearn", "pyarrow", "lxml", "rich", "language_tool_python", "numpy", "trafilatura")


def commands() -> dict[str, click.Command]:
    context = click.Context(cli, info_name="garbled")
    found: dict[str, click.Command] = {}
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        found[name] = command
        if isinstance(command, click.Group):
            found |= {f"{name} {sub}": command.commands[sub] for sub in command.commands}
    return found


ALL = commands()


def heavy_after(*args: str) -> list[str]:
    program = (
        "import sys; from garbled.cli import main; code = main(sys.argv[1:]);"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr);"
        "print([name for name in sys.modules if name.startswith('garbled.')], file=sys.stderr);"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *args], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(("Usage:", "garbled"))
    return done.stderr.splitlines()


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_imports_no_command_and_nothing_heavy(option):
    heavy, own = heavy_after(option)
    assert heavy == "[]"
    for module, _ in COMMANDS.values():
        assert f"'{module}'" not in own


@pytest.mark.parametrize("command", ALL)
def test_help_of_a_command_imports_nothing_heavy(command):
    heavy, _ = heavy_after(*command.split(), "--help")
    assert heavy == "[]"


def test_help_lists_every_command_with_its_line(garbled):
    result = garbled("--help")
    assert result.code == 0
    for name, (_, line) in COMMANDS.items():
        assert f"  {name}" in result.out
        assert line in result.out


def test_no_arguments_is_help(garbled):
    result = garbled()
    assert result.code == 2
    assert "Commands:" in result.err


def test_version(garbled):
    assert garbled("--version").out == f"garbled, version {__version__}\n"


def test_an_unknown_command_is_named(garbled):
    result = garbled("scare")
    assert result.code == 2
    assert "No such command 'scare'" in result.err


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_in_the_list_is_the_first_line_of_the_help(name):
    assert ALL[name].help.splitlines()[0] == COMMANDS[name][1]


@pytest.mark.parametrize("name", ALL)
def test_every_option_is_documented(name, garbled):
    result = garbled(*name.split(), "--help")
    assert result.code == 0
    for parameter in ALL[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert parameter.help.endswith("."), parameter.name
            assert parameter.opts[-1] in result.out
        else:
            assert parameter.make_metavar(click.Context(ALL[name])) in result.out


def test_every_subcommand_says_what_it_does():
    for name, command in ALL.items():
        assert command.help, name
        assert command.help.splitlines()[0].rstrip().endswith("."), name


def test_input_formats_are_those_of_the_reader():
    options = pytest.importorskip("garbled.ingest.options")
    [choice] = [p.type for p in ALL["score"].params if p.name == "input_format"]
    assert tuple(choice.choices) == options.FORMATS
