"""`/m/<token>`: the customer's own page, and the acts on it: language and consents."""

from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import update

from feedback.clock import utc_now
from feedback.customers.consents import ConsentAct, record_consents
from feedback.customers.models import Customer, Purpose
from feedback.db import db, transaction
from feedback.http.errors import error_page
from feedback.http.languages import LANGUAGES
from feedback.points.programme import load_programme
from feedback.staff.company import Company, recent_company
from surveys.answering import kind_pages, wording
from surveys.answering.account_words import consent_words, entry_words, purpose_words
from surveys.answering.blueprint import public
from surveys.answering.language import page_language
from surveys.answering.limits import PER_TOKEN, Counter
from surveys.answering.own_page import ENTRIES_SHOWN, account_of, consents_of, draw_codes_of, reviews_of
from surveys.answering.people import Owner, owner_of_page
from surveys.answering.programme_words import programme_sentences
from surveys.questionnaires.reading import in_language

ALL_ENTRIES = 1000
SOURCE, TEXT_VERSION = "own_page", "own-page-1"
_posts = Counter(PER_TOKEN)


@public.get("/m/<token>")
def me(token: str) -> ResponseReturnValue:
    session = db.session()
    owner = owner_of_page(session, token)
    if owner is None:
        return kind_pages.unknown(token)
    language, company = page_language(wished=owner.language), recent_company(session)
    shown = ALL_ENTRIES if request.args.get("all") else ENTRIES_SHOWN
    return render_template(
        "public/me.html",
        token=token,
        owner=owner,
        language=language,
        company=company,
        account=account_of(session, owner.customer_id, utc_now(), shown),
        reviews=reviews_of(session, owner.customer_id),
        codes=draw_codes_of(session, owner.customer_id),
        consents=consents_of(session, owner.customer_id),
        purposes=list(Purpose),
        languages=(),
        all_languages=LANGUAGES,
        programme=programme_sentences(
            load_programme(session),
            company.review_points,
            utc_now().astimezone(wording.zone(None, company.timezone)).date(),
        ),
        **_words(owner, company, language),
    )


@public.post("/m/<token>/language")
def change_language(token: str) -> ResponseReturnValue:
    owner = owner_of_page(db.session(), token)
    if owner is None:
        return kind_pages.unknown(token)
    if not _posts.allows(token):
        return error_page(429)
    chosen = request.form.get("language")
    if chosen in LANGUAGES:
        with transaction() as session:
            mine = Customer.id == owner.customer_id
            session.execute(
                update(Customer).where(mine).values(language=chosen),
                execution_options={"synchronize_session": False},
            )
    return redirect(url_for("public.me", token=token, _anchor="writing"), 303)


@public.post("/m/<token>/consents")
def change_consent(token: str) -> ResponseReturnValue:
    owner = owner_of_page(db.session(), token)
    if owner is None:
        return kind_pages.unknown(token)
    if not _posts.allows(token):
        return error_page(429)
    purpose = request.form.get("give") or request.form.get("revoke")
    if purpose in list(Purpose):
        _record(owner, Purpose(purpose), "give" in request.form, utc_now())
    return redirect(url_for("public.me", token=token, _anchor="consents"), 303)


def _record(owner: Owner, purpose: Purpose, is_given: bool, now: datetime) -> None:
    """An act on the page speaks for every channel, so it also outdoes older acts about a single one."""
    with transaction() as session:
        known = consents_of(session, owner.customer_id)[purpose]
        channels = {"any", known.channel if known else "any"}
        acts = [ConsentAct(owner.customer_id, purpose, is_given, now, c, TEXT_VERSION, SOURCE) for c in channels]
        record_consents(session, acts)


def _words(owner: Owner, company: Company, language: str) -> dict[str, Any]:
    zone = wording.zone(owner.timezone, company.timezone)
    return {
        "name": wording.greeting(wording.greeting_name(owner.name), language),
        "number": lambda value: wording.number(value, language),
        "signed": lambda value: ("+" if value > 0 else "") + wording.number(value, language),
        "day": lambda at: wording.day_of_year(at.astimezone(zone).date(), language),
        "month": lambda value: wording.month_of(value, language),
        "iso_day": lambda at: at.astimezone(zone).date().isoformat(),
        "account_label": lambda value: wording.points_on_account(value, language),
        "entry_words": entry_words,
        "purpose_words": purpose_words,
        "consent_words": lambda act: consent_words(act, company.assumes_processing_consent),
        "text_of": lambda texts: in_language(texts, language),
        "today": utc_now().astimezone(zone),
    }
