"""`/how-we-collect-reviews` and `/privacy`: made from live settings and counts; search engines may list them."""

from flask import render_template

from feedback.clock import utc_now
from feedback.db import db
from feedback.http.languages import LANGUAGES
from feedback.staff.company import recent_company
from surveys.answering import wording
from surveys.answering.blueprint import public
from surveys.answering.figures import collection_figures
from surveys.answering.language import page_language
from surveys.responses.submit import CHANGE_WINDOW


@public.get("/how-we-collect-reviews")
def how_we_collect_reviews() -> str:
    figures = collection_figures(db.session())
    return _page("public/how_we_collect_reviews.html", figures=figures, minutes=CHANGE_WINDOW.seconds // 60)


@public.get("/privacy")
def privacy() -> str:
    return _page("public/privacy.html")


def _page(template: str, **context: object) -> str:
    language, company = page_language(), recent_company(db.session())
    return render_template(
        template,
        language=language,
        company=company,
        languages=[code for code in LANGUAGES if code != language],
        today=utc_now().astimezone(wording.zone(None, company.timezone)),
        number=lambda value: wording.number(value, language),
        address=company.address.get(language),
        **context,
    )
