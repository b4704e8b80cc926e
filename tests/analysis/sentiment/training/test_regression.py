import numpy as np
import pytest
from scipy.sparse import csr_matrix

from analysis.sentiment.training.regression import fit, fit_temperature, log_softmax


def test_it_learns_what_can_be_learnt() -> None:
    features = csr_matrix(np.eye(3, dtype=np.float32).repeat(50, axis=0))
    labels = np.arange(3).repeat(50)
    found = fit(features, labels, np.ones(150, dtype=np.bool_), np.ones(150, dtype=np.float32))
    scores = features @ found.coefficients + found.bias
    assert (scores.argmax(axis=1) == labels).all()


def test_a_source_without_neutral_does_not_teach_that_nothing_is() -> None:
    """Half of the texts are two-class; neutral must be as likely for the three-class ones as it is there."""
    labels = np.array([0] * 100 + [2] * 100 + [1] * 60 + [0] * 20 + [2] * 20)
    has_neutral = np.array([False] * 200 + [True] * 100)
    features = csr_matrix(np.ones((300, 1), dtype=np.float32))
    found = fit(features, labels, has_neutral, np.ones(300, dtype=np.float32), strength=0.01)
    scores = np.ones((1, 1), dtype=np.float32) @ found.coefficients + found.bias
    chances = np.exp(log_softmax(scores, np.array([True])))[0]
    assert chances[1] == pytest.approx(0.6, abs=0.03)


def test_temperature_cools_what_is_too_sure() -> None:
    scores = np.array([[4.0, 0, 0]] * 10, dtype=np.float32)
    labels = np.array([0] * 6 + [1] * 2 + [2] * 2)
    assert fit_temperature(scores, labels) > 2
