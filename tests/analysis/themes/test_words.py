import pytest

from analysis.themes.words import lemma_of, read_words


@pytest.mark.parametrize(
    ("language", "form", "lemma"),
    [
        ("ru", "привезли", "привезти"), ("ru", "курьером", "курьер"), ("ru", "шёл".replace("ё", "е"), "идти"),
        ("bg", "доставката", "доставка"), ("bg", "поръчките", "поръчка"), ("en", "couriers", "courier"),
        ("en", "delivered", "deliver"), ("ru", "dpd", "dpd"), ("en", "курьер", "курьер"), ("ru", "ы" * 50, "ы" * 50),
    ],
)  # fmt: skip
def test_each_language_has_its_lemmas(language: str, form: str, lemma: str) -> None:
    assert lemma_of(form, language) == lemma


def test_sentences_end_and_numbers_are_no_words() -> None:
    words = read_words("Ждём 9 дней. Ещё НЕ привезли!", "ru")
    assert [(word.form, word.is_end) for word in words] == [
        ("ждем", False), ("дней", False), (".", True), ("еще", False), ("не", False), ("привезли", False), (".", True),
    ]  # fmt: skip
    assert [word.lemma for word in words if not word.is_end] == ["ждать", "день", "еще", "не", "привезти"]


def test_contractions_of_english_are_read_by_what_they_say() -> None:
    assert [word.lemma for word in read_words("The driver's late, it didn’t come", "en")] == [
        "the", "driver", "late", "it", "not", "come",
    ]  # fmt: skip


def test_latin_typed_words_are_read_in_cyrillic() -> None:
    assert [word.lemma for word in read_words("dostavka opozdala", "ru")] == ["доставка", "опоздать"]
