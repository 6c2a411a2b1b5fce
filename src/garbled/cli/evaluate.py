"""``garbled evaluate``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from garbled.cli.exits import Exit
from garbled.cli.options import (
    FOLDER,
    cache_option,
    clean_option,
    jobs_option,
    model_option,
    seed_option,
)
from garbled.cli.output import STDOUT, open_output

if TYPE_CHECKING:
    from garbled.evaluation.gate import Verdict
    from garbled.evaluation.manifest import Manifest
    from garbled.evaluation.results import Results

FORMS = {"markdown": ".md", "html": ".html", "json": ".json"}
MANIFEST = Path("data", "manifest.json.gz")
SHIPPED = Path("data", "evaluation.json")
NOTES = Path("data", "evaluation-notes.md")
FILE = click.Path(dir_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--pairs", type=FOLDER, help="Folder with the aligned pairs.")
@clean_option
@cache_option
@model_option
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMS)),
    default="markdown",
    show_default=True,
    help="Form of the report.",
)
@click.option(
    "-o", "--output", type=FILE, default=STDOUT, show_default="stdout", help="Where it goes."
)
@click.option(
    "--output-folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that gets evaluation.md, evaluation.html and evaluation.json instead.",
)
@click.option(
    "--notes",
    type=EXISTING,
    show_default=f"{NOTES}, where it is there",
    help="Markdown file with a heading a target, on what was tried for it.",
)
@click.option(
    "--manifest",
    type=EXISTING,
    show_default=f"{MANIFEST}, where it is there",
    help="Frozen manifest that the data must be exactly that of.",
)
@click.option("--no-manifest", is_flag=True, help="Measure whatever data is there.")
@click.option(
    "--write-manifest", type=FILE, help="Write the manifest of this data; measure nothing."
)
@click.option(
    "--against",
    type=EXISTING,
    is_flag=False,
    flag_value=str(SHIPPED),
    help=f"Refuse a model worse than the one of this report in JSON; {SHIPPED} if none is named.",
)
@click.option(
    "--from", "measured", type=EXISTING, help="Report on this JSON instead; measure nothing."
)
@click.option(
    "--cards",
    type=click.Path(file_okay=False, path_type=Path),
    help="With --from: folder that gets MODEL_CARD.md and DATA_CARD.md, made of that report.",
)
@click.option(
    "--tier",
    type=click.Choice(["fast", "full", "auto"]),
    default="fast",
    show_default=True,
    help="Tier that verdicts are taken by, for false alarms and what is flagged.",
)
@click.option(
    "--language-model", type=EXISTING, help="GGUF file of an untrained language model, as a peer."
)
@click.option(
    "--max-grammar",
    type=click.IntRange(min=0),
    default=10_000,
    show_default=True,
    help="Most held-out paragraphs that LanguageTool checks; with --findings articles, of which "
    "400 are checked if nothing is said.",
)
@click.option(
    "--max-clean",
    type=click.IntRange(min=1),
    default=6_000,
    show_default=True,
    help="Most clean articles that are scored; with --findings 4000 if nothing is said.",
)
@click.option(
    "--refits/--no-refits",
    default=True,
    show_default=True,
    help="Refit heads, for the ablation and for systems, languages and years left out.",
)
@click.option("--findings", is_flag=True, help="Measure findings instead of scores.")
@click.option(
    "--development",
    is_flag=True,
    help="With --findings: small samples of fold 1 and of clean articles that are not reserved.",
)
@click.option(
    "--max-planted",
    type=click.IntRange(min=1),
    default=150,
    show_default=True,
    help="With --findings: corruptions of each sort that are planted at the most.",
)
@click.option(
    "--rules",
    multiple=True,
    help="With --findings: count only rules that begin so; may be given more than once.",
)
@seed_option
@jobs_option(2)
def evaluate(
    form: str,
    output: Path,
    output_folder: Path | None,
    notes: Path | None,
    against: Path | None,
    measured: Path | None,
    write_manifest: Path | None,
    cards: Path | None,
    findings: bool,
    development: bool,
    max_planted: int,
    rules: tuple[str, ...],
    **options: Any,
) -> int:
    """Measure a model on held-out pairs.

    Reports how well it separates, how well it is calibrated and how often it raises a false
    alarm, each with its confidence interval and the number of distinct originals. The exit code
    is 1 where --against refuses the model.
    """
    if findings:
        if options["pairs"] is None or options["clean"] is None:
            raise click.UsageError("--findings needs --pairs and --clean")
        if against or measured or write_manifest:
            raise click.UsageError("--findings is measured anew and held against nothing")
        where = output_folder, form, output
        return _measure_findings(where, development, max_planted, rules, options)
    if cards:
        return _write_cards(cards, measured, options["model"])
    if (options["pairs"] is None) == (measured is None):
        raise click.UsageError("name either --pairs, to measure, or --from")
    if options["no_manifest"] and options["manifest"]:
        raise click.UsageError("--manifest and --no-manifest exclude each other")
    if against and output != STDOUT and output.resolve() == against.resolve():
        raise click.UsageError("--output would replace the report of --against: use another file")
    if write_manifest:
        return _write_manifest(write_manifest, options["pairs"], options["clean"])

    from garbled.evaluation.gate import require_comparable
    from garbled.evaluation.notes import read_notes
    from garbled.evaluation.stored import read_json, read_results
    from garbled.plots.style import require_matplotlib

    if output_folder or form == "html":
        require_matplotlib()
    notes = notes or (NOTES if NOTES.is_file() else None)
    told = read_notes(notes) if notes else {}
    shipped = require_comparable(read_json(against)) if against else None
    results = read_results(measured) if measured else _measure(**options)
    verdict = None if shipped is None else _hold_against(results, shipped)
    refused = verdict is not None and not verdict.passed
    if output_folder:
        stem = "refused" if refused else "evaluation"
        _write(results, told, {f: output_folder / f"{stem}{end}" for f, end in FORMS.items()})
    else:
        _write(results, told, {form: output})
    if verdict:
        click.echo(str(verdict), err=True)
    return Exit.GATE if refused else Exit.DONE


def _measure_findings(
    where: tuple[Path | None, str, Path],
    development: bool,
    max_planted: int,
    rules: tuple[str, ...],
    options: dict[str, Any],
) -> int:
    from garbled.evaluation.findings.config import FindingsConfig
    from garbled.evaluation.findings.run import evaluate_findings
    from garbled.evaluation.findings_report import render_findings
    from garbled.evaluation.manifest import require_same

    taken = ("pairs", "clean", "model", "cache", "jobs", "seed", "tier")
    given = {name: options[name] for name in ("max_clean", "max_grammar")}
    given["max_planted"] = max_planted
    source = click.get_current_context().get_parameter_source
    named = {n: value for n, value in given.items() if source(n) is not ParameterSource.DEFAULT}
    limits = {**(FindingsConfig.SMALL if development else {}), **named}
    config = FindingsConfig(
        **{name: options[name] for name in taken}, **limits, development=development, rules=rules
    )
    frozen = None if development else _frozen(options["manifest"], options["no_manifest"])
    if frozen:
        require_same(frozen, config.pairs, config.clean)
    results = evaluate_findings(config)
    if frozen:
        results = replace(results, signature={**results.signature, "manifest": frozen.digest})
    folder, form, output = where
    outputs = {f: folder / f"findings{end}" for f, end in FORMS.items()} if folder else {}
    for own, path in (outputs or {form: output}).items():
        if path != STDOUT:
            path.parent.mkdir(parents=True, exist_ok=True)
            click.echo(str(path), err=True)
        with open_output(path) as stream:
            stream.write(render_findings(results, own))
    return Exit.DONE


def _write_cards(folder: Path, report: Path | None, model: Path | None) -> int:
    from garbled.evaluation.card_files import make_cards

    if report is None:
        raise click.UsageError("--cards needs --from, the JSON of a report")
    for name, text in make_cards(report, model).items():
        folder.mkdir(parents=True, exist_ok=True)
        with open_output(folder / name) as stream:
            stream.write(text)
        click.echo(str(folder / name), err=True)
    return Exit.DONE


def _write_manifest(path: Path, pairs: Path | None, clean: Path | None) -> int:
    from garbled.evaluation.manifest import make_manifest, save_manifest

    if pairs is None or clean is None:
        raise click.UsageError("--write-manifest needs --pairs and --clean")
    save_manifest(make_manifest(pairs, clean), path)
    click.echo(str(path))
    return Exit.DONE


def _measure(manifest: Path | None, no_manifest: bool, **options: Any) -> Results:
    """Make sure that the data is what the manifest names, if there is one, and measure."""
    from garbled.evaluation import EvaluationConfig
    from garbled.evaluation import evaluate as measure
    from garbled.evaluation.manifest import require_same

    frozen = _frozen(manifest, no_manifest)
    if frozen:
        require_same(frozen, options["pairs"], options["clean"])
    results: Results = measure(EvaluationConfig(**options))
    if frozen is None:
        return results
    return replace(results, signature={**results.signature, "manifest": frozen.digest})


def _frozen(named: Path | None, unwanted: bool) -> Manifest | None:
    """The manifest that the data must be that of, if there is one."""
    from garbled.evaluation.manifest import load_manifest

    manifest = named or (MANIFEST if MANIFEST.is_file() and not unwanted else None)
    return load_manifest(manifest) if manifest else None


def _hold_against(results: Results, shipped: dict[str, Any]) -> Verdict:
    import json

    from garbled.evaluation.gate import compare
    from garbled.evaluation.stored import to_json

    return compare(json.loads(to_json(results)), shipped)


def _write(results: Results, notes: Any, outputs: dict[str, Path]) -> None:
    """JSON first, from which the others can be made again whatever happens to them."""
    from garbled.evaluation.report import render

    for form in sorted(outputs, key=lambda form: form != "json"):
        text, path = render(results, notes, form), outputs[form]
        if path != STDOUT:
            path.parent.mkdir(parents=True, exist_ok=True)
            click.echo(str(path), err=True)
        with open_output(path) as stream:
            stream.write(text)
