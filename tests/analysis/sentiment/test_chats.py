import pytest

from analysis.sentiment.loading import load_baseline
from analysis.sentiment.protocol import ChatInput, ChatMessage, ChatResult


def analyse(*turns: str, language: str | None = None) -> ChatResult:
    """Turns as "c: words" (customer), "s: words" (staff), "b: words" (bot)."""
    authors = {"c": "customer", "s": "staff", "b": "bot"}
    messages = [ChatMessage(authors[turn[0]], turn[3:]) for turn in turns]
    return load_baseline().analyse_chats([ChatInput(messages, language)])[0]


@pytest.mark.parametrize("turns", [
    ("c: Where is my refund?", "s: Unfortunately I can't help you with that.", "c: ok, thanks"),
    ("c: Where is my refund?", "s: You have to wait."),
    ("c: Where is my refund?",),
    ("c: Hi", "s: Hello", "c: My order has not arrived", "s: Please wait", "c: Hello? Are you there?"),
    ("c: It is broken, can you replace it?", "s: Not possible.", "c: never mind, I'll buy elsewhere"),
    ("c: Где мой заказ?", "s: К сожалению, информации нет.", "c: понятно, спасибо"),
    ("c: Где мой заказ?", "s: Ожидайте.", "c: Третий день жду, это безобразие!"),
    ("c: Къде ми е поръчката?", "s: За съжаление не мога да помогна.", "c: ясно, благодаря"),
    ("c: Къде ми е поръчката?", "s: Изчакайте.", "c: Ало? Има ли някой?"),
])  # fmt: skip
def test_ended_badly(turns: tuple[str, ...]) -> None:
    assert analyse(*turns).ended_badly


@pytest.mark.parametrize("turns", [
    ("c: Where is my refund?", "s: We have just sent it.", "c: Got it, thank you!"),
    ("c: Do you deliver to Varna?", "s: Yes, in two days."),
    ("c: The app does not work!", "s: Please update it.", "c: It works now, thanks"),
    ("c: Где мой заказ?", "s: Курьер будет через час.", "c: отлично, спасибо"),
    ("c: Не могу войти", "s: Исправили, попробуйте.", "c: все работает, спасибо"),
    ("c: Къде ми е поръчката?", "s: Куриерът ще дойде след час.", "c: супер, благодаря"),
    ("s: Your order is ready.",),
    ("c: thanks, bye",),
])  # fmt: skip
def test_ended_well(turns: tuple[str, ...]) -> None:
    assert not analyse(*turns).ended_badly


def test_the_course_of_the_mood() -> None:
    chat = analyse(
        "c: Awful, the kettle is broken.", "s: We have sent a new one.", "c: Great, thank you, excellent service!"
    )
    assert (chat.start, chat.worst, chat.end) == ("negative", "negative", "positive")


def test_only_the_customer_counts() -> None:
    chat = analyse(
        "s: I will sue you, terrible customer!", "c: Thank you, everything is excellent.", "b: awful horrible"
    )
    assert chat.sentiment == "positive"
    assert chat.flags == ()
    assert chat.deciding_message == 1


def test_where_it_was_decided() -> None:
    chat = analyse("c: Hello.", "s: Hi.", "c: One moment. This is a terrible, awful scam!")
    message = "One moment. This is a terrible, awful scam!"
    assert chat.deciding_message == 2
    assert message[chat.deciding_sentence.start : chat.deciding_sentence.end] == "This is a terrible, awful scam!"


def test_a_silent_customer_and_an_empty_chat() -> None:
    for chat in (analyse("b: Hello!", language="bg"), analyse("c:  ", language="bg"), analyse(language="bg")):
        assert (chat.language, chat.sentiment, chat.ended_badly, chat.deciding_message) == (
            "bg",
            "neutral",
            False,
            None,
        )
