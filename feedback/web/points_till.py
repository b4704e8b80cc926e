"""At the till: find the customer by phone, card or e-mail; pay with points, note a visit, grant or take by hand."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from feedback.clock import utc_now
from feedback.customers.cleaning import normal_phone, storable
from feedback.customers.models import Customer, Purchase
from feedback.db import db, transaction
from feedback.errors import Conflict, Forbidden, Invalid, NotFound
from feedback.http.auth import current_staff, requires
from feedback.points.by_hand import change_by_hand, limit_of, note_visit
from feedback.points.ledger import balance
from feedback.points.redeeming import Quote, quote, redeem
from feedback.secrets import new_nonce
from feedback.staff.company import load_company
from feedback.staff.permissions import Act
from feedback.web import customer_words, point_words
from feedback.web.points import blueprint
from feedback.web.points_form import whole
from feedback.web.settings import note

FOUND, PURCHASES = 10, 5


@blueprint.get("/points/till")
@requires(Act.REDEEM_POINTS)
def till() -> ResponseReturnValue:
    return render_template("staff/points/till.html", asked="", people=None, words=customer_words)


@blueprint.post("/points/till")
@requires(Act.REDEEM_POINTS)
def find() -> ResponseReturnValue:
    """A search is a POST: phones and addresses have no place in addresses of pages."""
    asked = request.form.get("q", "").strip()[:200]
    people = _people(db.session(), asked) if asked else None
    if people is not None and len(people) == 1:
        return redirect(url_for("points.card", customer_id=people[0].id), 303)
    return render_template("staff/points/till.html", asked=asked, people=people, words=customer_words)


@blueprint.get("/points/till/<int:customer_id>")
@requires(Act.REDEEM_POINTS)
def card(customer_id: int) -> ResponseReturnValue:
    session, now = db.session(), utc_now()
    person = session.get(Customer, customer_id)
    if person is None or person.erased_at is not None:
        raise NotFound("There is no such customer.")
    with transaction() as writing:
        note(writing, "read_points_card", "customer", customer_id)
    bought = session.scalars(
        select(Purchase)
        .where(Purchase.customer_id == customer_id)
        .order_by(Purchase.purchased_at.desc(), Purchase.id.desc())
        .limit(PURCHASES)
    ).all()
    return render_template(
        "staff/points/card.html", person=person, has=balance(session, customer_id, now), words=customer_words,
        purchases=[(purchase, _quote(session, customer_id, purchase.id)) for purchase in bought], nonce=new_nonce(),
        limit=limit_of(_roles()),
    )  # fmt: skip


@blueprint.post("/points/till/<int:customer_id>/pay")
@requires(Act.REDEEM_POINTS)
def pay(customer_id: int) -> ResponseReturnValue:
    purchase_id, points = whole(request.form.get("purchase")), whole(request.form.get("points"))

    def act(session: Session) -> str:
        spent = redeem(session, customer_id, purchase_id, points, f"till:{_nonce()}", utc_now(), current_staff().id)
        if spent.is_new:
            note(session, "redeem_points", "customer", customer_id, {"points": points})
        return str(_("Paid with points: %(points)s.", points=points))

    return _done(customer_id, act)


@blueprint.post("/points/till/<int:customer_id>/visit")
@requires(Act.REDEEM_POINTS)
def visit(customer_id: int) -> ResponseReturnValue:
    def act(session: Session) -> str:
        points = note_visit(session, customer_id, utc_now(), current_staff().id)
        if not points:
            return str(_("Today’s visit was thanked for before."))
        note(session, "note_visit", "customer", customer_id)
        return str(_("Points for the visit: %(points)s.", points=points))

    return _done(customer_id, act)


@blueprint.post("/points/till/<int:customer_id>/hand")
@requires(Act.GRANT_POINTS)
def by_hand(customer_id: int) -> ResponseReturnValue:
    points = whole(request.form.get("points"))
    points = 0 if points < 0 else -points if request.form.get("way") == "take" else points
    reason, user_id = request.form.get("reason", ""), current_staff().id

    def act(session: Session) -> str:
        moved = change_by_hand(
            session, customer_id, points, reason, _nonce(), utc_now(), user_id=user_id, roles=_roles()
        )
        if moved:
            note(session, "grant_points", "customer", customer_id, {"points": moved})
        return str(_("Done."))

    return _done(customer_id, act)


def _done(customer_id: int, act: Any) -> ResponseReturnValue:
    try:
        with transaction() as session:
            told = act(session)
    except Invalid:
        flash(_("Give a whole number of points from 1, and a reason where one is asked for."), "error")
    except (Conflict, Forbidden) as error:
        flash(point_words.refusal_words(error), "error")
    else:
        flash(told)
    return redirect(url_for("points.card", customer_id=customer_id), 303)


def _roles() -> list[str]:
    return [role.name for role in current_staff().roles]


def _nonce() -> str:
    """What makes a form sent twice one act."""
    given = request.form.get("nonce", "")
    return given if 8 <= len(given) <= 40 and given.isascii() and given.isprintable() else new_nonce()


def _people(session: Session, asked: str) -> list[Customer]:
    """By the whole number of the card (external id), e-mail or phone."""
    try:
        keys = [Customer.external_id == storable(asked), Customer.email == asked.lower()]
    except ValueError:
        return []
    try:
        number = normal_phone(asked, (load_company(session).country,))
    except ValueError:
        number = None
    if number:
        keys.append(Customer.phone == number)
    query = select(Customer).where(or_(*keys), Customer.erased_at.is_(None)).order_by(Customer.id).limit(FOUND)
    return list(session.scalars(query))


def _quote(session: Session, customer_id: int, purchase_id: int) -> Quote | None:
    try:
        return quote(session, customer_id, purchase_id, utc_now())
    except Conflict:
        return None
