from analysis.sentiment.encoder.wording import LAST_MESSAGES, LONGEST_MESSAGE, as_read, chat_as_read


def test_only_latin_typed_russian_and_bulgarian_change() -> None:
    assert as_read("ochen ploho", "ru") == "очен плохо"
    assert as_read("Очень плохо", "ru") == "Очень плохо"
    assert as_read("Very bad", "en") == "Very bad"


def test_a_chat_is_its_last_messages_signed() -> None:
    messages = [("customer", f"question {number}") for number in range(20)] + [("bot", " "), ("staff", "answer")]
    lines = chat_as_read(messages, "en", False).split("\n")
    assert len(lines) == LAST_MESSAGES
    assert lines[-2:] == ["customer: question 19", "staff: answer"]


def test_of_a_long_message_both_ends_are_kept() -> None:
    line = chat_as_read([("customer", "a" * 500 + "z" * 500)], "en", False)
    assert line.startswith("customer: aaa")
    assert line.endswith("zzz")
    assert len(line) < LONGEST_MESSAGE + 20
