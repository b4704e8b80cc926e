"""What the cells of a table mean: texts, amounts, moments, days. Pure; each raises ValueError saying what is wrong."""

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from feedback.customers.importing.tables import Cell

SPACES = re.compile(r"[\s\u00a0\u202f\u2009']")
THOUSANDS = re.compile(r"-?\d{1,3}([.,])\d{3}(?:\1\d{3})*")
LOCAL_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")


def text(cell: Cell) -> str | None:
    """The cell as a text; whole numbers of spreadsheets lose their `.0`, and a guard against formulas is taken off."""
    if cell is None:
        return None
    if isinstance(cell, str) and cell[:1] != "'":
        return cell.strip() or None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    written = cell.isoformat() if isinstance(cell, date | datetime | time) else str(cell)
    if written[:1] == "'" and written[1:2] in ("=", "+", "-", "@"):
        written = written[1:]
    return written.strip() or None


def plain_amount(cell: Cell) -> str:
    """An amount as plain decimal text: decimal comma or point, thousands set apart by spaces, points or commas."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return _plain_number(cell)
    written = SPACES.sub("", text(cell) or "")
    comma, point = written.rfind(","), written.rfind(".")
    if comma >= 0 and point >= 0:
        whole, _, fraction = written.rpartition("," if comma > point else ".")
        if not THOUSANDS.fullmatch(whole):
            raise ValueError("is not an amount (write it like 12900.50)")
        return re.sub(r"[.,]", "", whole) + "." + fraction
    if written.count(",") + written.count(".") > 1:
        if not THOUSANDS.fullmatch(written):
            raise ValueError("is not an amount (write it like 12900.50)")
        return re.sub(r"[.,]", "", written)
    return written.replace(",", ".")


def moment(cell: Cell, zone: ZoneInfo) -> datetime:
    """A moment: ISO 8601 or dd.mm.yyyy, with or without time. Without a time zone it is the company's."""
    found = cell if isinstance(cell, date) else _written_moment(text(cell) or "")
    if not isinstance(found, datetime):
        found = datetime.combine(found, time())
    return found.replace(tzinfo=zone) if found.tzinfo is None else found


def day(cell: Cell) -> date:
    """A day: ISO 8601 or dd.mm.yyyy; a time beside it is dropped."""
    found = cell if isinstance(cell, date) else _written_moment(text(cell) or "")
    return found.date() if isinstance(found, datetime) else found


def _written_moment(written: str) -> date:
    local = LOCAL_DATE.fullmatch(written)
    try:
        if local is None:
            return datetime.fromisoformat(written)
        days, months, years, hours, minutes, seconds = (int(part or 0) for part in local.groups())
        return datetime(years, months, days, hours, minutes, seconds)  # noqa: DTZ001 the caller adds the company's zone
    except ValueError:
        raise ValueError("is not a date (write it like 2026-03-11 or 11.03.2026)") from None


def _plain_number(number: float) -> str:
    try:
        return f"{Decimal(str(number)):f}"
    except InvalidOperation:
        raise ValueError("is not an amount (write it like 12900.50)") from None
