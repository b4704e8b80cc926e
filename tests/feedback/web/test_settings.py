"""Settings: the company's form, accounts, keys and the audit."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.secrets import hash_token
from feedback.staff.company import load_company
from feedback.staff.models import ApiKey, AuditEntry, User
from tests.feedback.web.browser import Browser

COMPANY = {
    "names_ru": "Северный ветер", "names_bg": "Северен вятър", "names_en": "North Wind", "language": "bg",
    "timezone": "Europe/Sofia", "country": "BG", "signature_bg": "Поздрави", "address_bg": "София",
    "review_points": "500", "follow_up_hours": "24", "site_name_0": "Картите", "site_url_0": "https://maps.example/x",
}  # fmt: skip


@pytest.fixture
def admin(at_work: Callable[..., Browser]) -> Browser:
    browser = at_work("admin")
    browser.get("/settings")
    return browser


def test_the_company_is_changed_as_a_whole(admin: Browser, session: Session) -> None:
    assert admin.submit("/settings", **COMPANY).status_code == 303
    company = load_company(session)
    assert company.names == {"ru": "Северный ветер", "bg": "Северен вятър", "en": "North Wind"}
    assert (company.language, company.timezone, company.country) == ("bg", "Europe/Sofia", "BG")
    assert (company.review_points, company.follow_up_hours, company.assumes_processing_consent) == (500, 24, False)
    assert company.review_sites == ({"name": "Картите", "url": "https://maps.example/x"},)
    fields = session.scalars(select(AuditEntry.details).where(AuditEntry.act == "change_company")).one()["fields"]
    assert "review_points" in fields
    assert "Северен вятър" in admin.get("/settings?lang=bg").text


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("names_ru", "", "needs a name"), ("language", "de", "Choose one of the list."),
        ("timezone", "Mars/Olympus", "Choose one of the list."), ("country", "XX", "Choose one of the list."),
        ("review_points", "-1", "A whole number from 0 to 100000."), ("review_points", "٣", "A whole number"),
        ("follow_up_hours", "0", "A whole number from 1 to 720."), ("site_url_0", "javascript:alert(1)", "https://"),
        ("site_name_0", "", "Each site needs a name"),
    ],
)  # fmt: skip
def test_wrong_values_are_named_and_nothing_is_stored(
    admin: Browser, session: Session, field: str, value: str, problem: str
) -> None:
    before = load_company(session)
    given: dict[str, Any] = COMPANY | {field: value}
    if field == "names_ru":
        given |= {"names_bg": "", "names_en": ""}
    page = admin.submit("/settings", **given)
    assert page.status_code == 422
    assert problem in page.text
    assert "Not saved yet" in page.text
    assert load_company(session) == before


def test_a_wrong_number_stands_in_the_form_as_it_was_typed(admin: Browser) -> None:
    assert 'value="-5"' in admin.submit("/settings", **COMPANY | {"review_points": "-5"}).text


def test_a_new_account_gets_its_password_shown_once(app: Flask, admin: Browser, session: Session) -> None:
    page = admin.submit("/settings/staff", email="Boris@Company.example", name="Борис", roles=["agent", "analyst"])
    password = page.text.split("<code>")[1].split("</code>")[0]
    assert password not in admin.get("/settings/staff").text
    user = session.scalars(select(User).where(User.email == "boris@company.example")).one()
    assert {role.name for role in user.roles} == {"agent", "analyst"}
    assert Browser(app).log_in(user.email, password).status_code == 303


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"email": "nonsense", "roles": ["agent"]}, "not an e-mail address"),
        ({"email": "irina@company.example", "roles": ["agent"]}, "already an account"),
        ({"email": "new@company.example"}, "Choose at least one role."),
    ],
)
def test_a_wrong_account_is_refused(admin: Browser, fields: dict[str, Any], problem: str) -> None:
    page = admin.submit("/settings/staff", **fields)
    assert page.status_code == 422
    assert problem in page.text


def test_roles_change_and_keeping_out_ends_sessions(
    admin: Browser, session: Session, at_work: Callable[..., Browser]
) -> None:
    other = at_work("agent", email="boris@company.example")
    assert other.get("/customers").status_code == 200
    boris = session.scalars(select(User.id).where(User.email == "boris@company.example")).one()
    without = admin.submit(f"/settings/staff/{boris}/roles")
    assert (without.status_code, "Choose at least one role." in without.text) == (422, True)
    admin.get("/settings/staff")
    assert admin.submit(f"/settings/staff/{boris}/roles", roles=["analyst"]).status_code == 303
    assert other.get("/customers").status_code == 403
    assert admin.submit(f"/settings/staff/{boris}/state", active="0").status_code == 303
    assert other.get("/").location.startswith("/login")
    assert "disabled" in admin.get("/settings/staff").text


def test_nobody_takes_the_own_account_away(admin: Browser, session: Session) -> None:
    me = session.scalars(select(User.id)).one()
    assert admin.submit(f"/settings/staff/{me}/state", active="0").status_code == 409
    admin.get("/settings/staff")
    assert admin.submit(f"/settings/staff/{me}/roles", roles=["agent"]).status_code == 409
    assert admin.get("/settings/staff").status_code == 200


def test_a_key_is_shown_once_kept_hashed_and_revoked(admin: Browser, session: Session) -> None:
    page = admin.submit("/settings/keys", name="Касса", scopes=["purchases:write"])
    key = page.text.split("<code>")[1].split("</code>")[0]
    row = session.scalars(select(ApiKey)).one()
    assert (row.name, row.scopes, row.key_hash) == ("Касса", ["purchases:write"], hash_token(key))
    assert key not in admin.get("/settings/keys").text
    assert admin.submit(f"/settings/keys/{row.prefix}/revoke").status_code == 303
    session.rollback()  # a fresh look
    assert session.get(ApiKey, row.id, populate_existing=True).revoked_at is not None  # type: ignore[union-attr]
    admin.get("/settings/keys")
    assert admin.submit("/settings/keys", name="", scopes=["all"]).status_code == 422


def test_the_audit_says_who_did_what(admin: Browser) -> None:
    admin.submit("/settings", **COMPANY)
    text = admin.get("/settings/audit").text
    assert "changed the company’s settings" in text
    assert "Ирина Лаптева" in text


@pytest.mark.parametrize("address", ["http://[", "ftp://maps.example", "javascript:alert(1)"])
def test_an_address_of_a_review_site_that_is_none_is_refused(admin: Browser, address: str) -> None:
    response = admin.submit("/settings", **(COMPANY | {"site_url_0": address}))
    assert response.status_code == 422
    assert "an address that begins with https://" in response.text
