"""A human's word on a chat's analysis: stands beside the model's, holds, outlives another analysis, can be undone."""

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from feedback.conversations.analysing import analyse_chats
from feedback.conversations.held import held_of
from feedback.conversations.judging import CHATS, Labels, Verdict, judge, undo
from feedback.conversations.models import ConversationAnalysis, ConversationJudgement
from feedback.db import transaction
from feedback.errors import Conflict, Invalid, NotFound
from tests.builders import NOW, staff
from tests.fakes import ScriptedAnalyser
from tests.feedback.conversations.test_analysing import BAD, chat
from tests.feedback.themes.themes import theme

OTHER = Labels("positive", {"staff": "positive"})


@pytest.fixture
def chat_id(session: Session) -> int:
    with transaction():
        made = chat(session, *BAD)
    analyse_chats(NOW, ScriptedAnalyser())
    return made


@pytest.fixture
def user_id(session: Session) -> int:
    with transaction():
        return staff(session, name="Ирина Лаптева").id


def given(session: Session, chat_id: int, labels: Labels | None, user_id: int) -> Verdict:
    with transaction():
        return judge(session, CHATS, chat_id, labels, user_id, NOW)[0]


def test_a_correction_holds_and_the_models_result_stays(session: Session, chat_id: int, user_id: int) -> None:
    assert given(session, chat_id, OTHER, user_id) == Verdict.CORRECTED
    held = held_of(session, CHATS, [chat_id])[chat_id]
    assert (held.sentiment, held.aspects, held.certainty) == ("positive", {"staff": "positive"}, None)
    assert held.is_corrected
    assert held.judgement is not None
    assert (held.judgement.user, held.judgement.at, held.judgement.model.sentiment) == (
        "Ирина Лаптева",
        NOW,
        "negative",
    )
    analysis = session.scalars(select(ConversationAnalysis)).one()
    assert (analysis.sentiment, analysis.aspects) == ("negative", {"delivery": "negative"})


def test_it_outlives_another_analysis(session: Session, chat_id: int, user_id: int) -> None:
    given(session, chat_id, OTHER, user_id)
    with transaction():
        session.execute(update(ConversationAnalysis).values(state="waiting", attempts=0, sentiment=None))
    assert held_of(session, CHATS, [chat_id]) == {}
    analyse_chats(NOW, ScriptedAnalyser())
    session.expire_all()
    assert held_of(session, CHATS, [chat_id])[chat_id].sentiment == "positive"


def test_that_the_model_is_right_is_kept_too(session: Session, chat_id: int, user_id: int) -> None:
    assert given(session, chat_id, None, user_id) == Verdict.CONFIRMED
    held = held_of(session, CHATS, [chat_id])[chat_id]
    assert (held.sentiment, held.is_corrected) == ("negative", False)
    assert held.judgement is not None
    row = session.scalars(select(ConversationJudgement)).one()
    assert (row.agrees, row.model_name, row.model_version) == (True, "scripted", "7")


def test_labels_like_the_models_confirm_it(session: Session, chat_id: int, user_id: int) -> None:
    assert given(session, chat_id, Labels("negative", {"delivery": "negative"}), user_id) == Verdict.CONFIRMED


def test_a_theme_alone_corrects_without_doubting_the_model(session: Session, chat_id: int, user_id: int) -> None:
    with transaction():
        theme_id = theme(session, "Ожидание").id
    labels = Labels("negative", {"delivery": "negative"}, (theme_id,))
    assert given(session, chat_id, labels, user_id) == Verdict.CORRECTED
    assert session.scalars(select(ConversationJudgement.agrees)).one()
    assert held_of(session, CHATS, [chat_id])[chat_id].theme_ids == {theme_id}


def test_the_last_word_holds_and_the_earlier_ones_are_kept(session: Session, chat_id: int, user_id: int) -> None:
    given(session, chat_id, OTHER, user_id)
    given(session, chat_id, Labels("neutral"), user_id)
    assert held_of(session, CHATS, [chat_id])[chat_id].sentiment == "neutral"
    kept = session.execute(select(ConversationJudgement.sentiment, ConversationJudgement.undone_by_id)).all()
    assert sorted(map(tuple, kept)) == [("neutral", None), ("positive", user_id)]


def test_undone_the_model_holds_again(session: Session, chat_id: int, user_id: int) -> None:
    given(session, chat_id, OTHER, user_id)
    with transaction():
        assert undo(session, CHATS, chat_id, user_id, NOW)
        assert not undo(session, CHATS, chat_id, user_id, NOW)
    held = held_of(session, CHATS, [chat_id])[chat_id]
    assert (held.sentiment, held.judgement) == ("negative", None)
    assert held.certainty == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("labels", "field"),
    [
        (Labels("angry"), "sentiment"), (Labels("neutral", {"taste": "positive"}), "aspects"),
        (Labels("neutral", {"price": "angry"}), "aspects"), (Labels("neutral", {}, (999,)), "themes"),
    ],
)  # fmt: skip
def test_what_no_label_is_is_refused(session: Session, chat_id: int, user_id: int, labels: Labels, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        given(session, chat_id, labels, user_id)
    assert set(refused.value.errors) == {field}
    assert session.scalar(select(func.count()).select_from(ConversationJudgement)) == 0


def test_what_is_not_analysed_cannot_be_judged(session: Session, user_id: int) -> None:
    with transaction():
        waiting = chat(session, *BAD)
    with pytest.raises(Conflict):
        given(session, waiting, None, user_id)
    with pytest.raises(NotFound):
        given(session, waiting + 1, None, user_id)
