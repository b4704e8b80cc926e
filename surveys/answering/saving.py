"""What one press of the button stores: the answer with points and case, and the consents that were ticked."""

from datetime import datetime

from sqlalchemy.orm import Session

from feedback.customers.consents import ConsentAct, record_consents
from surveys.answering.filling import Filling
from surveys.responses.given import Submission
from surveys.responses.submit import Submitted, submit_response

SOURCE = "survey"


def save(session: Session, filling: Filling, submission: Submission, now: datetime) -> Submitted:
    """Store the submission; consents count from the moment the whole is sent, and unticking takes back only its own."""
    done = submit_response(session, filling.visit.invitation_id, submission, now)
    if submission.is_complete and filling.form is not None:
        acts = [_act(filling, purpose, ticked, now) for purpose, ticked in filling.form.consents.items()]
        was_complete = filling.visit.completed_at is not None
        record = [act for act in acts if act.is_given or was_complete]
        if record:
            record_consents(session, record)
    return done


def _act(filling: Filling, purpose: str, is_given: bool, now: datetime) -> ConsentAct:
    version = f"survey-{filling.visit.version_id}"
    return ConsentAct(filling.visit.customer_id, purpose, is_given, now, text_version=version, source=SOURCE)
