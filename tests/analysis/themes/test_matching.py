import pytest

from analysis.themes.matching import ThemeMatcher, ThemeRule, clean_phrase


def themes(text: str, *includes: str, language: str = "ru", excludes: tuple[str, ...] = ()) -> bool:
    return bool(ThemeMatcher([ThemeRule(1, includes, excludes)]).match(text, language))


@pytest.mark.parametrize(
    ("language", "text", "phrase"),
    [
        ("ru", "Жду возврата третью неделю", "возврат"),
        ("ru", "Верните мне деньги", "вернуть деньги"),
        ("ru", "Верните мне мои деньги", "вернуть деньги"),
        ("ru", "ВОЗВРАЩЁННЫЕ вещи", "возвращ*"),
        ("bg", "Доставката закъсня", "доставка"),
        ("en", "Two couriers, no parcel", "courier"),
        ("ru", "dostavka opozdala", "доставка опоздать"),
    ],
)
def test_a_word_stands_for_its_forms(language: str, text: str, phrase: str) -> None:
    assert themes(text, phrase, language=language)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Деньги верните", "вернуть деньги"),  # the order counts
        ("Верните мне за эту плёнку деньги", "вернуть деньги"),  # four words between
        ("Разворот", "возврат"),
        ("", "возврат"),
        ("Верните", "вернуть деньги"),
    ],
)
def test_what_does_not_match(text: str, phrase: str) -> None:
    assert not themes(text, phrase)


def test_one_word_again_and_again_is_read_through() -> None:
    text = "так " * 50_000
    assert not themes(text, "так так так так так плохо")
    assert themes(f"{text} так и плохо", "так так так так так плохо")


def test_an_excluded_phrase_takes_the_theme_back() -> None:
    assert themes("Возврат оформили", "возврат", excludes=("без возврата",))
    assert not themes("Продано без возврата", "возврат", excludes=("без возврата",))


def test_several_themes_in_the_order_of_the_rules() -> None:
    rules = [ThemeRule(7, ("коробка",)), ThemeRule(3, ("курьер", "водитель")), ThemeRule(5, ("цена",))]
    assert ThemeMatcher(rules).match("Курьер порвал коробку", "ru") == (7, 3)
    assert ThemeMatcher([]).match("Курьер", "ru") == ()


@pytest.mark.parametrize(
    ("written", "kept"), [("  Вернуть   ДЕНЬГИ ", "вернуть деньги"), ("Ещё", "еще"), ("достав*", "достав*")]
)
def test_a_phrase_is_kept_plainly(written: str, kept: str) -> None:
    assert clean_phrase(written) == kept


@pytest.mark.parametrize(
    "written", ["", "  ", "*", "да*", "a b c d e f g", "x" * 81, "12", "два,три", "воз*врат", "<b>"]
)
def test_what_is_no_phrase_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        clean_phrase(written)
