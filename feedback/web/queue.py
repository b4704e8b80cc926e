"""The recovery queue: views, filters, rows by what breaks next, and the chosen case beside the list."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import to_user_timezone
from sqlalchemy import select

from feedback.clock import utc_now
from feedback.customers.models import Branch
from feedback.db import db
from feedback.http.auth import current_staff, requires
from feedback.http.numbers import row_id
from feedback.recovery import words
from feedback.recovery.calendars import company_calendar
from feedback.recovery.clocks import Clocks, Deadline, Standing, next_deadline
from feedback.recovery.models import Case, Priority
from feedback.recovery.queries import Counts, Filters, QueueRow, View, count_views, queue_page
from feedback.recovery.queue import people_who_work
from feedback.recovery.working_time import WorkingCalendar
from feedback.staff.company import load_company
from feedback.staff.permissions import Act
from feedback.web.cases import case_context, read_case
from feedback.web.layout import staff_pages

blueprint = staff_pages("queue")


@dataclass(frozen=True)
class ShownRow:
    """A row, its deadline and its sentence."""

    row: QueueRow
    deadline: Deadline | None
    why: str


@blueprint.get("/queue")
@requires(Act.VIEW_QUEUE)
def index() -> ResponseReturnValue:
    staff, now, session = current_staff(), utc_now(), db.session()
    filters, view = _filters(), _view()
    if (
        filters.search.isascii()
        and filters.search.isdigit()
        and session.get(Case, int(filters.search[:18])) is not None
    ):
        return redirect(url_for("cases.show", case_id=int(filters.search[:18])), 303)
    page = queue_page(session, view, staff.id, now, filters, request.args.get("after"))
    calendar = company_calendar(load_company(session), now.year)
    rows = [_shown(row, calendar, now) for row in page.rows]
    chosen = row_id(request.args.get("case"))
    pane = case_context(read_case(chosen, now), now) if chosen is not None else {}
    counts = count_views(session, staff.id, now)
    return render_template(
        "staff/queue/queue.html", views=_views(counts), view=view, groups=_groups(view, rows, now), page=page,
        words=words, filters=filters, chosen=chosen, counts=counts, nav_counts={"queue.index": counts.all}, link=_link,
        people=people_who_work(session), priorities=list(Priority), now=now, **_without_now(pane),
        branches=session.execute(select(Branch.id, Branch.name).order_by(Branch.name)).all(),
    )  # fmt: skip


def _without_now(pane: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in pane.items() if key not in ("now", "words")}


def _view() -> View:
    asked = request.args.get("view", View.ALL)
    return View(asked) if asked in set(View) else View.ALL


def _filters() -> Filters:
    args = request.args
    priority = args.get("priority", "")
    language = args.get("language", "")
    return Filters(
        priority=priority if priority in set(Priority) else "",
        owner_id=row_id(args.get("owner")),
        branch_id=row_id(args.get("branch")),
        language=language if language in ("ru", "bg", "en") else "",
        search=args.get("q", "").strip()[:100],
    )


def _link(**changes: Any) -> str:
    """The address of this page with something changed; an empty value leaves the address."""
    kept = {
        k: v for k, v in request.args.items() if k in ("view", "priority", "owner", "branch", "language", "q", "after")
    }
    return url_for("queue.index", **{k: v for k, v in (kept | changes).items() if v not in (None, "")})


def _shown(row: QueueRow, calendar: WorkingCalendar, now: datetime) -> ShownRow:
    if row.closed_at is not None:
        return ShownRow(row, None, words.short_reason(row.reason))
    clocks = Clocks(
        row.first_contact_due_at,
        row.first_contacted_at,
        row.next_answer_due_at,
        row.resolution_due_at,
        row.waiting_since,
    )
    standing = next_deadline(calendar, clocks, Priority(row.priority), now)
    return ShownRow(row, standing, words.short_reason(row.reason))


def _views(counts: Counts) -> list[tuple[View, str, int | None]]:
    return [
        (View.MINE, _("Mine"), counts.mine),
        (View.UNASSIGNED, _("Nobody’s"), counts.unassigned),
        (View.ALL, _("All"), counts.all),
        (View.OVERDUE, _("Overdue"), counts.overdue),
        (View.WAITING, _("Waiting"), counts.waiting),
        (View.CLOSED, _("Closed"), None),
    ]


def _groups(view: View, rows: Iterable[ShownRow], now: datetime) -> list[tuple[str, list[ShownRow]]]:
    """The rows under headings that follow their order; nothing is sorted again."""
    if view == View.CLOSED:
        closed = list(rows)
        return [(_("Closed, the newest first"), closed)] if closed else []
    groups: list[tuple[str, list[ShownRow]]] = []
    for shown in rows:
        heading = _heading(shown.deadline, now)
        if not groups or groups[-1][0] != heading:
            groups.append((heading, []))
        groups[-1][1].append(shown)
    return groups


def _heading(standing: Deadline | None, now: datetime) -> str:
    if standing is None or standing.due_at is None or standing.standing == Standing.PAUSED:
        return str(_("Waiting for the customer"))
    if standing.standing == Standing.LATE:
        return str(_("Past the deadline"))
    is_today = to_user_timezone(standing.due_at).date() <= to_user_timezone(now).date()
    return str(_("Today") if is_today else _("Tomorrow and later"))
