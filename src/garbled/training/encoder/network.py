"""The network that is fine-tuned: a transformer with heads for windows and for word pieces."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import torch
from torch import nn

N_OUTPUTS = 2
"""Of a window: log-odds of mangled, and quality on the scale of wmt16's human scores."""


class EncoderNetwork(nn.Module):
    """A pretrained transformer; window heads see the mean and the maximum of its last layer.

    ``surprisal`` (a language model's bits a token, mean and deviation) is there to be taught, for
    what the body learns from it, and is left behind when a network is exported.
    """

    def __init__(self, body: nn.Module, width: int) -> None:
        super().__init__()
        self.body = body
        self.tokens = nn.Linear(width, 1)
        self.window = nn.Linear(2 * width, N_OUTPUTS)
        self.surprisal = nn.Linear(2 * width, 2)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Windows of shape (batch, 2) and word pieces of shape (batch, length)."""
        pooled, tokens = self.pool(input_ids, attention_mask)
        return self.window(pooled), tokens

    def pool(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """What window heads see, shape (batch, 2 * width), and the word pieces' outputs."""
        hidden = self.body(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        hidden = hidden.float()
        seen = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * seen).sum(1) / seen.sum(1)
        highest = (hidden - 1e4 * (1 - seen)).amax(1)
        pooled = torch.cat([mean, highest], dim=-1)
        return pooled, self.tokens(hidden).squeeze(-1)


class LowRank(nn.Module):
    """A frozen linear layer plus a trained product of two thin matrices.

    Hu et al., "LoRA: low-rank adaptation of large language models", 2021.
    """

    def __init__(self, base: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base = base
        self.scaling = alpha / rank
        self.down = nn.Parameter(torch.randn(rank, base.in_features) / base.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        thin = nn.functional.linear(x, self.down.to(x.dtype))
        return self.base(x) + self.scaling * nn.functional.linear(thin, self.up.to(x.dtype))


def load_network(folder: Path, rank: int = 0, alpha: float = 32.0) -> EncoderNetwork:
    """A network with pretrained weights; with a rank, only thin matrices and heads are trained.

    What is frozen is kept in bfloat16. Dropout is off: on a CPU its random numbers cost a third
    of the time, and one pass over the data leaves little to overfit.
    """
    from transformers import AutoConfig, AutoModel

    settings = AutoConfig.from_pretrained(folder)
    settings.hidden_dropout_prob = settings.attention_probs_dropout_prob = 0.0
    body = AutoModel.from_pretrained(folder, config=settings, add_pooling_layer=False)
    if rank:
        body.to(torch.bfloat16)
        for parameter in body.parameters():
            parameter.requires_grad = False
        add_adapters(body, rank, alpha)
    return EncoderNetwork(body, settings.hidden_size)


def add_adapters(body: nn.Module, rank: int, alpha: float) -> None:
    """Wrap every linear layer of attention and feed-forward."""
    for module in list(body.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Linear):
                setattr(module, name, LowRank(child, rank, alpha))


def trained_parameters(network: nn.Module) -> Iterable[nn.Parameter]:
    return (p for p in network.parameters() if p.requires_grad)
