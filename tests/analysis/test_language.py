import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.language import detect_language, is_transliterated


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Всё пришло вовремя, спасибо!", "ru"),
        ("Не работает", "ru"),
        ("Всичко е наред, благодаря!", "bg"),
        ("Бърза доставка", "bg"),
        ("Не работи", "bg"),
        ("Fast delivery, thank you", "en"),
        ("ochen ploho, nikto ne otvechaet", "ru"),
        ("mnogo dobre, blagodarq", "bg"),
        ("Samsung Galaxy S24", "en"),
        ("@shop_ru смотрите https://example.com/very/long/english/path", "ru"),
        ("Доставка Wildberries опоздала", "ru"),
        ("Très bien, merci", "en"),
    ],
)
def test_detect_language(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize(("text", "prior", "language"), [
    ("👍", "bg", "bg"), ("👍", None, "en"), ("", "ru", "ru"), ("10/10", "ru", "ru"), ("???", "de", "en"),
    ("Супер", "bg", "bg"), ("Супер", "ru", "ru"), ("Супер", "en", "ru"), ("Fast", "bg", "en"),
    ("Очень долго жду", "bg", "ru"), ("Много чаках", "ru", "bg"),
])  # fmt: skip
def test_the_prior_decides_only_where_the_text_does_not(text: str, prior: str | None, language: str) -> None:
    assert detect_language(text, prior) == language


def test_latin_letters_of_a_cyrillic_language_are_noticed() -> None:
    assert is_transliterated("ochen ploho", "ru")
    assert not is_transliterated("очень плохо, заказывал в Ozon", "ru")
    assert not is_transliterated("very bad", "en")


@given(st.text(alphabet=st.characters()), st.sampled_from([None, "ru", "bg", "en", "xx"]))
def test_any_text_has_one_of_the_three(text: str, prior: str | None) -> None:
    assert detect_language(text, prior) in ("ru", "bg", "en")
