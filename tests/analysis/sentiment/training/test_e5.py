import struct
from pathlib import Path

import numpy as np
import pytest

from analysis.sentiment.training.e5 import BadEncoder, find_file, read_encoder


def tensor_bytes(values: list[float]) -> bytes:
    return np.array(values, dtype="<f4").tobytes()


def packed_block(scale: float, low: list[int], high: list[int]) -> bytes:
    nibbles = bytes(one | other << 4 for one, other in zip(low, high, strict=True))
    return np.array([scale], dtype="<f2").tobytes() + nibbles


def a_file(tensors: dict[str, tuple[int, int, bytes]]) -> bytes:
    """A vocabulary of one piece, an empty normalisation map, then the tensors."""
    head = b"E5S1" + struct.pack("<I7i", 1, 32, 0, 1, 32, 1, 1, 1) + struct.pack("<f", 1e-12)
    head += struct.pack("<6i", 32, 1, 0, 2, 1, 3) + struct.pack("<Q", 1)
    head += struct.pack("<2I", 0, 1) + struct.pack("<f", 0.0) + b"x" + struct.pack("<iI", 0, 0)
    table = struct.pack("<i", len(tensors))
    size = len(head) + 4 + sum(2 + len(name) + struct.calcsize("<BIQQ") for name in tensors)
    content = b""
    for name, (kind, count, data) in tensors.items():
        table += struct.pack("<H", len(name)) + name.encode()
        table += struct.pack("<BIQQ", kind, count, size + len(content), len(data))
        content += data
    return head + table + content


def test_plain_and_packed_tensors(tmp_path: Path) -> None:
    file = tmp_path / "small.bin"
    low, high = [8] * 15 + [15], [0] * 16
    file.write_bytes(
        a_file(
            {
                "emb.ln.b": (0, 32, tensor_bytes([float(number) for number in range(32)])),
                "l0.q.w": (1, 32, packed_block(0.5, low, high)),
            }
        )
    )
    encoder = read_encoder(file)
    assert encoder.hidden == 32
    assert encoder.tensors["embeddings.LayerNorm.bias"].tolist() == list(range(32))
    query = encoder.tensors["encoder.layer.0.attention.self.query.weight"]
    assert query.shape == (1, 32)
    assert query[0].tolist() == [0.0] * 15 + [3.5] + [-4.0] * 16


@pytest.mark.parametrize("content", [b"GGUF", b"E5S1" + bytes(10)])
def test_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "other.bin"
    file.write_bytes(content)
    with pytest.raises((BadEncoder, struct.error)):
        read_encoder(file)


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "cut.bin"
    file.write_bytes(a_file({"emb.ln.b": (0, 32, tensor_bytes([1.0] * 32))})[:-4])
    with pytest.raises(BadEncoder, match=r"emb\.ln\.b"):
        read_encoder(file)


def test_a_missing_package_says_what_to_install() -> None:
    with pytest.raises(FileNotFoundError, match=r"otklik\[train\]"):
        find_file("flask", "no-such-file.bin")
