"""The company's settings as a form: what a browser sends, checked field by field. Texts have one field per language."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import holidays
from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _

from feedback.staff.accounts import LANGUAGES, time_zones

LONGEST_NAME, LONGEST_TEXT = 200, 2000
MOST_POINTS, LONGEST_FOLLOW_UP = 100_000, 720
SITES = 5


def read_company(form: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The changes that the form asks for, and what is wrong with it by field."""
    errors: dict[str, str] = {}
    names = _texts(form, "names", LONGEST_NAME)
    if not names:
        errors["names"] = _("The company needs a name in at least one language.")
    changes = {
        "names": names,
        "language": _choice(form, "language", LANGUAGES, errors),
        "timezone": _choice(form, "timezone", time_zones(), errors),
        "country": _choice(form, "country", country_codes(), errors),
        "signature": _texts(form, "signature", LONGEST_TEXT),
        "address": _texts(form, "address", LONGEST_TEXT),
        "review_points": _number(form, "review_points", 0, MOST_POINTS, errors),
        "follow_up_hours": _number(form, "follow_up_hours", 1, LONGEST_FOLLOW_UP, errors),
        "assumes_processing_consent": form.get("assumes_processing_consent") == "1",
        "review_sites": _sites(form, errors),
    }
    return changes, errors


@lru_cache(maxsize=1)
def country_codes() -> tuple[str, ...]:
    """Countries whose public holidays are known."""
    return tuple(sorted(code for code in holidays.list_supported_countries() if len(code) == 2))


def countries() -> list[tuple[str, str]]:
    """Countries with their names in the language of the page, by name."""
    names = (get_locale() or Locale("en")).territories
    return sorted(((code, names.get(code, code)) for code in country_codes()), key=lambda pair: pair[1])


def _texts(form: Mapping[str, str], field: str, longest: int) -> dict[str, str]:
    given = {code: form.get(f"{field}_{code}", "").strip()[:longest] for code in LANGUAGES}
    return {code: text for code, text in given.items() if text}


def _choice(form: Mapping[str, str], field: str, known: Any, errors: dict[str, str]) -> str:
    value = form.get(field, "")
    if value not in known:
        errors[field] = _("Choose one of the list.")
    return value


def _number(form: Mapping[str, str], field: str, least: int, most: int, errors: dict[str, str]) -> int | str:
    text = form.get(field, "").strip()
    if text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most:
        return int(text)
    errors[field] = _("A whole number from %(least)s to %(most)s.", least=least, most=most)
    return text


def _sites(form: Mapping[str, str], errors: dict[str, str]) -> list[dict[str, str]]:
    sites = []
    for place in range(SITES):
        name, url = form.get(f"site_name_{place}", "").strip()[:80], form.get(f"site_url_{place}", "").strip()[:500]
        if not name and not url:
            continue
        if not name or not _is_web_address(url):
            errors["review_sites"] = _("Each site needs a name and an address that begins with https://.")
        sites.append({"name": name, "url": url})
    return sites


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # such as brackets that do not hold an address
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
