"""Acts that reach the customer, and waiting for them: write, log a call, wait, go on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from feedback.customers.models import Customer
from feedback.errors import Conflict, Invalid
from feedback.messages.models import MessageKind
from feedback.messages.outbox import queue_message
from feedback.recovery.acting import Worker, calendar_of, open_case_of, set_clocks, take_if_free, tell
from feedback.recovery.clocks import clocks_of, contacted, paused, resumed
from feedback.recovery.models import Case, EventKind, Priority
from feedback.recovery.queue import required_text

LONGEST_LETTER = 20_000
LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class Letter:
    """What is written to the customer. `nonce` comes from the form: the same one is sent once."""

    subject: str
    body: str
    language: str
    nonce: str
    channel: str = "email"


def send_message(session: Session, case_id: int, letter: Letter, by: Worker, now: datetime, *, then_wait: bool) -> bool:
    """Queue an e-mail to the customer; False when this very form was sent before.

    Counts as contact, claims an unclaimed case, and pauses the clocks when we then wait for the answer. Raises
    NotFound, Conflict (`closed`), Forbidden (`not_yours`, `for_advocate`) and Invalid (empty text, no address).
    """
    case = open_case_of(session, case_id, by)
    subject = required_text(letter.subject, "subject", LONGEST_SUBJECT)
    body = required_text(letter.body, "body", LONGEST_LETTER)
    message_id = queue_message(
        session, key=f"case:{case_id}:{letter.nonce}", kind=MessageKind.RECOVERY, customer_id=case.customer_id,
        channel=letter.channel, address=_address(session, case), language=_language(letter), send_at=now, now=now,
        subject=subject, body=body, case_id=case_id,
    )  # fmt: skip
    if message_id is None:
        return False
    take_if_free(session, case, by, now)
    _reached(session, case, now)
    facts = {"channel": letter.channel, "language": letter.language}
    tell(session, case, EventKind.MESSAGE, by, now, facts, body=body, message_id=message_id)
    if then_wait:
        _wait(session, case, by, now)
    session.flush()
    return True


def log_call(session: Session, case_id: int, text: str, by: Worker, now: datetime, *, was_reached: bool) -> None:
    """A call that was made. Only a call that reached the customer counts as contact. Raises as `send_message`."""
    case = open_case_of(session, case_id, by)
    note = required_text(text, "call", LONGEST_LETTER)
    take_if_free(session, case, by, now)
    if was_reached:
        _reached(session, case, now)
    tell(session, case, EventKind.CALL, by, now, {"reached": was_reached}, body=note)
    session.flush()


def wait_for_customer(session: Session, case_id: int, by: Worker, now: datetime) -> None:
    """Pause the clocks: it is the customer's turn. Raises NotFound, Conflict (`closed`, `no_contact`), Forbidden."""
    case = open_case_of(session, case_id, by)
    if case.waiting_since is not None:
        return
    if case.first_contacted_at is None:
        raise Conflict("Contact the customer first: nobody waits for an answer to silence.", reason="no_contact")
    _wait(session, case, by, now)
    session.flush()


def resume(session: Session, case_id: int, by: Worker, now: datetime) -> None:
    """Let the clocks run on; each deadline moves by the working time of the pause. Raises as `wait_for_customer`."""
    case = open_case_of(session, case_id, by)
    if case.waiting_since is None:
        return
    set_clocks(case, resumed(clocks_of(case), calendar_of(session, now), now))
    session.flush()
    tell(session, case, EventKind.RESUMED, by, now)


def _reached(session: Session, case: Case, now: datetime) -> None:
    calendar = calendar_of(session, now)
    running = resumed(clocks_of(case), calendar, now)
    set_clocks(case, contacted(running, calendar, Priority(case.priority), now), are_new=True)


def _wait(session: Session, case: Case, by: Worker, now: datetime) -> None:
    set_clocks(case, paused(clocks_of(case), now))
    tell(session, case, EventKind.WAITING, by, now)


def _address(session: Session, case: Case) -> str:
    customer = session.get(Customer, case.customer_id)
    if customer is None or customer.erased_at is not None or not customer.email:
        raise Invalid("This customer has no e-mail address.", {"body": "This customer has no e-mail address."})
    return customer.email


def _language(letter: Letter) -> str:
    if letter.language not in ("ru", "bg", "en"):
        raise Invalid("Choose one of the three languages.", {"language": "Choose one of the three languages."})
    return letter.language
