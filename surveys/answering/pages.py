"""Rendering. A page's fixed parts are rendered once per language and kept; each visit only fills its slots.

A slot is a marked place in the rendered page. Templates write it as `{{ slot.name }}`; filled values are escaped here.
Each process has marks of its own, so that nothing a customer types can be taken for one.
"""

import re
import secrets
from collections.abc import Callable, Hashable, Mapping
from typing import Any

from flask import current_app, render_template
from markupsafe import Markup, escape

from feedback.http.languages import use_language
from feedback.staff.company import Company

_BEGIN, _END = f"\x02{secrets.token_hex(8)}:", "\x03"
_MARK = re.compile(f"{_BEGIN}([a-z_]+){_END}")
MOST_PAGES = 1000


class _Slots:
    """Gives every name its mark."""

    def __getattr__(self, name: str) -> Markup:
        return Markup(f"{_BEGIN}{name}{_END}")


class PreparedPage:
    """A rendered page, cut at its slots."""

    def __init__(self, html: str, company: Company) -> None:
        self._parts = _MARK.split(html)  # text, name, text, name, ..., text
        self.company = company

    def fill(self, slots: Mapping[str, str]) -> str:
        """The page with its slots filled; `Markup` values stand as they are, all others are escaped."""
        parts = self._parts.copy()
        for n in range(1, len(parts), 2):
            parts[n] = escape(slots[parts[n]])
        return "".join(parts)


def prepared(
    template: str, variant: Hashable, language: str, company: Company, context: Callable[[], dict[str, Any]]
) -> PreparedPage:
    """The page in this language, from memory. `variant` names everything in `context` that changes the fixed parts."""
    pages: dict[Hashable, PreparedPage] = current_app.extensions.setdefault("otklik_pages", {})
    key = (template, language, variant)
    page = pages.get(key)
    if page is None or page.company != company or current_app.debug:
        if len(pages) >= MOST_PAGES:
            pages.clear()
        use_language(language)
        page = pages[key] = prepare(template, language, company, context())
    return page


def prepare(template: str, language: str, company: Company, context: dict[str, Any]) -> PreparedPage:
    """The page in this language, rendered now."""
    use_language(language)
    html = render_template(template, slot=_Slots(), company=company, language=language, **context)
    return PreparedPage(html, company)
