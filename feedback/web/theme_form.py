"""A theme as a form: what a browser sends, and what is wrong with it in words. Phrases stand one a line."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from analysis.vocabulary import LANGUAGES, THEME_ASPECTS
from feedback.recovery.words import aspect_word
from feedback.themes.models import Theme
from feedback.themes.rules import MOST_PHRASES, MOST_POSITION, GivenTheme

_BREAK = re.compile(r"[\n,;]+")
LONGEST_FIELD = 10_000


def read_theme(form: Mapping[str, str]) -> GivenTheme:
    """What the form says; a position that is no number is out of range, so that it is refused."""
    position = form.get("position", "").strip()
    is_number = position.isascii() and position.isdigit() and len(position) <= len(str(MOST_POSITION))
    return GivenTheme(
        names={code: form.get(f"name_{code}", "") for code in LANGUAGES},
        aspect=form.get("aspect", ""),
        includes=_lines(form.get("includes", "")),
        excludes=_lines(form.get("excludes", "")),
        is_active=form.get("is_active") == "1",
        position=int(position) if is_number else None if not position else -1,
    )


def filled(theme: Theme) -> dict[str, Any]:
    """The form of a theme as it is stored."""
    return {
        **{f"name_{code}": theme.names.get(code, "") for code in LANGUAGES}, "aspect": theme.aspect,
        "includes": "\n".join(theme.includes), "excludes": "\n".join(theme.excludes),
        "is_active": "1" if theme.is_active else "", "position": theme.position,
    }  # fmt: skip


def suggested(asked: MultiDict[str, str]) -> dict[str, Any]:
    """The form of a new theme, begun by an address: name, aspect and phrases of a theme found in texts."""
    return {
        **{f"name_{code}": asked.get(f"name_{code}", "")[:80] for code in LANGUAGES},
        "aspect": asked.get("aspect", ""), "includes": "\n".join(asked.getlist("phrase")[:20]), "is_active": "1",
    }  # fmt: skip


def error_words(errors: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, by field, in words."""
    words = {
        "names": _("The theme needs a name in at least one language."),
        "aspect": _("Choose one of the list."),
        "position": _("A whole number from %(least)s to %(most)s.", least=0, most=MOST_POSITION),
    }
    return {field: words.get(field) or _phrase_words(problem) for field, problem in errors.items()}


def aspect_choices() -> Sequence[tuple[str, str]]:
    """The aspects a theme can stand under, with their words."""
    return [(aspect, aspect_word(aspect)) for aspect in THEME_ASPECTS]


def _phrase_words(problem: str) -> str:
    if problem == "needed":
        return str(_("Name at least one word or phrase."))
    if problem == "too many":
        return str(_("At most %(most)s phrases.", most=MOST_PHRASES))
    return str(
        _(
            "“%(phrase)s” is no phrase: write one to six words without signs; * only at the end, after three letters.",
            phrase=problem,
        )
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in _BREAK.split(text[:LONGEST_FIELD]) if line.strip())
