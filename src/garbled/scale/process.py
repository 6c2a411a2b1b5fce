"""What a process keeps between batches: the scorer of a configuration, made and checked once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from socket import gethostname

from garbled.languagetool.node import Lease, node_server
from garbled.scale.config import Identity, ScaleConfig
from garbled.scorer import Scorer


@dataclass(frozen=True)
class Prepared:
    """A scorer and, where it wants grammar, this process's share in the machine's server."""

    scorer: Scorer
    lease: Lease | None = None


@lru_cache(maxsize=2)
def prepare(config: ScaleConfig) -> Prepared:
    """The scorer of a configuration; its model and lists load once a process, by path and digest.

    Raises:
        SkewError: this process has another garbled, model or encoder than the configuration wants.
        ModelError: the model folder is missing or damaged.
        ResourceError: grammar is wanted and LanguageTool cannot be had.
    """
    scorer = config.make_scorer()
    if config.identity is not None:
        config.identity.require(Identity.of(scorer), gethostname())
    if not config.grammar:
        return Prepared(scorer)
    lease = node_server()
    lease.handle.publish()
    return Prepared(scorer, lease)
