"""``garbled gate``."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from garbled.cli.exits import Exit, exit_code
from garbled.cli.options import jobs_option
from garbled.cli.output import STDOUT
from garbled.cli.progress import with_progress
from garbled.cli.remembering import opened_store, remembering_options
from garbled.cli.running import complain, quiet_pipe
from garbled.cli.scoring import make_scorer, scoring_options
from garbled.errors import IngestError

if TYPE_CHECKING:
    from garbled.gate import Envelope, Gated, GateOptions
    from garbled.store import Store

FORMATS = ("auto", "feed", "newsml", "jsonfeed", "ninjs", "json", "jsonl")
FORMAT_OF_SUFFIX = {".jsonl": "jsonl", ".ndjson": "jsonl"}
COLUMNS = ("id", "text", "title", "language")
FILE = click.Path(dir_okay=False, allow_dash=True, path_type=Path)


def columns_options(command: Any) -> Any:
    """Add the options that say where a line of jsonl keeps its fields."""
    for name in reversed(COLUMNS):
        option = click.option(
            f"--{name}-column",
            default=name,
            show_default=True,
            help=f"In json and jsonl: the member that holds the {name}.",
        )
        command = option(command)
    return command


@click.command()
@click.argument("feed", type=FILE, metavar="FEED")
@click.option(
    "-o",
    "--output",
    type=FILE,
    default=STDOUT,
    help="File for the feed that goes out, written whole or not at all; stdout if not given.",
)
@click.option(
    "--held",
    type=FILE,
    required=True,
    help="File of JSON lines to which every held item is added, once, with the reasons and the item"
    " as it came.",
)
@click.option(
    "--source",
    metavar="NAME",
    help="Name of the feed, for its policy and its history; the path if not given.",
)
@click.option(
    "--input-format",
    type=click.Choice(FORMATS),
    default="auto",
    show_default=True,
    help="Form of the feed: feed is RSS or Atom, newsml NewsML-G2, json a list of records.",
)
@click.option(
    "--review",
    type=click.Choice(["pass", "hold"]),
    default="pass",
    show_default=True,
    help="What becomes of items that an editor should look at.",
)
@click.option(
    "--unreadable",
    type=click.Choice(["review", "hold"]),
    default="review",
    show_default=True,
    help="What becomes of items that hold no text or cannot be read.",
)
@click.option(
    "--annotate",
    is_flag=True,
    help="Say each item's verdict in it: an element of the namespace urn:garbled:verdict:1, in JSON"
    " a member, in ninjs a trust indicator.",
)
@scoring_options
@jobs_option(1)
@remembering_options
@columns_options
@click.option(
    "--fail-on",
    type=click.Choice(["never", "review", "hold"]),
    default="hold",
    show_default=True,
    help="Exit with 1 if an item was held, or is to be reviewed.",
)
@click.option("--strict", is_flag=True, help="Exit with 4 if an item was scored degraded.")
@click.option(
    "--exit-zero",
    is_flag=True,
    help="Exit with 0 wherever the feed was written, whatever was held or damaged.",
)
@click.option("--quiet", is_flag=True, help="Say nothing on stderr but what went wrong.")
@click.pass_context
def gate(context: click.Context, /, **options: Any) -> None:
    """Give a feed out as it came in, without what is held.

    FEED is a file or - for stdin: RSS, Atom, JSON Feed, ninjs, NewsML-G2 or JSON lines. All but
    held items goes out as it came. What was scored before and is unchanged is not scored again.

    \b
    Exit codes, the first that holds:
      2  the command was called wrongly
      3  the feed could not be read, and nothing is written; or an item could not be read or may
         be damaged, and the rest is written
      4  with --strict: an item was scored degraded
      1  --fail-on was tripped
      0  done
    """
    begun = monotonic()
    _check_files(options["feed"], options["output"], options["held"])
    name = options["source"] or str(options["feed"])
    envelope = _opened(options, name)
    gated = _gated(envelope, name, options)
    n_new = _write(gated, options)
    for line in (*gated.faults, *(() if options["quiet"] else gated.remarks)):
        complain(line)
    if gated.n_degraded and not options["quiet"]:
        complain(
            f"{name}: {gated.n_degraded} of {gated.n_items} items were scored without grammar;"
            " `garbled languagetool status` says what is missing"
        )
    if not options["quiet"]:
        complain(_summary(gated, n_new, name, monotonic() - begun))
    context.exit(Exit.DONE if options["exit_zero"] else _exit_code(gated, options))


def _check_files(feed: Path, output: Path, held: Path) -> None:
    if held == STDOUT:
        if output == STDOUT:
            raise click.UsageError("the feed and what is held both go to stdout: name a file")
    elif held.resolve() in (output.resolve(), feed.resolve()) and not held.is_char_device():
        raise click.UsageError("what is held needs a file of its own")


def _opened(options: dict[str, Any], name: str) -> Envelope:
    from garbled.gate import MAX_BYTES, open_envelope

    path: Path = options["feed"]
    format = options["input_format"]
    if format == "auto":
        format = FORMAT_OF_SUFFIX.get(path.suffix.lower())
    read = _gate_options(options).read
    try:
        with sys.stdin.buffer if path == STDOUT else path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        return open_envelope(data, format, read, annotated=options["annotate"])
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}; nothing is written"
        raise IngestError(message, source=name) from error
    except IngestError as error:
        raise IngestError(f"{error.message}; nothing is written", source=name) from error


def _gate_options(options: dict[str, Any]) -> GateOptions:
    from garbled.gate import GateOptions
    from garbled.ingest.options import ReadOptions

    columns = {f"{name}_column": options[f"{name}_column"] for name in COLUMNS}
    return GateOptions(
        review=options["review"],
        unreadable=options["unreadable"],
        annotate=options["annotate"],
        read=ReadOptions(**columns),
    )


def _gated(envelope: Envelope, name: str, options: dict[str, Any]) -> Gated:
    from garbled.gate import gate

    shown = not options["quiet"] and sys.stderr.isatty()
    with ExitStack() as stack:
        store = _memory(stack, options)
        return gate(
            envelope,
            name,
            stack.enter_context(make_scorer(options, store)),
            store,
            _gate_options(options),
            watch=lambda outcomes: with_progress(outcomes, shown=shown),
        )


def _memory(stack: ExitStack, options: dict[str, Any]) -> Store | None:
    """The memory; where it cannot be used, all is scored, for news does not wait for it."""
    from garbled.store import StoreError

    try:
        return stack.enter_context(opened_store(options))
    except StoreError as error:
        complain(f"{error}; going on without a memory")
        return None


def _write(gated: Gated, options: dict[str, Any]) -> int:
    """Write what is held, then the feed; return how many items were not listed before.

    In this order an item is never in neither, wherever the run ends.
    """
    from garbled.gate import add_to_side_file, replace_file

    at = datetime.now(UTC).isoformat(timespec="seconds")
    n_new = add_to_side_file(_file(options["held"]), gated.held, at)
    if gated.output is None:
        return n_new
    if options["output"] == STDOUT:
        with quiet_pipe():
            sys.stdout.buffer.write(gated.output)
            sys.stdout.buffer.flush()
    else:
        replace_file(options["output"], gated.output)
    return n_new


def _file(path: Path) -> Path:
    return Path("/dev/stdout") if path == STDOUT else path


def _summary(gated: Gated, n_new: int, name: str, seconds: float) -> str:
    n_out = gated.n_items - len(gated.held)
    n_review = gated.verdicts["review"]
    return (
        f"{name}: {gated.n_items} items, {n_out} out, {len(gated.held)} held ({n_new} new);"
        f" {n_review} to review, {gated.verdicts['error']} unreadable;"
        f" {gated.n_remembered} remembered; {seconds:.1f} s"
        + ("; nothing is written" if gated.output is None else "")
    )


def _exit_code(gated: Gated, options: dict[str, Any]) -> Exit:
    return exit_code(
        n_held=len(gated.held),
        n_review=gated.verdicts["review"] + gated.verdicts["error"],
        n_errors=len(gated.faults),
        n_degraded=gated.n_degraded,
        fail_on=options["fail_on"],
        strict=options["strict"],
    )
