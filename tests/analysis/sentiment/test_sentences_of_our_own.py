"""Floors under what the shipped model does with hand-written service sentences; docs/analysis.md has the figures.

The floors stand a little below what was measured: they catch a model or a lexicon that got worse.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from analysis.sentiment.loading import load_analyser
from analysis.sentiment.protocol import TextInput, TextResult

SENTENCES = Path(__file__).parent / "sentences"
ACCURACY_FLOORS = {"ru": 0.92, "bg": 0.85, "en": 0.92}
URGENT_FLAGS = {"legal_threat", "safety"}


def judged(language: str) -> list[tuple[dict[str, Any], TextResult]]:
    rows = [json.loads(line) for line in (SENTENCES / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()]
    return list(zip(rows, load_analyser().analyse_texts([TextInput(row["text"]) for row in rows]), strict=True))


@pytest.mark.parametrize("language", ACCURACY_FLOORS)
def test_there_are_enough_of_every_kind(language: str) -> None:
    rows = [row for row, _ in judged(language)]
    assert len(rows) >= 40
    assert {row["sentiment"] for row in rows} == {"negative", "neutral", "positive"}


@pytest.mark.parametrize("language", ACCURACY_FLOORS)
def test_sentiment(language: str) -> None:
    some = judged(language)
    assert sum(row["sentiment"] == result.sentiment for row, result in some) / len(some) >= ACCURACY_FLOORS[language]


@pytest.mark.parametrize("language", ACCURACY_FLOORS)
def test_nearly_all_flags_are_found(language: str) -> None:
    some = judged(language)
    missed = [(row["text"], flag) for row, result in some for flag in row["flags"] if flag not in result.flags]
    assert len([text for text, flag in missed if flag in URGENT_FLAGS]) <= 1
    assert len(missed) <= 2


@pytest.mark.parametrize("language", ACCURACY_FLOORS)
def test_few_flags_without_need(language: str) -> None:
    assert sum(len(set(result.flags) - set(row["flags"])) for row, result in judged(language)) <= 3


@pytest.mark.parametrize("language", ACCURACY_FLOORS)
def test_aspects(language: str) -> None:
    some = judged(language)
    wanted = [(result, aspect, mood) for row, result in some for aspect, mood in row["aspects"].items()]
    assert sum(aspect in result.aspects for result, aspect, _ in wanted) / len(wanted) >= 0.85
    assert sum(result.aspects.get(aspect) == mood for result, aspect, mood in wanted) / len(wanted) >= 0.7
