"""What the company set about itself: names, language, calendar, points for an answer; rows of `settings`."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from feedback.db.caching import cache_of
from feedback.staff.models import Setting

KEY = "company"
RECENT_SECONDS = 5.0


@dataclass(frozen=True)
class Company:
    """The company's settings; texts have one form per language."""

    names: dict[str, str] = field(default_factory=lambda: {"ru": "Otklik", "bg": "Otklik", "en": "Otklik"})
    language: str = "ru"
    timezone: str = "Europe/Moscow"
    country: str = "RU"
    signature: dict[str, str] = field(default_factory=dict)
    address: dict[str, str] = field(default_factory=dict)
    review_points: int = 1000
    assumes_processing_consent: bool = True  # imported customers agreed at purchase; off: each must have said so
    follow_up_hours: int = 48
    review_sites: tuple[dict[str, str], ...] = ()

    def name(self, language: str) -> str:
        """The company's name in this language."""
        return self.names.get(language) or next(iter(self.names.values()), "Otklik")


def load_company(session: Session | Connection) -> Company:
    """The company's settings as they are now."""
    value = session.scalar(select(Setting.value).where(Setting.key == KEY))
    known = {k: v for k, v in (value or {}).items() if k in Company.__dataclass_fields__}
    if "review_sites" in known:
        known["review_sites"] = tuple(known["review_sites"])
    return replace(Company(), **known)


def recent_company(session: Session | Connection) -> Company:
    """The settings as they were at most a few seconds ago, without asking the database each time; for busy paths."""
    kept = cache_of(session, "company")
    if "company" not in kept or kept["read_at"] + RECENT_SECONDS < monotonic():
        kept["company"], kept["read_at"] = load_company(session), monotonic()
    company: Company = kept["company"]
    return company


def change_company(session: Session, changes: dict[str, Any], now: datetime) -> None:
    """Store changed settings; the rest stays."""
    row = session.get(Setting, KEY)
    if row is None:
        session.add(Setting(key=KEY, value=changes, changed_at=now))
    else:
        row.value = {**row.value, **changes}
        row.changed_at = now
    session.flush()
    cache_of(session, "company").clear()
