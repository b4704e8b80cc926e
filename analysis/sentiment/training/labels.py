"""The recipe of ``baseline/labels.npz``: a logistic regression over hashed n-grams for each aspect and flag.

Learnt on the project's own comments, whose labels are known; texts with a label and texts without weigh alike.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, diags_array

from analysis.sentiment import baseline
from analysis.sentiment.baseline.features import hash_texts
from analysis.sentiment.baseline.labels import LABEL_BITS, LABELS, LABELS_FILE, LabelWeights
from analysis.sentiment.corpus import CorpusText, read_texts
from analysis.sentiment.encoder.wording import as_read

Numbers = NDArray[np.float64]
STEPS = 60
LARGEST = 127


def shipped_labels() -> Path:
    """Where the shipped weights lie."""
    return Path(baseline.__file__).parent / LABELS_FILE


def learn_labels(output: Path) -> None:
    """Learns from the comments that are not kept for measuring, and writes ``output``."""
    np.savez_compressed(output, **vars(train([text for text in read_texts() if not text.is_dev])))


def train(comments: Sequence[CorpusText]) -> LabelWeights:
    """Weights for the run time; the same comments give the same weights."""
    counts = _counts(comments)
    rarity = np.log((1 + len(comments)) / (1 + np.bincount(counts.indices, minlength=counts.shape[1]))) + 1
    norms = 1 / np.sqrt(np.maximum(np.asarray(counts.sum(axis=1)).ravel(), 1))
    scaled = (diags_array(norms) @ counts @ diags_array(rarity)).tocsr()
    used = np.flatnonzero(np.bincount(scaled.indices, minlength=scaled.shape[1]))
    features = scaled[:, used].tocsr()
    table, bias = np.zeros((counts.shape[1], len(LABELS))), np.zeros(len(LABELS))
    for at, name in enumerate(LABELS):
        wanted = np.array([name in text.aspects or name in text.flags for text in comments])
        found = _fit(features, wanted)
        table[used, at], bias[at] = found[:-1] * rarity[used], found[-1]
    scale = np.abs(table).max(axis=0) / LARGEST
    return LabelWeights(np.round(table / scale).astype(np.int8), scale.astype(np.float32), bias.astype(np.float32))


def _counts(comments: Sequence[CorpusText]) -> csr_matrix:
    texts = [as_read(text.text, text.language) for text in comments]
    hashed = hash_texts(texts, [text.language for text in comments])
    ones = np.ones(len(hashed.buckets))
    table = csr_matrix((ones, hashed.buckets % 2**LABEL_BITS, hashed.starts), shape=(len(texts), 2**LABEL_BITS))
    table.sum_duplicates()
    return table


def _fit(features: csr_matrix, wanted: NDArray[np.bool_]) -> Numbers:
    """Coefficients, then the bias: weighted logistic loss and half the squared coefficients, by L-BFGS from zero."""
    signs, share = np.where(wanted, 1.0, -1.0), wanted.mean()
    weights = np.where(wanted, 0.5 / share, 0.5 / (1 - share))
    transposed = features.T.tocsr()

    def loss_and_slope(values: Numbers) -> tuple[float, Numbers]:
        margins = (features @ values[:-1] + values[-1]) * signs
        errors = -weights * signs / (1 + np.exp(np.clip(margins, -30, 30)))
        loss = float((weights * np.logaddexp(0, -margins)).sum() + 0.5 * (values[:-1] ** 2).sum())
        return loss, np.append(transposed @ errors + values[:-1], errors.sum())

    start = np.zeros(features.shape[1] + 1)
    found: Numbers = minimize(loss_and_slope, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    return found
