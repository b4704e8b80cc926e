import pytest

from analysis.transliteration import to_cyrillic


@pytest.mark.parametrize(
    ("latin", "language", "cyrillic"),
    [
        ("Ochen ploho", "ru", "очен плохо"),
        ("spasibo, dostavka bystraya", "ru", "спасибо, доставка быстрая"),
        ("eshche zhdu 4 dnya", "ru", "еще жду 4 дня"),
        ("blagodarq, vsi4ko e dobre", "bg", "благодаря, всичко е добре"),
        ("o6te ne e doshla", "bg", "оште не е дошла"),
        ("уже кириллица", "ru", "уже кириллица"),
    ],
)
def test_to_cyrillic(latin: str, language: str, cyrillic: str) -> None:
    assert to_cyrillic(latin, language) == cyrillic
