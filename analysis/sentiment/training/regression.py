"""Logistic regression of three moods over sparse n-grams, with neutral masked where a source never says it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.sparse import csr_matrix

Floats = NDArray[np.float32]
MASKED = np.float32(-1e9)
NEUTRAL = 1
STEPS = 60
# Chosen by the development set and our own sentences in two folds; 1 and 12 are a little worse.
STRENGTH = 4.0


@dataclass(frozen=True)
class Fitted:
    """``coefficients`` has a row a feature and a column a mood."""

    coefficients: Floats
    bias: Floats


def fit(
    features: csr_matrix,
    labels: NDArray[np.int64],
    has_neutral: NDArray[np.bool_],
    weights: Floats,
    strength: float = STRENGTH,
) -> Fitted:
    """Minimises weighted cross-entropy plus ``strength``/2 of the squared coefficients, by L-BFGS from zero."""
    texts, size = features.shape
    wanted = np.zeros((texts, 3), dtype=np.float32)
    wanted[np.arange(texts), labels] = 1
    transposed = features.T.tocsr()

    def loss_and_slope(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        table = flat.reshape(size + 1, 3).astype(np.float32)
        logs = log_softmax(features @ table[:-1] + table[-1], has_neutral)
        loss = -float((weights * logs[np.arange(texts), labels]).sum()) + strength / 2 * float((table[:-1] ** 2).sum())
        errors = (np.exp(logs) - wanted) * weights[:, None]
        slope = np.vstack([transposed @ errors + strength * table[:-1], errors.sum(axis=0)])
        return loss, slope.ravel().astype(np.float64)

    start = np.zeros((size + 1) * 3)
    found = minimize(loss_and_slope, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "maxcor": 6})
    table = found.x.reshape(size + 1, 3).astype(np.float32)
    return Fitted(table[:-1], table[-1])


def fit_temperature(scores: Floats, labels: NDArray[np.int64]) -> float:
    """The number that divides the logits so that probabilities fit what happens (Guo et al. 2017)."""
    everywhere = np.ones(len(labels), dtype=np.bool_)

    def loss(temperature: float) -> float:
        logs = log_softmax(scores / np.float32(temperature), everywhere)
        return -float(logs[np.arange(len(labels)), labels].mean())

    return float(minimize_scalar(loss, bounds=(0.2, 5.0), method="bounded").x)


def log_softmax(scores: Floats, has_neutral: NDArray[np.bool_]) -> Floats:
    """Logarithms of probabilities, row by row."""
    scores = scores.copy()
    scores[~has_neutral, NEUTRAL] = MASKED
    scores -= scores.max(axis=1, keepdims=True)
    logs: Floats = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return logs
