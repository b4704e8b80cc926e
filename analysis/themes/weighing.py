"""c-TF-IDF (Grootendorst 2022): how much a term tells one group of texts from the others."""

from collections import Counter
from collections.abc import Hashable, Mapping
from math import log
from typing import TypeVar

Group = TypeVar("Group", bound=Hashable)
Term = TypeVar("Term", bound=Hashable)


def weigh_terms(counts: Mapping[Group, Mapping[Term, int]]) -> dict[Group, dict[Term, float]]:
    """Weights of the terms of each group: W(t, c) = tf(t, c) * log(1 + A / f(t)).

    tf is the share of the term in its group, f its count in all groups, A the mean number of terms of a group.
    """
    everywhere: Counter[Term] = Counter()
    for terms in counts.values():
        everywhere.update(terms)
    if not everywhere:
        return {group: {} for group in counts}
    mean = everywhere.total() / len(counts)
    rarity = {term: log(1 + mean / count) for term, count in everywhere.items()}
    return {group: _weights(terms, rarity) for group, terms in counts.items()}


def _weights(terms: Mapping[Term, int], rarity: Mapping[Term, float]) -> dict[Term, float]:
    total = sum(terms.values())
    return {term: count / total * rarity[term] for term, count in terms.items()}
