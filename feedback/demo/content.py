"""The hand-written content of the demo company as typed values: branches, goods, names, comments, chats, events."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "content"
LANGUAGES = ("ru", "bg", "en")
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Branch:
    """A shop with its people; `names` differ by language, the database keeps that of the country."""

    key: str
    names: Texts
    country: str
    timezone: str
    currency: str
    managers: tuple[str, ...]

    @property
    def language(self) -> str:
        """The language the branch's own systems speak."""
        return "ru" if self.country == "RU" else "bg"

    @property
    def name(self) -> str:
        """The name under which purchases arrive."""
        return self.names[self.language]


@dataclass(frozen=True)
class Product:
    """Something sold; prices are whole roubles and euros."""

    sku: str
    category: str
    names: Texts
    prices: Mapping[str, int]
    max_discount_percent: int


@dataclass(frozen=True)
class Comment:
    """What a customer might write, with what it is meant to say."""

    language: str
    text: str
    sentiment: str
    aspects: Mapping[str, str]
    flags: tuple[str, ...]
    scores: tuple[int, int]
    is_about_problem: bool = False
    category: str | None = None
    gender: str | None = None


@dataclass(frozen=True)
class ChatLine:
    """One message of a chat, so many minutes after its start."""

    author: str
    minutes: int
    text: str


@dataclass(frozen=True)
class Chat:
    """A chat that might take place."""

    language: str
    channel: str
    is_about_problem: bool
    ended_badly: bool
    lines: tuple[ChatLine, ...]


@dataclass(frozen=True)
class Content:
    """Everything written by hand."""

    names: Texts
    problem_branch: str
    problem_months: int
    branches: tuple[Branch, ...]
    categories: Mapping[str, Texts]
    products: tuple[Product, ...]
    people: Mapping[str, Any]
    businesses: Mapping[str, list[str]]
    comments: tuple[Comment, ...]
    chats: tuple[Chat, ...]
    events: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)

    @cached_property
    def branch(self) -> Mapping[str, Branch]:
        """The branches by key."""
        return {branch.key: branch for branch in self.branches}


def load_content() -> Content:
    """Read the content that ships with the product."""
    company = _read("company.json")
    return Content(
        names=company["names"],
        problem_branch=company["problem"]["branch"],
        problem_months=company["problem"]["months_ago"],
        branches=tuple(_branch(given) for given in company["branches"]),
        categories=company["categories"],
        products=tuple(Product(**given) for given in company["products"]),
        people=company["people"],
        businesses=company["businesses"],
        comments=tuple(_comment(language, given) for language in LANGUAGES for given in _lines("comments", language)),
        chats=tuple(_chat(language, given) for language in LANGUAGES for given in _lines("chats", language)),
        events=_read("order_events.json"),
    )


def _branch(given: Mapping[str, Any]) -> Branch:
    names = {field: given[field] for field in ("key", "names", "country", "timezone", "currency")}
    return Branch(**names, managers=tuple(given["managers"]))


def _comment(language: str, given: Mapping[str, Any]) -> Comment:
    low, high = given["scores"]
    return Comment(
        language, given["text"], given["sentiment"], given["aspects"], tuple(given["flags"]), (low, high),
        bool(given.get("branch_problem")), given.get("category"), given.get("gender"),
    )  # fmt: skip


def _chat(language: str, given: Mapping[str, Any]) -> Chat:
    lines = tuple(ChatLine(line["author"], line["minutes"], line["text"]) for line in given["messages"])
    return Chat(language, given["channel"], given["branch_problem"], given["ended_badly"], lines)


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def _lines(name: str, language: str) -> list[Any]:
    return [json.loads(line) for line in (FOLDER / f"{name}.{language}.jsonl").read_text(encoding="utf-8").splitlines()]
