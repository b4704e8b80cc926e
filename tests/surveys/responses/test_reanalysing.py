"""What an older model read is read again: in the background, after new texts, and harmlessly interrupted anywhere."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from analysis.sentiment.protocol import ModelUnavailable, TextInput
from feedback.conversations.analysing import analyse_chats
from feedback.conversations.batches import LEASE, MOST_ATTEMPTS, RETRY_AFTER
from feedback.conversations.held import held_of
from feedback.conversations.judging import CHATS, Labels, judge
from feedback.conversations.models import ConversationAnalysis, Reanalysis
from feedback.db import transaction
from feedback.errors import ConfigurationError
from feedback.recovery.models import Case, Signal
from surveys.responses.analysing import analyse_answers
from surveys.responses.judging import ANSWERS, judge_answer
from surveys.responses.models import Answer, AnswerAnalysis
from surveys.responses.reanalysing import begin_reanalysis, reanalyse_due, report_on
from tests.builders import NOW, customer, staff
from tests.fakes import ScriptedAnalyser
from tests.feedback.conversations.test_analysing import chat
from tests.surveys.responses.test_analysing import analyses, answer

LATER = NOW + timedelta(days=1)


class Newer(ScriptedAnalyser):
    """The next version, which reads the second word of a text, not its first."""

    version = "8"

    def _read(self, text: str, language: str) -> Any:
        return super()._read(text.split(" ", 1)[-1], language)


def begin(analyser: ScriptedAnalyser, **how: bool) -> int | None:
    with transaction() as session:
        begun = begin_reanalysis(session, analyser, LATER, **how)
        return begun.id if begun else None


def work_off(analyser: ScriptedAnalyser, now: Any = LATER, limit: int = 32) -> int:
    total = 0
    while count := reanalyse_due(now, analyser, limit):
        total += count
    return total


def last(session: Session) -> Reanalysis:
    session.rollback()
    query = select(Reanalysis).order_by(Reanalysis.id.desc()).limit(1)
    return session.scalars(query.execution_options(populate_existing=True)).one()


@pytest.fixture
def read(session: Session) -> None:
    """Four answers and a chat that the older model has read."""
    with transaction():
        for text in ("positive negative #refund", "negative positive", "neutral neutral", "positive negative"):
            answer(session, text)
        chat(session, ("customer", "positive negative"))
    analyse_answers(NOW, ScriptedAnalyser())
    analyse_chats(NOW, ScriptedAnalyser())


def test_it_works(session: Session, read: None) -> None:
    analyser = Newer()
    begin(analyser)
    assert [a.sentiment for a in analyses(session)] == ["positive", "negative", "neutral", "positive"]
    assert last(session).finished_at is None
    assert work_off(analyser) == 5
    rows = analyses(session)
    assert [a.sentiment for a in rows] == ["negative", "positive", "neutral", "negative"]
    assert {(a.state, a.model_version, a.analysed_at, a.is_stale, a.lease_until) for a in rows} == {
        ("done", "8", LATER, False, None)
    }
    talk = session.scalars(select(ConversationAnalysis)).one()
    assert (talk.sentiment, talk.ended_badly, talk.model_version) == ("negative", True, "8")
    assert last(session).finished_at == LATER


def test_the_report(session: Session, read: None) -> None:
    analyser = Newer()
    begin(analyser)
    reanalyse_due(LATER, analyser, 3)
    half = report_on(session, last(session))
    assert (half["answers"].read, half["answers"].stale, half["chats"].stale) == (3, 1, 1)
    work_off(analyser)
    report = report_on(session, last(session))
    answers, chats = report["answers"], report["chats"]
    assert (answers.read, answers.stale, answers.kept, answers.other_mood, answers.other_aspects) == (4, 0, 0, 3, 3)
    assert answers.moods == {
        ("positive", "negative"): 2, ("negative", "positive"): 1, ("neutral", "neutral"): 1,
    }  # fmt: skip
    assert answers.models == {"scripted 7": 4}
    assert answers.flags == {"refund": (1, 1, 1)}
    assert (chats.read, chats.ended_badly) == (1, (0, 1))


def test_old_texts_open_no_cases(session: Session, read: None) -> None:
    cases = session.scalar(select(func.count()).select_from(Case))
    begin(Newer())
    work_off(Newer())
    assert session.scalar(select(func.count()).select_from(Case)) == cases == 1


def test_old_texts_open_cases_when_they_are_let(session: Session, read: None) -> None:
    with transaction():
        answer(session, "positive negative", by=customer(session, is_test=True))
    analyse_answers(NOW, ScriptedAnalyser())
    begin(Newer(), may_route=True)
    work_off(Newer())
    kinds = session.scalars(select(Signal.kind).order_by(Signal.kind)).all()
    assert kinds == ["negative_chat", "negative_text", "negative_text", "negative_text"]


def test_what_a_human_has_judged_is_not_routed_by_the_model(session: Session, read: None) -> None:
    kind = func.count()
    with transaction():
        user_id, texts = staff(session).id, session.scalars(select(Answer.id).where(Answer.kind == "text")).all()
        for answer_id in texts:
            judge_answer(session, answer_id, Labels("neutral"), user_id, NOW)
        judge(session, CHATS, session.scalars(select(ConversationAnalysis.conversation_id)).one(), None, user_id, NOW)
        routed = session.scalar(select(kind).select_from(Signal))
    begin(Newer(), may_route=True)
    assert work_off(Newer()) == 5
    assert session.scalar(select(kind).select_from(Signal)) == routed
    assert {held.sentiment for held in held_of(session, ANSWERS, texts).values()} == {"neutral"}
    assert {a.sentiment for a in analyses(session)} == {"negative", "positive", "neutral"}  # the model's own, kept


def test_nothing_to_do(session: Session, read: None) -> None:
    assert begin(ScriptedAnalyser()) is None
    assert reanalyse_due(LATER, ScriptedAnalyser()) == 0
    assert begin(ScriptedAnalyser(), is_all=True) is not None
    assert work_off(ScriptedAnalyser()) == 5


def test_begun_again_it_goes_on(session: Session, read: None) -> None:
    begun = begin(Newer())
    reanalyse_due(LATER, Newer(), 2)
    assert begin(Newer(), is_all=True) == begun
    assert work_off(Newer()) == 3
    assert begin(Newer()) is None


def test_what_a_dead_worker_held_comes_back(session: Session, read: None) -> None:
    begin(Newer())

    class Killed(Newer):
        def analyse_texts(self, batch: Any) -> Any:
            raise SystemExit

    with pytest.raises(SystemExit):
        reanalyse_due(LATER, Killed(), 3)
    assert work_off(Newer()) == 2
    assert last(session).finished_at is None
    assert work_off(Newer(), LATER + LEASE) == 3
    assert last(session).finished_at == LATER + LEASE
    assert {a.model_version for a in analyses(session)} == {"8"}


def test_a_worker_with_another_model_leaves_it_alone(session: Session, read: None) -> None:
    begin(Newer())
    older = ScriptedAnalyser()
    assert reanalyse_due(LATER, older) == 0
    assert older.calls == []
    assert last(session).finished_at is None


def test_a_third_model_takes_over(session: Session, read: None) -> None:
    class Newest(Newer):
        version = "9"

    first = begin(Newer())
    reanalyse_due(LATER, Newer(), 3)
    assert begin(Newest()) != first
    assert reanalyse_due(LATER, Newer()) == 0
    assert work_off(Newest()) == 5
    assert report_on(session, last(session))["answers"].models == {"scripted 7": 1, "scripted 8": 3}
    assert session.scalars(select(Reanalysis.finished_at)).all() == [LATER, LATER]


def test_back_to_the_older_model_what_is_left_stays(session: Session, read: None) -> None:
    begin(Newer())
    assert begin(ScriptedAnalyser()) is None
    assert last(session).finished_at == LATER
    assert {a.is_stale for a in analyses(session)} == {False}


def test_new_texts_go_first(session: Session, read: None) -> None:
    begin(Newer())
    with transaction():
        answer(session, "x negative")
    assert reanalyse_due(LATER, Newer()) == 0
    analyse_answers(LATER, Newer())
    assert work_off(Newer()) == 5


def test_a_text_that_cannot_be_read_keeps_its_result(session: Session, read: None) -> None:
    with transaction() as writing:
        first = writing.scalars(select(Answer.id).where(Answer.kind == "text").order_by(Answer.id)).first()
        writing.execute(update(Answer).where(Answer.id == first).values(text="x POISON"))
    begin(Newer())
    now = LATER
    for _ in range(MOST_ATTEMPTS + 2):
        work_off(Newer(), now)
        now += RETRY_AFTER
    row = analyses(session)[0]
    assert (row.state, row.sentiment, row.model_version, row.is_stale) == ("done", "positive", "7", False)
    assert report_on(session, last(session))["answers"].kept == 1
    assert last(session).finished_at is not None


def test_an_erased_text_keeps_its_result(session: Session, read: None) -> None:
    with transaction() as writing:
        writing.execute(update(Answer).where(Answer.kind == "text").values(text=None))
    begin(Newer())
    work_off(Newer())
    assert {(a.state, a.model_version, a.is_stale) for a in analyses(session)} == {("done", "7", False)}
    assert last(session).finished_at == LATER


def test_a_model_that_is_not_there_costs_no_text_its_tries(session: Session, read: None) -> None:
    class Missing(Newer):
        def analyse_texts(self, batch: list[TextInput]) -> Any:
            raise ModelUnavailable("it is not there")

    begin(Newer())
    with pytest.raises(ConfigurationError, match="it is not there"):
        reanalyse_due(LATER, Missing())
    assert {(a.sentiment is None, a.attempts, a.is_stale) for a in analyses(session)} == {(False, 0, True)}
    assert work_off(Newer(), LATER + RETRY_AFTER) == 5


def test_a_slow_worker_does_not_store_over_the_one_that_took_over(session: Session, read: None) -> None:
    class Slow(Newer):
        def analyse_texts(self, batch: Any) -> Any:
            with transaction() as meanwhile:
                meanwhile.execute(update(AnswerAnalysis).values(lease_key="another"))
            return super().analyse_texts(batch)

    begin(Newer())
    reanalyse_due(LATER, Slow())
    assert {(a.model_version, a.is_stale, a.previous) for a in analyses(session)} == {("7", True, None)}
