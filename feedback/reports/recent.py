"""Figures of long periods, kept for a minute in this process: the page says as of when they are."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from feedback.db.caching import cache_of

Figure = TypeVar("Figure")
KEPT = timedelta(minutes=1)
MOST = 200


def recent(
    session: Session, key: tuple[object, ...], now: datetime, compute: Callable[[], Figure]
) -> tuple[Figure, datetime]:
    """The figure of this key and the moment it was computed at, at most a minute before `now`."""
    kept = cache_of(session, "figures")
    found = kept.get(key)
    if found is not None and timedelta() <= now - found[1] < KEPT:
        return found[0], found[1]
    if len(kept) >= MOST:
        kept.clear()
    kept[key] = (compute(), now)
    return kept[key][0], now
