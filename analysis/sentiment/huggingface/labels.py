"""From a model's own labels to negative, neutral, positive: by name, by number, or as the company says."""

import re
from collections.abc import Iterable, Mapping

from analysis.sentiment.protocol import ModelUnavailable
from analysis.vocabulary import SENTIMENTS

_NAMES_WRITTEN = {
    "negative": "neg negative bad отрицательный отрицательно отрицателен негативный негативно негативен негатив",
    "neutral": "neu neutral нейтральный нейтрально неутрален неутрално",
    "positive": "pos positive good положительный положительно положителен положително позитивный позитивно позитивен "
    "позитив",
}
_SENTIMENT_OF = {name: sentiment for sentiment, names in _NAMES_WRITTEN.items() for name in names.split()}
_DEGREE = re.compile(r"^(?:very|очень|много) ")
_NUMBER = re.compile(r"^(?:label )?(-?\d+)(?: stars?)?$")
# The numbers of a whole scale, from worst to best.
_SCALES = {
    (0, 1): ("negative", "positive"),
    (-1, 1): ("negative", "positive"),
    (0, 1, 2): SENTIMENTS,
    (-1, 0, 1): SENTIMENTS,
    (1, 2, 3, 4, 5): ("negative", "negative", "neutral", "positive", "positive"),
}


def parse_labels(written: str) -> dict[str, str]:
    """A mapping written as ``LABEL_0=neutral, LABEL_1=positive``. Raises ValueError in plain words."""
    given: dict[str, str] = {}
    for pair in written.split(","):
        label, equals, sentiment = (part.strip() for part in pair.rpartition("="))
        if not (label and equals) or sentiment not in SENTIMENTS:
            known = ", ".join(SENTIMENTS)
            raise ValueError(
                f"must be pairs such as LABEL_0=negative, LABEL_1=positive ({known}), not {pair.strip()!r}"
            )
        given[label] = sentiment
    return given


def map_labels(labels: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
    """Each of a model's labels to its sentiment; ``given`` wins. Raises ModelUnavailable, which names the labels."""
    own = list(labels)
    foreign = [label for label in given if label not in own]
    if foreign:
        raise ModelUnavailable(f"it has no label {', '.join(foreign)}; its labels are {', '.join(own)}")
    found = _by_number(own) | _by_name(own) | dict(given)
    unknown = [label for label in own if label not in found]
    if unknown:
        raise ModelUnavailable(
            f"nobody knows whether {', '.join(unknown)} is negative, neutral or positive (its labels are "
            f"{', '.join(own)}); say so in FEEDBACK_SENTIMENT_LABELS"
        )
    if not {"negative", "positive"} <= set(found.values()):
        raise ModelUnavailable(f"its labels {', '.join(own)} do not tell negative from positive")
    return found


def _by_name(labels: Iterable[str]) -> dict[str, str]:
    names = {label: _DEGREE.sub("", _plain(label)) for label in labels}
    return {label: _SENTIMENT_OF[name] for label, name in names.items() if name in _SENTIMENT_OF}


def _by_number(labels: Iterable[str]) -> dict[str, str]:
    """Numbers mean something only where all labels are numbers and together a scale that is known."""
    matches = {label: _NUMBER.match(_plain(label)) for label in labels}
    numbers = {label: int(match.group(1)) for label, match in matches.items() if match}
    scale = _SCALES.get(tuple(sorted(numbers.values())))
    if scale is None or len(numbers) != len(matches):
        return {}
    return dict(zip(sorted(numbers, key=numbers.__getitem__), scale, strict=True))


def _plain(label: str) -> str:
    """ "Very_Negative" is "very negative"."""
    return re.sub(r"(?<=\w)[_-]+|\s+", " ", label).strip().casefold()
