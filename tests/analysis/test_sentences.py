from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sentences import LONGEST_SENTENCE, split_sentences


def sentences_of(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


@pytest.mark.parametrize(("text", "sentences"), [
    ("Товар плохой. не берите! Жду ответа", ["Товар плохой.", "не берите!", "Жду ответа"]),
    ("Живу на ул. Ленина, д. 5, кв. 3. Курьер не нашел.", ["Живу на ул. Ленина, д. 5, кв. 3.", "Курьер не нашел."]),
    ("Цена 3.5 тыс. руб. и т.д. понятна.", ["Цена 3.5 тыс. руб. и т.д. понятна."]),
    ("Офисът на бул. Витоша 5 е затворен. Защо?", ["Офисът на бул. Витоша 5 е затворен.", "Защо?"]),
    ("Mr. Brown helped me, e.g. with the form. Great!", ["Mr. Brown helped me, e.g. with the form.", "Great!"]),
    ("Отлично 👍 но дорого", ["Отлично 👍", "но дорого"]),
    ("Спасибо)) приду еще", ["Спасибо))", "приду еще"]),
    ("Взял (синий) и доволен", ["Взял (синий) и доволен"]),
    ("Плохо!!!Очень плохо", ["Плохо!!!", "Очень плохо"]),
    ("one\ntwo\r\n\r\nthree", ["one", "two", "three"]),
    ("Ну... ладно", ["Ну...", "ладно"]),
    ("«Спасибо!» — сказал он.", ["«Спасибо!»", "— сказал он."]),
    ("1. Долго\n2. Дорого", ["1. Долго", "2. Дорого"]),
    ("А. С. Иванов помог.", ["А. С. Иванов помог."]),
    ("", []),
    ("  \n ", []),
])  # fmt: skip
def test_sentences(text: str, sentences: list[str]) -> None:
    assert sentences_of(text) == sentences


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from(" .!?()\n👍…")), max_size=2000))
def test_sentences_hold_every_sign_that_is_not_white_space_once(text: str) -> None:
    spans = split_sentences(text)
    assert "".join("".join(text[span.start : span.end].split()) for span in spans) == "".join(text.split())
    assert all(0 < span.end - span.start <= LONGEST_SENTENCE for span in spans)
    assert all(before.end <= after.start for before, after in pairwise(spans))


@pytest.mark.parametrize("unit", ["а", "слово ", "(", ") ", "так ) ", ". ", "!", "👍", "т.е. ", "\n"])
def test_a_long_monotonous_text_is_only_long(unit: str) -> None:
    """Anything worse than linear would not come back from this."""
    text = unit * (200_000 // len(unit))
    assert sum(span.end - span.start for span in split_sentences(text)) <= len(text)
