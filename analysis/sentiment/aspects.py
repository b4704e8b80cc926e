"""Which aspects of an order a text judges, and how: by the clause that names the aspect."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.sentiment.passages import Passage, clause_around, part_around, whole
from analysis.sentiment.protocol import Probabilities
from analysis.sentiment.reading import Reading
from analysis.vocabulary import ASPECTS


@dataclass(frozen=True)
class Mention:
    """An aspect named once: ``sentiment`` where the words of the clause settle it, else ``passage`` is to be scored."""

    aspect: str
    passage: Passage
    sentiment: str | None


def find_mentions(readings: Iterable[Reading]) -> Iterator[Mention]:
    """Every aspect named, once a clause."""
    for reading in readings:
        seen = set()
        for hit in reading.aspects:
            place = (hit.label, reading.clause_of[hit.first])
            if place not in seen:
                seen.add(place)
                yield _mention(reading, hit.label, hit.first)


def judge_aspects(mentions: Iterable[Mention], scores: Mapping[int, Probabilities]) -> dict[str, str]:
    """Aspect to sentiment, in the order of ``ASPECTS``; ``scores`` by position of the mentions that needed one.

    Of several mentions the worst counts, then praise: a neutral mention says nothing.
    """
    judged: dict[str, set[str]] = {}
    for position, mention in enumerate(mentions):
        judged.setdefault(mention.aspect, set()).add(mention.sentiment or scores[position].label)
    return {aspect: _strongest(judged[aspect]) for aspect in ASPECTS if aspect in judged}


def _mention(reading: Reading, aspect: str, word: int) -> Mention:
    for passage in (clause_around(reading, word), part_around(reading, word), whole(reading)):
        polarities = [cue.polarity for cue in passage.cues]
        if polarities:
            return Mention(aspect, passage, _settled(polarities))
    return Mention(aspect, whole(reading), None)


def _settled(polarities: Sequence[int]) -> str | None:
    """Cues that agree settle it; mixed ones leave it to the model."""
    if min(polarities) > 0:
        return "positive"
    return "negative" if max(polarities) < 0 else None


def _strongest(sentiments: set[str]) -> str:
    return next(sentiment for sentiment in ("negative", "positive", "neutral") if sentiment in sentiments)
