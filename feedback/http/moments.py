"""Moments on staff pages: in the reader's zone and language, the exact time always one hover away."""

from datetime import datetime, timedelta

from babel.dates import get_timezone_location
from flask import Flask
from flask_babel import format_date, format_datetime, format_time, get_locale, get_timezone, to_user_timezone
from flask_babel import gettext as _
from markupsafe import Markup, escape

from feedback.clock import utc_now


def install(app: Flask) -> None:
    """Attach the filters `moment` (a <time> element), `moment_words` and `exact_moment`."""
    app.jinja_env.filters.update(moment=moment, moment_words=moment_words, exact_moment=exact_moment, initials=initials)


def moment(at: datetime | None, css: str = "") -> Markup | str:
    """A <time> element: plain words inside, the exact time and zone in its title."""
    if at is None:
        return ""
    local = to_user_timezone(at)
    attribute = Markup(' class="{}"').format(css) if css else Markup("")
    return Markup('<time{} datetime="{}" title="{}">{}</time>').format(
        attribute, local.isoformat(timespec="minutes"), exact_moment(at), moment_words(at)
    )


def moment_words(at: datetime) -> str:
    """ "today at 14:57", "yesterday at 09:10", "tomorrow at 11:00", else the date."""
    local, now = to_user_timezone(at), to_user_timezone(utc_now())
    clock = format_time(at, "HH:mm")
    days = (local.date() - now.date()).days
    if days == 0:
        return str(_("today at %(time)s", time=clock))
    if days == -1:
        return str(_("yesterday at %(time)s", time=clock))
    if days == 1:
        return str(_("tomorrow at %(time)s", time=clock))
    day = format_date(local.date(), "d MMMM" if local.year == now.year else "d MMMM y")
    return str(_("%(day)s, %(time)s", day=day, time=clock))


def exact_moment(at: datetime) -> str:
    """The full date and time with the name of the zone's city."""
    zone = get_timezone()
    city = get_timezone_location(zone, locale=get_locale(), return_city=True)
    return f"{format_datetime(at, 'dd.MM.y, HH:mm')} ({city})"


def duration_words(span: timedelta) -> str:
    """A span in its two largest units: "2 d 3 h", "2 h 10 min", "42 min"."""
    minutes = max(1, int(span.total_seconds() // 60))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return str(_("%(days)s d %(hours)s h", days=days, hours=hours)) if hours else str(_("%(days)s d", days=days))
    if hours:
        return (
            _("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
            if minutes
            else str(_("%(hours)s h", hours=hours))
        )
    return str(_("%(minutes)s min", minutes=minutes))


def initials(name: str | None) -> str:
    """Up to two first letters of a name, for the round face beside it."""
    words = [w for w in (name or "").replace("«", " ").replace("„", " ").split() if w[0].isalnum()]
    return str(escape("".join(w[0] for w in words[:2]).upper()))
