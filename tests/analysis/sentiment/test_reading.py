import pytest

from analysis.sentences import Span
from analysis.sentiment.reading import Reading, read_sentence


def read(text: str, language: str = "en", is_latin: bool = False) -> Reading:
    return read_sentence(text, Span(0, len(text)), language, is_latin)


@pytest.mark.parametrize(("text", "language", "polarities"), [
    ("good", "en", [1]),
    ("not good", "en", [-1]),
    ("not bad", "en", [1]),
    ("never, good", "en", [1]),
    ("it doesn't work", "en", [-1]),
    ("не понравилось", "ru", [-1]),
    ("не сломался", "ru", [1]),
    ("без проблем", "ru", [1]),
    ("не е счупен", "bg", [1]),
    ("I will sue you", "en", [-1]),
])  # fmt: skip
def test_negation_turns_a_judgement_within_its_clause(text: str, language: str, polarities: list[int]) -> None:
    assert [cue.polarity for cue in read(text, language).cues] == polarities


def test_clauses_end_at_commas_and_parts_at_contrast() -> None:
    reading = read("fast, cheap but rude")
    assert reading.clause_of == (0, 1, 2, 2)
    assert reading.part_of == (0, 0, 1, 1)


def test_goods_count_only_where_they_are_judged() -> None:
    assert [hit.label for hit in read("The kettle is awful").aspects] == ["quality"]
    assert read("I bought a kettle").aspects == []


def test_latin_letters_are_read_as_cyrillic() -> None:
    assert read("tovar slomalsya", "ru", is_latin=True).text == "товар сломался"
