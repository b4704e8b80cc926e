"""Customers: search, and the page of one with its facts and its one timeline. Reading a customer is audited."""

from datetime import datetime
from typing import Any

from babel.dates import get_timezone
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select

from feedback.clock import parse_moment, utc_now
from feedback.customers.models import Customer
from feedback.db import db, transaction
from feedback.errors import NotFound
from feedback.http.auth import current_staff, requires
from feedback.recovery import words as case_words
from feedback.staff.audit import record
from feedback.staff.permissions import Act
from feedback.web import customer_words as words
from feedback.web.customer_story import CustomerStory, load_customer
from feedback.web.customer_timeline import SHOWN, customer_timeline
from feedback.web.layout import staff_pages
from feedback.web.paging import PAGE

LONGEST_NOTE = 1000

blueprint = staff_pages("customers")


@blueprint.get("/customers")
@requires(Act.VIEW_CUSTOMER)
def index() -> ResponseReturnValue:
    return _list("", _number(request.args.get("after")))


@blueprint.post("/customers")
@requires(Act.VIEW_CUSTOMER)
def search() -> ResponseReturnValue:
    """A search is a POST: names and addresses have no place in addresses of pages and logs of proxies."""
    return _list(request.form.get("q", "").strip()[:200], _number(request.form.get("after")))


@blueprint.get("/customers/<int:customer_id>")
@requires(Act.VIEW_CUSTOMER)
def show(customer_id: int) -> ResponseReturnValue:
    now, asked = utc_now(), request.args.get("show", "all")
    show = asked if asked in SHOWN else "all"
    story = load_customer(db.session(), customer_id, now)
    stretch = customer_timeline(db.session(), customer_id, show, _moment(request.args.get("before")))
    with transaction() as session:
        record(
            session, "read_customer", now=now, user_id=current_staff().id, object_kind="customer", object_id=customer_id
        )
    return render_template(
        "staff/customers/customer.html", story=story, customer=story.customer, stretch=stretch, show=show,
        shown=_shown(), words=words, case_words=case_words, now=now, customer_time=_local_time(story, now),
    )  # fmt: skip


@blueprint.post("/customers/<int:customer_id>/preferences")
@requires(Act.EDIT_CUSTOMER)
def save_preferences(customer_id: int) -> ResponseReturnValue:
    note = request.form.get("preferences", "").strip()[:LONGEST_NOTE]
    with transaction() as session:
        customer = session.get(Customer, customer_id)
        if customer is None:
            raise NotFound("There is no such customer.")
        customer.preferences = note or None
        record(
            session, "change_preferences", now=utc_now(), user_id=current_staff().id, object_kind="customer",
            object_id=customer_id,
        )  # fmt: skip
    flash(_("The note is kept."))
    return redirect(url_for("customers.show", customer_id=customer_id), 303)


def _list(asked: str, after: int | None) -> str:
    query = select(Customer).order_by(Customer.id.desc()).limit(PAGE + 1)
    if asked:
        query = query.where(_matches(asked))
    if after is not None:
        query = query.where(Customer.id < after)
    found = db.session().scalars(query).all()
    return render_template(
        "staff/customers/customers.html", customers=found[:PAGE], q=asked, words=words,
        after=found[PAGE - 1].id if len(found) > PAGE else None,
    )  # fmt: skip


def _matches(asked: str) -> ColumnElement[bool]:
    """By a part of the name, in small letters or with capitals, or by the whole e-mail, number or phone."""
    spellings = {asked, asked.lower(), asked.capitalize(), asked.title()}
    found = [Customer.name.contains(spelling, autoescape=True) for spelling in sorted(spellings)]
    found += [Customer.email.startswith(asked.lower(), autoescape=True), Customer.external_id == asked]
    digits = "".join(c for c in asked if c.isdigit())
    if len(digits) >= 5 and not any(c.isalpha() for c in asked):
        found.append(Customer.phone.contains(digits[1:] if digits[0] == "8" else digits))
    return or_(*found)


def _shown() -> list[tuple[str, Any]]:
    return [
        ("all", _("All")), ("purchases", _("Purchases")), ("answers", _("Answers")), ("cases", _("Cases")),
        ("points", _("Points")),
    ]  # fmt: skip


def _local_time(story: CustomerStory, now: datetime) -> str | None:
    """The customer's own time now, before somebody calls."""
    try:
        zone = get_timezone(story.customer.timezone) if story.customer.timezone else None
    except LookupError:
        return None
    return str(format_time(now.astimezone(zone), "HH:mm", rebase=False)) if zone else None


def _moment(text: str | None) -> datetime | None:
    try:
        return parse_moment(text) if text else None
    except (ValueError, OverflowError):
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None
