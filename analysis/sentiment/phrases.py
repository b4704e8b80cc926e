"""Phrase patterns over words, the notation of the lexicons, and one pass that finds them all.

    court            this word                 deliver*    words that begin so
    not|never        either word               ~           any one word
    ..               up to three words         ?           a question mark

Phrases are separated by commas or lines.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.sentiment.words import Word

LONGEST_GAP = 3
MOST_WORDS_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Hit:
    """The phrase of ``label`` stands on words ``first`` to ``last`` (excluded)."""

    label: str
    first: int
    last: int


class _Element:
    """One place of a phrase: the words that may stand there."""

    def __init__(self, notation: str) -> None:
        options = notation.split("|")
        self.is_gap = notation == ".."
        self.is_any = notation == "~"
        self.words = frozenset(option for option in options if not option.endswith("*"))
        self.stems = tuple(option[:-1] for option in options if option.endswith("*"))

    def accepts(self, word: str) -> bool:
        return self.is_any or word in self.words or (bool(self.stems) and word.startswith(self.stems))


@dataclass(frozen=True, slots=True)
class _Phrase:
    label: str
    rest: tuple[_Element, ...]

    def ends(self, words: Sequence[Word], at: int) -> int | None:
        """Where the phrase ends if its first word stands just before ``at``; None where it does not fit."""
        return _fit(self.rest, words, at) if self.rest else at


def _fit(elements: tuple[_Element, ...], words: Sequence[Word], at: int) -> int | None:
    if not elements:
        return at
    head, rest = elements[0], elements[1:]
    if head.is_gap:
        for skipped in range(LONGEST_GAP + 1):
            end = _fit(rest, words, at + skipped)
            if end is not None:
                return end
        return None
    if at >= len(words) or not head.accepts(words[at].text):
        return None
    return _fit(rest, words, at + 1)


class PhraseBook:
    """All phrases of one language, found by their first word."""

    def __init__(self, phrases_of_label: Mapping[str, Iterable[str]]) -> None:
        self._by_word: dict[str, list[_Phrase]] = {}
        self._by_stem: dict[str, list[_Phrase]] = {}
        for label, phrases in phrases_of_label.items():
            for phrase in phrases:
                self._add(label, phrase)
        self.labels = frozenset(phrases_of_label)
        self._stem_lengths = sorted({len(stem) for stem in self._by_stem})
        self._met: dict[str, tuple[_Phrase, ...]] = {}

    def find(self, words: Sequence[Word]) -> list[Hit]:
        """Every place where a phrase fits, in the order of the words."""
        hits = []
        for position, word in enumerate(words):
            for phrase in self._starting_with(word.text):
                end = phrase.ends(words, position + 1)
                if end is not None:
                    hits.append(Hit(phrase.label, position, end))
        return hits

    def _add(self, label: str, notation: str) -> None:
        elements = tuple(_Element(part) for part in notation.split())
        first, phrase = elements[0], _Phrase(label, elements[1:])
        if first.is_any or first.is_gap:
            raise ValueError(f"a phrase must begin with a word: {notation!r}")
        for word in first.words:
            self._by_word.setdefault(word, []).append(phrase)
        for stem in first.stems:
            self._by_stem.setdefault(stem, []).append(phrase)

    def _starting_with(self, word: str) -> tuple[_Phrase, ...]:
        """Looked up once for each word met: customers' words repeat."""
        phrases = self._met.get(word)
        if phrases is None:
            if len(self._met) >= MOST_WORDS_REMEMBERED:
                self._met = {}
            phrases = self._met[word] = tuple(self._look_up(word))
        return phrases

    def _look_up(self, word: str) -> Iterator[_Phrase]:
        yield from self._by_word.get(word, ())
        for length in self._stem_lengths:
            if length > len(word):
                return
            yield from self._by_stem.get(word[:length], ())


def parse_phrases(notation: str) -> list[str]:
    """The phrases of one lexicon entry."""
    return [phrase for line in notation.splitlines() for part in line.split(",") if (phrase := part.strip())]
