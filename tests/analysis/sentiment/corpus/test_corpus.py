"""What the project's own labelled texts must be for their figures to be honest."""

import json
from collections import Counter
from pathlib import Path

import pytest

from analysis.sentiment.corpus import CorpusText, is_dev_group, read_chats, read_texts
from analysis.vocabulary import ASPECTS, FLAGS, LANGUAGES, SENTIMENTS

ROOT = Path(__file__).parents[4]
TEXTS, CHATS = read_texts(), read_chats()


def of(language: str) -> list[CorpusText]:
    return [text for text in TEXTS if text.language == language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_enough_of_everything(language: str) -> None:
    texts = of(language)
    assert len(texts) >= 600
    assert len([chat for chat in CHATS if chat.language == language]) >= 60
    moods = Counter(text.sentiment for text in texts)
    assert min(moods[sentiment] for sentiment in SENTIMENTS) >= 100
    aspects = Counter(aspect for text in texts for aspect in text.aspects)
    assert min(aspects[aspect] for aspect in ASPECTS) >= 20
    flags = Counter(flag for text in texts for flag in text.flags)
    assert min(flags[flag] for flag in FLAGS) >= 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fair_share_is_kept_for_measuring(language: str) -> None:
    texts = of(language)
    assert 0.12 <= sum(text.is_dev for text in texts) / len(texts) <= 0.3


def test_no_text_is_there_twice() -> None:
    counts = Counter((text.language, " ".join(text.text.casefold().split())) for text in TEXTS)
    assert [text for text, count in counts.items() if count > 1] == []


def test_a_group_is_on_one_side_whatever_is_added() -> None:
    assert is_dev_group("ru", "texts.ru.1.tsv", "courier-late") is is_dev_group("ru", "texts.ru.1.tsv", "courier-late")
    sides = [is_dev_group("en", "texts.en.1.tsv", f"group-{number}") for number in range(1000)]
    assert 150 < sum(sides) < 250


def test_what_is_told_in_three_languages_is_on_one_side_in_all() -> None:
    told = {text.group for text in TEXTS if text.group.startswith("x-")}
    assert len(told) > 50
    for group in told:
        members = [text for text in TEXTS if text.group == group]
        assert {text.language for text in members} == set(LANGUAGES)
        assert len({text.is_dev for text in members}) == 1


def test_chats_have_a_customer_and_both_ends() -> None:
    assert all(any(author == "customer" for author, _ in chat.messages) for chat in CHATS)
    for language in LANGUAGES:
        ends = Counter(chat.ended_badly for chat in CHATS if chat.language == language)
        assert min(ends[True], ends[False]) >= 20


def test_nothing_that_measures_is_learnt_from() -> None:
    learnt = {text.text.casefold() for text in TEXTS} | {text.casefold() for chat in CHATS for _, text in chat.messages}
    sentences = ROOT.glob("tests/analysis/sentiment/sentences/*.jsonl")
    for path in (*sentences, *ROOT.glob("feedback/demo/content/comments.*")):
        for line in path.read_text(encoding="utf-8").splitlines():
            text = json.loads(line)["text"].casefold()
            assert len(text.split()) < 4 or text not in learnt, text
