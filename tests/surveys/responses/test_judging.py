"""A human's word on a free text: it holds in every figure, opens the case that the model missed, goes with its text."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.conversations.held import held_of
from feedback.conversations.judging import Labels, Verdict, undo
from feedback.db import transaction
from feedback.recovery.models import Case, Signal
from feedback.reports.answers import AnswerFilters, answers_query, read_answers
from feedback.reports.branches import troubles_by_branch
from feedback.reports.comments import worst_words
from feedback.reports.periods import Span
from surveys.responses.analysing import analyse_answers
from surveys.responses.given import GivenAnswer, Submission
from surveys.responses.judging import ANSWERS, judge_answer
from surveys.responses.models import Answer, AnswerJudgement
from surveys.responses.submit import submit_response
from tests.builders import NOW, default_version, invitation, purchase, staff
from tests.fakes import ScriptedAnalyser
from tests.feedback.themes.themes import theme
from tests.surveys.responses.test_analysing import answer

BAD = Labels("negative", {"price": "negative"})


@pytest.fixture
def user_id(session: Session) -> int:
    with transaction():
        return staff(session).id


def analysed(session: Session, text: str, score: int = 9) -> int:
    """A text that the model has read; the id of its answer."""
    with transaction():
        response = answer(session, text, score)
    analyse_answers(NOW, ScriptedAnalyser())
    return session.scalars(select(Answer.id).where(Answer.response_id == response, Answer.kind == "text")).one()


def given_text(text: str) -> Submission:
    return Submission((GivenAnswer("score", "nps", number=9), GivenAnswer("why", "text", text=text)), "ru", True)


def corrected(
    session: Session, answer_id: int, user_id: int, labels: Labels | None = BAD
) -> tuple[Verdict, int | None]:
    with transaction():
        return judge_answer(session, answer_id, labels, user_id, NOW)


def test_a_wrong_positive_opens_its_case_once(session: Session, user_id: int) -> None:
    answer_id = analysed(session, "positive Ждали долго")
    assert session.scalar(select(func.count()).select_from(Case)) == 0
    verdict, case_id = corrected(session, answer_id, user_id)
    assert verdict == Verdict.CORRECTED
    signal = session.scalars(select(Signal)).one()
    assert (signal.case_id, signal.kind, signal.facts["aspects"]) == (case_id, "negative_text", ["price"])
    assert corrected(session, answer_id, user_id, Labels("negative"))[1] is None


def test_a_correction_that_says_no_ill_opens_nothing(session: Session, user_id: int) -> None:
    assert corrected(session, analysed(session, "positive Спасибо"), user_id, Labels("neutral"))[1] is None
    assert corrected(session, analysed(session, "positive Отлично"), user_id, None) == (Verdict.CONFIRMED, None)
    assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_it_holds_in_lists_and_figures_until_undone(session: Session, user_id: int) -> None:
    answer_id = analysed(session, "positive Ждали долго")
    day = timedelta(days=1)
    span, surveys = Span("", NOW - day, NOW + day), [default_version(session).survey_id]

    def seen() -> tuple[int, str | None, str | None, int]:
        unhappy = read_answers(session, answers_query(AnswerFilters(band="unhappy")))
        row = read_answers(session, answers_query(AnswerFilters()))[0]
        trouble = troubles_by_branch(session, span, surveys)
        words = worst_words(session, NOW).total
        assert len(unhappy) == words
        return len(unhappy), row.sentiment, row.verdict, sum(t.negative for t in trouble.values())

    assert seen() == (0, "positive", None, 0)
    corrected(session, answer_id, user_id)
    assert seen() == (1, "negative", "corrected", 1)
    with transaction():
        undo(session, ANSWERS, answer_id, user_id, NOW)
    assert seen() == (0, "positive", None, 0)


def test_a_changed_text_is_judged_anew(session: Session, user_id: int) -> None:
    with transaction():
        invited = invitation(session, purchase(session))
        submit_response(session, invited.id, given_text("positive Спасибо"), NOW)
    analyse_answers(NOW, ScriptedAnalyser())
    answer_id = session.scalars(select(Answer.id).where(Answer.kind == "text")).one()
    corrected(session, answer_id, user_id)
    with transaction():
        submit_response(session, invited.id, given_text("positive Спасибо всем"), NOW + timedelta(minutes=5))
    assert session.scalar(select(func.count()).select_from(AnswerJudgement)) == 0


def test_rules_give_themes_and_a_human_takes_them(session: Session, user_id: int) -> None:
    with transaction():
        late, box = theme(session, "Долго", "долго"), theme(session, "Коробка", "коробка")
        theme(session, "Выключена", "ждать", is_active=False)
    answer_id = analysed(session, "positive Ждали долго")
    assert held_of(session, ANSWERS, [answer_id])[answer_id].theme_ids == {late.id}
    corrected(session, answer_id, user_id, Labels("positive", {"delivery": "positive"}, (box.id,)))
    assert held_of(session, ANSWERS, [answer_id])[answer_id].theme_ids == {box.id}
