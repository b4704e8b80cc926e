"""Which chats take place, with whom and when. Each hand-written chat happens at most once."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from feedback.conversations.given import GivenChat, GivenMessage
from feedback.demo.chance import dice, moment_between
from feedback.demo.content import Chat, Content
from feedback.demo.fitting import is_of_season
from feedback.demo.people import Buyer
from feedback.demo.shopping import Shopping, Year

CHATS_PER_PURCHASES = 24  # one chat to so many purchases
AWAKE = (10, 20)  # hours of UTC+3 in which people write to a shop


def plan_chats(
    content: Content, people: Sequence[Buyer], purchases: Sequence[Shopping], year: Year, seed: int
) -> list[GivenChat]:
    """Chats in their order; those about the problem follow an order that is late, the others come by themselves."""
    rng = dice(seed, "chats")
    wanted = max(4, len(purchases) // CHATS_PER_PURCHASES)
    chosen = rng.sample(content.chats, min(wanted, len(content.chats)))
    late = rng.sample(found := [s for s in purchases if s.is_late], len(found))
    free = rng.sample(people, len(people))
    planned = []
    for n, chat in enumerate(chosen):
        told = (
            _about_late(chat, n, late, year, seed) if chat.is_about_problem else _by_itself(chat, n, free, year, seed)
        )
        if told is not None and told.messages[-1].sent_at < year.now:
            planned.append(told)
    return sorted(planned, key=lambda chat: chat.messages[-1].sent_at)


def _about_late(chat: Chat, n: int, late: list[Shopping], year: Year, seed: int) -> GivenChat | None:
    about = next((s for s in late if s.buyer.language == chat.language and _goods_agree(chat, s)), None)
    if about is None or about.promised_at is None:
        return None
    late.remove(about)
    start = _daytime(about.promised_at + timedelta(days=dice(seed, "chat", n).uniform(1, 5)))
    return _told(chat, n, start, about.buyer, about.key)


def _by_itself(chat: Chat, n: int, free: list[Buyer], year: Year, seed: int) -> GivenChat | None:
    rng = dice(seed, "chat", n)
    buyer = next((b for b in free if b.language == chat.language and b.branch.country in _places(chat)), None)
    if buyer is None:
        return None
    free.remove(buyer)
    text = " ".join(line.text for line in chat.lines)
    moments = (_daytime(moment_between(rng, buyer.joins_at, year.now)) for _ in range(40))
    start = next((m for m in moments if is_of_season(text, chat.language, m)), None)
    return _told(chat, n, start, buyer, None) if start else None


def _told(chat: Chat, n: int, start: datetime, buyer: Buyer, purchase: str | None) -> GivenChat:
    lines = tuple(GivenMessage(line.author, start + timedelta(minutes=line.minutes), line.text) for line in chat.lines)
    return GivenChat(f"T-{10001 + n}", chat.channel, lines, buyer.given, purchase)


def _daytime(moment: datetime) -> datetime:
    """The same day at an hour at which people write."""
    first, last = AWAKE
    return moment.replace(hour=first - 3 + moment.hour % (last - first))


def _places(chat: Chat) -> tuple[str, ...]:
    return {"ru": ("RU",), "bg": ("BG",)}.get(chat.language, ("RU", "BG"))


def _goods_agree(chat: Chat, about: Shopping) -> bool:
    """A chat that names a product is about an order with it."""
    said = " ".join(line.text for line in chat.lines)
    names = {word for item in about.given.items for word in re.findall(r"[«„“](\w+)", item.name)}
    return any(name in said for name in names) or not re.search(r"Норд|Nord|Фьорд|Фиорд|Fjord|Гряда|Било|Ridge", said)
