"""The kind pages: a link that is unknown, cut off, over, withdrawn or already answered, and an answer saved for later.

None of them leads to a person's page or says a name: the link may have been forwarded.
"""

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from feedback.clock import utc_now
from feedback.db import db
from feedback.db.reading import reading
from feedback.http.languages import LANGUAGES
from feedback.staff.company import recent_company
from surveys.answering import wording
from surveys.answering.doors import Door
from surveys.answering.language import page_language
from surveys.answering.links import Visit, is_whole
from surveys.answering.thanking import points_of

STATUS = {Door.EXPIRED: 410, Door.WITHDRAWN: 410, Door.ANSWERED: 200}


def unknown(token: str) -> ResponseReturnValue:
    """No link of ours; one that is cut off or changed is told so."""
    template = "public/unknown.html" if is_whole(token) else "public/broken.html"
    return _page(template, page_language(), 404)


def closed(at: Door, visit: Visit) -> ResponseReturnValue:
    """A link of ours that cannot be answered now."""
    language = page_language(visit)
    if at is Door.ANSWERED:
        with reading() as connection:
            points = points_of(connection, visit).points
        words = wording.number(points, language)
        return _page("public/answered.html", language, 200, points=points, points_words=words)
    is_begun = visit.response_id is not None
    return _page(f"public/{at}.html", language, STATUS[at], ended=_until(visit, language), is_begun=is_begun)


def saved(token: str, visit: Visit) -> ResponseReturnValue:
    """What was written is kept; until when the link works."""
    language = page_language(visit)
    return _page("public/saved.html", language, 200, token=token, until=_until(visit, language))


def nothing_here(token: str, visit: Visit) -> ResponseReturnValue:
    """Where the link leads that people do not see."""
    return _page("public/nothing.html", page_language(visit), 200, token=token)


def _page(template: str, language: str, status: int, **context: object) -> ResponseReturnValue:
    company = recent_company(db.session())
    others = [code for code in LANGUAGES if code != language]
    today = utc_now().astimezone(wording.zone(None, company.timezone))
    html = render_template(template, language=language, company=company, languages=others, today=today, **context)
    return make_response(html, status)


def _until(visit: Visit, language: str) -> str:
    zone = wording.zone(visit.timezone, recent_company(db.session()).timezone)
    return wording.day(visit.expires_at.astimezone(zone).date(), language)
