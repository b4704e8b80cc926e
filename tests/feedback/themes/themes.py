"""Themes for tests."""

from typing import Any

from sqlalchemy.orm import Session

from feedback.themes.models import Theme
from feedback.themes.rules import GivenTheme, add_theme
from tests.builders import NOW


def theme(session: Session, name: str, *includes: str, **values: Any) -> Theme:
    """A theme of deliveries with these phrases."""
    given: dict[str, Any] = {"names": {"ru": name}, "aspect": "delivery", "includes": includes or ("поздно",)}
    return add_theme(session, GivenTheme(**(given | values)), NOW)
