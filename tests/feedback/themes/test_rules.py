"""Themes are kept clean, in their order, and a deleted one is gone for good."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.db import transaction
from feedback.errors import Invalid, NotFound
from feedback.themes.rules import (
    GivenTheme,
    add_theme,
    all_themes,
    change_theme,
    checked,
    delete_theme,
    matcher_of,
    set_active,
    theme_of,
)
from tests.builders import NOW
from tests.feedback.themes.themes import theme

LATER = NOW + timedelta(hours=1)
GOOD = GivenTheme({"ru": " Опоздали "}, "delivery", ("  Опоздать ", "опоздать", "", "достав*"), ("не опоздать",))


def test_it_works(session: Session) -> None:
    with transaction():
        made = add_theme(session, GOOD, NOW)
    assert (made.names, made.includes, made.excludes) == (
        {"ru": "Опоздали"}, ["опоздать", "достав*"], ["не опоздать"],
    )  # fmt: skip
    assert matcher_of(session).match("Опять опоздали", "ru") == (made.id,)
    assert matcher_of(session).match("Не опоздали", "ru") == ()
    assert (made.name("bg"), made.name("ru")) == ("Опоздали", "Опоздали")


def test_new_ones_come_last_unless_they_say_where(session: Session) -> None:
    with transaction():
        for name, position in (("one", None), ("two", None), ("first", 0)):
            theme(session, name, position=position)
    assert [one.name("ru") for one in all_themes(session)] == ["first", "one", "two"]
    assert [one.position for one in all_themes(session)] == [0, 1, 2]


def test_a_changed_theme_keeps_its_place(session: Session) -> None:
    with transaction():
        first, _second = theme(session, "one"), theme(session, "two")
        change_theme(session, first.id, GivenTheme({"en": "New"}, "other", ("new",)), LATER)
    assert next((one.names, one.aspect) for one in all_themes(session)) == ({"en": "New"}, "other")
    assert first.changed_at == LATER


def test_disabled_and_deleted_ones_match_nothing(session: Session) -> None:
    with transaction():
        one, two = theme(session, "one", "опоздать"), theme(session, "two", "опоздать")
        set_active(session, one.id, False, LATER)
        delete_theme(session, two.id, LATER)
    assert matcher_of(session).match("опоздали", "ru") == ()
    assert [found.id for found in all_themes(session)] == [one.id]
    for act in (lambda: theme_of(session, two.id), lambda: delete_theme(session, two.id, LATER)):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        (GivenTheme({"ru": " "}, "delivery", ("x",)), {"names"}),
        (GivenTheme({"de": "Zu spät"}, "delivery", ("x",)), {"names"}),
        (GivenTheme({"ru": "Т"}, "taste", ("x",)), {"aspect"}),
        (GivenTheme({"ru": "Т"}, "delivery", ("", " ")), {"includes"}),
        (GivenTheme({"ru": "Т"}, "delivery", ("опоз*дать",), ("a*",)), {"includes", "excludes"}),
        (GivenTheme({"ru": "Т"}, "delivery", tuple("слово" + "а" * n for n in range(70)) * 2), set()),
        (GivenTheme({"ru": "Т"}, "delivery", ("x",), position=-1), {"position"}),
        (GivenTheme({"ru": "Т"}, "delivery", ("x",), position=10_000), {"position"}),
    ],
)
def test_what_cannot_be_kept_is_named(given: GivenTheme, fields: set[str]) -> None:
    if not fields:
        assert len(checked(given).includes) == 70
        return
    with pytest.raises(Invalid) as refused:
        checked(given)
    assert set(refused.value.errors) == fields


def test_too_many_phrases_are_refused() -> None:
    letters = "абвгдежзиклмноп"
    many = tuple(f"слово {one}{other}" for one in letters for other in letters)
    with pytest.raises(Invalid) as refused:
        checked(GivenTheme({"ru": "Т"}, "delivery", many))
    assert refused.value.errors == {"includes": "too many"}
