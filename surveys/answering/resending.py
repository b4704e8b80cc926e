"""When the answer cannot be taken just now: a page that carries everything typed and sends it again by one press."""

from flask import Response, make_response, render_template, request

from feedback.http.languages import LANGUAGES, use_language
from feedback.staff.company import Company

WAIT_SECONDS = 15


def resend_page(token: str, status: int) -> Response:
    """A page that needs no database. Files cannot be carried by a page, so it says that photos must be chosen again."""
    chosen = request.form.get("lang")
    language = chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "en"
    use_language(language)
    carried = [(name, value) for name, values in request.form.lists() for value in values if name != "act"]
    html = render_template(
        "public/resend.html", language=language, company=Company(), token=token, carried=carried,
        act=request.form.get("act", "send"), has_files=any(f.filename for f in request.files.values()),
    )  # fmt: skip
    response = make_response(html, status)
    response.headers["Retry-After"] = str(WAIT_SECONDS)
    return response
