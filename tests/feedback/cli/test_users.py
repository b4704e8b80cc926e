from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask_security import verify_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.cli.main import feedback as command
from feedback.staff.models import AuditEntry, User

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    return lambda *args, **kwargs: CliRunner().invoke(command, ["users", *args], obj=lambda: app, **kwargs)


def user(session: Session) -> User:
    session.commit()
    return session.scalars(select(User).execution_options(populate_existing=True)).one()


def test_a_new_account_gets_a_password_alone_on_standard_output(run: Run, session: Session) -> None:
    done = run("add", "--email", "irina@company.example", "--role", "advocate", "--role", "analyst", "--name", "Ирина")
    assert done.exit_code == 0, done.output
    made = user(session)
    assert verify_password(done.stdout.strip(), made.password)
    assert sorted(role.name for role in made.roles) == ["advocate", "analyst"]
    assert (made.name, made.language, made.timezone) == ("Ирина", "ru", "Europe/Moscow")
    assert session.scalars(select(AuditEntry.act)).all() == ["add_user"]


def test_a_password_may_come_from_standard_input(run: Run, session: Session) -> None:
    given = "correct horse battery"
    done = run("add", "--email", "a@company.example", "--role", "agent", "--password-stdin", input=f"{given}\n")
    assert done.stdout == ""
    assert verify_password(given, user(session).password)


def test_a_reset_password_ends_sessions_and_may_forget_the_phone(run: Run, session: Session) -> None:
    run("add", "--email", "a@company.example", "--role", "agent")
    before = user(session)
    mark = before.fs_uniquifier
    before.tf_totp_secret = "secret"
    session.commit()
    done = run("reset-password", "--email", "A@company.example", "--second-factor-off")
    after = user(session)
    assert verify_password(done.stdout.strip(), after.password)
    assert after.fs_uniquifier != mark
    assert after.tf_totp_secret is None


def test_accounts_are_listed_disabled_and_enabled(run: Run) -> None:
    run("add", "--email", "a@company.example", "--role", "agent")
    assert "a@company.example\tagent\tactive\tpassword only" in run("list").stdout
    run("disable", "--email", "a@company.example")
    assert "\tdisabled\t" in run("list").stdout
    run("enable", "--email", "a@company.example")
    assert "\tactive\t" in run("list").stdout


def test_an_unknown_role_is_refused(run: Run) -> None:
    assert run("add", "--email", "a@company.example", "--role", "boss").exit_code == 2
