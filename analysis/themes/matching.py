"""Themes that people define: words and phrases a text must hold, and those it must not.

A word stands for all its forms ("возврат" finds "возврата"), `deliver*` for all words that begin so. The words of a
phrase stand in this order with at most two others between them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from analysis.themes.words import lemma_of, read_words

MOST_BETWEEN = 2
LONGEST_PHRASE, MOST_WORDS = 80, 6
SHORTEST_STEM = 3
FORMS_REMEMBERED = 50_000
_PART = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*\*?")


@dataclass(frozen=True)
class ThemeRule:
    """A theme by its words: a text has it when it holds one of ``includes`` and none of ``excludes``."""

    theme_id: int
    includes: tuple[str, ...]
    excludes: tuple[str, ...] = ()


def clean_phrase(written: str) -> str:
    """A phrase as it is kept: lower case, one space between words. Raises ValueError where it is not one."""
    parts = written.lower().replace("ё", "е").split()
    if not parts or len(parts) > MOST_WORDS or len(" ".join(parts)) > LONGEST_PHRASE:
        raise ValueError(f"not a phrase of one to {MOST_WORDS} words: {written!r}")
    for part in parts:
        if not _PART.fullmatch(part) or (part.endswith("*") and len(part) <= SHORTEST_STEM):
            raise ValueError(f"not a word: {part!r}")
    return " ".join(parts)


class ThemeMatcher:
    """Which of the given themes a text has; words are compared once for each form met."""

    def __init__(self, rules: Sequence[ThemeRule]) -> None:
        self._rules = rules
        self._books: dict[str, _Book] = {}

    def match(self, text: str, language: str) -> tuple[int, ...]:
        """Ids of the themes in the order of the rules."""
        if not self._rules:
            return ()
        book = self._books.get(language)
        if book is None:
            book = self._books[language] = _Book([p for r in self._rules for p in (*r.includes, *r.excludes)], language)
        found = book.find([word.form for word in read_words(text, language) if not word.is_end])
        return tuple(
            rule.theme_id
            for rule in self._rules
            if not found.isdisjoint(rule.includes) and found.isdisjoint(rule.excludes)
        )


class _Book:
    """All phrases of all rules, read in one language."""

    def __init__(self, phrases: Sequence[str], language: str) -> None:
        self._phrases: Mapping[str, tuple[str, ...]] = {phrase: tuple(phrase.split()) for phrase in phrases}
        self._starting: dict[str, list[str]] = {}
        for phrase, words in self._phrases.items():
            self._starting.setdefault(words[0], []).append(phrase)
        parts = sorted({word for words in self._phrases.values() for word in words})
        self._stems = [(part, part[:-1]) for part in parts if part.endswith("*")]
        self._of_lemma: dict[str, set[str]] = {}
        for part in parts:
            if not part.endswith("*"):
                for key in {part, lemma_of(part, language)}:
                    self._of_lemma.setdefault(key, set()).add(part)
        self._language = language
        self._parts_of = lru_cache(maxsize=FORMS_REMEMBERED)(self._look_up)

    def find(self, forms: Sequence[str]) -> set[str]:
        """The phrases that stand somewhere in the words."""
        fitting = [self._parts_of(form) for form in forms]
        found: set[str] = set()
        for at, parts in enumerate(fitting):
            for part in parts:
                found.update(p for p in self._starting.get(part, ()) if p not in found and self._stands(p, fitting, at))
        return found

    def _stands(self, phrase: str, fitting: Sequence[frozenset[str]], at: int) -> bool:
        return _is_continued(self._phrases[phrase][1:], fitting, at + 1)

    def _look_up(self, form: str) -> frozenset[str]:
        """The words of the phrases that this form is one of."""
        return frozenset(self._fitting(form))

    def _fitting(self, form: str) -> Iterator[str]:
        yield from self._of_lemma.get(form, ())
        yield from self._of_lemma.get(lemma_of(form, self._language), ())
        yield from (part for part, stem in self._stems if form.startswith(stem))


def _is_continued(parts: Sequence[str], fitting: Sequence[frozenset[str]], at: int) -> bool:
    """Whether ``parts`` follow from ``at`` on, each after at most MOST_BETWEEN others.

    All places where a part can stand go on together, so that a text of one word again and again costs no more.
    """
    nexts = {at}
    for part in parts:
        reached = {place for start in nexts for place in range(start, min(start + MOST_BETWEEN + 1, len(fitting)))}
        nexts = {place + 1 for place in reached if part in fitting[place]}
    return bool(nexts)
