"""Two levels: the aspect, and in it what several texts come back to."""

from analysis.themes.finding import Limits, ThemeText, find_themes

LATE = ["Курьер опоздал на два дня", "Опоздал курьер, не позвонил", "Курьер снова опоздал", "Курьер опоздал на час"]
BOX = ["Коробка порвана", "Порванная коробка", "Привезли порванную коробку", "Коробку порвали при погрузке"]
LIMITS = Limits(least_texts=3)


def russian(*texts: str, aspects: tuple[str, ...] = ("delivery",)) -> list[ThemeText]:
    return [ThemeText(text, "ru", aspects) for text in texts]


def test_texts_fall_into_aspects_and_themes() -> None:
    found = find_themes([*russian(*LATE, *BOX), *russian("Дорого", aspects=("price",))], LIMITS)
    assert [(aspect.aspect, aspect.texts, len(aspect.themes)) for aspect in found] == [
        ("price", 1, 0),
        ("delivery", 8, 2),
    ]
    late = next(theme for theme in found[1].themes if "опоздал" in theme.words)
    assert "курьер" in late.words
    assert late.texts == 4
    assert set(late.examples) < {0, 1, 2, 3}


def test_a_theme_is_named_as_customers_write() -> None:
    (aspect,) = find_themes(russian(*LATE, *BOX), LIMITS)
    names = {theme.name for theme in aspect.themes}
    assert "курьер опоздал" in names
    assert all(any(name in text.lower() for text in (*LATE, *BOX)) for name in names)


def test_a_text_counts_in_each_of_its_aspects_and_without_one_in_other() -> None:
    texts = [*russian(*LATE, aspects=("delivery", "staff")), *russian(*BOX, aspects=())]
    assert [(a.aspect, a.texts) for a in find_themes(texts, LIMITS)] == [("delivery", 4), ("staff", 4), ("other", 4)]


def test_a_negation_stays_with_its_word() -> None:
    texts = ["Кнопка не работает", "Сайт вообще не работает", "Оплата не работает", "Поиск не работает"]
    (aspect,) = find_themes(russian(*texts, *BOX, aspects=("website",)), LIMITS)
    assert "не работает" in {theme.name for theme in aspect.themes}


def test_each_language_stands_by_itself() -> None:
    english = [ThemeText(text, "en", ("delivery",)) for text in ("Courier came late", "Late courier", "A late courier")]
    (aspect,) = find_themes([*russian(*LATE), *english, *russian(*BOX)], LIMITS)
    assert {theme.language for theme in aspect.themes} == {"ru", "en"}
    assert aspect.texts == 11


def test_the_same_texts_give_the_same_themes() -> None:
    texts = russian(*LATE, *BOX, *LATE)
    assert find_themes(texts, LIMITS) == find_themes(list(texts), LIMITS)


def test_too_few_texts_make_no_theme() -> None:
    assert all(not aspect.themes for aspect in find_themes(russian(*LATE), Limits(least_texts=5)))
    assert find_themes([]) == []
