"""People's judgements of the analysis of free texts; one that is unhappy after all opens a case."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.conversations.judging import Kind, Labels, Verdict, judge
from feedback.recovery.opening import Story, open_case_if_needed
from feedback.recovery.routing import from_text
from surveys.responses.models import Answer, AnswerAnalysis, AnswerJudgement, AnswerTheme, Response

ANSWERS = Kind("answer", "answer_id", AnswerAnalysis, AnswerJudgement, AnswerTheme)

# What is held of a free text, in queries that join the judgement with `ANSWERS.judged()`.
held_sentiment = func.coalesce(AnswerJudgement.sentiment, AnswerAnalysis.sentiment)
held_aspects = func.coalesce(AnswerJudgement.aspects, AnswerAnalysis.aspects)


def judge_answer(
    session: Session, answer_id: int, labels: Labels | None, user_id: int, now: datetime
) -> tuple[Verdict, int | None]:
    """Keep a human's labels of a free text (None: the model is right); returns the verdict and the case it led to.

    Raises NotFound, Conflict, Invalid.
    """
    verdict, held = judge(session, ANSWERS, answer_id, labels, user_id, now)
    if verdict == Verdict.CONFIRMED:
        return verdict, None
    row = session.execute(
        select(Answer.text, AnswerAnalysis.flags, Response)
        .join(Response, Response.id == Answer.response_id)
        .join(AnswerAnalysis, AnswerAnalysis.answer_id == Answer.id)
        .where(Answer.id == answer_id)
    ).one()
    text, flags, response = row
    if response.customer_id is None or response.is_test or response.is_staff:
        return verdict, None
    story = Story(
        response.customer_id, response.purchase_id, response.branch_id, response_id=response.id, quote=text
    )  # fmt: skip
    return verdict, open_case_if_needed(session, story, from_text(held.sentiment, flags, dict(held.aspects)), now)
