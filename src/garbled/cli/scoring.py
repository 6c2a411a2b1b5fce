"""The options by which every command that scores is told how, and the scorer they ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from garbled.cli.options import (
    house_list_option,
    model_option,
    no_grammar_option,
    prior_option,
    tier_option,
)

if TYPE_CHECKING:
    from garbled.scorer import Scorer


def scoring_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how to score, in the order in which ``--help`` lists them."""
    options = (tier_option, no_grammar_option, prior_option, model_option, house_list_option)
    for option in reversed(options):
        command = option(command)
    return command


def make_scorer(options: Mapping[str, Any]) -> Scorer:
    """The scorer that a command's options ask for: ``scoring_options`` and, where given, jobs."""
    from garbled.scorer import Scorer

    return Scorer(
        tier=options["tier"],
        grammar=not options["no_grammar"],
        jobs=options.get("jobs", 1),
        prior=options["prior"],
        model=options["model"],
        house_list=options["house_list"],
    )
