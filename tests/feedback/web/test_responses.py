"""The list of answers behind the figures."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from feedback.db import transaction
from tests.builders import branch
from tests.feedback.reports.test_comments import said
from tests.feedback.web.browser import Browser

AT = datetime(2026, 3, 10, 22, 0, tzinfo=UTC)  # already 11 March in Moscow


@pytest.fixture
def told(session: Session) -> int:
    with transaction():
        shop = branch(session, name="Парнас").id
        said(session, "поздно", 3, AT, branch_id=shop)
        said(session, "смърди", 9, AT, "negative")
        said(session, "нормально", 7, AT)
        said(session, "чудесно", 10, AT - timedelta(days=1))
        said(session, "робот", 0, AT, suspected_bot=True)
    return shop


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"поздно", "смърди", "нормально", "чудесно"}),
        ("?band=detractor", {"поздно"}),
        ("?band=unhappy", {"поздно", "смърди"}),
        ("?band=passive", {"нормально"}),
        ("?band=promoter", {"смърди", "чудесно"}),
        ("?since=2026-03-11&until=2026-03-11", {"поздно", "смърди", "нормально"}),
        ("?until=2026-03-10", {"чудесно"}),
        ("?branch={branch}", {"поздно"}),
        ("?branch=none&band=promoter", {"смърди", "чудесно"}),
        ("?all=1&band=detractor", {"поздно", "робот"}),
        ("?survey=nothing", set()),
        ("?since=tomorrow&band=blue&branch=x&after=nonsense", {"поздно", "смърди", "нормально", "чудесно"}),
    ],
)
def test_filters_narrow_the_list(told: int, at_work: Callable[..., Browser], query: str, found: set[str]) -> None:
    text = at_work("analyst").get("/responses" + query.format(branch=told)).text
    words = {"поздно", "смърди", "нормально", "чудесно", "робот"}
    assert {word for word in words if f">{word}<" in text} == found


def test_names_are_for_those_who_may_see_customers(told: int, at_work: Callable[..., Browser]) -> None:
    assert "Елена Петрова" not in at_work("analyst").get("/responses").text
    assert "Елена Петрова" in at_work("advocate", email="b@company.example").get("/responses").text
