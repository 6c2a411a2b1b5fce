"""``garbled schema``."""

from __future__ import annotations

import click


@click.command()
@click.argument("what", type=click.Choice(["result", "comparison"]), default="result")
def schema(what: str) -> None:
    """Print the JSON Schema of a result, or of a comparison."""
    from garbled.report.schema import schema_text

    if what == "comparison":
        from garbled.report.comparison import comparison_schema_text as schema_text
    click.echo(schema_text(), nl=False)
