"""Public pages of the monthly draw: terms from the first day, the frozen codes, the result with its proof, claiming."""

from collections.abc import Sequence
from pathlib import Path

from flask import Response, jsonify, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from feedback.clock import utc_now
from feedback.customers.money import decimals_of
from feedback.db import db, transaction
from feedback.draws import check_draw
from feedback.draws.drawing import CLAIM_DAYS
from feedback.draws.proof import (
    PublicPlace,
    codes_shown,
    proof_of,
    public_draw,
    public_draws,
    public_places,
    runners_up,
)
from feedback.draws.terms import Prize, places_of, prizes_of
from feedback.draws.winners import Claim, claim_of, claim_prize
from feedback.errors import Conflict, Invalid
from feedback.http.errors import error_page
from feedback.http.languages import LANGUAGES
from feedback.staff.company import recent_company
from surveys.answering import kind_pages, wording
from surveys.answering.blueprint import public
from surveys.answering.language import page_language
from surveys.answering.limits import PER_TOKEN, Counter

SCRIPT = Path(check_draw.__file__)
SIGNS = {"RUB": "₽", "BGN": "лв.", "EUR": "€"}
MOST_CODES = 1000  # more would make the page heavy
_posts = Counter(PER_TOKEN)


@public.get("/draws/results")
def draws() -> ResponseReturnValue:
    return _page("public/draws.html", page_language(), draws=public_draws(db.session()))


@public.get("/draws/check_draw.py")
def check_script() -> Response:
    return send_file(SCRIPT, mimetype="text/x-python", as_attachment=True, download_name="check_draw.py", max_age=3600)


@public.get("/draws/<slug>")
def draw(slug: str) -> ResponseReturnValue:
    session = db.session()
    found = public_draw(session, slug)
    if found is None:
        return _page("public/no_draw.html", page_language(), 404)
    places = public_places(session, found)
    return _page(
        "public/draw.html", page_language(), draw=found, places=places, runners_up=runners_up(found, places),
        prizes=prizes_of(found), codes=codes_shown(found), results=_results(places, runners_up(found, places)),
        prize_count=len(places_of(found)), claim_days=CLAIM_DAYS, most_codes=MOST_CODES,
    )  # fmt: skip


@public.get("/draws/<slug>/proof.json")
def draw_proof(slug: str) -> ResponseReturnValue:
    session = db.session()
    found = public_draw(session, slug)
    return error_page(404) if found is None else jsonify(proof_of(session, found))


@public.get("/draws/<slug>/codes.txt")
def draw_codes(slug: str) -> ResponseReturnValue:
    found = public_draw(db.session(), slug)
    if found is None or found.drawn_list is None:
        return error_page(404)
    return Response(found.drawn_list, mimetype="text/plain")


@public.get("/prize/<token>")
def prize(token: str) -> ResponseReturnValue:
    claim = claim_of(db.session(), token, utc_now())
    if claim is None:
        return kind_pages.unknown(token)
    return _claim_page(claim, token)


@public.post("/prize/<token>")
def claim_prize_(token: str) -> ResponseReturnValue:
    if not _posts.allows(token):
        return error_page(429)
    name = request.form.get("shown_name", "") if request.form.get("may_show") == "1" else ""
    try:
        with transaction() as session:
            if claim_of(session, token, utc_now()) is None:
                return kind_pages.unknown(token)
            claim = claim_prize(session, token, name, utc_now())
    except (Invalid, Conflict) as error:
        over = claim_of(db.session(), token, utc_now())
        if over is None:
            return kind_pages.unknown(token)
        return _claim_page(over, token, error.code, 422 if isinstance(error, Invalid) else 410)
    return _claim_page(claim, token, "saved")


def _claim_page(claim: Claim, token: str, said: str | None = None, status: int = 200) -> ResponseReturnValue:
    typed = request.form.get("shown_name", "") if request.method == "POST" else claim.winner.shown_name or ""
    return _page("public/prize.html", page_language(), status, claim=claim, token=token, said=said, typed=typed)


def _results(places: Sequence[PublicPlace], runners: Sequence[str]) -> dict[str, str]:
    """What stands beside a code in the list."""
    found = {code: str(_("next in the order")) for code in runners}
    for place in places:
        words = _("prize %(number)s", number=place.place)
        found[place.code] = str(_("%(prize)s, passed on", prize=words) if place.is_given_up else words)
    return found


def _page(template: str, language: str, status: int = 200, **context: object) -> ResponseReturnValue:
    company = recent_company(db.session())
    zone = wording.zone(None, company.timezone)
    html = render_template(
        template, language=language, company=company, languages=[code for code in LANGUAGES if code != language],
        today=utc_now().astimezone(zone), number=lambda value: wording.number(value, language),
        date_words=lambda day: wording.day_of_year(day, language), money=lambda prize: _money(prize, language),
        month_words=lambda found: wording.month_of(found.month, language),
        moment=lambda at: f"{wording.day_of_year(at.astimezone(zone).date(), language)}, {at.astimezone(zone):%H:%M}",
        in_language=lambda texts: _in(texts, language), **context,
    )  # fmt: skip
    return html, status


def _in(texts: dict[str, str] | None, language: str) -> str:
    return (texts or {}).get(language, "")


def _money(prize: Prize, language: str) -> str:
    whole, rest = divmod(prize.value, 10 ** decimals_of(prize.currency))
    cents = f",{rest:02d}" if rest and language != "en" else f".{rest:02d}" if rest else ""
    return f"{wording.number(whole, language)}{cents}\xa0{SIGNS[prize.currency]}"
