"""Free texts are analysed in batches, stored with the model's version and routed to people."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from analysis.sentiment.loading import load_analyser
from analysis.sentiment.protocol import ModelUnavailable
from feedback.conversations.batches import LEASE, MOST_ATTEMPTS, RETRY_AFTER, claim_batch
from feedback.customers.models import Customer
from feedback.db import transaction
from feedback.errors import ConfigurationError
from feedback.recovery.models import Case, Signal
from surveys.responses.analysing import analyse_answers
from surveys.responses.given import GivenAnswer, Submission
from surveys.responses.models import Answer, AnswerAnalysis
from surveys.responses.submit import submit_response
from tests.builders import NOW, customer, invitation, purchase
from tests.fakes import ScriptedAnalyser


def answer(session: Session, text: str, score: int = 9, by: Customer | None = None, **given: Any) -> int:
    about = invitation(session, purchase(session, by or customer(session)))
    answers = (GivenAnswer("score", "nps", number=score), GivenAnswer("why", "text", text=text))
    return submit_response(session, about.id, Submission(answers, "ru", is_complete=True, **given), NOW).response_id


def analyses(session: Session) -> list[AnswerAnalysis]:
    session.rollback()
    return list(
        session.scalars(select(AnswerAnalysis).order_by(AnswerAnalysis.id).execution_options(populate_existing=True))
    )


def cases(session: Session) -> list[Case]:
    return list(session.scalars(select(Case).order_by(Case.id)))


def test_it_works(session: Session) -> None:
    with transaction():
        answer(session, "negative курьер опоздал #refund")
    assert analyse_answers(NOW, ScriptedAnalyser()) == 1
    (result,) = analyses(session)
    assert (result.state, result.sentiment, result.flags, result.aspects) == (
        "done",
        "negative",
        ["refund"],
        {"delivery": "negative"},
    )
    assert (result.model_name, result.model_version, result.language) == ("scripted", "7", "ru")
    assert (result.negative, result.neutral, result.positive) == (0.9, 0.07, 0.03)
    assert (result.deciding_start, result.deciding_end, result.analysed_at, result.lease_until) == (0, 8, NOW, None)


def test_negative_text_beside_a_high_score_opens_a_case_that_says_why(session: Session) -> None:
    with transaction():
        response_id = answer(session, "negative курьер опоздал", score=10)
    assert cases(session) == []
    analyse_answers(NOW, ScriptedAnalyser())
    signal = session.scalars(select(Signal)).one()
    (case,) = cases(session)
    assert (signal.kind, signal.quote, signal.response_id) == ("negative_text", "negative курьер опоздал", response_id)
    assert case.headline == "negative курьер опоздал"
    assert [s["kind"] for s in case.reason["signals"]] == ["negative_text"]


def test_negative_text_joins_the_case_that_the_score_opened(session: Session) -> None:
    with transaction():
        answer(session, "negative подам в суд #legal_threat", score=6)
    (opened,) = cases(session)
    assert opened.priority == "normal"
    analyse_answers(NOW + timedelta(minutes=1), ScriptedAnalyser())
    session.expire_all()
    (case,) = cases(session)
    assert case.priority == "urgent"
    assert [s["kind"] for s in case.reason["signals"]] == ["low_score", "negative_text"]
    assert session.scalars(select(Signal.kind).order_by(Signal.id)).all() == ["low_score", "negative_text"]


def test_good_words_open_nothing(session: Session) -> None:
    with transaction():
        answer(session, "positive")
        answer(session, "neutral")
    assert analyse_answers(NOW, ScriptedAnalyser()) == 2
    assert cases(session) == []


def test_staff_and_tests_are_analysed_and_not_routed(session: Session) -> None:
    with transaction():
        answer(session, "negative", by=customer(session, is_staff=True))
        answer(session, "negative #safety", by=customer(session, is_test=True))
    analyse_answers(NOW, ScriptedAnalyser())
    assert [a.state for a in analyses(session)] == ["done", "done"]
    assert cases(session) == []


def test_a_batch_is_one_call_and_the_next_waits(session: Session) -> None:
    with transaction():
        for _ in range(5):
            answer(session, "neutral")
    analyser = ScriptedAnalyser()
    assert [analyse_answers(NOW, analyser, limit=3) for _ in range(3)] == [3, 2, 0]
    assert analyser.calls == [3, 2]
    assert set(analyser.priors) == {"ru"}


def test_a_poisonous_text_fails_alone_after_some_tries(session: Session) -> None:
    with transaction():
        for text in ("negative", "neutral POISON", "positive"):
            answer(session, text)
    analyser, now = ScriptedAnalyser(), NOW
    analyse_answers(now, analyser)
    assert [a.state for a in analyses(session)] == ["done", "waiting", "done"]
    assert analyse_answers(now, analyser) == 0
    for _ in range(MOST_ATTEMPTS):
        now += RETRY_AFTER
        with transaction():
            answer(session, "positive")
        analyse_answers(now, analyser)
        analyse_answers(now, analyser)
    states = [a.state for a in analyses(session)]
    assert states == ["done", "failed", *["done"] * (MOST_ATTEMPTS + 1)]
    assert analyse_answers(now + timedelta(days=1), analyser) == 0


class Broken(ScriptedAnalyser):
    """A model that cannot read anything, such as one whose file is missing."""

    def analyse_texts(self, batch: Any) -> Any:
        raise FileNotFoundError("model.npz")


def test_a_broken_model_is_told_and_costs_no_text_its_tries(session: Session) -> None:
    with transaction():
        for _ in range(3):
            answer(session, "negative")
    now = NOW
    for _ in range(MOST_ATTEMPTS + 1):
        with pytest.raises(FileNotFoundError):
            analyse_answers(now, Broken())
        now += RETRY_AFTER
    assert {(a.state, a.attempts) for a in analyses(session)} == {("waiting", 0)}
    assert analyse_answers(now, ScriptedAnalyser()) == 3


class Missing(ScriptedAnalyser):
    """A model that cannot be run; `broken` says what shows it."""

    def __init__(self, broken: str) -> None:
        super().__init__()
        self.broken = broken

    @property
    def version(self) -> str:  # type: ignore[override]
        return self._say("configuration")

    def analyse_texts(self, batch: Any) -> Any:
        super().analyse_texts(batch)
        self._say("weights")

    def _say(self, what: str) -> str:
        if what == self.broken:
            raise ModelUnavailable("it needs torch")
        return "1"


@pytest.mark.parametrize(("broken", "calls"), [("configuration", []), ("weights", [3])])
def test_without_its_model_texts_wait_and_the_setting_is_told(session: Session, broken: str, calls: list[int]) -> None:
    with transaction():
        for _ in range(3):
            answer(session, "negative")
    analyser = Missing(broken)
    with pytest.raises(ConfigurationError, match=r"^FEEDBACK_SENTIMENT_MODEL: it needs torch$"):
        analyse_answers(NOW, analyser)
    assert analyser.calls == calls
    assert {(a.state, a.attempts) for a in analyses(session)} == {("waiting", 0)}
    assert analyse_answers(NOW + RETRY_AFTER, ScriptedAnalyser()) == 3


def test_rows_that_took_their_worker_down_are_tried_one_by_one(session: Session) -> None:
    with transaction():
        for _ in range(3):
            answer(session, "neutral")
    with transaction():
        assert len(claim_batch(session, AnswerAnalysis, NOW).ids) == 3  # and the worker dies
    analyser, later = ScriptedAnalyser(), NOW + LEASE
    assert analyse_answers(NOW, analyser) == 0
    assert [analyse_answers(later, analyser) for _ in range(4)] == [1, 1, 1, 0]
    assert analyser.calls == [1, 1, 1]
    assert [a.state for a in analyses(session)] == ["done"] * 3


class Interrupted(ScriptedAnalyser):
    """Something happens to the database while the model works."""

    def __init__(self, meanwhile: Any) -> None:
        super().__init__()
        self.meanwhile = meanwhile

    def analyse_texts(self, batch: Any) -> Any:
        with transaction() as session:
            self.meanwhile(session)
        return super().analyse_texts(batch)


def test_a_text_that_changes_meanwhile_is_not_given_the_old_result(session: Session) -> None:
    with transaction():
        answer(session, "negative")
    analyse_answers(NOW, Interrupted(lambda s: s.execute(delete(AnswerAnalysis))))
    assert analyses(session) == []
    assert cases(session) == []


def test_a_slow_worker_does_not_store_over_the_one_that_took_over(session: Session) -> None:
    with transaction():
        answer(session, "negative")
    taken = {"lease_key": "another", "lease_until": NOW + LEASE}
    analyse_answers(NOW, Interrupted(lambda s: s.execute(update(AnswerAnalysis).values(**taken))))
    (row,) = analyses(session)
    assert (row.state, row.lease_key) == ("waiting", "another")
    assert cases(session) == []


def test_an_erased_text_is_no_work(session: Session) -> None:
    with transaction():
        answer(session, "negative")
        session.execute(update(Answer).values(text=None))
    analyser = ScriptedAnalyser()
    analyse_answers(NOW, analyser)
    assert analyses(session) == []


def test_the_database_is_free_while_the_model_works(session: Session) -> None:
    with transaction():
        answer(session, "neutral")
    assert analyse_answers(NOW, Interrupted(lambda s: s.execute(update(Customer).values(name="Мария")))) == 1
    assert session.scalars(select(Customer.name)).all() == ["Мария"]


@pytest.mark.parametrize("workers", [3])
def test_workers_at_once_lose_and_double_nothing(app: Flask, session: Session, workers: int) -> None:
    with transaction():
        by = [customer(session) for _ in range(4)]
        for n in range(40):
            answer(session, "negative" if n % 2 else "positive", by=by[n % 4])
    errors: list[BaseException] = []

    def work() -> None:
        with app.app_context():
            try:
                while analyse_answers(NOW, ScriptedAnalyser(), limit=4):
                    pass
            except BaseException as error:
                errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(180)
    assert errors == []
    analyse_answers(NOW, ScriptedAnalyser(), limit=40)  # those skipped while another held them
    assert [a.state for a in analyses(session)] == ["done"] * 40
    assert session.scalar(select(func.count()).select_from(Signal)) == 20
    assert len(cases(session)) == 20


def test_the_shipped_model(session: Session) -> None:
    with transaction():
        answer(session, "Ужасно, курьер нахамил и привёз разбитый товар. Верните деньги!", score=9)
        answer(session, "Всё отлично, спасибо большое!", score=10)
    assert analyse_answers(NOW, load_analyser()) == 2
    bad, good = analyses(session)
    assert (bad.sentiment, good.sentiment) == ("negative", "positive")
    assert bad.language == "ru"
    assert len(cases(session)) == 1
