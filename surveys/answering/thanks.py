"""`/s/<token>/thanks`: the answer arrived, the points, the balance, the links for everybody whatever the score."""

from datetime import datetime

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from feedback.clock import utc_now
from feedback.config import current_settings
from feedback.db.reading import reading
from feedback.points.ledger import Balance, Granted
from feedback.secrets import link_token
from feedback.staff.company import Company, recent_company
from surveys.answering import kind_pages, wording
from surveys.answering.blueprint import public
from surveys.answering.doors import Door, door
from surveys.answering.language import page_language
from surveys.answering.links import Visit, find_visit
from surveys.answering.pages import prepared
from surveys.answering.thanking import account_of
from surveys.responses.submit import CHANGE_WINDOW

TEMPLATE = "public/thanks.html"


@public.get("/s/<token>/thanks")
def thanks(token: str) -> ResponseReturnValue:
    now = utc_now()
    with reading() as connection:
        visit = find_visit(connection, token)
        if visit is None:
            return kind_pages.unknown(token)
        at = door(visit, now)
        if at is Door.OPEN:
            return redirect(url_for("public.show", token=token))
        if at is not Door.THANKED:
            return kind_pages.closed(at, visit)
        company = recent_company(connection)
        has, brought = account_of(connection, visit, now)
    return _thanks_page(token, visit, company, brought, has)


def _thanks_page(token: str, visit: Visit, company: Company, brought: Granted, has: Balance) -> str:
    language = page_language(visit)
    shown = {
        "is_granted": brought.points > 0,
        "is_held": brought.is_held,
        "has_own_page": visit.own_page_hash is not None,
    }
    sites = [(wording.site_name(site, language), site["url"]) for site in company.review_sites]
    page = prepared(TEMPLATE, tuple(shown.values()), language, company, lambda: {**shown, "sites": sites})
    return page.fill(_slots(token, visit, company, language) | _points(brought, has, language))


def _points(brought: Granted, has: Balance, language: str) -> dict[str, str]:
    return {
        "granted": wording.number(brought.points, language),
        "granted_label": wording.points_for_answer(brought.points, language),
        "active": wording.number(has.active, language),
        "active_label": wording.points_on_account(has.active, language),
    }


def _slots(token: str, visit: Visit, company: Company, language: str) -> dict[str, str]:
    zone = wording.zone(visit.timezone, company.timezone)
    answered: datetime = visit.completed_at.astimezone(zone) if visit.completed_at else utc_now()
    name = wording.greeting_name(visit.name)
    return {
        "token": token,
        "thanks": wording.thanks(name, language),
        "own_token": link_token(current_settings().secret_key, "m", visit.link_nonce),
        "until": wording.clock_time(answered + CHANGE_WINDOW),
        "stamp_day": f"{answered:%d.%m}",
        "stamp_year": f"{answered:%Y}",
        "slip": wording.answered_slip(visit.order, answered.date(), language),
    }
