"""The language of a public page: what was chosen on it, the customer's, the link's, the browser's, the company's."""

from flask import request

from feedback.db import db
from feedback.http.languages import LANGUAGES, use_language
from feedback.staff.company import recent_company
from surveys.answering.links import Visit


def page_language(visit: Visit | None = None, wished: str | None = None) -> str:
    """Choose the language and show the rest of this request in it. `wished` is what a customer set without a visit."""
    chosen = request.form.get("lang") if request.method == "POST" else None
    wishes = [chosen, request.args.get("lang"), wished]
    if visit is not None:
        wishes += [visit.customer_language, visit.language]
    known = next((w for w in wishes if w in LANGUAGES), None)
    language = known or request.accept_languages.best_match(LANGUAGES) or recent_company(db.session()).language
    use_language(language)
    return language
