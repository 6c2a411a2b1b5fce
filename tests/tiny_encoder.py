"""A tiny encoder with the interface of the real ones, made in a moment from a seed.

A word piece's log-odds of being wrong are looked up by the piece and moved by the mean of its
window, so that both the pieces and the window around them count.
"""

from __future__ import annotations

import string
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save_model
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

ENCODER_FILE, TOKENIZER_FILE = "encoder.onnx", "encoder_tokenizer.json"
EXTERNAL_FILE = "encoder.weights"
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
WORDS = ("the", "and", "of", "in", "mayor", "pier", "council", "harbour", "rain", "said")
WIDTH = 8
OPSET, IR_VERSION = 17, 9


def write_tiny_encoder(folder: Path, seed: int = 0, *, external: bool = False) -> Path:
    """Write ``encoder.onnx`` and ``encoder_tokenizer.json``; return the folder.

    Args:
        folder: made where it is missing.
        seed: of the weights; another seed reads the same text otherwise.
        external: put the weights into ``encoder.weights``, as the large encoder has them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = tiny_tokenizer()
    tokenizer.save(str(folder / TOKENIZER_FILE))
    model = helper.make_model(
        _graph(tokenizer.get_vocab_size(), np.random.default_rng(seed)),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    (folder / EXTERNAL_FILE).unlink(missing_ok=True)
    save_model(
        model,
        str(folder / ENCODER_FILE),
        save_as_external_data=external,
        location=EXTERNAL_FILE if external else None,
        size_threshold=64,
    )
    return folder


def tiny_tokenizer() -> Tokenizer:
    """Word pieces of single letters but for a few whole words, lower-cased."""
    marks = [chr(code) for code in range(33, 127) if not chr(code).isalpha()]
    pieces = [*SPECIAL, *WORDS, *marks]
    for letter in string.ascii_lowercase + string.digits:
        pieces += [piece for piece in (letter, f"##{letter}") if piece not in pieces]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(
        models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100)  # noqa: S106
    )
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    cls, sep = vocabulary["[CLS]"], vocabulary["[SEP]"]
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", sep), ("[CLS]", cls))
    tokenizer.enable_padding(pad_id=vocabulary["[PAD]"], pad_token="[PAD]")  # noqa: S106
    return tokenizer


def _graph(n_pieces: int, random: np.random.Generator) -> object:
    def weights(name: str, *shape: int) -> object:
        values = random.normal(size=shape).astype(np.float32)
        return numpy_helper.from_array(values, name)

    initializers = [
        weights("embedding", n_pieces, WIDTH),
        weights("to_window", WIDTH, 2),
        weights("to_token", WIDTH, 1),
        weights("to_context", WIDTH, 1),
        numpy_helper.from_array(np.array([1], dtype=np.int64), "length_axis"),
        numpy_helper.from_array(np.array([2], dtype=np.int64), "last_axis"),
    ]
    node = helper.make_node
    nodes = [
        node("Gather", ["embedding", "input_ids"], ["embedded"]),
        node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        node("Unsqueeze", ["mask", "last_axis"], ["mask_column"]),
        node("Mul", ["embedded", "mask_column"], ["seen"]),
        node("ReduceSum", ["seen", "length_axis"], ["sum"], keepdims=0),
        node("ReduceSum", ["mask", "length_axis"], ["length"], keepdims=1),
        node("Div", ["sum", "length"], ["mean"]),
        node("MatMul", ["mean", "to_window"], ["window"]),
        node("MatMul", ["seen", "to_token"], ["token_column"]),
        node("Squeeze", ["token_column", "last_axis"], ["own"]),
        node("MatMul", ["mean", "to_context"], ["context"]),
        node("Add", ["own", "context"], ["tokens"]),
    ]
    integers, floats = TensorProto.INT64, TensorProto.FLOAT
    return helper.make_graph(
        nodes,
        "tiny_encoder",
        [helper.make_tensor_value_info(n, integers, ["batch", "length"]) for n in INPUTS],
        [
            helper.make_tensor_value_info("window", floats, ["batch", 2]),
            helper.make_tensor_value_info("tokens", floats, ["batch", "length"]),
        ],
        initializers,
    )


INPUTS = ("input_ids", "attention_mask")
