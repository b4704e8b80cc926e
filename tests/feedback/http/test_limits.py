from datetime import timedelta

import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.housekeeping import RateCounter
from feedback.http.limits import forget, sweep_counters, use_up
from tests.builders import NOW


def test_a_window_lets_so_many_through_and_then_says_how_long_to_wait(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False):
        assert [use_up("try", "2 per 10 minutes", "a") for _ in range(2)] == [None, None]
        wait = use_up("try", "2 per 10 minutes", "a")
        assert wait is not None
        assert 600 <= wait <= 602
        assert use_up("try", "2 per 10 minutes", "b") is None


def test_a_window_begins_anew_when_it_is_over(app: Flask) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        use_up("try", "1 per minute", "a")
        assert use_up("try", "1 per minute", "a") is not None
        clock.shift(timedelta(seconds=61))
        assert use_up("try", "1 per minute", "a") is None


def test_tries_can_be_forgotten(app: Flask) -> None:
    use_up("try", "1 per minute", "a")
    forget("try", "1 per minute", "a")
    assert use_up("try", "1 per minute", "a") is None


def test_no_address_or_account_is_readable_in_the_table(app: Flask, session: Session) -> None:
    use_up("login", "5 per minute", "irina@company.example")
    keys = session.scalars(select(RateCounter.key)).all()
    assert len(keys) == 1
    assert "irina" not in keys[0]
    assert "login" not in keys[0]


def test_old_windows_are_swept(app: Flask, session: Session) -> None:
    with time_machine.travel(NOW, tick=False):
        use_up("try", "1 per minute", "a")
        use_up("try", "1 per hour", "a")
    assert sweep_counters(NOW + timedelta(minutes=2)) == 1
    assert len(session.scalars(select(RateCounter)).all()) == 1
