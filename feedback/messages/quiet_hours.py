"""When a customer may be disturbed: 9 to 21 in their own zone, not on public holidays. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

import holidays

OPENS = time(9)
CLOSES = time(21)
COUNTRIES = ("RU", "BG")  # whose holidays are kept
COUNTRY_OF_LANGUAGE = {"ru": "RU", "bg": "BG"}
LONGEST_WAIT = timedelta(days=60)


@dataclass(frozen=True)
class Place:
    """Where a customer is: the clock on their wall and the holidays they keep (None: none that we know)."""

    timezone: str
    country: str | None


def place_of(timezone: str | None, country: str | None, language: str | None, company: Place) -> Place:
    """The customer's place; what is not known comes from the language, then from the company's place."""
    known = next((zone for zone in (timezone, company.timezone) if zone in available_zones()), "UTC")
    return Place(known or "UTC", country or COUNTRY_OF_LANGUAGE.get(language or "") or company.country)


def is_allowed(moment: datetime, place: Place) -> bool:
    """Whether a message may arrive at `moment`."""
    local = moment.astimezone(ZoneInfo(place.timezone))
    return OPENS <= local.time() < CLOSES and not is_holiday(local.date(), place.country)


def next_allowed_moment(moment: datetime, place: Place) -> datetime:
    """The first moment, not before `moment`, at which a message may arrive."""
    if is_allowed(moment, place):
        return moment
    zone = ZoneInfo(place.timezone)
    day = moment.astimezone(zone).date()
    last = day + LONGEST_WAIT
    while day <= last:
        opening = datetime.combine(day, OPENS, zone).astimezone(UTC)
        if opening >= moment and is_allowed(opening, place):
            return opening
        day += timedelta(days=1)
    raise ValueError(f"no allowed hour within {LONGEST_WAIT.days} days")


def is_holiday(day: date, country: str | None) -> bool:
    """Whether `day` is a public holiday; only the holidays of RU and BG are kept."""
    return country in COUNTRIES and day in _holidays(country, day.year)


@lru_cache(maxsize=1)
def available_zones() -> frozenset[str]:
    """The names of zones this machine knows; reading them takes a while, so once."""
    return frozenset(available_timezones())


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=(year,)))
