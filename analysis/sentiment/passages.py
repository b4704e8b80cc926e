"""A passage is what is scored as one: several sentences, one, or a clause of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from analysis.sentiment.reading import Cue, Reading

# Neighbouring sentences are scored together up to this many characters; a longer text is several such blocks.
LONGEST_BLOCK = 800


@dataclass(frozen=True)
class Passage:
    """A text in one language and the lexicon's cues in it."""

    text: str
    language: str
    cues: Sequence[Cue]


def whole(reading: Reading) -> Passage:
    """The sentence itself."""
    return Passage(reading.text, reading.language, reading.cues)


def blocks(readings: Iterable[Reading]) -> Iterator[Passage]:
    """Sentences joined as far as a block goes; what one sentence leaves open the next often tells."""
    block: list[Reading] = []
    size = 0
    for reading in readings:
        if block and size + len(reading.text) > LONGEST_BLOCK:
            yield _joined(block)
            block, size = [], 0
        block.append(reading)
        size += len(reading.text)
    if block:
        yield _joined(block)


def clause_around(reading: Reading, word: int) -> Passage:
    """From comma to comma."""
    return _stretch_around(reading, reading.clause_of, word)


def part_around(reading: Reading, word: int) -> Passage:
    """From one "but" to the next."""
    return _stretch_around(reading, reading.part_of, word)


def complaining_clauses(reading: Reading) -> Iterator[Passage]:
    """The clauses that only complain, in a sentence that praises in another one."""
    praising = {reading.clause_of[cue.first] for cue in reading.cues if cue.polarity > 0}
    complaining = {reading.clause_of[cue.first]: cue.first for cue in reading.cues if cue.polarity < 0}
    for clause, word in complaining.items():
        if praising and clause not in praising:
            yield clause_around(reading, word)


def _joined(readings: Sequence[Reading]) -> Passage:
    text = " ".join(reading.text for reading in readings)
    return Passage(text, readings[0].language, [cue for reading in readings for cue in reading.cues])


def _stretch_around(reading: Reading, number_of: Sequence[int], word: int) -> Passage:
    first = last = word
    while first and number_of[first - 1] == number_of[word]:
        first -= 1
    while last < len(number_of) and number_of[last] == number_of[word]:
        last += 1
    start = reading.words[first].start if first else 0
    end = reading.words[last].start if last < len(reading.words) else len(reading.text)
    cues = [cue for cue in reading.cues if first <= cue.first and cue.last <= last]
    return Passage(reading.text[start:end], reading.language, cues)
