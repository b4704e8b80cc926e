"""From the logits of a text's blocks to its result: calibrated sentiment, aspects, flags, the sentence that decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.sentences import Span
from analysis.sentiment.aggregation import NOTHING_SAID, aggregate
from analysis.sentiment.encoder.blocks import Block, Prepared
from analysis.sentiment.encoder.model import Calibration, Floats, Heads
from analysis.sentiment.encoder.ngrams import Opinion
from analysis.sentiment.protocol import Probabilities, TextResult
from analysis.vocabulary import ASPECTS, FLAGS, SENTIMENTS

_LABELS = (*ASPECTS, *FLAGS)
# Of an aspect's several judgements the worst counts, then praise: a neutral mention says nothing.
_STRENGTH = ("negative", "positive", "neutral")


@dataclass(frozen=True)
class Decision:
    """A block's share in the result."""

    probabilities: Probabilities
    deciding: Span
    aspects: dict[str, str]
    flags: frozenset[str]


def conclude(
    text: Prepared, heads: Sequence[Heads], opinions: Sequence[Opinion], calibration: Calibration
) -> TextResult:
    """The result of a text from those of its blocks; ``opinions`` are the n-grams' (``SecondOpinion``)."""
    if not heads:
        return TextResult(text.language, "neutral", NOTHING_SAID, Span(0, 0), {}, (), False)
    decisions = [
        _decide(block, logits, opinion, text.language, calibration)
        for block, logits, opinion in zip(text.blocks, heads, opinions, strict=True)
    ]
    mood = aggregate(
        [decision.probabilities for decision in decisions], [float(len(block.text)) for block in text.blocks]
    )
    chances = mood.probabilities
    return TextResult(
        language=text.language,
        sentiment=chances.label,
        probabilities=chances,
        deciding_sentence=decisions[mood.deciding].deciding,
        aspects=_join_aspects([decision.aspects for decision in decisions]),
        flags=tuple(flag for flag in FLAGS if any(flag in decision.flags for decision in decisions)),
        is_unsure=max(chances.negative, chances.neutral, chances.positive) < calibration.unsure_below,
    )


def probabilities_of(logits: Floats, opinion: Floats, language: str, calibration: Calibration) -> Probabilities:
    """Vector scaling: logits over a temperature, plus biases, both of the language (Guo et al. 2017).

    The n-grams' opinion is added by its share.
    """
    scores = logits.astype(np.float64) / calibration.temperatures[language] + np.array(calibration.biases[language])
    scores += opinion.astype(np.float64) * calibration.ngram_weights[language]
    chances = np.exp(scores - scores.max())
    return Probabilities(*(float(chance) for chance in chances / chances.sum()))


def chance_of(logit: float) -> float:
    """The logistic function."""
    return float(chances_of(np.array(logit)))


def chances_of(logits: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """The logistic function of each."""
    chances: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -30, 30)))
    return chances


def _decide(block: Block, heads: Heads, opinion: Opinion, language: str, calibration: Calibration) -> Decision:
    chances = probabilities_of(heads.moods, opinion.moods, language, calibration)
    hinted = np.array([name in block.hints for name in _LABELS])
    labels = chances_of(
        heads.labels[: len(_LABELS)]
        + calibration.hint_weight * hinted
        + calibration.label_ngram_weight * opinion.labels
    )
    present = {
        name: SENTIMENTS[int(heads.aspect_moods[at].argmax())]
        for at, name in enumerate(ASPECTS)
        if labels[at] >= calibration.thresholds[name]
    }
    flags = frozenset(
        name for at, name in enumerate(FLAGS, start=len(ASPECTS)) if labels[at] >= calibration.thresholds[name]
    )
    return Decision(chances, _deciding_sentence(block, heads, chances.label), present, flags)


def _deciding_sentence(block: Block, heads: Heads, label: str) -> Span:
    """The sentence whose tokens bring the label most of its lead: the mean of token logits is the text's logit."""
    if len(block.sentences) == 1:
        return block.sentences[0]
    at = SENTIMENTS.index(label)
    others = [other for other in range(len(SENTIMENTS)) if other != at]
    lead = heads.token_moods[:, at] - heads.token_moods[:, others].mean(axis=1)
    shares = [float(lead[_inside(heads.offsets, part)].sum()) for part in block.parts]
    return block.sentences[int(np.argmax(shares))]


def _inside(offsets: NDArray[np.int64], part: Span) -> NDArray[np.bool_]:
    """Tokens that end within the part; special ones (0, 0) never do."""
    inside: NDArray[np.bool_] = (offsets[:, 1] > part.start) & (offsets[:, 1] <= part.end)
    return inside


def _join_aspects(each: Sequence[dict[str, str]]) -> dict[str, str]:
    joined = {}
    for name in ASPECTS:
        moods = [aspects[name] for aspects in each if name in aspects]
        if moods:
            joined[name] = min(moods, key=_STRENGTH.index)
    return joined
