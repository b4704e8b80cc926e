"""Staff prepare, judge and run a draw in a browser; each role only what it may, each act in the audit."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.db import transaction
from feedback.draws.models import Draw, DrawEditor, DrawEntry, DrawJudge, DrawMark, DrawWinner
from feedback.draws.opening import close_due
from feedback.draws.winners import claim_prize
from feedback.secrets import link_token
from feedback.staff.accounts import get_user
from feedback.staff.models import AuditEntry
from surveys.responses.models import Answer, Response
from tests.feedback.draws.draws import AFTER, IN_MARCH, closed, entrants, opened, planned
from tests.feedback.web.browser import Browser

AtWork = Callable[..., Browser]
PRIZES = {
    "prize_0_name_ru": "Палатка", "prize_0_name_bg": "Палатка", "prize_0_name_en": "Tent", "prize_0_count": "2",
    "prize_0_value": "3 990,50", "prize_0_currency": "RUB",
}  # fmt: skip
TERMS = {
    "mode": "draw", "organiser": "«Северный ветер»", "place": "Москва", "closes_on": "2026-03-31",
    "publish_by": "2026-04-05", "shortlist_size": "24", **PRIZES,
    **{f"{field}_{code}": f"Text {code}" for field in ("rules", "receipts") for code in ("ru", "bg", "en")},
}  # fmt: skip


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(IN_MARCH):
        yield


def drawn(session: Session) -> Draw:
    session.rollback()
    return session.scalars(select(Draw).execution_options(populate_existing=True)).one()


def acts(session: Session) -> list[str]:
    session.rollback()
    query = select(AuditEntry.act).where(AuditEntry.object_kind == "draw").order_by(AuditEntry.id)
    return list(session.scalars(query))


def with_draw(make: Callable[..., Draw], session: Session, *codes: str, **changes: Any) -> int:
    with transaction():
        return make(session, *codes, **changes).id


def login_after(at_work: AtWork, *roles: str, **values: Any) -> Browser:
    with time_machine.travel(AFTER):
        return at_work(*roles, **values)


def test_it_works(at_work: AtWork, session: Session) -> None:
    admin = at_work("admin", email="admin@company.example")
    assert "No draws yet" in admin.get("/draws").text
    assert "Prepare March 2026" in admin.page
    address = admin.submit("/draws", month="2026-03").location
    assert address == f"/draws/{drawn(session).id}/terms"
    admin.get(address)
    shown = address.removesuffix("/terms")
    assert admin.submit(address, **TERMS).location == shown
    draw = drawn(session)
    assert draw.prizes == [
        {"names": {"ru": "Палатка", "bg": "Палатка", "en": "Tent"}, "count": 2, "value": 399_050, "currency": "RUB"}
    ]
    assert "Open the draw" in admin.get(shown).text
    assert admin.submit(f"{shown}/open").status_code == 303
    with transaction():
        entrants(session, drawn(session), "AAA", "BBB", "CCC")
    with transaction():
        close_due(session, AFTER)
    with time_machine.travel(AFTER):
        manager = at_work("prize_manager", email="prizes@company.example")
        assert "Compute the result" in manager.get(shown).text
        assert manager.submit(f"{shown}/run").status_code == 303
        assert "told to nobody" in manager.get(shown).text
        assert not any(code in manager.page for code in ("AAA", "BBB", "CCC"))
        assert manager.submit(f"{shown}/publish").status_code == 303
        page = manager.get(shown).text
    assert "waits to be claimed" in page
    assert "3,990.50" in page
    assert acts(session) == ["plan_draw", "edit_draw_terms", "open_draw", "run_draw", "publish_draw"]


def test_what_is_wrong_is_said_and_what_was_typed_stays(at_work: AtWork, session: Session) -> None:
    admin = at_work("admin")
    draw_id = with_draw(planned, session)
    admin.get(f"/draws/{draw_id}/terms")
    wrong = {"prize_0_value": "many", "closes_on": "2026-02-01", "shortlist_size": "x", "place": "Где-то"}
    answer = admin.submit(f"/draws/{draw_id}/terms", **(TERMS | wrong))
    assert answer.status_code == 422
    for words in (
        "its value in money",
        "cannot be before the month",
        "A whole number from 1 to 1000",
        "Где-то",
        "many",
    ):
        assert words in answer.text
    assert drawn(session).place == "Москва"
    missing = admin.submit(f"/draws/{draw_id}/terms", **(TERMS | {"organiser": "", "rules_bg": ""}))
    assert missing.status_code == 303
    page = admin.get(f"/draws/{draw_id}").text
    assert "Organiser; Rules in three languages" in page
    assert "Open the draw" not in page
    refused = admin.submit(f"/draws/{draw_id}/open")
    assert refused.status_code == 422
    assert "its terms are not whole" in refused.text


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("advocate", set()), ("agent", None), ("analyst", None), ("admin", {"terms", "copy", "open"}),
        ("prize_manager", {"terms", "copy", "open", "shortlist", "run", "publish", "judges", "exclusions"}),
    ],
)  # fmt: skip
def test_each_role_does_only_what_it_may(at_work: AtWork, session: Session, role: str, may: set[str] | None) -> None:
    draw_id = with_draw(opened, session)
    browser = at_work(role)
    assert (browser.get(f"/draws/{draw_id}").status_code == 200) is (may is not None)
    browser.get("/account")
    for act in ("terms", "copy", "open", "shortlist", "run", "publish", "judges", "exclusions"):
        answer = browser.submit(f"/draws/{draw_id}/{act}")
        browser.get("/account")
        assert (answer.status_code != 403) is (act in (may or set())), act
    assert drawn(session).state == "open"


def test_the_editor_is_told_that_somebody_else_must_run_it(at_work: AtWork, session: Session) -> None:
    draw_id = with_draw(closed, session, "AAA")
    manager = login_after(at_work, "prize_manager", "admin")
    with transaction() as own:
        own.add(DrawEditor(draw_id=draw_id, user_id=2))
    session.rollback()
    with time_machine.travel(AFTER):
        page = manager.get(f"/draws/{draw_id}").text
        editors = set(session.scalars(select(DrawEditor.user_id)))
        assert 2 in editors
        assert "You have edited the terms" in page
        assert "Compute the result</button>" not in page
        assert manager.submit(f"/draws/{draw_id}/run").status_code == 403
    assert drawn(session).state == "closed"


def test_a_month_that_passed_unopened_is_told_as_such(at_work: AtWork, session: Session) -> None:
    draw_id = with_draw(planned, session)
    manager = login_after(at_work, "prize_manager")
    with time_machine.travel(AFTER):
        assert "not held" in manager.get("/draws").text
        page = manager.get(f"/draws/{draw_id}").text
        assert "it was not opened in its month" in page
        assert "Open the draw</button>" not in page
        assert manager.submit(f"/draws/{draw_id}/open").status_code == 409


def test_forms_need_their_token(at_work: AtWork, session: Session) -> None:
    draw_id = with_draw(closed, session, "AAA")
    manager = login_after(at_work, "prize_manager")
    with time_machine.travel(AFTER):
        assert manager.post(f"/draws/{draw_id}/run", {}).status_code == 403
    assert drawn(session).state == "closed"


def test_the_jury_sees_the_text_and_neither_score_nor_mood_nor_name(at_work: AtWork, session: Session) -> None:
    draw_id = with_draw(closed, session, "AAA", "BBB", mode="contest")
    with transaction():
        for n, response in enumerate(session.scalars(select(Response).order_by(Response.id))):
            response.score = 8
            session.add(Answer(response_id=response.id, question="why", kind="text", text=f"Насос <тихий> {n}"))
            session.add(Answer(response_id=response.id, question="score", kind="nps", number=7777))
    judge = login_after(at_work, "advocate", email="judge@company.example")
    with time_machine.travel(AFTER):
        assert judge.get(f"/draws/{draw_id}/jury").status_code == 403
    with transaction() as own:
        own.add(DrawJudge(draw_id=draw_id, user_id=_id_of("judge@company.example", session)))
    with time_machine.travel(AFTER):
        first = judge.get(f"/draws/{draw_id}/jury").location
        page = judge.get(first).text
        assert "Насос &lt;тихий&gt; 0" in page
        assert "AAA" in page
        for hidden in ("7777", "Елена", "Петрова", "shop.example", "nps"):
            assert hidden not in page
        refused = judge.submit(first, usefulness="5", detail="9", note="Подробно")
        assert refused.status_code == 422
        assert "Подробно" in refused.text
        second = judge.get(
            judge.submit(first, usefulness="5", detail="4", evidence="3", note="Подробно").location
        ).location
        assert second != first
        judge.get(second)
        assert judge.get(judge.submit(second, then="conflict").location).location == f"/draws/{draw_id}"
        page = judge.get(f"/draws/{draw_id}").text
    assert "2 of 2" in page
    assert "1 conflict" in page
    session.rollback()
    marks = session.execute(select(DrawMark.usefulness, DrawMark.is_conflict).order_by(DrawMark.entry_id)).all()
    assert [tuple(mark) for mark in marks] == [(5, False), (None, True)]
    assert acts(session) == ["declare_conflict"]


def test_entries_of_other_draws_are_not_there(at_work: AtWork, session: Session) -> None:
    draw_id = with_draw(closed, session, "AAA", mode="contest")
    judge = login_after(at_work, "advocate", email="judge@company.example")
    with transaction() as own:
        own.add(DrawJudge(draw_id=draw_id, user_id=_id_of("judge@company.example", session)))
    with time_machine.travel(AFTER):
        for address in (
            f"/draws/{draw_id}/jury/99",
            f"/draws/{draw_id}/jury/99/photos/1",
            "/draws/99",
            "/draws/99/terms",
        ):
            assert judge.get(address).status_code in (403, 404), address


def test_judges_and_exclusions(at_work: AtWork, session: Session) -> None:
    draw_id = with_draw(opened, session, mode="contest")
    with transaction():
        entrants(session, drawn(session), "AAA", "BBB")
    manager = at_work("prize_manager")
    me = _id_of("irina@company.example", session)
    manager.get(f"/draws/{draw_id}")
    manager.submit(f"/draws/{draw_id}/judges", add=str(me))
    assert "Judge</a>" in manager.get(f"/draws/{draw_id}").text
    manager.submit(f"/draws/{draw_id}/judges", remove=str(me))
    assert manager.submit(f"/draws/{draw_id}/judges", add="999").status_code == 422
    assert manager.submit(f"/draws/{draw_id}/exclusions", code="zzz", reason="staff").status_code == 422
    manager.submit(f"/draws/{draw_id}/exclusions", code="aaa", reason="family")
    assert "family of staff" in manager.get(f"/draws/{draw_id}").text
    manager.submit(f"/draws/{draw_id}/exclusions", take_back="AAA")
    session.rollback()
    assert set(session.scalars(select(DrawEntry.excluded_for))) == {None}
    assert session.scalars(select(DrawJudge)).all() == []
    assert acts(session) == ["add_judge", "remove_judge", "exclude_entry", "include_entry"]


def test_winners_are_handed_their_prizes_or_passed_over(at_work: AtWork, session: Session, settings: Any) -> None:
    draw_id = with_draw(closed, session, "AAA", "BBB", "CCC", "DDD", "EEE")
    manager = login_after(at_work, "prize_manager")
    with time_machine.travel(AFTER) as clock:
        manager.get(f"/draws/{draw_id}")
        manager.submit(f"/draws/{draw_id}/run")
        manager.submit(f"/draws/{draw_id}/publish")
        session.rollback()
        first, second, _third = session.scalars(select(DrawWinner).order_by(DrawWinner.position)).all()
        with transaction() as own:
            claim_prize(own, link_token(settings.secret_key, "w", first.nonce), "", AFTER + timedelta(hours=1))
        manager.get(f"/draws/{draw_id}")
        base = f"/draws/{draw_id}/winners"
        assert manager.submit(f"{base}/{first.id}/hand-over", receipt_note="").status_code == 422
        assert manager.submit(f"{base}/{first.id}/hand-over", receipt_note="Акт 7").status_code == 303
        assert manager.submit(f"{base}/{second.id}/pass-over", reason="продавец").status_code == 303
        assert manager.submit(f"{base}/{second.id}/pass-over", reason="ещё").status_code == 409
        assert manager.submit(f"{base}/999/pass-over", reason="ещё").status_code == 404
        clock.move_to(AFTER + timedelta(days=1))
        page = manager.get(f"/draws/{draw_id}").text
        assert "Hand the prizes over" in page
        session.rollback()
        with transaction():
            session.execute(update(DrawWinner).where(DrawWinner.state == "drawn").values(state="handed_over"))
        assert "all is done" in manager.get("/draws").text
    assert "Акт 7" in page
    assert "продавец" in page
    assert len(re.findall("waits to be claimed", page)) == 2


def _id_of(email: str, session: Session) -> int:
    session.rollback()
    return get_user(session, email).id
