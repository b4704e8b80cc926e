"""Single values from other systems, checked and in one form. Pure; each raises ValueError saying what is wrong."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from email_validator import EmailNotValidError, validate_email

LANGUAGES = ("ru", "bg", "en")
KINDS = ("person", "business")
COUNTRY_OF = {"ru": "RU", "bg": "BG"}
NOT_STORABLE = re.compile(r"[\x00\ud800-\udfff]")  # PostgreSQL keeps no NUL, UTF-8 no lone surrogate
OLDEST = datetime(1970, 1, 1, tzinfo=UTC)
OLDEST_BIRTHDAY = date(1900, 1, 1)
CLOCKS_DIFFER = timedelta(days=1)
PLANNED_AHEAD = timedelta(days=366)
PLAIN_MAILBOX = re.compile(
    r"[A-Za-z0-9_]{1,20}(?:[.+-][A-Za-z0-9_]{1,20}){0,2}"
)  # its validity hangs on the domain alone
LONGEST_EMAIL = 254
WRITTEN_OUT = re.compile(r"\+(7|359)([1-9][0-9]{6,9})")
MOST_ATTRIBUTES, LONGEST_ATTRIBUTE, LARGEST_NUMBER = 100, 2000, 10**15

P = ParamSpec("P")
T = TypeVar("T")


class Faults(dict[str, str]):
    """Fields that are wrong, each with its reason."""

    def check(
        self, field: str, clean: Callable[Concatenate[Any, P], T | None], value: Any, *args: P.args, **kwargs: P.kwargs
    ) -> T | None:
        """The cleaned value, or None with the reason noted; None stays None."""
        if value is None:
            return None
        try:
            return clean(value, *args, **kwargs)
        except ValueError as error:
            self[field] = str(error)
            return None

    def need(
        self, field: str, clean: Callable[Concatenate[Any, P], T | None], value: Any, *args: P.args, **kwargs: P.kwargs
    ) -> T | None:
        """Like `check`, but None and empty are wrong too."""
        cleaned: T | None = self.check(field, clean, value, *args, **kwargs)
        if cleaned in (None, "") and field not in self:
            self[field] = "is missing"
        return cleaned


def storable(value: str) -> str:
    """A text that both databases can keep, as it is."""
    if NOT_STORABLE.search(value):
        raise ValueError("has characters that cannot be stored")
    return value


def short_text(value: str, longest: int = 200) -> str | None:
    """A one-line text with single spaces; None when nothing is left."""
    text = " ".join(storable(value).split())
    if len(text) > longest:
        raise ValueError(f"is longer than {longest} characters")
    return text or None


def normal_email(value: str) -> str | None:
    """An address by which one mailbox is always found; letter case is dropped. The mailbox is not asked for."""
    text = storable(value).strip()
    if not text:
        return None
    try:
        mailbox, _, domain = text.rpartition("@")
        if PLAIN_MAILBOX.fullmatch(mailbox) and len(text) <= LONGEST_EMAIL:
            return f"{mailbox}@{_normal_domain(domain)}".lower()
        return _checked_email(text).lower()
    except EmailNotValidError:
        raise ValueError("is not an e-mail address") from None


@lru_cache(maxsize=4096)
def _normal_domain(domain: str) -> str:
    return _checked_email(f"x@{domain}").partition("@")[2]


def _checked_email(text: str) -> str:
    return validate_email(text, check_deliverability=False, test_environment=True).normalized


def normal_phone(value: str, hints: tuple[str | None, ...] = ()) -> str | None:
    """A phone number as +79123456789. A national number is read as one of the countries hinted at, likeliest first."""
    text = storable(value).strip()
    if not text:
        return None
    if is_written_out(text):
        return text
    possible = None
    for country in [None] if text[0] == "+" else dict.fromkeys(h for h in hints if h):
        try:
            number = phonenumbers.parse(text, country)
        except phonenumbers.NumberParseException:
            continue
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if country and phonenumbers.is_valid_number(number):
            return written
        if possible is None and phonenumbers.is_possible_number(number):
            possible = written
    if possible is None:
        raise ValueError("is not a phone number (write it with the country code, such as +359...)")
    return possible


def is_written_out(text: str) -> bool:
    """Whether a Russian or Bulgarian number stands in its normal form already: to parse one takes ten times longer."""
    found = WRITTEN_OUT.fullmatch(text)
    if found is None:
        return False
    number = phonenumbers.PhoneNumber(country_code=int(found[1]), national_number=int(found[2]))
    return phonenumbers.is_possible_number(number)


def language(value: str) -> str | None:
    """One of ru, bg, en; regional forms (`ru-RU`, `bg_BG`) are understood."""
    text = value.strip().replace("_", "-").split("-")[0].lower()
    if text and text not in LANGUAGES:
        raise ValueError("must be ru, bg or en")
    return text or None


@lru_cache(maxsize=1024)
def timezone(value: str) -> str | None:
    """A time zone by its IANA name, such as Europe/Sofia."""
    text = storable(value).strip()
    if not text:
        return None
    if text in _zones():
        return text
    by_lower = {name.lower(): name for name in _zones()}
    if text.lower() not in by_lower:
        raise ValueError("is not a time zone (write it like Europe/Sofia)")
    return by_lower[text.lower()]


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(name for name in available_timezones() if len(name) <= 40 and ZoneInfo(name))


def country(value: str) -> str | None:
    """A country by its two letters."""
    text = value.strip().upper()
    if text and text not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("is not a country code of two letters")
    return text or None


def kind(value: str) -> str | None:
    """`person` or `business`."""
    text = value.strip().lower()
    if text and text not in KINDS:
        raise ValueError("must be person or business")
    return text or None


def past_moment(value: datetime, now: datetime) -> datetime:
    """A moment that has come already (clocks of two systems may differ by a day)."""
    moment = _moment(value)
    if moment > now + CLOCKS_DIFFER:
        raise ValueError("lies in the future")
    return moment


def near_moment(value: datetime, now: datetime) -> datetime:
    """A moment that has come or is planned within a year."""
    moment = _moment(value)
    if moment > now + PLANNED_AHEAD:
        raise ValueError("lies more than a year ahead")
    return moment


def _moment(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("needs a time zone")
    try:
        moment = value.astimezone(UTC)
    except OverflowError:
        raise ValueError("is not a date that can be kept") from None
    if moment < OLDEST:
        raise ValueError("lies before 1970")
    return moment


def birthday(value: date, now: datetime) -> date:
    """A day on which a living person may have been born."""
    if not OLDEST_BIRTHDAY <= value <= (now + CLOCKS_DIFFER).date():
        raise ValueError("is not a birthday")
    return value


def attributes(value: dict[str, Any]) -> dict[str, Any]:
    """Further facts under short names; values are texts, numbers, yes or no."""
    if len(value) > MOST_ATTRIBUTES:
        raise ValueError(f"has more than {MOST_ATTRIBUTES} entries")
    cleaned = {}
    for name, given in value.items():
        key = short_text(name, 100)
        if key is None or not (given is None or isinstance(given, str | int | float | bool)):
            raise ValueError("may have named texts, numbers, yes or no")
        if isinstance(given, int | float) and not abs(given) <= LARGEST_NUMBER:  # also NaN
            raise ValueError("has a number too large to be kept")
        if isinstance(given, str) and len(storable(given)) > LONGEST_ATTRIBUTE:
            raise ValueError(f"has a text longer than {LONGEST_ATTRIBUTE} characters")
        if given not in (None, ""):
            cleaned[key] = given
    return cleaned
