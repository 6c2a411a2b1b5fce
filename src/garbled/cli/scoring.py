"""The options by which every command that scores is told how, and the scorer they ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from garbled.cli.configured import configuration
from garbled.cli.options import (
    grammar_option,
    house_list_option,
    model_option,
    prior_option,
    tier_option,
)

if TYPE_CHECKING:
    from garbled.scorer import Scorer
    from garbled.store import Store


def scoring_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how to score, in the order in which ``--help`` lists them."""
    options = (tier_option, grammar_option, prior_option, model_option, house_list_option)
    for option in reversed(options):
        command = option(command)
    return command


def make_scorer(options: Mapping[str, Any], store: Store | None = None) -> Scorer:
    """The scorer that a command's options and the configuration ask for.

    Args:
        options: those of ``scoring_options`` and, where the command has it, jobs.
        store: the memory, whose labels move the thresholds of their feeds.
    """
    from garbled.scorer import Scorer

    return Scorer(
        tier=options["tier"],
        grammar=options["grammar"],
        jobs=options.get("jobs", 1),
        prior=options["prior"],
        model=options["model"],
        house_list=options["house_list"],
        policies=configuration().policies_with({} if store is None else store.policies()),
    )
