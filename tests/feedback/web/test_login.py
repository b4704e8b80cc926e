import re
import time
from collections.abc import Callable

import pytest
from flask import Flask
from passlib.totp import TOTP
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db import db, transaction
from feedback.http.limits import limiter
from feedback.staff.accounts import set_active, set_password
from feedback.staff.models import AuditEntry, User
from tests.feedback.web.browser import PASSWORD, TOKEN, Browser

Staff = Callable[..., User]


def code_of(app: Flask, secret: str, at: float | None = None) -> str:
    factory: type[TOTP] = app.extensions["security"].totp_factory._totp
    return factory.from_source(secret).generate(time=at or time.time()).token


def test_the_right_password_opens_the_queue(browser: Browser, staff: Staff, session: Session) -> None:
    user = staff()
    response = browser.log_in(user.email)
    assert (response.status_code, response.location) == (303, "/queue")
    assert browser.get("/queue").status_code == 200
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "log_in")).one()
    assert (entry.user_id, entry.details) == (user.id, {"way": "password"})


def test_over_tls_forms_work_in_browsers_that_send_no_referrer(browser: Browser, staff: Staff) -> None:
    secure, user = {"base_url": "https://localhost"}, staff()
    page = browser.get("/login", **secure)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    token = TOKEN.search(page.text)
    assert token
    fields = {"csrf_token": token[1], "email": user.email, "password": PASSWORD}
    assert browser.client.post("/login", data=fields, **secure).location == "/queue"
    assert browser.client.post("/logout", data={}, **secure).status_code == 403


def test_a_form_that_is_out_of_date_is_refused_in_the_readers_language(browser: Browser, staff: Staff) -> None:
    assert browser.log_in(staff(language="ru").email).status_code == 303
    refused = browser.post("/account", {"name": "Ирина"})
    assert refused.status_code == 403
    assert 'lang="ru"' in refused.text
    assert "This form is out of date" not in refused.text


def test_the_e_mail_may_be_written_in_capitals(browser: Browser, staff: Staff) -> None:
    staff(email="irina@company.example")
    assert browser.log_in(" Irina@Company.Example ").status_code == 303


def test_wrong_password_unknown_and_disabled_accounts_get_the_same_answer(
    app: Flask, staff: Staff, session: Session
) -> None:
    staff(email="known@company.example")
    disabled = staff(email="gone@company.example")
    with transaction() as own:
        set_active(own, disabled, False)
    pages = set()
    for email, password in (("known", "wrong password"), ("nobody", PASSWORD), ("gone", PASSWORD)):
        response = Browser(app).log_in(f"{email}@company.example", password)
        assert response.status_code == 422
        pages.add(re.sub(r'value="[^"]*"', "", response.text))
    assert len(pages) == 1
    assert "The e-mail and the password do not match." in pages.pop()


def test_the_typed_e_mail_is_kept_and_the_password_is_not(browser: Browser) -> None:
    page = browser.log_in("somebody@company.example", "my secret words").text
    assert 'value="somebody@company.example"' in page
    assert "my secret words" not in page


def test_after_five_wrong_passwords_an_account_must_wait_even_with_the_right_one(
    browser: Browser, staff: Staff
) -> None:
    user = staff()
    for _ in range(5):
        assert browser.log_in(user.email, "wrong").status_code == 422
    response = browser.log_in(user.email)
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 900
    assert "Too many tries" in response.text


def test_an_unknown_account_is_limited_in_the_same_way(browser: Browser) -> None:
    answers = [browser.log_in("nobody@company.example", "x").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_an_address_is_limited_over_all_accounts(browser: Browser) -> None:
    answers = [browser.log_in(f"nobody{n}@company.example", "x").status_code for n in range(31)]
    assert answers == [422] * 30 + [429]


def test_a_right_password_forgets_earlier_mistakes(app: Flask, staff: Staff) -> None:
    user = staff()
    for _ in range(3):
        for _ in range(4):
            Browser(app).log_in(user.email, "wrong")
        assert Browser(app).log_in(user.email).status_code == 303


def test_limits_are_shared_through_the_database(app_factory: Callable[..., Flask], browser: Browser) -> None:
    for _ in range(5):
        browser.log_in("nobody@company.example", "x")
    other = app_factory()
    assert Browser(other).log_in("nobody@company.example", "x").status_code == 429
    with other.app_context():
        db.engine.dispose()


def test_the_page_one_wanted_opens_after_logging_in(browser: Browser, staff: Staff) -> None:
    user = staff()
    asked = browser.get("/account?lang=bg")
    assert asked.location == "/login?next=/account?lang%3Dbg"
    browser.get(asked.location)
    response = browser.submit("/login", email=user.email, password=PASSWORD, next="/account?lang=bg")
    assert response.location == "/account?lang=bg"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
     "/\t/evil.example", "http:evil.example", "/\n/evil.example", "evil.example"],
)  # fmt: skip
def test_no_way_leads_to_a_foreign_host(browser: Browser, staff: Staff, target: str) -> None:
    response = browser.log_in(staff().email, next=target)
    assert response.location == "/queue"
    assert target not in browser.get("/login", query_string={"next": target}).text


def test_a_form_without_its_token_is_refused(browser: Browser, staff: Staff) -> None:
    user = staff()
    assert browser.post("/login", {"email": user.email, "password": PASSWORD}).status_code == 403
    browser.log_in(user.email)
    assert browser.post("/logout", {}).status_code == 403
    assert browser.get("/account").status_code == 200


def test_logging_out_ends_the_session_and_needs_a_form(browser: Browser, staff: Staff) -> None:
    browser.log_in(staff().email)
    browser.get("/account")
    assert browser.get("/logout").status_code == 405
    browser.get("/account")
    assert browser.submit("/logout").location == "/login"
    assert browser.get("/account").status_code == 303


def test_a_session_from_before_is_not_carried_into_the_login(browser: Browser, staff: Staff) -> None:
    user = staff()
    browser.get("/login")
    with browser.client.session_transaction() as kept:
        kept["planted"] = "by somebody else"
    browser.log_in(user.email)
    with browser.client.session_transaction() as kept:
        assert "planted" not in kept


def test_a_disabled_account_and_a_new_password_end_sessions_at_once(browser: Browser, staff: Staff) -> None:
    user = staff()
    browser.log_in(user.email)
    with transaction() as own:
        set_password(own, user, "another long password")
    assert browser.get("/account").status_code == 303
    assert browser.log_in(user.email, "another long password").status_code == 303
    with transaction() as own:
        set_active(own, user, False)
    assert browser.get("/account").status_code == 303


def test_who_asks_to_be_remembered_keeps_the_session_two_weeks(app: Flask, staff: Staff) -> None:
    user = staff()
    kept = Browser(app).log_in(user.email, remember="on").headers["Set-Cookie"]
    short = Browser(app).log_in(user.email).headers["Set-Cookie"]
    assert "Expires=" in kept
    assert "Expires=" not in short
    assert all("HttpOnly" in c and "SameSite=Lax" in c for c in (kept, short))


def test_the_second_step_asks_for_the_authenticators_code(app: Flask, browser: Browser, staff: Staff) -> None:
    user = staff()
    secret = set_up_second_factor(app, browser, user)
    other = Browser(app)
    assert other.log_in(user.email, next="/account").location == "/login/code"
    assert other.get("/account").status_code == 303, "a password alone opens nothing"
    other.get("/login/code")
    assert other.submit("/login/code", code="000000").status_code == 422
    response = other.submit("/login/code", code=code_of(app, secret, time.time() + 30))
    assert response.location == "/account"
    assert other.get("/account").status_code == 200


def test_a_code_opens_once(app: Flask, browser: Browser, staff: Staff) -> None:
    user = staff()
    code = code_of(app, set_up_second_factor(app, browser, user), time.time() + 30)
    answers = []
    for _ in range(2):
        other = Browser(app)
        other.log_in(user.email)
        other.get("/login/code")
        answers.append(other.submit("/login/code", code=code).status_code)
    assert answers == [303, 422]


def test_codes_cannot_be_guessed_for_long(app: Flask, browser: Browser, staff: Staff) -> None:
    user = staff()
    set_up_second_factor(app, browser, user)
    other = Browser(app)
    other.log_in(user.email)
    other.get("/login/code")
    answers = [other.submit("/login/code", code=f"{n:06}").status_code for n in range(6)]
    assert answers == [422] * 5 + [429]


def test_a_recovery_code_opens_once(app: Flask, browser: Browser, staff: Staff) -> None:
    user = staff()
    set_up_second_factor(app, browser, user)
    codes = re.findall(r"<li><code>([0-9a-f-]+)</code>", browser.page)
    assert len(codes) == 8
    answers = []
    for _ in range(2):
        other = Browser(app)
        other.log_in(user.email)
        other.get("/login/code")
        answers.append(other.submit("/login/code", code=codes[3]).status_code)
    assert answers == [303, 422]
    assert "7 recovery codes are left" in browser.get("/account").text


def test_secrets_of_the_second_step_are_not_readable_in_the_database(
    app: Flask, browser: Browser, staff: Staff, session: Session
) -> None:
    user = staff()
    set_up_second_factor(app, browser, user)
    codes = re.findall(r"<li><code>([0-9a-f-]+)</code>", browser.page)
    kept = session.get_one(User, user.id, populate_existing=True)
    assert "enckey" in (kept.tf_totp_secret or "")
    assert not set(codes) & set(kept.mf_recovery_codes or [])


def test_the_code_page_without_a_password_leads_to_the_login(browser: Browser) -> None:
    assert browser.get("/login/code").location == "/login"


@pytest.mark.parametrize(
    ("language", "words"), [("ru", "Вход для сотрудников"), ("bg", "Вход за служители"), ("en", "Staff login")]
)
def test_the_page_speaks_three_languages_and_keeps_the_choice(browser: Browser, language: str, words: str) -> None:
    assert words in browser.get(f"/login?lang={language}").text
    assert words in browser.get("/login", headers={"Accept-Language": "fr"}).text


def test_public_files_ask_neither_the_limiter_nor_the_accounts(app: Flask) -> None:
    hooks = [*app.before_request_funcs[None], *app.after_request_funcs[None]]
    owners = {type(getattr(hook, "__self__", None)).__name__ for hook in hooks}
    assert "Principal" not in owners
    assert "LoginManager" not in owners
    assert all(getattr(hook, "__self__", None) is not limiter for hook in hooks)


def set_up_second_factor(app: Flask, browser: Browser, user: User) -> str:
    """Turn the second step on as a person does; returns the secret."""
    browser.log_in(user.email)
    browser.get("/account/second-factor")
    with browser.client.session_transaction() as kept:
        secret = str(kept["new_totp_secret"])
    response = browser.submit("/account/second-factor", code=code_of(app, secret))
    assert "Two-step login is on" in response.text
    return secret


def test_a_nul_in_the_address_is_refused_and_breaks_nothing(browser: Browser) -> None:
    assert browser.log_in("irina\x00@company.example").status_code == 400
