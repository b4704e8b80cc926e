"""Sending a message again on purpose, which only a person may decide: it may have arrived already."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from feedback.errors import Conflict, NotFound
from feedback.messages.models import Message, MessageState


def send_again(session: Session, message_id: int, now: datetime) -> None:
    """Put an uncertain message back into the queue; it keeps its Message-ID, so a mail program can show it once.

    Raises NotFound, and Conflict for a message in any other state.
    """
    changed = session.scalar(
        update(Message)
        .where(Message.id == message_id, Message.state == MessageState.UNCERTAIN)
        .values(state=MessageState.QUEUED, send_at=now, lease_until=None, lease_key=None, attempts=0, failure=None)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    if changed is not None:
        return
    if session.get(Message, message_id) is None:
        raise NotFound("There is no such message.")
    raise Conflict("This message is no longer uncertain.")
