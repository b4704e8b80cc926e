"""What the lexicons find in a text: a hint that the model's labels are helped by, never the last word."""

from collections.abc import Iterable

from analysis.sentences import Span
from analysis.sentiment.reading import Reading, read_sentence


def hints_in(text: str, sentences: Iterable[Span], language: str, is_latin: bool) -> frozenset[str]:
    """Names of aspects and flags whose words stand in these sentences of ``text``, near-misses taken out."""
    return hints_of(read_sentence(text, span, language, is_latin) for span in sentences)


def hints_of(readings: Iterable[Reading]) -> frozenset[str]:
    """The same of sentences already read."""
    return frozenset(hit.label for reading in readings for hit in (*reading.aspects, *reading.flags))
