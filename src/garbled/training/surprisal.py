"""Surprisal of texts under a causal language model of any kind that ships as GGUF.

Needs torch, transformers, accelerate and gguf, which garbled itself does not ask for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from garbled.errors import ResourceError

BATCH = 16
"""Texts of like length that are worth reading at once."""
MAX_TOKENS = 384


def read_surprisal(texts: Sequence[str], file: Path, digest: str) -> NDArray[np.float64]:
    """Mean and standard deviation of the bits a token of each text, shape (n, 2).

    Higher means are more surprising; NaN for a text of a single token.

    Args:
        texts: a batch.
        file: a model in GGUF form.
        digest: of the file, so that a cache tells models apart; see ``digest_of_model``.

    Raises:
        ResourceError: the model cannot be read, or a package is missing.
    """
    import torch

    tokenizer, model = _load(file, digest)
    inputs = tokenizer(
        list(texts), return_tensors="pt", padding=True, truncation=True, max_length=MAX_TOKENS
    )
    with torch.inference_mode():
        logits = model(**inputs).logits[:, :-1].float()
    wanted, mask = inputs["input_ids"][:, 1:], inputs["attention_mask"][:, 1:]
    chosen = logits.gather(2, wanted.unsqueeze(2)).squeeze(2)
    bits = (logits.logsumexp(dim=2) - chosen) / np.log(2)
    n_tokens = mask.sum(dim=1)
    means = (bits * mask).sum(dim=1) / n_tokens
    spread = (((bits - means[:, None]) ** 2 * mask).sum(dim=1) / n_tokens).sqrt()
    return np.asarray(torch.stack([means, spread], dim=1).numpy(), dtype=np.float64)


def digest_of_model(file: Path) -> str:
    """SHA-256 of a model file.

    Raises:
        ResourceError: it cannot be read.
    """
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ResourceError(f"no language model here ({error})", source=str(file)) from error


@lru_cache(maxsize=1)
def _load(file: Path, digest: str) -> tuple[Any, Any]:
    try:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig
    except ImportError as error:
        raise ResourceError(
            f"surprisal needs torch, transformers, accelerate and gguf ({error})", source=str(file)
        ) from error
    folder, name = str(file.parent), file.name
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name)
        model = AutoModelForCausalLM.from_pretrained(
            folder,
            gguf_file=name,
            dtype=torch.bfloat16,
            quantization_config=GgufConfig(dequantize=True),
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ResourceError(f"not a readable model ({error})", source=str(file)) from error
    tokenizer.padding_side = "right"
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer, model.eval()
