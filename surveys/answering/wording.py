"""Names, days and numbers as a customer reads them in their language."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

NAME = "\x00"  # the place of a name in a text that is kept
WHOLE_NUMBER = 16  # an order number of at most so many characters stands on one line
LOCALES = {"ru": "ru", "bg": "bg", "en": "en_GB"}
SURNAMES = ("ов", "ев", "ёв", "ин", "ын", "ский", "цкий", "ова", "ева", "ёва", "ина", "ына", "ская", "цкая", "ки", "ко")
PATRONYMICS = ("вич", "вна", "ична", "инична")


@lru_cache(maxsize=64)
def zone(name: str | None, otherwise: str) -> ZoneInfo:
    """The time zone of this name; the company's where there is none or it is unknown."""
    try:
        return ZoneInfo(name or otherwise)
    except (KeyError, ValueError, OSError):
        return ZoneInfo(otherwise)


@lru_cache(maxsize=4096)
def day(value: date, language: str) -> str:
    """A day without its year: 19 ноября."""
    return format_date(value, "d MMMM", LOCALES[language]).replace(" ", "\xa0")


@lru_cache(maxsize=4096)
def day_of_year(value: date, language: str) -> str:
    """A day with its year: 19 ноября 2026."""
    return format_date(value, "d MMMM y", LOCALES[language]).replace(" ", "\xa0")


@lru_cache(maxsize=1024)
def month_of(value: date, language: str) -> str:
    """A month with its year, standing alone: ноябрь 2026."""
    return format_date(value, "LLLL y", LOCALES[language]).replace(" ", "\xa0")


@lru_cache(maxsize=4096)
def number(value: int, language: str) -> str:
    """A whole number with the language's separators, a true minus sign and no breaks."""
    if language == "bg" and abs(value) < 10_000:  # Bulgarian groups from five digits on
        return str(value).replace("-", "−")
    return format_decimal(value, locale=LOCALES[language]).replace("-", "−").replace(" ", "\xa0")


def clock_time(value: datetime) -> str:
    """Hours and minutes, in the zone the moment is in; written alike in our languages."""
    return f"{value:%H:%M}"


def greeting_name(name: str | None) -> str:
    """How to address somebody: given names where the order of the words is clear, else the name as it was written."""
    words = (name or "").split()
    if len(words) == 3 and words[2].lower().endswith(PATRONYMICS):
        return f"{words[1]} {words[2]}"
    if len(words) == 3 and words[1].lower().endswith(PATRONYMICS):
        return f"{words[0]} {words[1]}"
    if len(words) == 2:
        first, second = (_is_surname(w) for w in words)
        if words[1].lower().endswith(PATRONYMICS):
            return " ".join(words)
        if first != second:
            return words[1] if first else words[0]
        if name and name.isascii():
            return words[0]
    return " ".join(words)


def greeting(name: str, language: str) -> str:
    """The first line of a letter."""
    named, nameless = _greetings(language)
    return named.replace(NAME, name) if name else nameless


def bought(goods: Sequence[str], language: str) -> Markup:
    """What was bought, named."""
    named = ", ".join(goods)
    return Markup(f"{escape(_you_bought(language))} <strong>{escape(named)}</strong>{'' if named[-1] in '.…' else '.'}")


def slip(
    order: str | None, delivered: datetime | None, bought_at: datetime | None, zone: ZoneInfo, language: str
) -> Markup:
    """The facts of the purchase: its number and day."""
    at = delivered or bought_at
    if order is None or at is None:
        return Markup("")
    order_words, received, made = _slip_words(language)
    when = _dated(received if delivered else made, at.astimezone(zone).date(), language)
    return Markup(f"<span>{_numbered(order_words, order)}</span>{when}")


def answered_slip(order: str | None, answered: date, language: str) -> Markup:
    """The facts of an answer: the purchase's number and the day of the answer."""
    order_words, _received, _made = _slip_words(language)
    when = _dated(_answered_on(language), answered, language)
    return Markup(f"<span>{_numbered(order_words, order)}</span>{when}") if order else when


def _numbered(words: str, order: str) -> Markup:
    """The words with the number."""
    return escape(words).replace(NAME, whole(order))


def whole(order: str) -> Markup:
    """An order number that stays on one line, unless it is too long for one."""
    return Markup("<bdi>{}</bdi>").format(order) if len(order) <= WHOLE_NUMBER else escape(order)


def thanks(name: str, language: str) -> str:
    """The first line of the thank-you page."""
    named, nameless = _thanks(language)
    return named.replace(NAME, name) if name else nameless


@lru_cache(maxsize=1024)
def points_for_answer(points: int, language: str) -> str:
    """What stands under the number on the stamp."""
    return str(ngettext("point for your answer", "points for your answer", points))


@lru_cache(maxsize=4096)
def points_on_account(points: int, language: str) -> str:
    """What stands behind the balance."""
    return str(ngettext("point on your account", "points on your account", points))


def site_name(site: Mapping[str, Any], language: str) -> str:
    """The name of a review site: one for all languages or one each."""
    names = site.get("name") or site.get("names") or site["url"]
    return names if isinstance(names, str) else str(names.get(language) or next(iter(names.values())))


def reach(email: str | None, phone: str | None) -> str:
    """Where the company can reach the customer, as its owner recognises it and nobody else learns it."""
    known = [masked_email(email)] if email else []
    return ", ".join([*known, masked_phone(phone)] if phone else known)


def masked_email(address: str) -> str:
    """An address its owner recognises and nobody else learns: e•••@shop.example."""
    head, _, domain = address.partition("@")
    return f"{head[:1]}•••@{domain}"


def masked_phone(number: str) -> str:
    """The last two digits of a phone number."""
    return f"•••\xa0{number[-2:]}"


@lru_cache(maxsize=4096)
def _dated(words: str, at: date, language: str) -> Markup:
    return Markup(f'<span>{escape(words)} <time datetime="{at.isoformat()}">{escape(day(at, language))}</time></span>')


@lru_cache(maxsize=8)
def _greetings(language: str) -> tuple[str, str]:
    return str(_("Hello, %(name)s!", name=NAME)), str(_("Hello!"))


@lru_cache(maxsize=8)
def _thanks(language: str) -> tuple[str, str]:
    named = _("Thank you, %(name)s. Your answer has arrived.", name=NAME)
    return str(named), str(_("Thank you. Your answer has arrived."))


@lru_cache(maxsize=8)
def _answered_on(language: str) -> str:
    return str(_("Answered on"))


@lru_cache(maxsize=8)
def _you_bought(language: str) -> str:
    return str(_("You bought from us:"))


@lru_cache(maxsize=8)
def _slip_words(language: str) -> tuple[str, str, str]:
    return str(_("Order %(number)s", number=NAME)), str(_("Received on")), str(_("Bought on"))


def _is_surname(word: str) -> bool:
    return word.lower().endswith(SURNAMES)
