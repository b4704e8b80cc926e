"""Places in long lists: the address of a page says after which row it begins, so pages neither skip nor repeat rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from flask import request, url_for
from sqlalchemy import Select, and_, or_

from feedback.clock import parse_moment
from feedback.http.numbers import row_id

Row = TypeVar("Row")
PAGE = 50


@dataclass(frozen=True)
class Place:
    """The last row of the page before: its moment and id."""

    at: datetime
    row_id: int


@dataclass(frozen=True)
class Listed(Generic[Row]):
    """A page of rows and the place where the next one begins, None on the last."""

    rows: Sequence[Row]
    after: str | None


def place_asked() -> Place | None:
    """The place that the address names; anything unreadable is the beginning."""
    moment, _, number = request.args.get("after", "").partition("~")
    last = row_id(number)
    try:
        return Place(parse_moment(moment), last) if last is not None else None
    except (ValueError, OverflowError):
        return None


def older_than(query: Select[Any], at: Any, key: Any, place: Place | None) -> Select[Any]:
    """Rows after the place in a list of newest first, in that order."""
    if place is not None:
        query = query.where(or_(at < place.at, and_(at == place.at, key < place.row_id)))
    return query.order_by(at.desc(), key.desc())


def listed(rows: Sequence[Row], at: str, key: str = "id", limit: int = PAGE) -> Listed[Row]:
    """A page of at most `limit` of `rows`, which were read with one more to see whether there is a next page."""
    if len(rows) <= limit:
        return Listed(rows, None)
    last = rows[limit - 1]
    moment: datetime = getattr(last, at)
    return Listed(rows[:limit], f"{moment.isoformat()}~{getattr(last, key)}")


def next_page(after: str) -> str:
    """The address of the next page: this one with another place."""
    return url_for(str(request.endpoint), **{**(request.view_args or {}), **request.args.to_dict(), "after": after})
