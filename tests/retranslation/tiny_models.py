"""Translation models of a few hundred weights, made with CTranslate2's own specifications."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

SENTENCES = [
    "The harbour board said on Monday that the old pier would close until the spring.",
    "Work worth 3.5 million pounds is due to begin in January.",
    "Shopkeepers on the front fear that it will cost them half of their winter trade.",
    "Divers will look at the remaining legs before the end of the month.",
    "La junta del puerto dijo el lunes que el viejo muelle cerrará hasta la primavera.",
    "Los buzos mirarán las patas que quedan antes de fin de mes.",
] * 20
SIZE, HEADS = 16, 2


def write_pieces(path: Path) -> list[str]:
    """A SentencePiece model, and its pieces."""
    import sentencepiece

    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES),
        model_prefix=str(path.with_suffix("")),
        vocab_size=90,
        minloglevel=2,
    )
    path.with_suffix(".model").rename(path)
    path.with_suffix(".vocab").unlink()
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(path))
    return [pieces.id_to_piece(n) for n in range(pieces.get_piece_size())]


def write_model(folder: Path, pieces: list[str], *, seed: int = 0, prefix: str = "") -> None:
    """A Transformer of one layer and random weights, which ends a sentence after some words.

    The further on it is, the more its state points to where the end of a sentence lies.
    """
    from ctranslate2.specs import transformer_spec

    vocabulary = ["<unk>", "<s>", "</s>", *([prefix] if prefix else [])]
    vocabulary += [piece for piece in pieces if piece not in vocabulary]
    dice = np.random.default_rng(seed)
    spec = transformer_spec.TransformerSpec.from_config((1, 1), HEADS)
    for side in (spec.encoder, spec.decoder):
        fill(side, dice)
    table = dice.normal(0, 1, (len(vocabulary), SIZE)).astype(np.float32)
    positions = dice.normal(0, 1, (512, SIZE)).astype(np.float32)
    spec.encoder.embeddings[0].weight = table
    spec.encoder.position_encodings.encodings = positions
    end = np.sign(table[2])
    spec.decoder.embeddings.weight = table
    spec.decoder.position_encodings.encodings = positions + np.arange(512.0)[:, None] * end
    spec.decoder.projection.weight = table.copy()
    spec.decoder.projection.weight[2] = 2 * end
    spec.decoder.projection.bias = np.zeros(len(vocabulary), np.float32)
    spec.decoder.projection.bias[:3] = -9, -9, -20
    spec.register_source_vocabulary(vocabulary)
    spec.register_target_vocabulary(vocabulary)
    spec.validate()
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))


def fill(side: Any, dice: np.random.Generator) -> None:
    """Random weights for every layer of an encoder or decoder."""
    for norm in norms(side):
        norm.gamma = np.ones(SIZE, np.float32)
        norm.beta = np.zeros(SIZE, np.float32)
    for layer in side.layer:
        linear(layer.ffn.linear_0, 2 * SIZE, SIZE, dice)
        linear(layer.ffn.linear_1, SIZE, 2 * SIZE, dice)
        linear(layer.self_attention.linear[0], 3 * SIZE, SIZE, dice)
        linear(layer.self_attention.linear[1], SIZE, SIZE, dice)
        if hasattr(layer, "attention"):
            linear(layer.attention.linear[0], SIZE, SIZE, dice)
            linear(layer.attention.linear[1], 2 * SIZE, SIZE, dice)
            linear(layer.attention.linear[2], SIZE, SIZE, dice)


def norms(side: Any) -> list[Any]:
    found = [side.layer_norm]
    for layer in side.layer:
        found += [layer.ffn.layer_norm, layer.self_attention.layer_norm]
        found += [layer.attention.layer_norm] if hasattr(layer, "attention") else []
    return found


def linear(spec: Any, rows: int, columns: int, dice: np.random.Generator) -> None:
    spec.weight = dice.normal(0, 0.3, (rows, columns)).astype(np.float32)
    spec.bias = np.zeros(rows, np.float32)


def write_opus(parent: Path, source: str, target: str, **options: Any) -> Path:
    """As OPUS-MT's models are laid out once CTranslate2's converter has been over them."""
    folder = parent / f"opus-mt-{source}-{target}"
    folder.mkdir(parents=True)
    pieces = write_pieces(folder / "source.spm")
    (folder / "target.spm").write_bytes((folder / "source.spm").read_bytes())
    write_model(folder, pieces, **options)
    return folder


def write_argos(parent: Path, source: str, target: str, **options: Any) -> Path:
    """As Argos Translate unpacks a package."""
    package = parent / f"translate-{source}_{target}-1_9"
    package.mkdir(parents=True)
    pieces = write_pieces(package / "sentencepiece.model")
    write_model(package / "model", pieces, **options)
    told = {"package_version": "1.9", "from_code": source, "to_code": target}
    told["target_prefix"] = options.get("prefix", "")
    (package / "metadata.json").write_text(json.dumps(told))
    return package
