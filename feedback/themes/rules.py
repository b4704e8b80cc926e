"""Acts on themes, and the matcher of the active ones. A text keeps its themes until it is matched again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.themes.matching import ThemeMatcher, ThemeRule, clean_phrase
from analysis.vocabulary import LANGUAGES, THEME_ASPECTS
from feedback.errors import Invalid, NotFound
from feedback.themes.models import Theme

LONGEST_NAME = 80
MOST_PHRASES, MOST_POSITION = 100, 9999


@dataclass(frozen=True)
class GivenTheme:
    """A theme as somebody wrote it; phrases still raw. ``position`` None puts it at the end."""

    names: Mapping[str, str]
    aspect: str
    includes: tuple[str, ...]
    excludes: tuple[str, ...] = ()
    is_active: bool = True
    position: int | None = None


def all_themes(session: Session) -> Sequence[Theme]:
    """Themes that are not deleted, in their order."""
    return session.scalars(select(Theme).where(Theme.deleted_at.is_(None)).order_by(Theme.position, Theme.id)).all()


def theme_of(session: Session, theme_id: int) -> Theme:
    """A theme that is not deleted. Raises NotFound."""
    theme = session.get(Theme, theme_id)
    if theme is None or theme.deleted_at is not None:
        raise NotFound("There is no such theme.")
    return theme


def matcher_of(session: Session) -> ThemeMatcher:
    """The active themes, ready to be matched to texts."""
    return ThemeMatcher([rule_of(theme) for theme in all_themes(session) if theme.is_active])


def rule_of(theme: Theme) -> ThemeRule:
    """What matching needs of a theme."""
    return ThemeRule(theme.id, tuple(theme.includes), tuple(theme.excludes))


def checked(given: GivenTheme) -> GivenTheme:
    """The theme with clean names and phrases. Raises Invalid, whose errors name the fields."""
    errors: dict[str, str] = {}
    names = {code: name for code in LANGUAGES if (name := given.names.get(code, "").strip()[:LONGEST_NAME])}
    if not names:
        errors["names"] = "needed"
    if given.aspect not in THEME_ASPECTS:
        errors["aspect"] = "unknown"
    includes = _phrases(given.includes, "includes", errors)
    if not includes and "includes" not in errors:
        errors["includes"] = "needed"
    excludes = _phrases(given.excludes, "excludes", errors)
    if given.position is not None and not 0 <= given.position <= MOST_POSITION:
        errors["position"] = "range"
    if errors:
        raise Invalid("The theme cannot be kept so.", errors)
    return GivenTheme(names, given.aspect, includes, excludes, given.is_active, given.position)


def add_theme(session: Session, given: GivenTheme, now: datetime) -> Theme:
    """Store a new theme. Raises Invalid."""
    theme = Theme(created_at=now)
    session.add(theme)
    _fill(session, theme, checked(given), now)
    return theme


def change_theme(session: Session, theme_id: int, given: GivenTheme, now: datetime) -> Theme:
    """Store a theme's new form. Raises Invalid, NotFound."""
    theme = theme_of(session, theme_id)
    _fill(session, theme, checked(given), now)
    return theme


def set_active(session: Session, theme_id: int, is_active: bool, now: datetime) -> Theme:
    """Let a theme be matched, or not any more; texts keep it meanwhile. Raises NotFound."""
    theme = theme_of(session, theme_id)
    theme.is_active, theme.changed_at = is_active, now
    session.flush()
    return theme


def delete_theme(session: Session, theme_id: int, now: datetime) -> Theme:
    """Take a theme off every screen, for good. Raises NotFound."""
    theme = theme_of(session, theme_id)
    theme.is_active, theme.deleted_at, theme.changed_at = False, now, now
    session.flush()
    return theme


def _fill(session: Session, theme: Theme, given: GivenTheme, now: datetime) -> None:
    theme.names, theme.aspect = dict(given.names), given.aspect
    theme.includes, theme.excludes = list(given.includes), list(given.excludes)
    theme.is_active, theme.changed_at = given.is_active, now
    if given.position is not None:
        theme.position = given.position
    elif theme.position is None:
        with session.no_autoflush:
            last = session.scalar(select(func.max(Theme.position)).where(Theme.deleted_at.is_(None)))
        theme.position = min((last or 0) + 1, MOST_POSITION)
    session.flush()


def _phrases(given: Iterable[str], field: str, errors: dict[str, str]) -> tuple[str, ...]:
    """Each phrase once, cleaned; the first that is none is named in ``errors``."""
    clean: dict[str, None] = {}
    for written in given:
        if not written.strip():
            continue
        try:
            clean[clean_phrase(written)] = None
        except ValueError:
            errors.setdefault(field, written.strip()[:80])
    if len(clean) > MOST_PHRASES:
        errors.setdefault(field, "too many")
    return tuple(clean)
