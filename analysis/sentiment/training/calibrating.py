"""What stands in ``calibration.json``, found on dev texts: by language temperature, biases and share of the n-grams, by
label a threshold.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from analysis.sentences import split_sentences
from analysis.sentiment.encoder.analyser import ENDED_BADLY
from analysis.sentiment.encoder.blocks import whole_block
from analysis.sentiment.encoder.concluding import chance_of
from analysis.sentiment.encoder.hints import hints_in
from analysis.sentiment.encoder.model import EncoderModel, Heads
from analysis.sentiment.encoder.ngrams import Opinion, SecondOpinion
from analysis.sentiment.training.lessons import Lesson
from analysis.sentiment.training.sources import OWN, SOURCE_WEIGHTS
from analysis.vocabulary import ASPECTS, FLAGS, LANGUAGES, SENTIMENTS

Numbers = NDArray[np.float64]

LABEL_NAMES = (*ASPECTS, *FLAGS, ENDED_BADLY)
# A missed threat or injury costs more than a needless look: recall counts for them twice (F-beta, beta 2).
GRAVE = frozenset(("legal_threat", "safety"))
GRID = np.arange(0.05, 0.96, 0.01)
# Thresholds are chosen from few texts: the F of a threshold is the mean over its neighbours.
NEIGHBOURS = 7
OWN_SHARE = 0.5
# What a word of the lexicons adds to a label's logit: of 0 to 4 the best for most labels on the development texts.
HINT_WEIGHT = 2.0
# The n-grams' share in a label's logit: of 0 to 2 the best mean F1 of labels on the development texts.
LABEL_NGRAM_WEIGHT = 0.5
BIAS_STRENGTH = 0.05


def calibrate(model: EncoderModel, lessons: Sequence[Lesson], name: str, version: str, path: Path) -> None:
    """Writes ``path``; ``lessons`` were not learnt from."""
    heads = model.read([lesson.text for lesson in lessons])
    opinions = SecondOpinion().of([(whole_block(lesson.text, lesson.language), lesson.language) for lesson in lessons])
    scaled = {language: _scaling(lessons, heads, opinions, language) for language in LANGUAGES}
    values = {
        "name": name,
        "version": version,
        "temperatures": {language: round(1 / scale[0], 4) for language, scale in scaled.items()},
        "biases": {language: [round(float(bias), 4) for bias in scale[2:]] for language, scale in scaled.items()},
        "ngram_weights": {language: round(float(scale[1]), 4) for language, scale in scaled.items()},
        "thresholds": thresholds(lessons, heads, opinions),
        "hint_weight": HINT_WEIGHT,
        "label_ngram_weight": LABEL_NGRAM_WEIGHT,
        "unsure_below": 0.55,
    }
    path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def thresholds(lessons: Sequence[Lesson], heads: Sequence[Heads], opinions: Sequence[Opinion]) -> dict[str, float]:
    """For each label the chance from which it counts as given: the best F1 on these texts (F2 of grave ones)."""
    found = {}
    for at, name in enumerate(LABEL_NAMES):
        known = [
            (is_wanted, chance_of(_logit(at, name, lesson, logits, opinion)))
            for lesson, logits, opinion in zip(lessons, heads, opinions, strict=True)
            if (is_wanted := _wanted(lesson, name)) is not None
        ]
        wanted = np.array([pair[0] for pair in known], dtype=np.bool_)
        chances = np.array([pair[1] for pair in known])
        scores = np.array([_f(wanted, chances >= threshold, 2 if name in GRAVE else 1) for threshold in GRID])
        smooth = np.convolve(np.pad(scores, NEIGHBOURS // 2, mode="edge"), np.ones(NEIGHBOURS) / NEIGHBOURS, "valid")
        found[name] = round(float(GRID[int(smooth.argmax())]), 2)
    return found


def _logit(at: int, name: str, lesson: Lesson, logits: Heads, opinion: Opinion) -> float:
    """As ``concluding`` adds it up; the ending of a chat is the encoder's alone."""
    if name == ENDED_BADLY:
        return float(logits.labels[at])
    share = LABEL_NGRAM_WEIGHT * float(opinion.labels[at])
    return float(logits.labels[at]) + HINT_WEIGHT * (name in _hints(lesson)) + share


@cache
def _hints_of(text: str, language: str) -> frozenset[str]:
    return hints_in(text, split_sentences(text), language, False)


def _hints(lesson: Lesson) -> frozenset[str]:
    return frozenset() if lesson.ended_badly is not None else _hints_of(lesson.text, lesson.language)


def _wanted(lesson: Lesson, name: str) -> bool | None:
    if name == ENDED_BADLY:
        return lesson.ended_badly
    labels = lesson.flags if name in FLAGS else lesson.aspects
    return None if labels is None or lesson.sentiment is None else name in labels


def _f(wanted: NDArray[np.bool_], given: NDArray[np.bool_], beta: float) -> float:
    right = float((wanted & given).sum())
    missed, needless = float((wanted & ~given).sum()), float((given & ~wanted).sum())
    total = (1 + beta**2) * right + beta**2 * missed + needless
    return (1 + beta**2) * right / total if total else 0.0


def _scaling(lessons: Sequence[Lesson], heads: Sequence[Heads], opinions: Sequence[Opinion], language: str) -> Numbers:
    """One over the temperature, the n-grams' share, the biases: least weighted cross-entropy, biases held near zero."""
    chosen = [
        (lesson, logits.moods, opinion.moods)
        for lesson, logits, opinion in zip(lessons, heads, opinions, strict=True)
        if lesson.language == language and lesson.sentiment is not None and lesson.has_neutral
    ]
    moods = np.array([logits for _, logits, _ in chosen], dtype=np.float64)
    ngrams = np.array([opinion for _, _, opinion in chosen], dtype=np.float64)
    labels = np.array([lesson.sentiment_index for lesson, _, _ in chosen])
    weights = _weights([lesson for lesson, _, _ in chosen])

    def loss(values: Numbers) -> float:
        scores = moods * values[0] + ngrams * values[1] + values[2:]
        logs = scores - scores.max(axis=1, keepdims=True)
        logs -= np.log(np.exp(logs).sum(axis=1, keepdims=True))
        return float(-(weights * logs[np.arange(len(labels)), labels]).sum()) + BIAS_STRENGTH * float(
            (values[2:] ** 2).sum()
        )

    start = np.array([1.0, 0.3, *[0.0] * len(SENTIMENTS)])
    found = minimize(loss, start, bounds=[(0.2, 5.0), (0.0, 2.0), *[(-2.0, 2.0)] * len(SENTIMENTS)])
    values: Numbers = found.x
    values[2:] -= values[2:].mean()
    return values


def _weights(lessons: Sequence[Lesson]) -> Numbers:
    """Own texts count for half of a language, public ones by their source."""
    is_own = np.array([lesson.source == OWN for lesson in lessons])
    weights = np.array([SOURCE_WEIGHTS[lesson.source] for lesson in lessons])
    for part, share in ((is_own, OWN_SHARE), (~is_own, 1 - OWN_SHARE)):
        if part.any():
            weights[part] *= share / weights[part].sum()
    return weights / weights.sum()
