"""The terms of a draw as a form: what a browser sends, and what is shown again."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from feedback.draws.models import Draw
from feedback.draws.terms import CURRENCIES, LANGUAGES, Prize, Terms, prizes_of

ROWS = 5
LARGEST = Decimal(10) ** 10


def read_terms(form: Mapping[str, str]) -> Terms:
    """What the form says; what cannot be read becomes a value that is refused."""
    return Terms(
        mode=form.get("mode", ""),
        organiser=form.get("organiser", ""),
        rules=_by_language(form, "rules"),
        prizes=[prize for row in range(ROWS) if (prize := _prize(form, row)) is not None],
        place=form.get("place", ""),
        receipts=_by_language(form, "receipts"),
        closes_on=_day(form.get("closes_on", "")),
        publish_by=_day(form.get("publish_by", "")),
        shortlist_size=_whole(form.get("shortlist_size", "")),
    )


def filled(draw: Draw) -> dict[str, Any]:
    """The form of the terms as they are stored."""
    given: dict[str, Any] = {
        "mode": draw.mode, "organiser": draw.organiser or "", "place": draw.place or "",
        "closes_on": draw.closes_on.isoformat() if draw.closes_on else "",
        "publish_by": draw.publish_by.isoformat() if draw.publish_by else "", "shortlist_size": draw.shortlist_size,
    }  # fmt: skip
    for language in LANGUAGES:
        given[f"rules_{language}"] = (draw.rules or {}).get(language, "")
        given[f"receipts_{language}"] = (draw.receipts or {}).get(language, "")
    for row, prize in enumerate(prizes_of(draw)[:ROWS]):
        value = Decimal(prize.value) / 100
        given |= {f"prize_{row}_count": prize.count, f"prize_{row}_currency": prize.currency,
                  f"prize_{row}_value": f"{value:.2f}".removesuffix(".00")}  # fmt: skip
        given |= {f"prize_{row}_name_{language}": prize.names.get(language, "") for language in LANGUAGES}
    return given


def _prize(form: Mapping[str, str], row: int) -> Prize | None:
    """None for a row in which nothing was written."""
    names = _by_language(form, f"prize_{row}_name")
    count, value = form.get(f"prize_{row}_count", "").strip(), form.get(f"prize_{row}_value", "").strip()
    if not any(names.values()) and not count and not value:
        return None
    currency = form.get(f"prize_{row}_currency", CURRENCIES[0])
    return Prize(names, _whole(count or "1"), _money(value), currency)


def _by_language(form: Mapping[str, str], name: str) -> dict[str, str]:
    return {language: form.get(f"{name}_{language}", "").strip() for language in LANGUAGES}


def _money(text: str) -> int:
    """Hundredths; -1 where it is no amount."""
    try:
        value = Decimal(text.replace(" ", "").replace("\u00a0", "").replace(",", "."))
    except InvalidOperation:
        return -1
    return int(value * 100) if value.is_finite() and 0 <= value <= LARGEST else -1


def _whole(text: str) -> int:
    """-1 where it is no whole number."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
