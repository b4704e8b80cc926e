"""The ONNX session and its tokenizer: texts in, logits out, by batches of like length."""

import ctypes
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from analysis.sentiment.encoder.tokenizing import load_tokenizer
from analysis.vocabulary import LANGUAGES

Floats = NDArray[np.float32]

OUTPUTS = ("moods", "labels", "aspect_moods", "token_moods")
LONGEST = 160  # tokens; a block is shorter, but for scripts of another kind
# A batch holds as many texts as fit into this many tokens, padding included. Of 128 to 2048 the quickest and nearly the
# smallest: what the model works on stays in the processor's cache, and the session keeps no more memory than that.
BATCH_TOKENS = 256
BATCH_TEXTS = 64
# Sum and normalisation as one operator is a plain loop on a processor: two operators take a quarter off the whole.
SLOW_FUSIONS = ("SkipLayerNormFusion",)


@dataclass(frozen=True)
class Calibration:
    """What turns logits into probabilities: by language a temperature, biases and the share of the n-grams' opinion, by
    label a threshold.

    ``hint_weight`` is what a word of the lexicons adds to the logit of its label; ``label_ngram_weight`` is the share
    of the n-grams in it.
    """

    name: str
    version: str
    temperatures: Mapping[str, float]
    biases: Mapping[str, Sequence[float]]
    ngram_weights: Mapping[str, float]
    thresholds: Mapping[str, float]
    hint_weight: float
    label_ngram_weight: float
    unsure_below: float


@dataclass(frozen=True)
class Heads:
    """The logits of one text. ``token_moods`` has a row a token, ``offsets`` its first and last character + 1."""

    moods: Floats
    labels: Floats
    aspect_moods: Floats
    token_moods: Floats
    offsets: NDArray[np.int64]


class EncoderModel:
    """Safe to share between threads: both tokenizer and session are only read."""

    def __init__(self, folder: Path, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"], disabled_optimizers=SLOW_FUSIONS
        )
        self._tokenizer = load_tokenizer(folder, LONGEST)
        _give_back_memory()

    def read(self, texts: Sequence[str]) -> list[Heads]:
        """Logits of each text, in order."""
        if not texts:
            return []
        encoded = self._tokenizer.encode_batch(list(texts))
        ids: list[list[int]] = [encoding.ids for encoding in encoded]
        found: dict[int, Heads] = {}
        for batch in _batches([len(some) for some in ids]):
            outputs = self._session.run(list(OUTPUTS), _feeds([ids[at] for at in batch]))
            for row, at in enumerate(batch):
                moods, labels, aspect_moods, token_moods = (output[row] for output in outputs)
                offsets = np.array(encoded[at].offsets, dtype=np.int64)
                found[at] = Heads(moods, labels, aspect_moods, token_moods[: len(ids[at])], offsets)
        return [found[at] for at in range(len(texts))]


def _give_back_memory() -> None:
    """Reading the model leaves some twenty megabytes that glibc would keep; elsewhere there is nothing to do."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def shipped_folder() -> Path:
    """Where the shipped model lies; it is installed as files, never inside a zip."""
    return Path(str(resources.files("analysis.sentiment") / "model"))


def read_calibration(folder: Path) -> Calibration:
    """``calibration.json`` of a model folder; raises ``ValueError`` where a language is missing."""
    values = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))
    missing = set(LANGUAGES) - set(values["temperatures"])
    if missing:
        raise ValueError(f"calibration.json in {folder.name} lacks {', '.join(sorted(missing))}")
    return Calibration(**values)


def _feeds(ids: Sequence[Sequence[int]]) -> dict[str, NDArray[np.int64]]:
    width = max(map(len, ids))
    input_ids = np.ones((len(ids), width), dtype=np.int64)  # 1 is <pad>
    mask = np.zeros((len(ids), width), dtype=np.int64)
    for row, some in enumerate(ids):
        input_ids[row, : len(some)] = some
        mask[row, : len(some)] = 1
    return {"input_ids": input_ids, "attention_mask": mask}


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Positions of like length together: padding is what a batch wastes."""
    batch: list[int] = []
    for at in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) == BATCH_TEXTS or lengths[at] * (len(batch) + 1) > BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch
