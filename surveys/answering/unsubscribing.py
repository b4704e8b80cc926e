"""`/u/<token>`: GET shows, POST acts. The one-press form of mail programs (RFC 8058) posts to the same address."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import update

from feedback.clock import utc_now
from feedback.customers.models import Customer
from feedback.db import db, transaction
from feedback.http.errors import error_page
from feedback.http.languages import LANGUAGES
from feedback.messages.people import GAP_DAYS
from feedback.messages.policy import SuppressionReason
from feedback.messages.suppression import listed, unsubscribe
from feedback.staff.company import recent_company
from surveys.answering import kind_pages, wording
from surveys.answering.blueprint import public
from surveys.answering.language import page_language
from surveys.answering.limits import PER_TOKEN, Counter
from surveys.answering.people import Owner, owner_of_any, owner_of_page

GAPS = (90, 180)
_posts = Counter(PER_TOKEN)


@public.get("/u/<token>")
def leaving(token: str) -> ResponseReturnValue:
    owner = owner_of_any(db.session(), token)
    if owner is None:
        return kind_pages.unknown(token)
    if _has_left(owner):
        return _page("public/unsubscribed.html", token, owner, is_new=False)
    return _page("public/unsubscribe.html", token, owner)


@public.post("/u/<token>")
def leave(token: str) -> ResponseReturnValue:
    owner = owner_of_any(db.session(), token)
    if owner is None:
        return kind_pages.unknown(token)
    if not _posts.allows(token):
        return error_page(429)
    is_one_click = request.form.get("List-Unsubscribe") == "One-Click"
    gap = request.form.get("every_days", "")
    if request.form.get("act") == "less" and not is_one_click and gap in map(str, GAPS):
        if _has_left(owner):  # from a page opened before the leaving
            return _page("public/unsubscribed.html", token, owner, is_new=False)
        _write_less(owner, int(gap))
        return _page("public/written_less.html", token, owner, days=int(gap))
    if not is_one_click and request.form.get("act") != "stop":
        return _page("public/unsubscribe.html", token, owner)
    with transaction() as session:
        source = "one_click" if is_one_click else "unsubscribe"
        unsubscribe(session, owner.customer_id, owner.channel, utc_now(), source)
    return _page("public/unsubscribed.html", token, owner, is_new=True)


def _has_left(owner: Owner) -> bool:
    """Whether nobody writes any more; a letter that once came back is no wish of the customer."""
    address = owner.email if owner.channel == "email" else owner.phone
    reason = listed(db.session(), owner.channel, [address]).get(address) if address else None
    return reason not in (None, SuppressionReason.BOUNCED)


def _write_less(owner: Owner, days: int) -> None:
    with transaction() as session:
        attributes = {**owner.attributes, GAP_DAYS: days}
        session.execute(
            update(Customer).where(Customer.id == owner.customer_id).values(attributes=attributes),
            execution_options={"synchronize_session": False},
        )


def _page(template: str, token: str, owner: Owner, **context: Any) -> ResponseReturnValue:
    language = page_language(wished=owner.language)
    is_own = owner_of_page(db.session(), token) is not None
    return render_template(
        template,
        token=token,
        language=language,
        company=recent_company(db.session()),
        languages=[code for code in LANGUAGES if code != language] if request.method == "GET" else (),
        channel=owner.channel,
        address=wording.reach(owner.email, None) if owner.channel == "email" else wording.reach(None, owner.phone),
        own_token=token if is_own else None,
        gaps=GAPS,
        gap=owner.attributes.get(GAP_DAYS) if owner.attributes.get(GAP_DAYS) in GAPS else GAPS[0],
        **context,
    )
