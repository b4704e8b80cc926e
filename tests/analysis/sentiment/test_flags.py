"""Each flag in each language, and what must not raise one."""

import pytest

from analysis.sentiment.loading import load_baseline
from analysis.sentiment.protocol import TextInput


def flags_of(text: str, language: str) -> tuple[str, ...]:
    return load_baseline().analyse_texts([TextInput(text, language)])[0].flags


@pytest.mark.parametrize(("language", "text", "flag"), [
    ("en", "Give me my money back", "refund"),
    ("ru", "Верните деньги", "refund"),
    ("bg", "Върнете ми парите", "refund"),
    ("en", "I will sue you", "legal_threat"),
    ("ru", "Подам на вас в суд", "legal_threat"),
    ("bg", "Ще ви съдя", "legal_threat"),
    ("en", "The charger caught fire", "safety"),
    ("ru", "Зарядка загорелась ночью", "safety"),
    ("bg", "Зарядното се запали през нощта", "safety"),
    ("en", "I will never buy here again", "churn_intent"),
    ("ru", "Больше никогда у вас не куплю", "churn_intent"),
    ("bg", "Никога повече няма да купя нищо", "churn_intent"),
    ("en", "The cashier insulted me", "staff_conduct"),
    ("ru", "Продавец нахамил", "staff_conduct"),
    ("bg", "Продавачката ме обиди", "staff_conduct"),
    ("en", "Call me tomorrow", "contact_request"),
    ("ru", "Перезвоните завтра", "contact_request"),
    ("bg", "Обадете се утре", "contact_request"),
    ("ru", "podam na vas v sud, vernite dengi", "legal_threat"),
])  # fmt: skip
def test_raised(language: str, text: str, flag: str) -> None:
    assert flag in flags_of(text, language)


@pytest.mark.parametrize(("language", "text"), [
    ("en", "My lawyer friend recommended you"),
    ("en", "Great fire sale"),
    ("en", "I will never buy anywhere else"),
    ("en", "No need to call me"),
    ("en", "Please don't call me again"),
    ("en", "The food court was full"),
    ("en", "Nobody was rude"),
    ("en", "Sparkling water, nice"),
    ("en", "The refund was quick"),
    ("ru", "Подруга адвокат посоветовала"),
    ("ru", "Больше нигде не буду покупать"),
    ("ru", "Не звоните мне"),
    ("ru", "Кровать удобная"),
    ("ru", "Безопасная коляска"),
    ("ru", "Хороший материал"),
    ("ru", "Судя по отзывам, хороший магазин"),
    ("bg", "Приятел адвокат ми ви препоръча"),
    ("bg", "Никога няма да купувам другаде"),
    ("bg", "Не ми се обаждайте"),
    ("bg", "Безопасна количка"),
    ("bg", "Апарат за кръвно"),
    ("bg", "Съд за готвене"),
])  # fmt: skip
def test_near_misses(language: str, text: str) -> None:
    assert flags_of(text, language) == ()
