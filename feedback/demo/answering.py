"""The customers: they read the letters that reached them, follow the link, fill in the form, or do not.

They see what any customer sees: the link of the letter opens the survey, and what they type goes through its form.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from feedback.customers.models import Customer, Purchase
from feedback.db import db, transaction
from feedback.demo.agenda import Agenda
from feedback.demo.chance import dice
from feedback.demo.filling_in import typed_answers
from feedback.demo.opinions import Opinion, Opinions
from feedback.demo.people import Buyer
from feedback.demo.pictures import draw_photo
from feedback.demo.shopping import Shopping
from feedback.messages.models import Message, MessageKind, MessageState
from feedback.messages.suppression import unsubscribe
from feedback.secrets import link_token
from surveys.answering.doors import Door, door
from surveys.answering.filling import Filling
from surveys.answering.form import AnswerForm
from surveys.answering.links import Visit, find_visit
from surveys.answering.saving import save
from surveys.invitations.models import Invitation
from surveys.questionnaires.reading import Questionnaire, questionnaire_of
from surveys.responses.given import Submission
from surveys.responses.photos import KeptPhoto, clean_photo, keep_photo, kept_photos

READ = (MessageKind.INVITATION, MessageKind.REMINDER, MessageKind.RECOVERY_CHECK)
AFTER_REMINDER, AFTER_RECOVERY = 0.5, 0.62  # how readily, against the first letter; of those asked after a case
STOPS_HALFWAY, COMES_BACK = 0.09, 0.55
LEAVES = {MessageKind.INVITATION: 0.006, MessageKind.REMINDER: 0.012}
PHOTO_FROM, LOOKS_LIKE_A_PROGRAM = 0.035, 0.012


@dataclass(frozen=True)
class Letter:
    """A message in a customer's mailbox."""

    message_id: int
    kind: MessageKind
    came_at: datetime
    token: str
    customer_id: int
    shopping: Shopping
    invitation_id: int


class Customers:
    """All customers with their mailboxes."""

    def __init__(
        self,
        purchases: Mapping[str, Shopping],
        opinions: Opinions,
        agenda: Agenda,
        seed: int,
        secret: str,
        uploads: Path,
    ) -> None:
        self._purchases = purchases
        self._opinions = opinions
        self._agenda = agenda
        self._seed = seed
        self._secret = secret
        self._uploads = uploads
        self._last_read = 0
        self._formed: dict[int, Opinion] = {}

    def look_into_mailboxes(self) -> None:
        """Each new letter is put down to be read later, or is never read."""
        for letter in self._new_letters(db.session()):
            rng = dice(self._seed, "letter", letter.kind, letter.shopping.key)
            buyer = letter.shopping.buyer
            if rng.random() < LEAVES.get(letter.kind, 0.0):
                self._agenda.put(_some_time_later(rng, letter.came_at, buyer), partial(self._leave, letter))
            elif rng.random() < _readiness(letter.kind, buyer):
                at = _some_time_later(rng, letter.came_at, buyer)
                self._agenda.put(at, partial(self._open, letter))

    def _new_letters(self, session: Session) -> list[Letter]:
        query = (
            select(
                Message.id, Message.kind, Message.send_at, Invitation.nonce, Message.customer_id, Purchase.external_id,
                Invitation.id,
            )
            .join(Invitation, Invitation.id == Message.invitation_id)
            .join(Purchase, Purchase.id == Invitation.purchase_id)
            .where(Message.id > self._last_read, Message.state == MessageState.SENT, Message.kind.in_(READ))
            .order_by(Message.id)
        )  # fmt: skip
        letters = []
        for row_id, kind, came_at, nonce, customer_id, purchase, invitation_id in session.execute(query):
            token = link_token(self._secret, "s", nonce)
            shopping = self._purchases[purchase]
            letters.append(Letter(row_id, MessageKind(kind), came_at, token, customer_id, shopping, invitation_id))
        return self._unread(letters)

    def _unread(self, letters: list[Letter]) -> list[Letter]:
        if letters:
            self._last_read = letters[-1].message_id
        return letters

    def _open(self, letter: Letter, now: datetime) -> None:
        session = db.session()
        visit = find_visit(session, letter.token)
        if visit is None or door(visit, now) is not Door.OPEN:
            return
        rng = dice(self._seed, "visit", letter.kind, letter.shopping.key)
        opinion = self._opinion(letter, now)
        stops = visit.response_id is None and rng.random() < STOPS_HALFWAY
        self._send(letter, visit, opinion, rng, now, is_complete=not stops)
        if stops and rng.random() < COMES_BACK:
            at = _some_time_later(rng, now, letter.shopping.buyer)
            self._agenda.put(at, partial(self._open, letter))

    def _opinion(self, letter: Letter, now: datetime) -> Opinion:
        if letter.invitation_id not in self._formed:
            is_check = letter.kind == MessageKind.RECOVERY_CHECK
            self._formed[letter.invitation_id] = (
                self._opinions.about_recovery(letter.shopping.key)
                if is_check
                else self._opinions.about_purchase(letter.shopping, now)
            )
        return self._formed[letter.invitation_id]

    def _send(
        self, letter: Letter, visit: Visit, opinion: Opinion, rng: random.Random, now: datetime, *, is_complete: bool
    ) -> None:
        questionnaire = questionnaire_of(db.session(), visit.version_id)
        typed = typed_answers(questionnaire, opinion, rng, letter.shopping.buyer, is_whole=is_complete)
        form = AnswerForm(questionnaire, MultiDict((name, value) for name, values in typed.items() for value in values))
        problems = form.problems(is_complete=is_complete, can_be_reached=visit.can_be_reached)
        if problems:
            raise ValueError(f"a form was filled in wrongly: {problems[0].question}")
        with transaction() as session:
            photos = self._photos(session, questionnaire, visit, opinion, rng, now) if is_complete else ()
            language = letter.shopping.buyer.language
            filling = Filling(visit, questionnaire, language, form.typed, photos, form)
            is_program = is_complete and rng.random() < LOOKS_LIKE_A_PROGRAM
            ids = tuple(photo.photo_id for photo in photos)
            save(session, filling, Submission(form.answers, language, is_complete, visit.channel, is_program, ids), now)

    def _photos(
        self, session: Session, questionnaire: Questionnaire, visit: Visit, opinion: Opinion, rng: random.Random,
        now: datetime,
    ) -> tuple[KeptPhoto, ...]:  # fmt: skip
        asks = any(question.kind == "photo" for question in questionnaire.questions)
        is_about_parcel = opinion.aspects.get("packaging") == "negative"
        if not asks or rng.random() > PHOTO_FROM * (12 if is_about_parcel else 1):
            return ()
        for _ in range(rng.choice((1, 1, 2))):
            photo = clean_photo(draw_photo(rng, is_damaged=opinion.mood in ("negative", "problem")))
            keep_photo(session, self._uploads, visit.invitation_id, photo, now)
        return tuple(kept_photos(session, visit.invitation_id))

    def _leave(self, letter: Letter, now: datetime) -> None:
        with transaction() as session:
            if session.scalar(select(Customer.erased_at).where(Customer.id == letter.customer_id)) is None:
                unsubscribe(session, letter.customer_id, "email", now, "link")


def _readiness(kind: MessageKind, buyer: Buyer) -> float:
    if kind == MessageKind.RECOVERY_CHECK:
        return AFTER_RECOVERY
    return buyer.answers * (AFTER_REMINDER if kind == MessageKind.REMINDER else 1)


def _some_time_later(rng: random.Random, after: datetime, buyer: Buyer) -> datetime:
    """Hours, sometimes days; never in the night."""
    moment = after + min(timedelta(minutes=rng.lognormvariate(5.3, 1.4)), timedelta(days=12))
    local = moment.astimezone(ZoneInfo(buyer.timezone))
    if 8 <= local.hour < 23:
        return moment
    morning = local + timedelta(days=local.hour >= 23)
    return morning.replace(hour=rng.randint(8, 11)).astimezone(moment.tzinfo)
