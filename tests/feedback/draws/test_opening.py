"""From terms to frozen entrants."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.draws.drawing import may_run
from feedback.draws.entering import draw_of_month
from feedback.draws.models import Draw, DrawEntry
from feedback.draws.opening import close_due, exclude, open_draw, take_back_exclusion
from feedback.draws.picking import hash_of_list, hash_of_secret
from feedback.draws.terms import Prize, copy_terms, edit_terms, missing
from feedback.errors import Conflict, Invalid
from tests.builders import staff
from tests.feedback.draws.draws import AFTER, IN_MARCH, MONTH, TERMS, TEXTS, closed, entrants, opened, planned


def test_it_works(session: Session) -> None:
    draw = opened(session)
    assert (draw.state, draw.opened_at) == ("open", IN_MARCH)
    assert draw.secret is not None
    assert len(draw.secret) == 64
    assert draw.secret_hash == hash_of_secret(draw.secret)
    assert (draw.closes_on, draw.publish_by) == (date(2026, 3, 31), date(2026, 4, 5))


@pytest.mark.parametrize(
    ("field", "empty"),
    [
        ("organiser", " "), ("rules", {"ru": "Правила", "en": "Rules"}), ("prizes", ()), ("place", ""),
        ("receipts", {"ru": "По почте"}), ("closes_on", None), ("publish_by", None),
    ],
)  # fmt: skip
def test_a_draw_without_a_legal_field_cannot_open(session: Session, field: str, empty: Any) -> None:
    draw = planned(session, **{field: empty})
    assert missing(draw) == [field]
    with pytest.raises(Invalid) as refused:
        open_draw(session, draw.id, IN_MARCH)
    assert list(refused.value.errors) == [field]
    assert (draw.state, draw.secret) == ("planned", None)


def test_a_draw_opens_once_and_in_its_month(session: Session) -> None:
    draw = planned(session)
    with pytest.raises(Conflict, match="before its month"):
        open_draw(session, draw.id, datetime(2026, 2, 28, 12, 0, tzinfo=UTC))
    with pytest.raises(Conflict, match="last day"):
        open_draw(session, draw.id, AFTER)
    secret = open_draw(session, draw.id, IN_MARCH).secret
    with pytest.raises(Conflict, match="open already"):
        open_draw(session, draw.id, IN_MARCH)
    assert draw.secret == secret


def test_terms_are_fixed_once_it_is_open(session: Session) -> None:
    draw = opened(session)
    with pytest.raises(Conflict):
        edit_terms(session, draw.id, replace(TERMS, organiser="Другой"), staff(session, "admin").id)
    with pytest.raises(Conflict):
        copy_terms(session, draw.id, staff(session, "admin").id)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mode", "lottery"), ("organiser", "о" * 201), ("rules", TEXTS | {"en": "r" * 20_001}),
        ("prizes", (Prize(TEXTS, 0, 100, "RUB"),)), ("prizes", (Prize(TEXTS, 1, -1, "RUB"),)),
        ("prizes", (Prize({"ru": "Палатка"}, 1, 1, "RUB"),)), ("prizes", (Prize(TEXTS, 1, 1, "USD"),)),
        ("closes_on", date(2026, 2, 28)), ("publish_by", date(2026, 3, 31)), ("shortlist_size", 0),
    ],
)  # fmt: skip
def test_wrong_terms_are_refused_by_field(session: Session, field: str, value: Any) -> None:
    draw = draw_of_month(session, MONTH)
    assert draw is not None
    with pytest.raises(Invalid) as refused:
        edit_terms(session, draw.id, replace(TERMS, **{field: value}), staff(session, "admin").id)
    assert list(refused.value.errors) == [field]
    assert draw.organiser is None


def test_who_edits_or_copies_the_terms_may_not_run_it(session: Session) -> None:
    march = planned(session)
    april = draw_of_month(session, date(2026, 4, 1))
    editor, other = staff(session, "admin", "prize_manager"), staff(session, "prize_manager")
    assert april is not None
    assert copy_terms(session, april.id, editor.id)
    assert (april.organiser, april.prizes, april.closes_on) == (march.organiser, march.prizes, date(2026, 4, 30))
    assert not may_run(session, april.id, editor.id)
    assert may_run(session, april.id, other.id)
    assert may_run(session, march.id, editor.id)


def test_it_closes_by_itself_after_its_last_day(session: Session) -> None:
    draw = opened(session)
    entrants(session, draw, "BBB", "AAA", "CCC")
    exclude(session, draw.id, "ccc ", "family")
    assert close_due(session, datetime(2026, 3, 31, 21, 20, tzinfo=UTC)) == 0  # 00:20 in Moscow: still the grace
    assert close_due(session, datetime(2026, 3, 31, 21, 31, tzinfo=UTC)) == 1
    assert close_due(session, AFTER) == 0
    assert (draw.state, draw.drawn_list) == ("closed", "AAA\nBBB\n")
    assert draw.list_hash == draw.entrants_hash == hash_of_list(["AAA", "BBB"])
    assert draw_of_month(session, MONTH) is None  # nobody enters any more


def test_a_shortlist_is_not_frozen_at_closing(session: Session) -> None:
    draw = closed(session, "AAA", "BBB", mode="shortlist_draw")
    assert (draw.entrants_hash, draw.list_hash) == (hash_of_list(["AAA", "BBB"]), None)


def test_a_draw_without_entrants_closes_too(session: Session) -> None:
    assert closed(session).list_hash == hash_of_list([])


def test_exclusions_keep_the_entry_and_can_be_taken_back_until_the_freeze(session: Session) -> None:
    draw = opened(session)
    entrants(session, draw, "AAA")
    exclude(session, draw.id, "AAA", "staff")
    assert session.scalars(select(DrawEntry.excluded_for)).all() == ["staff"]
    take_back_exclusion(session, draw.id, "AAA")
    assert session.scalars(select(DrawEntry.excluded_for)).all() == [None]
    with pytest.raises(Invalid):
        exclude(session, draw.id, "ZZZ", "staff")
    with pytest.raises(Invalid):
        exclude(session, draw.id, "AAA", "whim")
    close_due(session, AFTER)
    with pytest.raises(Conflict):
        exclude(session, draw.id, "AAA", "staff")
    with pytest.raises(Conflict):
        take_back_exclusion(session, draw.id, "AAA")


def test_planned_draws_never_close(session: Session) -> None:
    planned(session)
    assert close_due(session, AFTER) == 0
    assert session.scalars(select(Draw.state)).all() == ["planned"]
