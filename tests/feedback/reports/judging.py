"""Judged texts for tests of what is made of judgements."""

from datetime import datetime

from sqlalchemy.orm import Session

from feedback.conversations.judging import Labels
from surveys.responses.judging import judge_answer
from surveys.responses.models import Answer, AnswerAnalysis
from tests.builders import NOW
from tests.feedback.reports.answers import answer


def judged(session: Session, user_id: int, at: datetime, labels: Labels | None = None, text: str = "Поздно") -> int:
    """A text that the model called unhappy about the delivery, judged at a moment; None confirms. Its answer's id."""
    response = answer(session, None, 9, NOW)
    row = Answer(response_id=response, question="why", kind="text", text=text)
    session.add(row)
    session.flush()
    session.add(
        AnswerAnalysis(
            answer_id=row.id, response_id=response, state="done", created_at=NOW, language="ru", sentiment="negative",
            negative=0.9, aspects={"delivery": "negative"}, flags=["refund"], model_name="scripted", model_version="7",
        )
    )  # fmt: skip
    session.flush()
    judge_answer(session, row.id, labels, user_id, at)
    return row.id
