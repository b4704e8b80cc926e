"""When a customer may be disturbed."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.messages.quiet_hours import Place, is_allowed, is_holiday, next_allowed_moment, place_of

ZONES = [
    "Europe/Moscow", "Europe/Sofia", "Europe/Kaliningrad", "Asia/Vladivostok", "Asia/Kathmandu", "America/New_York",
    "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "America/Santiago", "UTC",
]  # fmt: skip
START = datetime(2024, 1, 1, tzinfo=UTC)
moments = st.integers(0, 6 * 365 * 24 * 3600).map(lambda seconds: START + timedelta(seconds=seconds))
places = st.builds(Place, st.sampled_from(ZONES), st.sampled_from(["RU", "BG", "DE", None]))


@given(moments, places)
def test_the_next_moment_is_allowed_and_never_before(moment: datetime, place: Place) -> None:
    found = next_allowed_moment(moment, place)
    assert is_allowed(found, place)
    assert found >= moment


@given(moments, places)
def test_the_wait_is_never_longer_than_needed(moment: datetime, place: Place) -> None:
    found = next_allowed_moment(moment, place)
    earlier = found - timedelta(seconds=1)
    while earlier >= moment:
        assert not is_allowed(earlier, place)
        earlier -= timedelta(minutes=20)


@given(moments, places)
def test_a_moment_that_is_allowed_stays(moment: datetime, place: Place) -> None:
    found = next_allowed_moment(moment, place)
    assert next_allowed_moment(found, place) == found
    assert (found == moment) is is_allowed(moment, place)


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-03-11 08:59:59", "2026-03-11 09:00"),
        ("2026-03-11 09:00", "2026-03-11 09:00"),
        ("2026-03-11 20:59:59", "2026-03-11 20:59:59"),
        ("2026-03-11 21:00", "2026-03-12 09:00"),
        ("2026-03-07 22:00", "2026-03-10 09:00"),  # 8 March, and the day off for it on the 9th
        ("2025-12-30 21:00", "2026-01-10 09:00"),  # 31 December off, then the New Year holidays
    ],
)
def test_hours_and_holidays_in_moscow(local: str, expected: str) -> None:
    zone = ZoneInfo("Europe/Moscow")
    moment = datetime.fromisoformat(local).replace(tzinfo=zone)
    assert next_allowed_moment(moment, Place(zone.key, "RU")) == datetime.fromisoformat(expected).replace(tzinfo=zone)


def test_clocks_that_change_do_not_shift_nine_o_clock() -> None:
    sofia = ZoneInfo("Europe/Sofia")
    before = datetime(2026, 3, 28, 22, 0, tzinfo=sofia)  # summer time begins in this night
    assert next_allowed_moment(before, Place("Europe/Sofia", "BG")) == datetime(2026, 3, 29, 6, 0, tzinfo=UTC)
    autumn = datetime(2026, 10, 24, 22, 0, tzinfo=sofia)
    assert next_allowed_moment(autumn, Place("Europe/Sofia", "BG")) == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)


def test_holidays_follow_the_country() -> None:
    liberation = date(2026, 3, 3)
    assert is_holiday(liberation, "BG")
    assert not is_holiday(liberation, "RU")
    assert not is_holiday(date(2026, 1, 1), "DE")


@pytest.mark.parametrize(
    ("timezone", "country", "language", "expected"),
    [
        ("Asia/Omsk", "RU", "ru", Place("Asia/Omsk", "RU")),
        (None, None, "bg", Place("Europe/Moscow", "BG")),
        ("Mars/Olympus", None, "en", Place("Europe/Moscow", "RU")),
        ("../etc/passwd", "BG", None, Place("Europe/Moscow", "BG")),
    ],
)
def test_what_is_not_known_of_a_customer_comes_from_the_company(
    timezone: str | None, country: str | None, language: str | None, expected: Place
) -> None:
    assert place_of(timezone, country, language, Place("Europe/Moscow", "RU")) == expected
