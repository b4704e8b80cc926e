"""One sentence made ready for the rules and the model: its words, its clauses, and what the lexicon found in them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.sentences import Span
from analysis.sentiment.lexicons import Lexicon, load_lexicon
from analysis.sentiment.phrases import Hit
from analysis.sentiment.words import Word, find_words
from analysis.transliteration import to_cyrillic

# How far before a judgement its negation may stand, and before a flag the words that take it back.
NEGATION_REACH = 2
DISCLAIMER_REACH = 3
GRAVE_COUNT = 3
COMPLAINING_FLAGS = ("legal_threat", "safety", "churn_intent", "staff_conduct")

_CLAUSE_SIGN = re.compile(r"[,;:.!?…\n]|\s[-\u2013\u2014]\s|[\u2013\u2014]")


@dataclass(frozen=True, slots=True)
class Cue:
    """A word of praise (``polarity`` 1) or complaint (-1); ``is_turned`` where a negation made it so.

    ``count`` is how many such words it is worth: an injury or a threat outweighs a word of praise.
    """

    polarity: int
    count: int
    is_turned: bool
    first: int
    last: int


@dataclass(frozen=True)
class Reading:
    """A sentence at ``span`` of the customer's text; ``text`` is its Cyrillic form where it was typed in Latin."""

    span: Span
    text: str
    language: str
    words: Sequence[Word]
    clause_of: tuple[int, ...]
    part_of: tuple[int, ...]
    cues: Sequence[Cue]
    aspects: Sequence[Hit]
    flags: Sequence[Hit]


def read_sentence(text: str, span: Span, language: str, is_transliterated: bool) -> Reading:
    """Reads the sentence at ``span``: clauses end at commas, parts of a sentence at words like "but"."""
    sentence = text[span.start : span.end]
    if is_transliterated:
        sentence = to_cyrillic(sentence, language)
    lexicon = load_lexicon(language)
    words = find_words(sentence)
    hits = lexicon.comment.find(words)
    clause_of, part_of = _clauses(sentence, words, lexicon)
    flags = _without_disclaimed(_without_near_misses("flag", hits), hits)
    cues = _cues(hits, flags, clause_of)
    return Reading(
        span=span,
        text=sentence,
        language=language,
        words=words,
        clause_of=clause_of,
        part_of=part_of,
        cues=cues,
        aspects=[*_without_near_misses("aspect", hits), *_judged_things(hits, cues, part_of)],
        flags=flags,
    )


def _clauses(sentence: str, words: Sequence[Word], lexicon: Lexicon) -> tuple[tuple[int, ...], tuple[int, ...]]:
    clause_of, part_of = [], []
    clause = part = end = 0
    for word in words:
        is_contrast = word.text in lexicon.contrast
        between = sentence[end : word.start]
        if is_contrast or (between != " " and _CLAUSE_SIGN.search(between)):
            clause += 1
        if is_contrast or ";" in between:
            part += 1
        clause_of.append(clause)
        part_of.append(part)
        end = word.end
    return tuple(clause_of), tuple(part_of)


def _cues(hits: Sequence[Hit], flags: Iterable[Hit], clause_of: Sequence[int]) -> list[Cue]:
    """Praise and complaint on separate words: threats and injuries first, then the longer phrases."""
    negations = {hit.last - 1 for hit in hits if hit.label == "word:negation"}
    cues = []
    taken: set[int] = set()
    candidates = [hit for hit in hits if hit.label.startswith("cue:")]
    candidates += [flag for flag in flags if flag.label in COMPLAINING_FLAGS]
    for hit in sorted(candidates, key=lambda hit: (hit.label.startswith("cue:"), hit.first - hit.last, hit.first)):
        places = range(hit.first, hit.last)
        if not taken.isdisjoint(places):
            continue
        taken.update(places)
        before = range(max(0, hit.first - NEGATION_REACH), hit.first)
        is_turned = hit.label.startswith("cue:") and any(
            at in negations and clause_of[at] == clause_of[hit.first] and at not in taken for at in before
        )
        polarity = 1 if hit.label == "cue:positive" else -1
        count = 1 if hit.label.startswith("cue:") else GRAVE_COUNT
        cues.append(Cue(-polarity if is_turned else polarity, count, is_turned, hit.first, hit.last))
    return cues


def _judged_things(hits: Iterable[Hit], cues: Sequence[Cue], part_of: Sequence[int]) -> list[Hit]:
    """ "The kettle" alone says nothing; beside praise or complaint it is the quality that is judged."""
    judged = {part_of[cue.first] for cue in cues}
    return [
        Hit(hit.label.removeprefix("thing:"), hit.first, hit.last)
        for hit in hits
        if hit.label.startswith("thing:") and part_of[hit.first] in judged
    ]


def _without_near_misses(kind: str, hits: Iterable[Hit]) -> list[Hit]:
    """Hits of ``kind`` by their bare names, without those that share a word with a near-miss of the same name."""
    found = list(hits)
    spared = [
        Hit(hit.label.removeprefix(f"{kind}:"), hit.first, hit.last)
        for hit in found
        if hit.label.startswith(f"{kind}:")
    ]
    misses = [
        Hit(hit.label.removeprefix("near_miss:"), hit.first, hit.last)
        for hit in found
        if hit.label.startswith("near_miss:")
    ]
    return [hit for hit in spared if not any(miss.label == hit.label and _overlap(hit, miss) for miss in misses)]


def _without_disclaimed(flags: Iterable[Hit], hits: Iterable[Hit]) -> list[Hit]:
    """ "No need to call me": words that take a flag back. To leave is itself said by negation, so it is exempt."""
    ends = [hit.last for hit in hits if hit.label == "word:disclaimer"]
    return [
        flag
        for flag in flags
        if flag.label == "churn_intent" or not any(0 <= flag.first - end < DISCLAIMER_REACH for end in ends)
    ]


def _overlap(one: Hit, other: Hit) -> bool:
    return one.first < other.last and other.first < one.last
