from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from feedback.recovery.clocks import Deadline, Standing
from feedback.recovery.words import deadline_words, short_reason, span_words, why_here, why_so_urgent
from tests.builders import NOW

REASON = {
    "signals": [
        {"kind": "low_score", "severity": 4, "is_urgent": False, "scale": "nps", "score": 2},
        {"kind": "negative_text", "severity": 5, "is_urgent": True, "flags": ["safety"], "aspects": ["quality"]},
    ],
    "is_repeat": True,
}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "an unhappy text (quality), danger to people; score 2 of 10; it is the customer’s second case in 90 days",
        ),
        ("ru", "недовольный текст (качество), опасность для людей; оценка 2 из 10; это второе дело клиента за 90 дней"),
        (
            "bg",
            "недоволен текст (качество), опасност за хора; оценка 2 от 10; това е втори случай на клиента за 90 дни",
        ),
    ],
)
def test_every_signal_is_told_the_strongest_first(app: Flask, language: str, words: str) -> None:
    with app.test_request_context(), force_locale(language):
        assert why_here(REASON) == words


def test_the_rule_that_decides_alone_is_named(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        said = why_so_urgent("urgent", 5, 4, 3, REASON)
    assert said.startswith("words of danger or law are always urgent; severity 5 of 5; the customer’s value 4 of 5;")


@pytest.mark.parametrize(
    ("signal", "words"),
    [
        ({"kind": "low_score", "scale": "csat", "score": 1}, "Satisfaction 1 of 5"),
        ({"kind": "low_score", "scale": "ces", "score": 2}, "Ease 2 of 7"),
        ({"kind": "negative_chat", "flags": []}, "The chat ended badly"),
        ({"kind": "order_event", "event": "lost"}, "The parcel is lost"),
        ({"kind": "contact_request"}, "The customer asks to be contacted"),
        ({"kind": "something_new"}, "Something_new"),
    ],
)
def test_each_kind_of_signal_has_its_words(app: Flask, signal: dict[str, object], words: str) -> None:
    with app.test_request_context(), force_locale("en"):
        assert short_reason({"signals": [signal]}) == words
        assert short_reason({"signals": []}) == ""


@pytest.mark.parametrize(
    ("standing", "due_in", "words"),
    [
        (Standing.LATE, -1, "Overdue by 42 min"),
        (Standing.SOON, 1, "42 min left"),
        (Standing.LATER, 4, "By 14:00"),
        (Standing.LATER, 24, "Tomorrow, 10:00"),
        (Standing.LATER, 48, "Fri, 10:00"),
        (Standing.LATER, 240, "21 March, 10:00"),
        (Standing.DONE_LATE, -1, "Done 42 min late"),
        (Standing.PAUSED, 1, "Paused since yesterday"),
    ],
)
def test_a_deadline_in_words(app: Flask, standing: Standing, due_in: int, words: str) -> None:
    due, left = NOW + timedelta(hours=due_in), timedelta(minutes=42)
    seen = Deadline(standing, due, left, since=NOW - timedelta(days=1))
    with app.test_request_context(), force_locale("en"):
        assert deadline_words(seen, NOW) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(), "1 min"),
        (timedelta(minutes=130), "2 h 10 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=27, minutes=5), "27 h"),
    ],
)
def test_spans_in_words(app: Flask, span: timedelta, words: str) -> None:
    with app.test_request_context(), force_locale("en"):
        assert span_words(span) == words
