"""What templates of the staff may call: numbers, money, certainty, shapes, and whether a page exists."""

from datetime import date, datetime

from flask import Flask, current_app
from flask_babel import format_date, format_decimal, format_time, to_user_timezone
from markupsafe import Markup, escape

from feedback.clock import utc_now
from feedback.http.moments import exact_moment
from feedback.web.money import money_words, number_words
from feedback.web.shapes import clock_path, mood_points


def install(app: Flask) -> None:
    """Attach filters and globals to the templates."""
    app.jinja_env.filters.update(
        number_words=number_words, money_words=money_words, share_words=share_words, clock_path=clock_path,
        day_words=day_words, birthday_words=birthday_words, one_decimal=one_decimal, clock_time=clock_time,
        sentence_start=sentence_start, mail_address=mail_address, date_words=date_words, month_words=month_words,
    )  # fmt: skip
    app.jinja_env.globals.update(mood_points=mood_points, url_exists=url_exists)


def share_words(share: float | None) -> str:
    """0.937 -> "0.94", with the decimal sign of the page's language."""
    return str(format_decimal(round(share or 0.0, 2), format="0.00"))


def one_decimal(number: float) -> str:
    """8.25 -> "8.2", with the decimal sign of the page's language."""
    return str(format_decimal(number, format="0.0"))


def day_words(at: datetime) -> str:
    """The day of a moment: "4 December", with the year where it is another one."""
    local, now = to_user_timezone(at), to_user_timezone(utc_now())
    return str(format_date(local.date(), "d MMMM" if local.year == now.year else "d MMMM y"))


def date_words(day: date) -> str:
    """ "31 October 2026": days of dates, which know no time zone."""
    return str(format_date(day, "d MMMM y"))


def month_words(month: date) -> str:
    """ "October 2026"."""
    return str(format_date(month, "LLLL y"))


def clock_time(at: datetime) -> Markup:
    """A <time> element with hours and minutes, for moments of today."""
    local = to_user_timezone(at)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        local.isoformat(timespec="minutes"), exact_moment(at), format_time(at, "HH:mm")
    )


def sentence_start(words: str) -> str:
    """The words with a capital at the beginning, and everything else as it is: "E-mail", "WhatsApp", "SMS"."""
    return words[:1].upper() + words[1:]


def mail_address(address: str) -> Markup:
    """An e-mail address that breaks behind the @ where a line is too short for it."""
    return escape(address).replace("@", Markup("@<wbr>"))


def birthday_words(day: date) -> str:
    """ "9 June"; the year is nobody's business here."""
    return str(format_date(day, "d MMMM"))


def url_exists(endpoint: str) -> bool:
    """Whether this installation has such a page."""
    return endpoint in current_app.view_functions
