from collections.abc import Callable

from flask import Flask
from sqlalchemy.orm import Session

from feedback.staff.models import User
from tests.feedback.web.browser import PASSWORD, Browser

AtWork = Callable[..., Browser]


def test_name_language_and_time_zone_are_kept(at_work: AtWork, session: Session) -> None:
    browser = at_work()
    browser.get("/account")
    browser.submit("/account", name="И. Лаптева", language="bg", timezone="Europe/Sofia")
    assert "Моят профил" in browser.get("/account").text
    user = session.query(User).one()
    assert (user.name, user.language, user.timezone) == ("И. Лаптева", "bg", "Europe/Sofia")


def test_a_made_up_time_zone_is_refused_and_the_form_kept(at_work: AtWork) -> None:
    browser = at_work()
    browser.get("/account")
    refused = browser.submit("/account", name="Новое имя", language="en", timezone="Mars/Olympus")
    assert refused.status_code == 422
    assert "There is no such time zone." in refused.text
    assert "Новое имя" in refused.text


def test_the_language_switch_keeps_the_page_and_is_remembered(at_work: AtWork) -> None:
    browser = at_work()
    browser.get("/account")
    response = browser.submit("/account/language", language="ru", next="/account")
    assert response.location == "/account"
    assert "Моя учётная запись" in browser.get("/account").text
    assert browser.submit("/account/language", language="ru", next="//evil.example").location == "/account"


def test_a_new_password_ends_other_sessions_and_keeps_this_one(app: Flask, at_work: AtWork) -> None:
    browser, other = at_work(), Browser(app)
    other.log_in("irina@company.example")
    browser.get("/account")
    browser.submit("/account/password", current=PASSWORD, password="a brand new password", again="a brand new password")
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    assert Browser(app).log_in("irina@company.example", "a brand new password").status_code == 303


def test_a_new_password_needs_the_old_one_twice_the_same_and_long(at_work: AtWork) -> None:
    browser = at_work()
    for fields, problem in (
        ({"current": "wrong", "password": "long enough 1", "again": "long enough 1"}, "This is not your password."),
        ({"current": PASSWORD, "password": "long enough 1", "again": "long enough 2"}, "The two new passwords differ."),
        ({"current": PASSWORD, "password": "short", "again": "short"}, "A password needs at least 10 characters."),
    ):
        browser.get("/account")
        refused = browser.submit("/account/password", **fields)
        assert refused.status_code == 422
        assert problem in refused.text


def test_a_wrong_code_does_not_turn_the_second_step_on(at_work: AtWork) -> None:
    browser = at_work()
    page = browser.get("/account/second-factor").text
    assert "<svg" in page
    assert browser.submit("/account/second-factor", code="123").status_code == 422
    assert "Set up" in browser.get("/account").text


def test_turning_the_second_step_off_needs_the_password(app: Flask, at_work: AtWork, session: Session) -> None:
    from tests.feedback.web.test_login import set_up_second_factor  # late: the helper stands beside the login's tests

    browser = at_work()
    set_up_second_factor(app, browser, session.query(User).one())
    browser.get("/account")
    assert browser.submit("/account/second-factor/off", current_off="wrong").status_code == 422
    browser.submit("/account/second-factor/off", current_off=PASSWORD)
    assert Browser(app).log_in("irina@company.example").location == "/queue"
