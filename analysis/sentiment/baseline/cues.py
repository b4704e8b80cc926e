"""What the lexicon says of a passage as a few numbers beside the n-grams: the same at training and at run time."""

from collections.abc import Iterable

from analysis.sentiment.passages import Passage
from analysis.sentiment.reading import Cue

CUE_NUMBERS = (
    "praise",
    "complaint",
    "turned_to_praise",
    "turned_to_complaint",
    "question",
    "mixed",
    "plain_question",
    "no_cue",
)
MOST_COUNTED = 3


def count_cues(passage: Passage) -> tuple[float, ...]:
    """One number for each of ``CUE_NUMBERS``."""
    cues = passage.cues
    praise, turned_to_praise = _counts(cue for cue in cues if cue.polarity > 0)
    complaint, turned_to_complaint = _counts(cue for cue in cues if cue.polarity < 0)
    is_question = passage.text.rstrip(" )\"'»").endswith("?")
    is_mixed = praise + turned_to_praise > 0 and complaint + turned_to_complaint > 0
    return (
        praise,
        complaint,
        turned_to_praise,
        turned_to_complaint,
        float(is_question),
        float(is_mixed),
        float(is_question and not cues),
        float(not cues),
    )


def _counts(cues: Iterable[Cue]) -> tuple[float, float]:
    plain = turned = 0
    for cue in cues:
        if cue.is_turned:
            turned += cue.count
        else:
            plain += cue.count
    return float(min(plain, MOST_COUNTED)), float(min(turned, MOST_COUNTED))
