"""The whole plan of a demo, made of its size, its seed and the present moment; nothing of it is in a database yet."""

from dataclasses import dataclass
from datetime import datetime

from feedback.conversations.given import GivenChat
from feedback.demo.chats import plan_chats
from feedback.demo.content import Content, load_content
from feedback.demo.people import Buyer, make_people
from feedback.demo.shopping import Shopping, Year, make_year, plan_purchases


@dataclass(frozen=True)
class Size:
    """How large a demo is, and by which seed it is made."""

    customers: int = 300
    purchases: int = 2000
    months: int = 12
    seed: int = 7


@dataclass(frozen=True)
class Story:
    """Who buys what and when, and which chats take place."""

    size: Size
    content: Content
    year: Year
    people: list[Buyer]
    purchases: list[Shopping]
    chats: list[GivenChat]

    @property
    def countries(self) -> dict[str, str]:
        """The country of each branch by the name it has in the database."""
        return {branch.name: branch.country for branch in self.content.branches}


def make_story(size: Size, now: datetime) -> Story:
    """Plan everything. The same size, seed and moment give the same story."""
    content = load_content()
    year = make_year(content, now, size.months)
    people = make_people(content, size.customers, size.seed, year.start, now)
    purchases = plan_purchases(content, people, size.purchases, year, size.seed)
    return Story(size, content, year, people, purchases, plan_chats(content, people, purchases, year, size.seed))
