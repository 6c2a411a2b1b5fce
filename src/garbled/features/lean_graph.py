"""The small encoder's graph with two thirds of its steps, for the same numbers to the last bit.

What torch exports takes any batch and any mask, and a third of its steps only compute shapes,
some microseconds each. The encoder reads one window a run, without padding, so these can go, and
so can a mask of zeros and halving what is scaled again later: a tenth of the time. The weights are
the file's own, and a graph that is not the one known here is left alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import pack

import numpy as np
from numpy.typing import NDArray

KNOWN_NODES = "384bbd41b64c6fa14962e1d86fea66cd115e30800cf4afd66f6eb92109c031ec"
"""SHA-256 of the exported graph's nodes, one after the other."""
LAYERS, HEADS, WIDTH = 6, 12, 384
EPSILON = 1e-12
LEVELS, ZERO, LEAST = 127, 128, 1e-10
"""Of a row's quantised values, as in ``garbled.training.encoder.int8``."""
FLOAT = 1
"""The type's number in ONNX, as in ``_TYPES``."""
_TYPES = {"float32": FLOAT, "uint8": 2, "int64": 7}
_GRAPH, _NODE, _INITIALIZER, _VALUE_INFO = 7, 1, 5, 13
"""Fields of ONNX's model and of its graph."""

Rows = tuple[str, str]
"""Names of quantised rows and of the column of their scales."""


def lean_graph(model: bytes) -> bytes | None:
    """The ONNX model with fewer steps, or None where its graph is not the known one.

    It takes one window without padding: what the mask says is not looked at.
    """
    try:
        outer = list(_read_fields(memoryview(model)))
        [graph] = [content for number, content, _ in outer if number == _GRAPH]
        inner = list(_read_fields(graph))
    except (IndexError, ValueError):
        return None
    nodes = b"".join(content for number, content, _ in inner if number == _NODE)
    if hashlib.sha256(nodes).hexdigest() != KNOWN_NODES:
        return None
    steps = _Steps()
    steps.network()
    kept = [whole for number, _, whole in inner if number not in {_NODE, _VALUE_INFO}]
    around = [whole for number, _, whole in outer if number != _GRAPH]
    return b"".join([*around, _field(_GRAPH, b"".join([*steps.written, *kept]))])


@dataclass
class _Steps:
    """Nodes and constants as they are computed; a method gives the name of what it computes.

    Activations have the shape (n_pieces, width), between heads (HEADS, n_pieces, width / HEADS).
    """

    written: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.first = self.constant(np.array([0]))
        self.last = self.constant(np.array([-1]))
        self.zero = self.constant(np.array(ZERO, np.uint8))
        self.ids = self.step("Squeeze", "input_ids", self.first)
        self.length = self.step("Shape", self.ids)
        self.zeros = self.step("Expand", self.zero, self.length)

    def network(self) -> None:
        hidden = self.embedding()
        for number in range(LAYERS):
            hidden = self.layer(hidden, f"body.encoder.layer.{number}.")
        self.read_window(hidden)
        self.read_tokens(hidden)

    def embedding(self) -> str:
        name = "body.embeddings."
        words = self.looked_up("Gather", f"{name}word_embeddings.weight", self.ids)
        kind = self.step("Gather", f"{name}token_type_embeddings.weight", self.first)
        bounds = self.first, self.length, self.first
        places = self.looked_up("Slice", f"{name}position_embeddings.weight", *bounds)
        return self.normalised(self.step("Add", self.step("Add", words, kind), places), name)

    def looked_up(self, operator: str, table: str, *rows: str) -> str:
        values = self.step("Cast", self.step(operator, f"{table}/int8", *rows), to=FLOAT)
        return self.step("Mul", values, self.step(operator, f"{table}/scale", *rows))

    def layer(self, hidden: str, name: str) -> str:
        seen = self.quantised(self.attention(self.quantised(hidden), f"{name}attention.self."))
        hidden = self.added(seen, f"{name}attention.output.", hidden)
        wide = self.twice_gelu(self.linear(self.quantised(hidden), f"{name}intermediate.dense"))
        return self.added(self.quantised(wide, half=True), f"{name}output.", hidden)

    def attention(self, rows: Rows, name: str) -> str:
        query = self.split(self.linear(rows, f"{name}query"), (1, 0, 2))
        key = self.split(self.linear(rows, f"{name}key"), (1, 2, 0))
        value = self.split(self.linear(rows, f"{name}value"), (1, 0, 2))
        scale = self.constant(np.array((WIDTH / HEADS) ** -0.5, np.float32))
        fits = self.step("Mul", self.step("MatMul", query, key), scale)
        seen = self.step("MatMul", self.step("Softmax", fits, axis=-1), value)
        joined = self.step("Transpose", seen, perm=(1, 0, 2))
        return self.step("Reshape", joined, self.constant(np.array([-1, WIDTH])))

    def split(self, rows: str, order: tuple[int, ...]) -> str:
        shape = self.constant(np.array([-1, HEADS, WIDTH // HEADS]))
        return self.step("Transpose", self.step("Reshape", rows, shape), perm=order)

    def twice_gelu(self, rows: str) -> str:
        root = self.constant(np.array(2**0.5, np.float32))
        one = self.constant(np.array(1, np.float32))
        return self.step(
            "Mul", rows, self.step("Add", self.step("Erf", self.step("Div", rows, root)), one)
        )

    def quantised(self, rows: str, *, half: bool = False) -> Rows:
        """Rows as bytes with a scale each; with ``half`` they are taken for half of themselves."""
        least = self.constant(np.array(LEAST * (1 + half), np.float32))
        largest = self.step("ReduceMax", self.step("Abs", rows), self.last)
        levels = self.constant(np.array(LEVELS, np.float32))
        column = self.step("Div", self.step("Max", largest, least), levels)
        scale = self.step("Squeeze", column, self.last)
        quantised = self.step("QuantizeLinear", rows, scale, self.zeros, axis=0)
        if half:
            column = self.step("Mul", column, self.constant(np.array(0.5, np.float32)))
        return quantised, column

    def linear(self, rows: Rows, name: str) -> str:
        quantised, column = rows
        product = self.step("MatMulInteger", quantised, f"{name}.weight/int8", self.zero)
        scaled = self.step("Mul", self.step("Cast", product, to=FLOAT), column)
        return self.step("Add", self.step("Mul", scaled, f"{name}.weight/scale"), f"{name}.bias")

    def added(self, rows: Rows, name: str, hidden: str) -> str:
        return self.normalised(self.step("Add", self.linear(rows, f"{name}dense"), hidden), name)

    def normalised(self, rows: str, name: str) -> str:
        weights = f"{name}LayerNorm.weight", f"{name}LayerNorm.bias"
        return self.step("LayerNormalization", rows, *weights, axis=-1, epsilon=EPSILON)

    def read_window(self, hidden: str) -> None:
        total = self.step("ReduceSum", hidden, self.first)
        mean = self.step("Div", total, self.step("Cast", self.length, to=FLOAT))
        pooled = self.step("Concat", mean, self.step("ReduceMax", hidden, self.first), axis=1)
        self.step("Gemm", pooled, "window.weight", "window.bias", output="window", transB=1)

    def read_tokens(self, hidden: str) -> None:
        product = self.step("MatMul", self.step("Unsqueeze", hidden, self.first), "tokens.weight")
        tokens = self.step("Add", product, "tokens.bias")
        self.step("Squeeze", tokens, self.last, output="tokens")

    def step(
        self,
        operator: str,
        *inputs: str,
        output: str | None = None,
        **attributes: int | float | tuple[int, ...],
    ) -> str:
        output = output or f"lean/{len(self.written)}"
        parts = [_field(1, name.encode()) for name in inputs]
        parts += [_field(2, output.encode()), _field(4, operator.encode())]
        parts += [_field(5, _attribute(name, value)) for name, value in attributes.items()]
        self.written.append(_field(_NODE, b"".join(parts)))
        return output

    def constant(self, value: NDArray[np.generic]) -> str:
        name = f"lean/{len(self.written)}"
        parts = [*(_number(1, size) for size in value.shape), _number(2, _TYPES[value.dtype.name])]
        parts += [_field(8, name.encode()), _field(9, value.tobytes())]
        self.written.append(_field(_INITIALIZER, b"".join(parts)))
        return name


def _attribute(name: str, value: float | tuple[int, ...]) -> bytes:
    """An attribute of ONNX: a float, an integer, or several integers."""
    named = _field(1, name.encode())
    if isinstance(value, tuple):
        return named + b"".join(_number(8, each) for each in value) + _number(20, 7)
    if isinstance(value, float):
        return named + bytes([2 << 3 | 5]) + pack("<f", value) + _number(20, 1)
    return named + _number(3, value) + _number(20, 2)


def _field(number: int, content: bytes) -> bytes:
    """A field of Protocol Buffers that holds bytes: a string or a message."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value & 2**64 - 1)


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth says that more follow."""
    written = bytearray()
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    return bytes([*written, value])


def _read_fields(message: memoryview) -> Iterator[tuple[int, memoryview, memoryview]]:
    """Number, content and whole of each field that is a number or bytes.

    Raises:
        IndexError, ValueError: it is no such message.
    """
    place = 0
    while place < len(message):
        start = place
        tag, place = _read_varint(message, place)
        if tag & 7 not in {0, 2}:
            raise ValueError("not a field of a model")
        content, place = _read_varint(message, place)
        first, place = place, place + (content if tag & 7 else 0)
        if place > len(message):
            raise ValueError("cut off")
        yield tag >> 3, message[first:place], message[start:place]


def _read_varint(message: memoryview, place: int) -> tuple[int, int]:
    value = shift = 0
    while message[place] > 127:
        value |= (message[place] & 127) << shift
        place, shift = place + 1, shift + 7
    return value | message[place] << shift, place + 1
