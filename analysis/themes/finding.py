"""Two-level themes of a set of texts: the aspects they judge, and within each what they keep coming back to.

Deterministic: the same texts in the same order give the same themes. Each language is looked at by itself.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log

from analysis.themes.grouping import bits_of, group_terms
from analysis.themes.stop_words import negations, stop_words
from analysis.themes.weighing import weigh_terms
from analysis.themes.words import Word, read_words
from analysis.vocabulary import LANGUAGES, OTHER, THEME_ASPECTS

SHORTEST_WORD = 3
MOST_TERMS = 80  # candidates of an aspect, the weightiest
FEW = 20  # below so many texts of an aspect shares say nothing
EVERYWHERE = 0.4  # a lone word in more than this share of an aspect's texts names the aspect, not a theme
NAMED_BY_PAIR = 0.4  # a pair names a theme when it stands in this share of the texts that hold its word

# A lemma, or two neighbouring ones.
Term = tuple[str, ...]


@dataclass(frozen=True)
class ThemeText:
    """A text with what the analysis knows of it; ``aspects`` may be empty."""

    text: str
    language: str
    aspects: tuple[str, ...] = ()


@dataclass(frozen=True)
class FoundTheme:
    """One theme: ``name`` and ``words`` as customers write them, ``texts`` how many, ``examples`` positions of some."""

    language: str
    name: str
    words: tuple[str, ...]
    texts: int
    examples: tuple[int, ...]


@dataclass(frozen=True)
class AspectThemes:
    """An aspect (or ``other``), the number of its texts, and its themes, the most frequent first."""

    aspect: str
    texts: int
    themes: tuple[FoundTheme, ...]


@dataclass(frozen=True)
class Limits:
    """How many texts make a theme, how many themes an aspect shows in each language, how many examples a theme has."""

    least_texts: int = 5
    most_themes: int = 8
    examples: int = 3


DEFAULT_LIMITS = Limits()


class _Corpus:
    """The texts of one language: the terms of each, and how each term is most often written."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.positions: list[int] = []
        self.terms: list[frozenset[Term]] = []
        self._written: dict[Term, Counter[str]] = defaultdict(Counter)

    def add(self, position: int, text: str) -> None:
        found: dict[Term, str] = {}
        for term, written in _terms(read_words(text, self.language), self.language):
            found.setdefault(term, written)
        for term, written in found.items():
            self._written[term][written] += 1
        self.positions.append(position)
        self.terms.append(frozenset(found))

    def written(self, term: Term) -> str:
        counts = self._written[term]
        return min(counts, key=lambda form: (-counts[form], form))


def find_themes(texts: Sequence[ThemeText], limits: Limits = DEFAULT_LIMITS) -> list[AspectThemes]:
    """The themes of ``texts`` by aspect, in the order of ``THEME_ASPECTS``; aspects that no text judges are left out.

    A text with several aspects counts in each.
    """
    numbers: Counter[str] = Counter()
    themes: dict[str, list[FoundTheme]] = defaultdict(list)
    for language in LANGUAGES:
        corpus, of_aspect = _Corpus(language), defaultdict(list)
        for position, text in enumerate(texts):
            if text.language == language:
                for aspect in text.aspects or (OTHER,):
                    of_aspect[aspect].append(len(corpus.positions))
                corpus.add(position, text.text)
        numbers.update({aspect: len(members) for aspect, members in of_aspect.items()})
        for aspect, found in _themes_of(corpus, of_aspect, limits):
            themes[aspect] += found
    return [
        AspectThemes(aspect, numbers[aspect], tuple(sorted(themes[aspect], key=lambda t: (-t.texts, t.name))))
        for aspect in THEME_ASPECTS
        if numbers[aspect]
    ]


def _terms(words: Sequence[Word], language: str) -> Iterator[tuple[Term, str]]:
    """Lemmas that mean something, each with a negation just before it, and pairs with at most one word between."""
    stops, nots = stop_words(language), negations(language)
    before: tuple[int, str] | None = None
    for at, word in enumerate(words):
        if word.is_end:
            before = None
        if word.is_end or len(word.form) < SHORTEST_WORD or {word.form, word.lemma} & (stops | nots):
            continue
        is_negated = at > 0 and (words[at - 1].form in nots or words[at - 1].lemma in nots)
        lemma = f"{words[at - 1].lemma} {word.lemma}" if is_negated else word.lemma
        first = at - is_negated
        yield (lemma,), " ".join(w.form for w in words[first : at + 1])
        if before is not None and first - before[0] <= 2 and before[1] != lemma:
            start = before[0] - (" " in before[1])
            yield (before[1], lemma), " ".join(w.form for w in words[start : at + 1])
        before = (at, lemma)


def _themes_of(
    corpus: _Corpus, of_aspect: Mapping[str, Sequence[int]], limits: Limits
) -> Iterator[tuple[str, list[FoundTheme]]]:
    counts = {
        aspect: Counter(term for member in members for term in corpus.terms[member])
        for aspect, members in of_aspect.items()
    }
    weights = weigh_terms(counts)
    for aspect, members in of_aspect.items():
        candidates = _candidates(counts[aspect], weights[aspect], len(members), limits.least_texts)
        yield aspect, _group(corpus, members, candidates, limits)


def _candidates(counts: Mapping[Term, int], weights: Mapping[Term, float], texts: int, least: int) -> list[Term]:
    most = EVERYWHERE * texts if texts >= FEW else texts
    frequent = [term for term, count in counts.items() if count >= least and (len(term) > 1 or count <= most)]
    return sorted(frequent, key=lambda term: (-weights[term], term))[:MOST_TERMS]


def _group(corpus: _Corpus, members: Sequence[int], candidates: Sequence[Term], limits: Limits) -> list[FoundTheme]:
    """The themes of one aspect in one language: candidates that share texts, each text in the theme it fits best."""
    held: dict[Term, list[int]] = {term: [] for term in candidates}
    for place, member in enumerate(members):
        for term in corpus.terms[member] & held.keys():
            held[term].append(place)
    groups = group_terms([bits_of(held[term], len(members)) for term in candidates])
    group_of = {candidates[at]: number for number, group in enumerate(groups) for at in group}
    texts: dict[int, list[int]] = defaultdict(list)
    rarity = {term: log(1 + len(members) / len(places)) for term, places in held.items()}
    for member in members:
        fit: dict[int, float] = defaultdict(float)
        for term in sorted(corpus.terms[member] & group_of.keys()):
            fit[group_of[term]] += rarity[term]
        if fit:
            texts[min(fit, key=lambda number: (-fit[number], number))].append(member)
    kept = {number: found for number, found in texts.items() if len(found) >= limits.least_texts}
    counts = {
        number: Counter(t for member in found for t in corpus.terms[member] if group_of.get(t) == number)
        for number, found in kept.items()
    }
    weights = weigh_terms(counts)
    themes = [_theme(corpus, kept[number], counts[number], weights[number], limits.examples) for number in kept]
    return sorted(themes, key=lambda theme: (-theme.texts, theme.name))[: limits.most_themes]


def _theme(
    corpus: _Corpus, members: Sequence[int], counts: Mapping[Term, int], weights: Mapping[Term, float], examples: int
) -> FoundTheme:
    ranked = sorted(counts, key=lambda term: (-weights[term], term))
    telling = sorted(members, key=lambda member: (-sum(weights.get(t, 0.0) for t in corpus.terms[member]), member))
    return FoundTheme(
        language=corpus.language,
        name=corpus.written(_name(ranked, counts)),
        words=tuple(corpus.written(term) for term in ranked[:8]),
        texts=len(members),
        examples=tuple(corpus.positions[member] for member in telling[:examples]),
    )


def _name(ranked: Sequence[Term], counts: Mapping[Term, int]) -> Term:
    """The weightiest term, or the pair around it where many of its texts have that pair."""
    best = ranked[0]
    pairs = [t for t in ranked if len(t) > len(best) and best[0] in t and counts[t] >= NAMED_BY_PAIR * counts[best]]
    return pairs[0] if pairs else best
