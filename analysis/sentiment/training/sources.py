"""The labelled texts a model learns from, and how much each source counts for customers' texts."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from analysis.vocabulary import LANGUAGES, SENTIMENTS

OWN = "own"
# Of the nearest to customers' comments most; film subtitles, whose moods were projected, least.
SOURCE_WEIGHTS = {
    OWN: 10.0,
    "wb_reviews": 2.0,
    "ozon_reviews": 1.5,
    "sre_reviews": 1.0,
    "sre_banks": 1.0,
    "sre_telecom": 1.0,
    "xed_ru": 0.4,
    "xed_bg": 0.4,
    "xed_en": 0.3,
    "cinexio": 1.5,
    "uci_amazon": 2.0,
    "uci_yelp": 2.0,
    "uci_imdb": 1.0,
    "sst": 0.8,
    "custrev": 1.5,
    "alexa": 1.5,
}
# They never say neutral, so a model must not learn from them that nothing is.
WITHOUT_NEUTRAL = frozenset(("xed_ru", "xed_bg", "xed_en", "uci_amazon", "uci_yelp", "uci_imdb", "custrev"))


@dataclass(frozen=True)
class Example:
    """A labelled text."""

    text: str
    label: str
    language: str
    source: str


def read_examples(path: Path) -> list[Example]:
    """Lines of ``text``, ``label``, ``lang``, ``source`` from a gzipped JSON-lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [Example(row["text"], row["label"], row["lang"], row["source"]) for row in map(json.loads, lines)]


def own_examples() -> list[Example]:
    """Service sentences written for this project, in the files beside this module."""
    return [example for language in LANGUAGES for example in _own_examples_in(language)]


def _own_examples_in(language: str) -> Iterator[Example]:
    lines = resources.files(__package__).joinpath(f"sentences.{language}.tsv").read_text(encoding="utf-8")
    for line in lines.splitlines():
        label, text = line.split("\t")
        if label not in SENTIMENTS:
            raise ValueError(f"{label!r} is no sentiment: {line!r}")
        yield Example(text, label, language, OWN)
