"""`GET /metrics/nps`: NPS with its interval, whole or by groups."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, Field, PlainValidator, WithJsonSchema

from feedback.api.access import needs
from feedback.api.blueprint import api
from feedback.api.wire import Key, Wire
from feedback.clock import utc_now
from feedback.customers.cleaning import storable
from feedback.db import db
from feedback.errors import Invalid
from feedback.reports.nps import nps_rows
from feedback.staff.api_keys import Scope
from feedback.staff.company import load_company

USUAL, LONGEST = timedelta(days=90), timedelta(days=3660)
FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)


def _bound(value: Any) -> date:
    try:
        bound = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    except (ValueError, TypeError):
        raise ValueError("must be a day such as 2026-03-01 or a moment such as 2026-03-01T00:00:00+03:00") from None
    if not FIRST <= (bound.date() if isinstance(bound, datetime) else bound) <= LAST:
        raise ValueError("must lie between 2000 and 2199")
    if isinstance(bound, datetime) and bound.tzinfo is None:
        raise ValueError("must have a time zone where it has a time")
    return bound


Bound = Annotated[
    date,
    PlainValidator(_bound),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}),
]


class NpsIn(Wire):
    """Which answers count. Days are the company's; the day `to` still counts, a moment `to` does not."""

    first: Bound | None = Field(None, alias="from", description="First day or moment; default 90 days before `to`.")
    last: Bound | None = Field(None, alias="to", description="Last day (inclusive) or moment (exclusive); default now.")
    group_by: Literal["month", "week", "branch", "manager", "channel", "tier", "survey"] | None = None
    survey: Annotated[Key, AfterValidator(storable)] | None = Field(None, description="Only this survey, by its slug.")


class NpsRowOut(BaseModel):
    """NPS of one group in points, -100 to 100, with its 95 % interval. `group` is null for the whole."""

    group: str | None
    n: int
    promoters: int
    passives: int
    detractors: int
    nps: float
    low: float
    high: float


class NpsOut(BaseModel):
    """The rows and the span they were counted over; empty groups are left out."""

    start: datetime = Field(alias="from")
    end: datetime = Field(alias="to")
    group_by: str | None
    rows: list[NpsRowOut]


@api.get("/metrics/nps")
@needs(Scope.METRICS_READ)
@api.input(NpsIn, location="query", arg_name="asked")
@api.output(NpsOut)
def read_nps(asked: NpsIn) -> Any:
    """Read NPS with its interval

    One person counts once, by their last completed answer; partial, test, staff and suspected answers never count.
    Rows of few answers are given too: below 10 they should not be shown, below 30 only as an indication.
    """
    session = db.session()
    zone = ZoneInfo(load_company(session).timezone)
    end = _moment(asked.last, zone, is_end=True) if asked.last else utc_now()
    start = _moment(asked.first, zone) if asked.first else end - USUAL
    if not timedelta(0) < end - start <= LONGEST:
        raise Invalid("The request has wrong values.", {"to": "must be after `from`, by ten years at most"})
    rows = nps_rows(session, start=start, end=end, group_by=asked.group_by, survey=asked.survey)
    found = [NpsRowOut(**vars(row)) for row in rows]
    return NpsOut.model_validate({"from": start, "to": end, "group_by": asked.group_by, "rows": found})


def _moment(bound: date, zone: ZoneInfo, *, is_end: bool = False) -> datetime:
    if isinstance(bound, datetime):
        return bound.astimezone(UTC)
    return datetime.combine(bound + timedelta(days=is_end), time(), zone).astimezone(UTC)
