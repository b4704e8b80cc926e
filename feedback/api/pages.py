"""Lists in pages: filters by time, a limit, and a cursor that says after which row to go on (keyset, never an offset).

Lists run oldest first, so the last cursor can be kept and asked again later for what came since.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema
from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import Session

from feedback.api.wire import Moment, Wire
from feedback.errors import Invalid

MOST, USUAL = 200, 50
CURSOR = re.compile(r"1:(\d{1,17}):(\d{1,18})")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _limit(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,3}", value) and 1 <= int(value) <= MOST:
        return int(value)
    raise ValueError(f"must be a number from 1 to {MOST}")


Limit = Annotated[
    int, BeforeValidator(_limit), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL})
]


class PageIn(Wire):
    """What every list understands."""

    since: Moment | None = Field(None, description="From this moment on.")
    until: Moment | None = Field(None, description="Before this moment.")
    cursor: Annotated[str, StringConstraints(strict=True, max_length=100)] | None = Field(
        None, description="`next_cursor` of the page before."
    )
    limit: Limit = Field(USUAL, validate_default=False)


@dataclass(frozen=True)
class Page:
    """One page of rows and the cursor of the next; None after the last."""

    rows: Sequence[Any]
    next_cursor: str | None


def read_page(session: Session, query: Select[*tuple[Any, ...]], at: Any, row_id: Any, asked: PageIn) -> Page:
    """The rows of one page. `at` and `row_id` are the columns the list is ordered by; an index should hold them."""
    if asked.since is not None and asked.until is not None and asked.since > asked.until:
        raise Invalid("The request has wrong values.", {"until": "must not be before since"})
    conditions: list[ColumnElement[bool]] = []
    if asked.since is not None:
        conditions.append(at >= asked.since)
    if asked.until is not None:
        conditions.append(at < asked.until)
    if asked.cursor:
        after, last_id = _read_cursor(asked.cursor)
        conditions += [at >= after, or_(at > after, and_(at == after, row_id > last_id))]
    found = session.execute(query.where(*conditions).order_by(at, row_id).limit(asked.limit + 1)).all()
    rows = found[: asked.limit]
    return Page(rows, _write_cursor(rows[-1].at, rows[-1].id) if rows and len(found) > asked.limit else None)


def _write_cursor(at: datetime, row_id: int) -> str:
    text = f"1:{(at - EPOCH) // timedelta(microseconds=1)}:{row_id}"
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode("ascii")
        found = CURSOR.fullmatch(text)
        if found is not None:
            return EPOCH + timedelta(microseconds=int(found[1])), int(found[2])
    except (binascii.Error, UnicodeError, OverflowError):
        pass
    raise Invalid("The request has wrong values.", {"cursor": "is not a cursor of this list"})
