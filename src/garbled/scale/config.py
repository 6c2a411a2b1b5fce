"""What a run over many articles is asked for: small, hashable, and the same on every worker."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

import garbled
from garbled.errors import GarbledError, ResourceError
from garbled.evidence.house_list import HouseList
from garbled.ingest.options import ReadOptions
from garbled.policy import Policies
from garbled.scorer import Scorer
from garbled.settings import Tier

Detail = Literal["findings", "record"]


class SkewError(ResourceError):
    """A worker has another garbled, model or encoder than the process that started the run."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What must be the same wherever a run's rows are scored.

    ``large`` is the name of the large encoder's folder, None where the tier reads none.
    """

    garbled: str
    model: str
    large: str | None = None

    @classmethod
    def of(cls, scorer: Scorer) -> Identity:
        """The identity of what a scorer scores with."""
        settings = scorer.settings
        large = None if settings.large is None else settings.large.name
        return cls(garbled.__version__, settings.digest, large)

    def require(self, found: Identity, where: str) -> None:
        """Nothing, where ``found`` is the same.

        Raises:
            SkewError: it is not; the line says what is there and what was wanted.

        >>> Identity("0.2.0", "sha256:77").require(Identity("0.1.0", "sha256:77"), "node-3")
        Traceback (most recent call last):
        garbled.scale.config.SkewError: node-3: has garbled 0.1.0, not 0.2.0; install the same \
garbled and models everywhere
        """
        for name, called in (("garbled", "garbled"), ("model", "model"), ("large", "encoder")):
            here, wanted = getattr(found, name), getattr(self, name)
            if here != wanted:
                raise SkewError(
                    f"has {called} {here or 'small only'}, not {wanted or 'small only'}; "
                    "install the same garbled and models everywhere",
                    source=where,
                )


@dataclass(frozen=True, slots=True)
class ScaleConfig:
    """How record batches are scored, and what their results hold.

    Args:
        read: the columns of the input, and the limits on one text.
        source_column: column with the source of a row, optional; a feed's policy goes by it.
        tier: as in ``Scorer``; ``fast`` by default.
        grammar: whether tiers ``full`` and ``auto`` ask LanguageTool, one server a machine.
        prior, house_list, policies: as in ``Scorer``.
        model: a model folder, at the same path everywhere; None is the one that ships, wherever
            a worker's own garbled keeps it.
        texts: False leaves the articles' wording out of the results.
        detail: ``findings`` as a column of structures, or ``record``, the whole result as JSON.
        identity: what a worker must have; ``pinned`` fills it in. None takes what is there.

    Raises:
        GarbledError: grammar is asked for in a tier that has none, or ``detail`` is neither.
    """

    read: ReadOptions = field(default_factory=ReadOptions)
    source_column: str = "source"
    tier: Tier = "fast"
    grammar: bool = False
    prior: float | None = None
    model: str | None = None
    house_list: HouseList = field(default_factory=HouseList)
    policies: Policies = field(default_factory=Policies)
    texts: bool = True
    detail: Detail = "findings"
    identity: Identity | None = None

    def __post_init__(self) -> None:
        if self.grammar and self.tier == "fast":
            raise GarbledError("tier fast has no grammar; choose tier auto or full")
        if self.detail not in ("findings", "record"):
            raise GarbledError(f"detail is findings or record, not {self.detail!r}")

    def __reduce__(self) -> tuple[Callable[..., ScaleConfig], tuple[str, bytes]]:
        """The version goes before the content, which another version may not understand."""
        content = {f.name: getattr(self, f.name) for f in fields(self)}
        return _restore, (garbled.__version__, pickle.dumps(content))

    def make_scorer(self) -> Scorer:
        """The scorer asked for.

        Raises:
            ModelError: the model folder is missing or damaged.
        """
        return Scorer(
            self.tier,
            grammar=self.grammar,
            prior=self.prior,
            model=self.model,
            house_list=self.house_list,
            policies=self.policies,
        )

    def pinned(self) -> ScaleConfig:
        """With this process's identity, which every worker must have.

        Raises:
            ModelError: the model folder is missing or damaged.
        """
        return replace(self, identity=Identity.of(self.make_scorer()))

    def described(self) -> dict[str, Any]:
        """What results depend on besides the identity, as JSON; a run goes on where it is equal."""
        columns = (f"{name}_column" for name in ("id", "text", "title", "language"))
        own = {name: getattr(self.read, name) for name in columns}
        plain = ("source_column", "tier", "grammar", "prior", "texts", "detail")
        return {
            **own,
            **{name: getattr(self, name) for name in plain},
            "encoding": self.read.encoding,
            "house_list": self.house_list.digest,
            "policies": repr(self.policies),
        }


def _restore(version: str, content: bytes) -> ScaleConfig:
    if version != garbled.__version__:
        from socket import gethostname

        Identity(version, "").require(Identity(garbled.__version__, ""), gethostname())
    return ScaleConfig(**pickle.loads(content))  # noqa: S301 - what __reduce__ wrote
