"""Fine-tunes an encoder on pairs of windows, in stages that a checkpoint ties together."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy
from torch.nn.functional import mse_loss, softplus

from garbled.features.encoder import MAX_PIECES
from garbled.training.encoder.data import ORIGINAL_QUALITY, UNLABELLED, Example
from garbled.training.encoder.network import EncoderNetwork, load_network, trained_parameters
from garbled.training.encoder.teach import Lesson, Lessons

BATCH_PAIRS = 32
BUCKET_BATCHES = 40
CHECKPOINT_SECONDS = 300
UNKNOWN = -1.0
"""Label of a word piece that nothing is known of."""
UNTAUGHT = Lesson(0.0, np.empty(0, dtype=np.float32))


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """What fine-tuning depends on.

    Args:
        base: folder with the pretrained weights and their tokenizer.
        checkpoint: file that the state is kept in; outside the tree.
        rank: of the low-rank adapter; 0 trains everything.
        learning_rate: at its peak.
        minutes: after which a stage ends; the same call goes on from its checkpoint.
        distil: how much the teacher's log-odds count, where there are any.
        seed: of the order of examples.
        start: checkpoint of an earlier run whose weights, not its schedule, are gone on from.
    """

    base: Path
    checkpoint: Path
    rank: int = 0
    learning_rate: float = 1e-4
    minutes: float = 100.0
    distil: float = 1.0
    seed: int = 0
    start: Path | None = None


@dataclass(frozen=True, slots=True)
class Encoded:
    """An example as word pieces: both versions' ids and piece labels; see ``Example``.

    ``taught`` are a teacher's probabilities that the pieces are wrong.
    """

    ids: tuple[list[int], list[int]]
    wrong: tuple[list[float], list[float]]
    mangled: int
    quality: float
    judged: bool
    human_made: bool
    labelled: bool
    lessons: Lessons | None
    taught: tuple[list[float], list[float]]

    @property
    def length(self) -> int:
        return max(map(len, self.ids))


def train_encoder(
    config: EncoderConfig,
    examples: Sequence[Example],
    lessons: Sequence[Lessons | None] | None = None,
) -> EncoderNetwork | None:
    """One pass over the examples, or on from the checkpoint; None if the stage's time is up.

    Args:
        lessons: what teachers read in both versions of each example, None where they did not.

    Raises:
        ValueError: the loss is no longer a number.
    """
    torch.manual_seed(config.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = load_network(config.base, config.rank).to(device)
    if config.start is not None and not config.checkpoint.exists():
        state = torch.load(config.start, map_location="cpu", weights_only=True)
        network.load_state_dict(state["network"], strict=False)
    encoded = encode_examples(config.base, examples, lessons)
    batches = plan_batches(encoded, config.seed)
    optimiser = torch.optim.AdamW(trained_parameters(network), lr=1.0, weight_decay=0.01)
    rate = _schedule(config.learning_rate, len(batches))
    start = _resume(config.checkpoint, network, optimiser)
    network.train()
    begun = saved = time.monotonic()
    recent: list[float] = []
    for step in range(start, len(batches)):
        for group in optimiser.param_groups:
            group["lr"] = rate(step)
        batch = [encoded[index] for index in batches[step]]
        loss = batch_loss(network, batch, config.distil, device)
        if not torch.isfinite(loss):
            raise ValueError(f"the loss is not a number at step {step}")
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(trained_parameters(network)), 1.0)
        optimiser.step()
        recent.append(float(loss.detach()))
        now = time.monotonic()
        if (step + 1) % 50 == 0:
            _progress(step + 1, start, len(batches), now - begun, recent[-50:])
        if now - saved > CHECKPOINT_SECONDS:
            _save(config.checkpoint, network, optimiser, step + 1)
            saved = now
        if now - begun > 60 * config.minutes and step + 1 < len(batches):
            _save(config.checkpoint, network, optimiser, step + 1)
            return None
    _save(config.checkpoint, network, optimiser, len(batches))
    return network.eval()


def average_checkpoints(network: EncoderNetwork, files: Sequence[Path]) -> EncoderNetwork:
    """The network with the mean of the checkpoints' weights."""
    states = [torch.load(file, map_location="cpu", weights_only=True)["network"] for file in files]
    mean = {name: sum(state[name] for state in states) / len(states) for name in states[0]}
    network.load_state_dict(mean, strict=False)
    return network.eval()


def encode_examples(
    base: Path,
    examples: Sequence[Example],
    lessons: Sequence[Lessons | None] | None = None,
) -> list[Encoded]:
    tokenizer = load_tokenizer(base)
    sides = [
        tokenizer.encode_batch([list(words) for words in versions], is_pretokenized=True)
        for versions in ([e.original for e in examples], [e.copy for e in examples])
    ]
    told = lessons or [None] * len(examples)
    return [
        _encoded(example, before, after, lesson)
        for example, before, after, lesson in zip(examples, *sides, told, strict=True)
    ]


def _encoded(example: Example, before: Any, after: Any, lessons: Lessons | None) -> Encoded:
    first, second = lessons or (None, None)
    return Encoded(
        (before.ids, after.ids),
        (_labels(before, _no_wrong(example)), _labels(after, example.wrong)),
        example.mangled,
        example.quality,
        example.judged,
        example.human_made,
        example.source != UNLABELLED,
        lessons,
        (_taught(before, first), _taught(after, second)),
    )


def load_tokenizer(base: Path) -> Tokenizer:
    """The tokenizer of a base model, without padding, cut at ``MAX_PIECES``."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_PIECES)
    return tokenizer


def _no_wrong(example: Example) -> tuple[bool, ...] | None:
    return None if example.wrong is None else (False,) * len(example.original)


def _labels(encoding: Any, wrong: Sequence[bool] | None) -> list[float]:
    if wrong is None:
        return [UNKNOWN] * len(encoding.ids)
    return [UNKNOWN if word is None else float(wrong[word]) for word in encoding.word_ids]


def _taught(encoding: Any, lesson: Lesson | None) -> list[float]:
    """The teacher's probability for each piece, that of its word."""
    if lesson is None:
        return [UNKNOWN] * len(encoding.ids)
    known = np.nan_to_num(1 / (1 + np.exp(-lesson.tokens)), nan=UNKNOWN).tolist()
    return [UNKNOWN if word is None else known[word] for word in encoding.word_ids]


def plan_batches(encoded: Sequence[Encoded], seed: int) -> list[list[int]]:
    """Batches of pairs of like length; both versions of an example are always in one batch."""
    dice = random.Random(seed)
    order = list(range(len(encoded)))
    dice.shuffle(order)
    batches: list[list[int]] = []
    step = BATCH_PAIRS * BUCKET_BATCHES
    for start in range(0, len(order), step):
        bucket = sorted(order[start : start + step], key=lambda index: encoded[index].length)
        batches.extend(bucket[i : i + BATCH_PAIRS] for i in range(0, len(bucket), BATCH_PAIRS))
    dice.shuffle(batches)
    return batches


def batch_loss(
    network: EncoderNetwork, batch: Sequence[Encoded], distil: float, device: torch.device
) -> torch.Tensor:
    """Ranking of each pair, cross-entropy, quality, wrong words, and what teachers read."""
    windows, pieces, surprisal = _forward(network, batch, device)
    before, after = windows[: len(batch)], windows[len(batch) :]
    known = _Targets(batch, device)
    ranking = softplus(before[:, 0] - after[:, 0]) * known.rank_weight
    judged = cross_entropy(after[:, 0], known.label, reduction="none") * known.label_weight
    human = softplus(before[:, 0]) * known.original_weight
    quality = (after[:, 1] - known.quality) ** 2 * known.quality_weight
    own_quality = 0.3 * (before[:, 1] - ORIGINAL_QUALITY) ** 2 * known.labelled
    loss = (ranking + 0.5 * (judged + human) + 0.3 * (quality + own_quality)).mean()
    wrong = _pad_labels([e.wrong[side] for side in (0, 1) for e in batch], pieces)
    told = wrong >= 0
    if told.any():
        weight = 1.0 + 2.0 * wrong[told]
        loss = loss + 0.5 * cross_entropy(pieces[told], wrong[told], weight)
    if distil and known.taught.any():
        loss = loss + distil * _distillation(windows, pieces, surprisal, known, batch)
    return loss


def _distillation(
    windows: torch.Tensor,
    pieces: torch.Tensor,
    surprisal: torch.Tensor,
    known: _Targets,
    batch: Sequence[Encoded],
) -> torch.Tensor:
    """How far the network is from what its teachers read in the windows of this batch."""
    mine = windows[:, 0].reshape(2, -1).T[known.taught]
    theirs = known.teacher[known.taught]
    gap = mse_loss(mine[:, 1] - mine[:, 0], theirs[:, 1] - theirs[:, 0])
    loss = 0.3 * (mse_loss(mine, theirs) + gap)
    wrong = _pad_labels([e.taught[side] for side in (0, 1) for e in batch], pieces)
    told = wrong >= 0
    if told.any():
        loss = loss + 0.5 * cross_entropy(pieces[told], wrong[told])
    read = known.surprisal.isfinite().all(dim=1)
    if read.any():
        loss = loss + 0.1 * mse_loss(surprisal[read], known.surprisal[read])
    return loss


class _Targets:
    """What a batch should come out as, as tensors of shape (n_pairs,)."""

    def __init__(self, batch: Sequence[Encoded], device: torch.device) -> None:
        def tensor(values: Sequence[Any]) -> torch.Tensor:
            return torch.tensor(values, dtype=torch.float32, device=device)

        self.labelled = tensor([e.labelled for e in batch])
        machine = tensor([not e.human_made for e in batch]) * self.labelled
        mangled = tensor([e.mangled == 1 for e in batch])
        faithful = tensor([e.mangled == 0 for e in batch])
        self.label = machine * mangled
        self.label_weight = torch.where(machine > 0, mangled, 1.0) * self.labelled
        self.rank_weight = machine * (0.6 + 0.4 * mangled - 0.3 * faithful)
        self.original_weight = (1.0 - 0.5 * machine * (1 - mangled)) * self.labelled
        self.quality = tensor([ORIGINAL_QUALITY if e.human_made else e.quality for e in batch])
        self.quality_weight = tensor([1.0 if e.judged else 0.3 for e in batch]) * self.labelled
        lessons = [e.lessons or (UNTAUGHT, UNTAUGHT) for e in batch]
        self.taught = torch.tensor([e.lessons is not None for e in batch], device=device)
        self.teacher = tensor([[lesson.mangled for lesson in pair] for pair in lessons])
        self.surprisal = tensor([pair[side].surprisal for side in (0, 1) for pair in lessons])


def _forward(
    network: EncoderNetwork, batch: Sequence[Encoded], device: torch.device
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Originals first, then copies: window outputs, piece outputs and surprisal."""
    input_ids, mask = pad([e.ids[side] for side in (0, 1) for e in batch], device)
    with mixed_precision(network, device):
        pooled, pieces = network.pool(input_ids, mask)
        windows, surprisal = network.window(pooled), network.surprisal(pooled)
    return windows.float(), pieces.float(), surprisal.float()


def _pad_labels(labels: Sequence[list[float]], pieces: torch.Tensor) -> torch.Tensor:
    padded = torch.full(pieces.shape, UNKNOWN, device=pieces.device)
    for row, own in enumerate(labels):
        padded[row, : len(own)] = torch.tensor(own)
    return padded


def mixed_precision(network: EncoderNetwork, device: torch.device) -> torch.autocast:
    """Autocast to bfloat16, but for a body that is in it already."""
    is_float = next(network.body.parameters()).dtype == torch.float32
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=is_float)


def pad(ids: Sequence[Sequence[int]], device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and attention mask of shape (n, longest); what the mask leaves out is id 1."""
    longest = max(map(len, ids))
    input_ids = torch.ones((len(ids), longest), dtype=torch.int64)
    mask = torch.zeros_like(input_ids)
    for row, own in enumerate(ids):
        input_ids[row, : len(own)] = torch.tensor(own)
        mask[row, : len(own)] = 1
    return input_ids.to(device), mask.to(device)


def _schedule(peak: float, steps: int) -> Any:
    warm = max(1, steps // 20)
    return lambda step: peak * min((step + 1) / warm, (steps - step) / max(1, steps - warm))


def _save(
    file: Path, network: torch.nn.Module, optimiser: torch.optim.Optimizer, step: int
) -> None:
    """Write whole or not at all; only what was trained is kept."""
    trained = {n: p.detach() for n, p in network.named_parameters() if p.requires_grad}
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    torch.save({"network": trained, "optimiser": optimiser.state_dict(), "step": step}, part)
    part.replace(file)
    _say(f"checkpoint at step {step}")


def _resume(file: Path, network: torch.nn.Module, optimiser: torch.optim.Optimizer) -> int:
    if not file.exists():
        return 0
    state = torch.load(file, map_location="cpu", weights_only=True)
    network.load_state_dict(state["network"], strict=False)
    optimiser.load_state_dict(state["optimiser"])
    _say(f"going on from step {state['step']}")
    return int(state["step"])


def _progress(step: int, start: int, steps: int, seconds: float, losses: list[float]) -> None:
    left = seconds / (step - start) * (steps - step) / 60
    _say(f"step {step} of {steps}, loss {np.mean(losses):.3f}, {left:.0f} min to go")


def _say(message: str) -> None:
    print(f"encoder: {message}", file=sys.stderr, flush=True)
