import pytest

from analysis.sentiment.phrases import Hit, PhraseBook, parse_phrases
from analysis.sentiment.words import find_words


@pytest.mark.parametrize(("phrase", "text", "is_found"), [
    ("court", "see you in court", True),
    ("court", "courtesy", False),
    ("deliver*", "delivered", True),
    ("sue|court", "I will sue", True),
    ("want .. money", "want all of my money", True),
    ("want .. money", "want you to give me the money", False),
    ("wait ~ days", "wait three days", True),
    ("wait ~ days", "wait days", False),
    ("my lawyer", "my", False),
])  # fmt: skip
def test_notation(phrase: str, text: str, is_found: bool) -> None:
    assert bool(PhraseBook({"x": [phrase]}).find(find_words(text))) is is_found


def test_where_it_stands() -> None:
    book = PhraseBook({"a": ["money back"], "b": ["back"]})
    assert book.find(find_words("my money back")) == [Hit("a", 1, 3), Hit("b", 2, 3)]


def test_a_phrase_begins_with_a_word() -> None:
    with pytest.raises(ValueError, match="begin with a word"):
        PhraseBook({"a": [".. back"]})


def test_entries_are_parted_by_commas_and_lines() -> None:
    assert parse_phrases("one two, three\n four,\n") == ["one two", "three", "four"]
