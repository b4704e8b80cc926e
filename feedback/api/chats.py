"""`POST /chats`: transcripts of chats. `feedback import chats` reads the same objects, one a line."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from feedback.api.access import needs
from feedback.api.blueprint import api
from feedback.api.examples import CHAT
from feedback.api.purchases import SOURCE, told
from feedback.api.wire import CustomerIn, Key, Moment, TakenOut, Wire
from feedback.clock import utc_now
from feedback.config import current_settings
from feedback.conversations.given import GivenChat, GivenMessage
from feedback.conversations.registering import register_chat
from feedback.db import transaction
from feedback.staff.api_keys import Scope
from feedback.staff.company import load_company


class MessageIn(Wire):
    """One line of a chat."""

    author: Literal["customer", "staff", "bot"]
    sent_at: Moment
    text: Annotated[str, StringConstraints(strict=True, max_length=20_000)]


class ChatIn(Wire):
    """A chat from first to last message; whose it is says the customer or the purchase."""

    external_id: Key
    customer: CustomerIn | None = None
    purchase_external_id: Key | None = None
    channel: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=40)]
    messages: list[MessageIn] = Field(min_length=1, max_length=2000)

    def to_given(self) -> GivenChat:
        """As plain values."""
        return GivenChat(
            self.external_id, self.channel,
            tuple(GivenMessage(message.author, message.sent_at, message.text) for message in self.messages),
            self.customer.to_given() if self.customer else None, self.purchase_external_id,
        )  # fmt: skip


@api.post("/chats")
@needs(Scope.CHATS_WRITE)
@api.input(ChatIn, arg_name="given", example=CHAT)
@api.output(TakenOut, 201, description="The chat is new and waits for its analysis.")
@api.doc(responses={200: "The chat was seen before."})
def add_chat(given: ChatIn) -> Any:
    """Send a chat; it is analysed in the background, and one that ended badly opens a case"""
    with transaction() as session:
        taken = register_chat(
            session, given.to_given(), utc_now(), current_settings().secret_key,
            home=load_company(session).country, source=SOURCE,
        )  # fmt: skip
    return told(given.external_id, taken)
