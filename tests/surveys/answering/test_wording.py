"""Names, days, numbers; and who is a program."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from surveys.answering.bots import is_suspicious, page_age, time_stamp
from surveys.answering.wording import answered_slip, day, greeting_name, masked_email, masked_phone, number, zone

NOW = datetime(2026, 3, 11, 10, 0, tzinfo=UTC)
KEY = b"k" * 32


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Елена Петрова", "Елена"), ("Петрова Елена", "Елена"), ("Петрова Елена Ивановна", "Елена Ивановна"),
        ("Анна Сергеевна", "Анна Сергеевна"), ("Анна Сергеевна Котова", "Анна Сергеевна"), ("James Harper", "James"),
        ("Ирина Соколова", "Ирина Соколова"), ("ООО «Ромашка»", "ООО «Ромашка»"), ("Елена", "Елена"),
        (None, ""), ("  ", ""),
    ],
)  # fmt: skip
def test_nobody_is_called_by_the_wrong_name(name: str | None, called: str) -> None:
    assert greeting_name(name) == called


def test_numbers_and_days_follow_the_language() -> None:
    assert [number(12480, code) for code in ("ru", "bg", "en")] == ["12\xa0480", "12\xa0480", "12,480"]
    assert [number(1000, code) for code in ("ru", "bg", "en")] == ["1\xa0000", "1000", "1,000"]
    assert number(-450, "ru") == "−450"
    assert [day(date(2026, 11, 19), code) for code in ("ru", "bg", "en")] == [
        "19\xa0ноября", "19\xa0ноември", "19\xa0November",
    ]  # fmt: skip


def test_an_unknown_zone_is_the_companys() -> None:
    assert zone("Mars/Olympus", "Europe/Sofia").key == "Europe/Sofia"
    assert zone(None, "Europe/Sofia").key == "Europe/Sofia"


def test_an_order_number_is_not_broken_unless_it_is_long(app: Flask) -> None:
    with app.app_context(), force_locale("ru"):
        assert "Заказ №\xa0<bdi>NW-2611-&lt;8</bdi></span>" in answered_slip("NW-2611-<8", date(2026, 3, 11), "ru")
        assert "<bdi>" not in answered_slip("NW-2611-11948-2611-11948", date(2026, 3, 11), "ru")


def test_addresses_are_told_to_their_owner_only() -> None:
    assert masked_email("elena@shop.example") == "e•••@shop.example"
    assert masked_phone("+79001234542") == "•••\xa042"


def test_the_age_of_a_page_cannot_be_forged() -> None:
    stamp = time_stamp(KEY, NOW)
    assert page_age(KEY, stamp, NOW + timedelta(seconds=5)) == timedelta(seconds=5)
    for forged in ("", ".", stamp[:-1] + "x", "0." + stamp.split(".")[1], "я.я", time_stamp(b"other", NOW)):
        assert page_age(KEY, forged, NOW) is None


@pytest.mark.parametrize(
    ("filled", "trapped", "age", "expected"),
    [
        (False, None, 1, False), (False, None, None, False), (True, None, 600, True), (False, 1, 600, True),
        (False, 60, 1, True), (False, 60, 600, False), (False, 60, None, False),
    ],
)  # fmt: skip
def test_what_makes_an_answer_suspicious(filled: bool, trapped: int | None, age: int | None, expected: bool) -> None:
    """`trapped` in minutes ago, `age` of the page in seconds."""
    at = NOW - timedelta(minutes=trapped) if trapped is not None else None
    seconds = timedelta(seconds=age) if age is not None else None
    assert is_suspicious(is_trap_filled=filled, trapped_at=at, age=seconds, now=NOW) is expected
